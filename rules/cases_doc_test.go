package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fleetpay/rules/strict"
)

// caseDoc is one hand-worked case of specs/cases: a heading, prose, a facts block
// and the tables of what must come of it.
type caseDoc struct {
	file, title string
	line        int
	prose       string
	facts       caseFacts
	tables      map[string][]caseRow // by the header row
	noLines     []noLine
}

// caseRow is a row of a table with its line in the document.
type caseRow struct {
	line  int
	cells []string
}

// noLine states that a rule leaves no line for a payee.
type noLine struct{ payee, rule string }

// The tables that a case may have.
const (
	linesTable      = "payee | rule | subject | arithmetic | amount | status"
	payoutsTable    = "payee | carried in | earned | payable | carried out | status | due | reason"
	exceptionsTable = "kind | severity | subject | message"
)

// readCases reads every case of every document but the README.
func readCases(t *testing.T) []*caseDoc {
	t.Helper()
	files, err := filepath.Glob("../specs/cases/*.md")
	if err != nil || len(files) < 2 {
		t.Fatalf("cases %v: %v", files, err)
	}
	var cases []*caseDoc
	for _, file := range files {
		if filepath.Base(file) == "README.md" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found, err := parseCases(filepath.Base(file), string(text))
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, found...)
	}
	return cases
}

// parseCases reads a document: everything from one `## ` heading to the next is a
// case.
func parseCases(file, text string) ([]*caseDoc, error) {
	var cases []*caseDoc
	var c *caseDoc
	var yaml []string
	table, fenced := "", false
	for i, line := range strings.Split(text, "\n") {
		number := i + 1
		switch {
		case fenced && line == "```":
			fenced = false
			if _, err := strict.Decode(fmt.Sprintf("%s (case on line %d)", file, c.line), []byte(strings.Join(yaml, "\n")), &c.facts); err != nil {
				return nil, err
			}
		case fenced:
			yaml = append(yaml, line)
		case strings.HasPrefix(line, "## "):
			c = &caseDoc{file: file, title: strings.TrimPrefix(line, "## "), line: number, tables: map[string][]caseRow{}}
			cases = append(cases, c)
		case c == nil:
		case line == "```yaml":
			fenced, yaml = true, nil
		case strings.HasPrefix(line, "|"):
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for j := range cells {
				cells[j] = strings.TrimSpace(cells[j])
			}
			switch header := strings.Join(cells, " | "); {
			case table == "":
				if header != linesTable && header != payoutsTable && header != exceptionsTable {
					return nil, fmt.Errorf("%s:%d: %q is not a known table", file, number, header)
				}
				table = header
				c.tables[table] = []caseRow{}
			case strings.Trim(header, "-: |") == "":
			case len(cells) != strings.Count(table, "|")+1:
				return nil, fmt.Errorf("%s:%d: %d cells under %q", file, number, len(cells), table)
			default:
				c.tables[table] = append(c.tables[table], caseRow{number, cells})
			}
			continue
		case strings.HasPrefix(line, "No line: "):
			stated, err := parseNoLines(strings.TrimPrefix(line, "No line: "))
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, number, err)
			}
			c.noLines = append(c.noLines, stated...)
		case strings.HasPrefix(line, "#"):
			return nil, fmt.Errorf("%s:%d: only ## begins a case", file, number)
		default:
			c.prose += line + "\n"
		}
		table = ""
	}
	for _, c := range cases {
		if c.facts.Period == "" || len(c.tables) == 0 || strings.TrimSpace(c.prose) == "" {
			return nil, fmt.Errorf("%s:%d: a case needs prose, a facts block and a table", file, c.line)
		}
	}
	return cases, nil
}

// parseNoLines reads `ada` tier-uplift, churn-rebate; `bo` tier-uplift.
func parseNoLines(text string) (stated []noLine, err error) {
	form := regexp.MustCompile("^`([^`]+)` (.+)$")
	for _, part := range strings.Split(strings.TrimSuffix(text, "."), "; ") {
		found := form.FindStringSubmatch(part)
		if found == nil {
			return nil, fmt.Errorf("%q does not say whose line is missing", part)
		}
		for _, rule := range strings.Split(found[2], ", ") {
			stated = append(stated, noLine{found[1], rule})
		}
	}
	return stated, nil
}

// shownOf tells whether a payee's lines stand in the case's tables: not those of
// `others`.
func (c *caseDoc) shownOf(kind PayeeKind, id string) bool {
	return kind == PartnerPayee || slices.ContainsFunc(c.facts.Operators, func(e strict.MapEntry[caseOperator]) bool { return e.Key == id })
}

// at names a row for a message.
func (c *caseDoc) at(row caseRow) string { return fmt.Sprintf("specs/cases/%s:%d", c.file, row.line) }
