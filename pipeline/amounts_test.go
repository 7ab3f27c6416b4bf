package pipeline_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryAmountOnPaperIsInTheFolder reads the statements and reports of each
// golden close as their readers do: every amount of a payee's lines stands on its
// paper, and no amount stands there that the folder's CSV files don't have.
func TestEveryAmountOnPaperIsInTheFolder(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed; get it with: apt-get install poppler-utils")
	}
	eachGolden(t, func(t *testing.T, folder string) {
		known := map[string]bool{}
		for _, name := range []string{"lines.csv", "payouts.csv", "measures.csv", "figures.csv"} {
			for _, amount := range amountsIn(string(readAll(t, filepath.Join(folder, name)))) {
				known[amount] = true
			}
		}
		lines := amountsByPayee(t, filepath.Join(folder, "lines.csv"))
		for _, path := range listTree(t, folder) {
			var text string
			switch filepath.Ext(path) {
			case ".pdf":
				out, err := exec.Command(tool, "-layout", filepath.Join(folder, path), "-").Output()
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				text = string(out)
			case ".md":
				text = string(readAll(t, filepath.Join(folder, path)))
			default:
				continue
			}
			printed := map[string]bool{}
			for _, amount := range amountsIn(text) {
				printed[amount] = true
				if !known[amount] {
					t.Errorf("%s shows %s, which no CSV file has", path, amount)
				}
			}
			payee := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
			for _, amount := range lines[payee] {
				if !printed[amount] {
					t.Errorf("%s does not show %s of its lines", path, amount)
				}
			}
		}
	})
}

var amountForm = regexp.MustCompile(`[-−]?\d+\.\d+`)

// amountsIn lists the numbers of a text with exactly two decimals.
func amountsIn(text string) []string {
	var found []string
	for _, at := range amountForm.FindAllStringIndex(text, -1) {
		number := strings.Replace(text[at[0]:at[1]], "−", "-", 1)
		longer := at[1]+1 < len(text) && text[at[1]] == '.' && text[at[1]+1] >= '0' && text[at[1]+1] <= '9'
		_, places, _ := strings.Cut(number, ".")
		if len(places) == 2 && !longer {
			found = append(found, number)
		}
	}
	return found
}

// amountsByPayee lists the amounts of lines.csv, by operator-ID and partner-ID.
func amountsByPayee(t *testing.T, path string) map[string][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	amounts := map[string][]string{}
	for _, row := range rows[1:] {
		payee := row[1] + "-" + row[2]
		amounts[payee] = append(amounts[payee], strings.TrimPrefix(row[12], "'"))
	}
	return amounts
}
