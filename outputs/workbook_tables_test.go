package outputs

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fleetpay/rules"
)

// What is held here is what makes Excel open a workbook without offering to
// repair it.

func entriesOf(t *testing.T, book []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := entries[f.Name]; twice {
			t.Errorf("%s is there twice", f.Name)
		}
		entries[f.Name] = string(content)
	}
	return entries
}

type tableXML struct {
	ID          int    `xml:"id,attr"`
	Name        string `xml:"name,attr"`
	DisplayName string `xml:"displayName,attr"`
	Ref         string `xml:"ref,attr"`
	TotalsRows  int    `xml:"totalsRowCount,attr"`
	Filter      struct {
		Ref string `xml:"ref,attr"`
	} `xml:"autoFilter"`
	Columns struct {
		Count int `xml:"count,attr"`
		List  []struct {
			ID       int    `xml:"id,attr"`
			Name     string `xml:"name,attr"`
			Label    string `xml:"totalsRowLabel,attr"`
			Function string `xml:"totalsRowFunction,attr"`
		} `xml:"tableColumn"`
	} `xml:"tableColumns"`

	entry, sheet string
}

// corners are the table's first and last cell, as columns and rows from 1.
func (x tableXML) corners(t *testing.T) (left, top, right, bottom int) {
	t.Helper()
	first, last, ok := strings.Cut(x.Ref, ":")
	left, top, err1 := excelize.CellNameToCoordinates(first)
	right, bottom, err2 := excelize.CellNameToCoordinates(last)
	if !ok || err1 != nil || err2 != nil {
		t.Fatalf("table %s has the range %s", x.Name, x.Ref)
	}
	return left, top, right, bottom
}

// column is the range of a column's rows.
func (x tableXML) column(t *testing.T, name string) string {
	t.Helper()
	left, top, _, bottom := x.corners(t)
	for i, c := range x.Columns.List {
		if c.Name == name {
			letter := cellColumn(left - 1 + i)
			return fmt.Sprintf("%s%d:%s%d", letter, top+1, letter, bottom-x.TotalsRows)
		}
	}
	t.Fatalf("table %s has no column %s", x.Name, name)
	return ""
}

var workbookSheet = regexp.MustCompile(`<sheet name="([^"]+)" sheetId="(\d+)"`)

// tablesOf reads the tables that the sheets refer to.
func tablesOf(t *testing.T, entries map[string]string) []tableXML {
	t.Helper()
	var tables []tableXML
	for n, s := range workbookSheet.FindAllStringSubmatch(entries["xl/workbook.xml"], -1) {
		var sheet struct {
			Parts struct {
				Count int `xml:"count,attr"`
				List  []struct {
					ID string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
				} `xml:"tablePart"`
			} `xml:"tableParts"`
		}
		if err := xml.Unmarshal([]byte(entries[sheetPath(n+1)]), &sheet); err != nil {
			t.Fatal(err)
		}
		if sheet.Parts.Count != len(sheet.Parts.List) {
			t.Errorf("%s says %d tables and has %d", s[1], sheet.Parts.Count, len(sheet.Parts.List))
		}
		var relations struct {
			List []struct {
				ID     string `xml:"Id,attr"`
				Type   string `xml:"Type,attr"`
				Target string `xml:"Target,attr"`
			} `xml:"Relationship"`
		}
		if content, ok := entries[relationsPath(n+1)]; ok {
			if err := xml.Unmarshal([]byte(content), &relations); err != nil {
				t.Fatal(err)
			}
		}
		if len(relations.List) != len(sheet.Parts.List) {
			t.Errorf("%s has %d relations for %d tables", s[1], len(relations.List), len(sheet.Parts.List))
		}
		for i, p := range sheet.Parts.List {
			r := relations.List[i]
			if r.ID != p.ID || r.Type != "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" {
				t.Errorf("%s: table %s has the relation %+v", s[1], p.ID, r)
			}
			x := tableXML{entry: path.Join("xl/worksheets", r.Target), sheet: s[1]}
			if err := xml.Unmarshal([]byte(entries[x.entry]), &x); err != nil {
				t.Fatalf("%s: %v", x.entry, err)
			}
			tables = append(tables, x)
		}
	}
	return tables
}

