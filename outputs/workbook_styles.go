package outputs

import "github.com/xuri/excelize/v2"

// styles are the workbook's cell styles by their index.
type styles struct {
	plain, wrapped, header, headerRight     int
	money, figure, rate, right, date, count int
	title, note, bold, boldMoney, boldCount int
}

func newStyles(f *excelize.File) (styles, error) {
	money, day, whole, rate := "#,##0.00;[Red]-#,##0.00", "yyyy-mm-dd", "#,##0", "#,##0.00########"
	right := &excelize.Alignment{Horizontal: "right", Vertical: "top"}
	top := &excelize.Alignment{Vertical: "top"}
	headerFill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F3A5F"}}
	left := &excelize.Alignment{Horizontal: "left", Vertical: "top", Indent: 1}
	wrapped := &excelize.Alignment{Horizontal: "left", Vertical: "top", Indent: 1, WrapText: true}
	face := func(bold bool, size float64, colour string) *excelize.Font {
		return &excelize.Font{Family: "Calibri", Bold: bold, Size: size, Color: colour}
	}
	headerFont := face(true, 11, "FFFFFF")
	rule := []excelize.Border{{Type: "top", Color: "1F3A5F", Style: 1}}
	var st styles
	for _, s := range []struct {
		index *int
		style excelize.Style
	}{
		{&st.plain, excelize.Style{Alignment: left}},
		{&st.header, excelize.Style{Font: headerFont, Fill: headerFill, Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "center", Indent: 1}}},
		{&st.headerRight, excelize.Style{Font: headerFont, Fill: headerFill, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}}},
		{&st.money, excelize.Style{CustomNumFmt: &money, Alignment: top}},
		{&st.figure, excelize.Style{Alignment: top}},
		{&st.rate, excelize.Style{CustomNumFmt: &rate, Alignment: top}},
		{&st.right, excelize.Style{Alignment: right}},
		{&st.date, excelize.Style{CustomNumFmt: &day, Alignment: top}},
		{&st.count, excelize.Style{CustomNumFmt: &whole, Alignment: top}},
		{&st.wrapped, excelize.Style{Alignment: wrapped}},
		{&st.title, excelize.Style{Font: face(true, 14, "1F3A5F"), Alignment: left}},
		{&st.note, excelize.Style{Font: face(false, 11, "5B6770"), Alignment: left}},
		{&st.bold, excelize.Style{Font: face(true, 11, "000000"), Alignment: left, Border: rule}},
		{&st.boldMoney, excelize.Style{Font: face(true, 11, "000000"), CustomNumFmt: &money, Border: rule}},
		{&st.boldCount, excelize.Style{Font: face(true, 11, "000000"), CustomNumFmt: &whole, Border: rule}},
	} {
		var err error
		if *s.index, err = f.NewStyle(&s.style); err != nil {
			return st, err
		}
	}
	return st, nil
}
