package outputs

import (
	"fmt"
	"io"
	"sync"

	"fleetpay/rules"
)

// The partner's monthly report. Its template is a document of specs/templates;
// what it gives is one list of blocks, set as Markdown and as PDF.

// WriteReport writes a partner's monthly report as Markdown. It fails for a
// partner that the month does not have. Who writes many takes reportsOf, which
// looks through the month once.
func WriteReport(w io.Writer, m *Month, partnerID string) error {
	return newReportIndex(m).writeMarkdown(w, partnerID)
}

// reportsOf lists the reports of a month as text, a file per partner with a
// payout, in the order of payouts.
func reportsOf(m *Month) []File {
	index := sync.OnceValue(func() *reportIndex { return newReportIndex(m) })
	var files []File
	for _, p := range m.Book.Payouts {
		if p.PayeeKind == rules.PartnerPayee {
			files = append(files, File{ReportPath(p.PayeeID), func(w io.Writer) error {
				return index().writeMarkdown(w, p.PayeeID)
			}})
		}
	}
	return files
}

func (x *reportIndex) writeMarkdown(w io.Writer, partnerID string) error {
	r, err := partnerReport(x, partnerID)
	if err != nil {
		return err
	}
	return writeMarkdown(w, r.blocks)
}

// partnerReport makes a partner's report from the template that the version in
// force names; a version that names none has the fleet layout.
func partnerReport(x *reportIndex, partnerID string) (*report, error) {
	v, err := x.view(partnerID)
	if err != nil {
		return nil, err
	}
	layouts, err := reportTemplates()
	if err != nil {
		return nil, err
	}
	layout := x.month.Report.Layout
	if layout == "" {
		layout = rules.FleetLayout
	}
	t := layouts[layout]
	if t == nil {
		return nil, fmt.Errorf("no template for the report layout %q", layout)
	}
	blocks, err := executeReport(t, v)
	if err != nil {
		return nil, fmt.Errorf("report of partner %s: %w", partnerID, err)
	}
	m := x.month
	return &report{
		document: document{
			title:   fmt.Sprintf("Partner report %s · %s", m.Period, v.Name()),
			author:  m.Program,
			subject: "Monthly partner report for " + monthName(m.Period),
			creator: "fleetpay " + m.ProgramVersion,
			at:      m.ClosedAt,
		},
		foot:   m.Period.String() + " · " + payeeName(rules.PartnerPayee, partnerID),
		blocks: blocks,
	}, nil
}