func TestTheTablesKeepToTheRulesOfTheFormat(t *testing.T) {
	book := workbookOf(t, fullMonth())
	entries := entriesOf(t, book)
	f := opened(t, book)
	tables := tablesOf(t, entries)
	var names []string
	ids := map[int]bool{}
	name := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)
	for _, x := range tables {
		names = append(names, x.Name)
		if ids[x.ID] || x.ID < 1 || x.Name != x.DisplayName || !name.MatchString(x.Name) {
			t.Errorf("table %d is called %s and %s", x.ID, x.Name, x.DisplayName)
		}
		ids[x.ID] = true
		override := fmt.Sprintf(`<Override PartName="/%s" ContentType="%s">`, x.entry, tableType)
		if strings.Count(entries[contentTypesPath], override) != 1 {
			t.Errorf("%s has no content type", x.entry)
		}
		left, top, right, bottom := x.corners(t)
		if rows := bottom - top - x.TotalsRows; rows < 1 {
			t.Errorf("%s has %d rows; a table has one at least", x.Name, rows)
		}
		if x.Columns.Count != len(x.Columns.List) || x.Columns.Count != right-left+1 {
			t.Errorf("%s says %d columns, has %d and spans %d", x.Name, x.Columns.Count, len(x.Columns.List), right-left+1)
		}
		if want := cellName(left-1, top) + ":" + cellName(right-1, bottom-x.TotalsRows); x.Filter.Ref != want {
			t.Errorf("%s filters %s, want %s", x.Name, x.Filter.Ref, want)
		}
		seen := map[string]bool{}
		for i, c := range x.Columns.List {
			head := cellName(left-1+i, top)
			if got := cell(t, f, x.sheet, head); got != c.Name || c.Name == "" {
				t.Errorf("%s: the cell above column %q holds %q", x.Name, c.Name, got)
			}
			if kind, err := f.GetCellType(x.sheet, head); err != nil || kind != excelize.CellTypeInlineString {
				t.Errorf("%s: the head %s is no text: %v, %v", x.Name, c.Name, kind, err)
			}
			if c.ID != i+1 || seen[strings.ToLower(c.Name)] {
				t.Errorf("%s: column %d is %+v", x.Name, i+1, c)
			}
			seen[strings.ToLower(c.Name)] = true
			foot := cellName(left-1+i, bottom)
			formula, err := f.GetCellFormula(x.sheet, foot)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.Function != "" && formula != "SUBTOTAL(109,"+x.Name+"["+c.Name+"])":
				t.Errorf("%s: the total of %s is %q", x.Name, c.Name, formula)
			case c.Label != "" && cell(t, f, x.sheet, foot) != c.Label:
				t.Errorf("%s: the totals are called %q", x.Name, cell(t, f, x.sheet, foot))
			case (c.Function != "" || c.Label != "") && x.TotalsRows != 1:
				t.Errorf("%s has totals without a row", x.Name)
			}
		}
	}
	want := []string{"tblPayouts", "tblLines", "tblOperators", "tblPartners", "tblNodes", "tblIncidents", "tblStages", "tblExceptions", "tblTrend", "tblRules", "tblInputs"}
	if !slices.Equal(names, want) {
		t.Errorf("tables are %q", names)
	}
	for a, x := range tables {
		for _, y := range tables[a+1:] {
			l1, t1, r1, b1 := x.corners(t)
			l2, t2, r2, b2 := y.corners(t)
			if x.sheet == y.sheet && l1 <= r2 && l2 <= r1 && t1 <= b2 && t2 <= b1 {
				t.Errorf("%s and %s overlap", x.Name, y.Name)
			}
		}
	}
}

// sheetOrder is the order in which the format wants the parts of a sheet.
var sheetOrder = []string{"sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells", "conditionalFormatting",
	"pageMargins", "pageSetup", "headerFooter", "ignoredErrors", "tableParts"}

