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

// texts lists every text of a report with its place, for those who must know
// whether it can be set.
func (r *report) texts() []namedText {
	list := []namedText{{"the title", r.title}, {"the author", r.author}, {"the foot", r.foot}}
	under := "the head"
	for _, x := range r.blocks {
		switch x := x.(type) {
		case heading:
			under = fmt.Sprintf("the part %q", x.text)
			list = append(list, namedText{"a heading", x.text})
		case prose:
			list = append(list, namedText{"a paragraph of " + under, x.text})
		case items:
			for i, text := range x.texts {
				list = append(list, namedText{fmt.Sprintf("item %d of %s", i+1, under), text})
			}
		case pairs:
			for _, p := range x.list {
				list = append(list, namedText{fmt.Sprintf("%q in %s", p.label, under), p.label + ": " + p.value})
			}
		case signatures:
			for _, label := range x.labels {
				list = append(list, namedText{"a signature of " + under, label})
			}
		case barChart:
			for _, b := range x.bars {
				list = append(list, namedText{"a chart of " + under, x.title + " " + b.label + " " + b.text})
			}
		case *grid:
			list = append(list, x.texts(under)...)
		}
	}
	return list
}

func (g *grid) texts(under string) []namedText {
	list := []namedText{{"a table of " + under, g.empty}}
	see := func(where string, r gridRow) {
		for c, text := range r.cells {
			list = append(list, namedText{fmt.Sprintf("%q in %s of %s", g.columns[c].head, where, under), text})
		}
		list = append(list, namedText{where + " of " + under, r.group + " " + r.note})
	}
	for i := range g.length {
		see(fmt.Sprintf("row %d", i+1), g.row(i))
	}
	for _, r := range g.foot {
		see("the last row", r)
	}
	return list
}
