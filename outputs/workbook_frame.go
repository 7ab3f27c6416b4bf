package outputs

import (
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// frame makes everything of the workbook but its rows and tables.
func frame(f *excelize.File, m *Month, sheets []sheet) error {
	at := m.ClosedAt.UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{
		Title: "Payouts " + m.Period.String(), Subject: m.Program, Creator: m.Program,
		Category: "Monthly close", Keywords: strings.Join(append([]string{m.Period.String()}, m.Book.Versions...), ", "),
		LastModifiedBy: m.PreparedBy, Created: at, Modified: at,
	}); err != nil {
		return err
	}
	if err := f.SetAppProps(&excelize.AppProperties{Application: "fleetpay", Company: m.Program}); err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", sheets[0].name); err != nil {
		return err
	}
	for i, s := range sheets {
		if i > 0 {
			if _, err := f.NewSheet(s.name); err != nil {
				return err
			}
		}
		if err := frameSheet(f, m, s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	f.SetActiveSheet(0)
	return nil
}

func frameSheet(f *excelize.File, m *Month, s sheet) error {
	if err := f.SetSheetDimension(s.name, s.span()); err != nil {
		return err
	}
	for i, width := range s.widths {
		col := cellColumn(i)
		if err := f.SetColWidth(s.name, col, col, width); err != nil {
			return err
		}
	}
	for i, x := range s.marks {
		if i > 0 && s.marks[i-1].cells == x.cells {
			continue
		}
		var formats []excelize.ConditionalFormatOptions // all of a range, the first one first
		for _, y := range s.marks[i:] {
			if y.cells == x.cells {
				formats = append(formats, excelize.ConditionalFormatOptions{Type: "formula", Criteria: y.condition, Format: &y.style})
			}
		}
		if err := f.SetConditionalFormat(s.name, x.cells, formats); err != nil {
			return err
		}
	}
	if err := framePages(f, m, s); err != nil {
		return err
	}
	if !s.frozen {
		grid := false
		return f.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &grid})
	}
	if err := f.SetPanes(s.name, &excelize.Panes{
		Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
	}); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: quoteSheet(s.name) + "!$1:$1", Scope: s.name,
	})
}

// pageRows is how many rows of a sheet are printed on one page rather than two,
// at the price of a slightly smaller print. A page that is as wide as the paper
// holds about fifty.
const pageRows = 60

// framePages sets a sheet up for print: landscape, as wide as a page, and on as
// many pages as it takes; one that is a little too long is made to fit.
func framePages(f *excelize.File, m *Month, s sheet) error {
	sheet := s.name
	orientation, paper, wide, tall := "landscape", 9, 1, 0 // A4
	if !s.frozen && s.rows <= pageRows {
		tall = 1
	}
	if err := f.SetPageLayout(sheet, &excelize.PageLayoutOptions{
		Orientation: &orientation, Size: &paper, FitToWidth: &wide, FitToHeight: &tall,
	}); err != nil {
		return err
	}
	side, top, foot := 0.4, 0.6, 0.3 // inches
	if err := f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &foot, Footer: &foot,
	}); err != nil {
		return err
	}
	const most = 255 // characters of a footer
	footer := "&L" + strings.ReplaceAll(m.Program, "&", "&&") + " · " + m.Period.String() + "&C&A&R&P / &N"
	if len([]rune(footer)) > most {
		footer = "&L" + m.Period.String() + "&C&A&R&P / &N"
	}
	if err := f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: footer}); err != nil {
		return err
	}
	fit := true
	return f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit})
}