func TestEveryEntryIsWellFormedAndASheetsPartsAreInOrder(t *testing.T) {
	for name, m := range map[string]*Month{"all": fullMonth(), "no figures": smallMonth()} {
		for entry, content := range entriesOf(t, workbookOf(t, m)) {
			if strings.Contains(content, "<mergeCells ") && strings.Contains(content, "<tableParts ") {
				t.Errorf("%s: %s: cells are merged on a sheet with a table", name, entry)
			}
			d := xml.NewDecoder(strings.NewReader(content))
			depth, last := 0, 0
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%s: %s: %v", name, entry, err)
				}
				switch x := token.(type) {
				case xml.StartElement:
					if depth++; depth != 2 || !strings.HasPrefix(entry, "xl/worksheets/sheet") {
						continue
					}
					at := slices.Index(sheetOrder, x.Name.Local)
					if at < last { // also -1: a filter beside a table
						t.Errorf("%s: %s: <%s> does not belong after <%s>", name, entry, x.Name.Local, sheetOrder[last])
					}
					last = max(at, last)
				case xml.EndElement:
					depth--
				}
			}
		}
	}
}

// Whatever an input says, it stays text: a workbook has the formulas that this
// program writes and no more.
func TestNoInputBecomesAFormula(t *testing.T) {
	plain := formulasOf(t, workbookOf(t, hostileMonth("harmless")))
	for _, hostile := range []string{
		`=HYPERLINK("http://x.example","pay")`, "+1+1", "-2+3", "@SUM(A1:A9)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "＝1+1",
		"</t></is></c><c><f>1+1</f></c>", "<f>1+1</f>", "&#61;1+1", "]]>=1+1", "'=1+1",
	} {
		book := workbookOf(t, hostileMonth(hostile))
		if got := formulasOf(t, book); !slices.Equal(got, plain) {
			t.Errorf("%q gives the formulas\n%q, want\n%q", hostile, got, plain)
		}
		f := opened(t, book)
		for sheet, name := range map[string]string{"Payouts": "C2", "Lines": "G2", "Operators": "B2", "Nodes": "C2", "Incidents": "J2", "Stages": "B2", "Exceptions": "D2"} {
			if got := cell(t, f, sheet, name); got != hostile {
				t.Errorf("%s!%s: %q came back as %q", sheet, name, hostile, got)
			}
			if kind, err := f.GetCellType(sheet, name); err != nil || kind != excelize.CellTypeInlineString {
				t.Errorf("%s!%s: %q is of type %v, %v", sheet, name, hostile, kind, err)
			}
		}
	}
}

// hostileMonth has a text in every place that an input fills.
func hostileMonth(text string) *Month {
	m := fullMonth()
	m.Program, m.PreparedBy, m.ProgramVersion = text, text, text
	for i := range m.Facts.Operators {
		o := &m.Facts.Operators[i]
		o.Name, o.Region = text, text
	}
	for i := range m.Facts.Nodes {
		m.Facts.Nodes[i].Location = text
	}
	for i := range m.Facts.Partners {
		m.Facts.Partners[i].Name = text
	}
	for i := range m.Book.Payouts {
		m.Book.Payouts[i].Name, m.Book.Payouts[i].Reason = text, text
	}
	for i := range m.Book.Lines {
		l := &m.Book.Lines[i]
		l.Subject, l.Basis, l.Reason, l.Unit, l.Quantity, l.Rate = text, text, text, text, text, text
	}
	for i := range m.Book.Exceptions {
		m.Book.Exceptions[i].Message = text
	}
	for i := range m.Evidence.Incidents {
		x := &m.Evidence.Incidents[i]
		x.Severity, x.Cause, x.Resolution, x.NodeIDs = text, text, text, []string{text}
	}
	for i := range m.Facts.Stages {
		m.Facts.Stages[i].Name = text
	}
	for i := range m.Inputs {
		m.Inputs[i].Source, m.Inputs[i].Path = text, text
	}
	m.Facts.Settings.Parameters = map[string]string{"p": text}
	m.Book.Standings = []rules.Standing{{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Label: text}}
	SetPaymentIDs(m)
	return m
}

var cellFormula = regexp.MustCompile(`<f>[^<]*</f>`)

func formulasOf(t *testing.T, book []byte) []string {
	t.Helper()
	var formulas []string
	entries := entriesOf(t, book)
	for n := range workbookSheet.FindAllString(entries["xl/workbook.xml"], -1) {
		formulas = append(formulas, cellFormula.FindAllString(entries[sheetPath(n+1)], -1)...)
	}
	return formulas
}
