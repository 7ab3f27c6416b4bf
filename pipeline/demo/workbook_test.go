package demo_test

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// recalculates converts a workbook twice with LibreOffice: as it is, which shows
// the stored values of its formulas, and with those values taken out, which makes
// LibreOffice compute them. Every sheet must show the same, and the totals must
// be those of payouts.csv.
func recalculates(t *testing.T, workbook string) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed; get it with: apt-get install libreoffice-calc-nogui")
	}
	stored := sheetsOf(t, office, workbook)
	bare, formulas := withoutValues(t, workbook)
	computed := sheetsOf(t, office, bare)
	for _, sheet := range []string{"Summary", "Payouts", "Lines", "Operators", "Partners", "Nodes", "Scorecard", "Inputs"} {
		if formulas[sheet] == 0 {
			t.Errorf("%s has no formula", sheet)
		}
	}
	if len(stored) != len(formulas) || len(computed) != len(formulas) {
		t.Errorf("LibreOffice shows %d and %d sheets of %d", len(stored), len(computed), len(formulas))
	}
	for sheet, want := range stored {
		if got := computed[sheet]; got != want {
			t.Errorf("%s: stored values:\n%s\ncomputed from %d formulas:\n%s", sheet, want, formulas[sheet], got)
		}
	}
	wantTotals(t, filepath.Join(filepath.Dir(workbook), "payouts.csv"), computed)
}

// wantTotals holds the totals that LibreOffice computed to the sums of a
// payouts.csv, in cents.
func wantTotals(t *testing.T, payouts string, sheets map[string]string) {
	t.Helper()
	file, err := os.ReadFile(payouts)
	if err != nil {
		t.Fatal(err)
	}
	var want [4]int64 // carried in, earned, payable, carried out
	for i, row := range readCSV(t, string(file)) {
		for n := range want {
			if i > 0 {
				want[n] += cents(t, row[4+n])
			}
		}
	}
	for sheet, first := range map[string]int{"Summary": 2, "Payouts": 3} {
		var got [4]int64
		found := false
		for _, row := range readCSV(t, sheets[sheet]) {
			if row[0] != "Total" || found { // the summary's first total is the month's
				continue
			}
			found = true
			for n := range got {
				got[n] = cents(t, row[first+n])
			}
		}
		if got != want {
			t.Errorf("%s: the totals are %d cents, those of payouts.csv %d", sheet, got, want)
		}
	}
}

func readCSV(t *testing.T, text string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// cents reads 1,234.50 or 1234.50.
func cents(t *testing.T, amount string) int64 {
	t.Helper()
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(amount, ",", ""), ".")
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || len(fraction) != 2 {
		t.Fatalf("%q is no amount with two places", amount)
	}
	return n
}

// sheetsOf gives the sheets of a workbook as CSV, each cell as it is shown.
func sheetsOf(t *testing.T, office, workbook string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1", "--outdir", dir, workbook)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string]string{}
	for _, file := range files {
		_, sheet, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".csv"), "-")
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sheets[sheet] = string(content)
	}
	return sheets
}

var formulaValue = regexp.MustCompile(`(</f>)<v>[^<]*</v>`)

var sheetName = regexp.MustCompile(`<sheet name="([^"]+)"`)

// withoutValues copies a workbook without the stored values of its formulas and
// says how many each sheet has.
func withoutValues(t *testing.T, workbook string) (path string, formulas map[string]int) {
	t.Helper()
	from, err := zip.OpenReader(workbook)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	path = filepath.Join(t.TempDir(), "bare.xlsx")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	to, found := zip.NewWriter(file), map[string]int{}
	var names [][][]byte
	for _, entry := range from.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(entry.Name, "xl/worksheets/") {
			found[entry.Name] = len(formulaValue.FindAll(data, -1))
			data = formulaValue.ReplaceAll(data, []byte("$1"))
		}
		if entry.Name == "xl/workbook.xml" {
			names = sheetName.FindAllSubmatch(data, -1)
		}
		w, err := to.Create(entry.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	formulas = map[string]int{}
	for i, name := range names {
		formulas[string(name[1])] = found[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)]
	}
	return path, formulas
}
