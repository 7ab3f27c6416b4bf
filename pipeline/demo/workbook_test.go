package demo_test

import (
	"archive/zip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// recalculates converts a workbook's first sheet twice with LibreOffice: as it
// is, which shows the stored values of its formulas, and with those values taken
// out, which makes LibreOffice compute them. Both must show the same.
func recalculates(t *testing.T, workbook string) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed; get it with: apt-get install libreoffice-calc-nogui")
	}
	stored := firstSheet(t, office, workbook)
	bare, formulas := withoutValues(t, workbook)
	if formulas == 0 {
		t.Fatal("the summary has no formula")
	}
	computed := firstSheet(t, office, bare)
	if stored != computed {
		t.Errorf("stored values:\n%s\ncomputed from %d formulas:\n%s", stored, formulas, computed)
	}
	if !strings.Contains(computed, "\n\"payable\",") {
		t.Errorf("the summary has no row of what is payable:\n%s", computed)
	}
}

// firstSheet gives the first sheet of a workbook as CSV.
func firstSheet(t *testing.T, office, workbook string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", dir, workbook)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	csv, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(filepath.Base(workbook), ".xlsx")+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(csv)
}

var formulaValue = regexp.MustCompile(`(</f>)<v>[^<]*</v>`)

// withoutValues copies a workbook without the stored values of its formulas and
// says how many there were.
func withoutValues(t *testing.T, workbook string) (string, int) {
	t.Helper()
	from, err := zip.OpenReader(workbook)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	path := filepath.Join(t.TempDir(), "bare.xlsx")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	to, formulas := zip.NewWriter(file), 0
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
			formulas += len(formulaValue.FindAll(data, -1))
			data = formulaValue.ReplaceAll(data, []byte("$1"))
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
	return path, formulas
}
