package proposals

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/sources"
	"fleetpay/specs/templates"
)

// The wallets of these tests, in their checksummed form.
const (
	firstWallet  = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	secondWallet = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
)

// world is a workspace's files, and the decisions on proposals about them.
type world struct {
	t       testing.TB
	dir     string
	missing map[string]string // datasets without a file that is edited: why
	w       *Workspace
}

// newWorld makes a workspace of files by the names of their datasets.
func newWorld(t testing.TB, files map[string]string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), missing: map[string]string{}}
	for name, text := range files {
		w.write(name, text)
	}
	w.w = &Workspace{
		Journal: Journal{Dir: filepath.Join(w.dir, Folder)},
		Locate:  func(file string) string { return filepath.Join(w.dir, file) },
		Table: func(dataset string) (*Table, string, bool, error) {
			if why := w.missing[dataset]; why != "" {
				return nil, why, why == "is not kept", nil
			}
			data, err := os.ReadFile(filepath.Join(w.dir, dataset+".csv"))
			if err != nil {
				return nil, "", false, err
			}
			table, err := ReadTable(sources.Lookup(dataset), dataset+".csv", data)
			return table, "", false, err
		},
	}
	return w
}

// desk is the workspace of most tests: alder runs nodes, mill refers.
func desk(t testing.TB) *world {
	return newWorld(t, map[string]string{
		"operators": "operator_id,name,region,joined_on,wallet,chain,certified_on,last_active_day,exit_kind,notice_on,commitment_months\n" +
			"alder,Alder Hosting,emea,2026-01-15," + secondWallet + ",,2026-01-10,,,,\n",
		"stages":    "operator_id,stage,from_on,name\n",
		"tiers":     "operator_id,tier,from_on\nalder,1,2026-01-15\n",
		"partners":  "partner_id,name,region,since\nmill,Mill & Sons,emea,2026-01-01\n",
		"referrals": "referral_id,partner_id,operator_id,referred_on\n",
		"leads":     "lead_id,source_kind,source_id,channel,created_on,qualified_on,customer\n",
	})
}

// Table is what Make sees of the files.
func (w *world) Table(dataset string) (*Table, error) {
	table, _, _, err := w.w.Table(dataset)
	return table, err
}

func (w *world) write(dataset, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, dataset+".csv"), []byte(text), 0o640); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(dataset string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, dataset+".csv"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

func (w *world) entries() []Entry {
	w.t.Helper()
	entries, err := w.w.Journal.Entries()
	if err != nil {
		w.t.Fatal(err)
	}
	return entries
}

// propose makes the proposal of an issue's text.
func (w *world) propose(kind Kind, number int64, body string, given ...string) *Proposal {
	w.t.Helper()
	p, err := w.make(kind, number, body, given...)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) make(kind Kind, number int64, body string, texts ...string) (*Proposal, error) {
	w.t.Helper()
	var list []Given
	for _, text := range texts {
		g, err := ParseGiven(text)
		if err != nil {
			w.t.Fatal(err)
		}
		list = append(list, g)
	}
	filed := time.Date(2026, 10, 1, 23, 30, 0, 0, time.UTC)
	return Make(kind, Issue{
		Number: number, Title: "Hello", Body: body, Author: "cedar", Link: "https://git.example.net/fleet/desk/issues/17",
		CreatedAt: filed, UpdatedAt: filed,
	}, list, w.entries(), w)
}

// accept accepts a proposal, as R. Finance on 5 October 2026.
func (w *world) accept(p *Proposal) (*Entry, []string, error) {
	return w.w.Accept(w.t.Context(), p, Decision{By: "R. Finance", At: time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)}, w.entries())
}

func (w *world) mustAccept(p *Proposal) *Entry {
	w.t.Helper()
	e, _, err := w.accept(p)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// form fills in the form of a kind: "Label" to its answer, "| stage |" to its day,
// "[ ] Text" to a tick.
func form(t testing.TB, kind Kind, answers ...string) string {
	t.Helper()
	data, err := templates.Forms.ReadFile(templateFiles[kind])
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	for i := 0; i < len(answers); i += 2 {
		label, answer := answers[i], answers[i+1]
		found := false
		for n, line := range lines {
			switch {
			case strings.HasPrefix(label, "|") && strings.HasPrefix(line, label):
				cells := strings.Split(line, "|")
				cells[2] = " " + answer + " "
				lines[n] = strings.Join(cells, "|")
			case strings.HasPrefix(line, "- "+label+":"), strings.HasPrefix(line, "- "+label+"?"), strings.HasPrefix(line, "- "+label+" ("):
				lines[n] = line + " " + answer
			default:
				continue
			}
			found = true
			break
		}
		if !found {
			t.Fatalf("the form has no line %q", label)
		}
	}
	return strings.Join(lines, "\n")
}

// cedar is an application that the desk has filled in as far as training.
func cedar(t testing.TB, more ...string) string {
	return form(t, Application, append([]string{
		"Handle", "cedar-racks", "Name or company", "Cedar Racks", "Region you want to serve", "emea",
		"Chain", "Base", "Wallet", strings.ToLower(firstWallet), "Commitment in months", "12",
		"Operator id", "cedar", "| training", "2026-10-03",
	}, more...)...)
}
