package outputs

import (
	"fmt"
	"slices"
	"strings"
)

// sheetTable is a named table of the workbook: a header, rows, and a row of
// totals where it has one.
type sheetTable struct {
	name    string
	columns []gridColumn
	first   spot // of the header
	rows    int  // without header and totals; at least one
	sums    []int
	foot    string // the label of the totals; "" without any
}

// span is a range of the table's rows, from the header's as 0.
func (t sheetTable) span(from, to int) string {
	return cellName(t.first.col, t.first.row+from) + ":" + cellName(t.first.col+len(t.columns)-1, t.first.row+to)
}

// body is the range of the rows without header and totals.
func (t sheetTable) body() string { return t.span(1, t.rows) }

// total is the formula of a column's total, as a table has it.
func (t sheetTable) total(column int) string {
	return totalFunction + t.name + "[" + t.columns[column].head + "])"
}

// xml is the part of the workbook that makes a range a table. The header's cells
// must be the columns' names, or a reader takes the file for damaged.
func (t sheetTable) xml(id int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	last, totals := t.rows, `totalsRowShown="0"`
	if t.foot != "" {
		last, totals = t.rows+1, `totalsRowCount="1"`
	}
	fmt.Fprintf(&b, `<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="%d" name="%s" displayName="%s" ref="%s" %s>`,
		id, t.name, t.name, t.span(0, last), totals)
	fmt.Fprintf(&b, `<autoFilter ref="%s"/><tableColumns count="%d">`, t.span(0, t.rows), len(t.columns))
	for i, c := range t.columns {
		fmt.Fprintf(&b, `<tableColumn id="%d" name="%s"`, i+1, appendXMLText(nil, c.head))
		switch {
		case t.foot != "" && i == 0:
			fmt.Fprintf(&b, ` totalsRowLabel="%s"`, t.foot)
		case t.foot != "" && slices.Contains(t.sums, i):
			b.WriteString(` totalsRowFunction="sum"`)
		}
		b.WriteString(`/>`)
	}
	b.WriteString(`</tableColumns><tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>`)
	return b.String()
}

// tableParts are the tables of a workbook as entries, and what names them in
// other entries.
type tableParts struct {
	entries map[string]string // further entries by path
	sheets  map[string]string // what a sheet's entry ends with, by its path
	types   string            // their content types
}

const (
	tableType     = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
	relationTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageTypes  = "http://schemas.openxmlformats.org/package/2006/relationships"
)

func tablePartsOf(sheets []sheet) tableParts {
	p := tableParts{map[string]string{}, map[string]string{}, ""}
	id := 0
	for n, s := range sheets {
		if len(s.tables) == 0 {
			continue
		}
		var relations, parts strings.Builder
		for i, t := range s.tables {
			id++
			path := fmt.Sprintf("xl/tables/table%d.xml", id)
			p.entries[path] = t.xml(id)
			p.types += fmt.Sprintf(`<Override PartName="/%s" ContentType="%s"></Override>`, path, tableType)
			fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/table" Target="../tables/table%d.xml"/>`, i+1, relationTypes, id)
			fmt.Fprintf(&parts, `<tablePart r:id="rId%d"/>`, i+1)
		}
		p.entries[relationsPath(n+1)] = fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+
			`<Relationships xmlns="%s">%s</Relationships>`, packageTypes, &relations)
		// An id of digits is a text, and no mistake that a reader must be told of.
		p.sheets[sheetPath(n+1)] = fmt.Sprintf(`<ignoredErrors><ignoredError sqref="%s" numberStoredAsText="1"/></ignoredErrors><tableParts count="%d">%s</tableParts>`,
			s.span(), len(s.tables), &parts)
	}
	return p
}

// relationsPath is the entry that tells what the n-th sheet refers to.
func relationsPath(n int) string { return fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", n) }
