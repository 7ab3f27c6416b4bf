package proposals

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Somebody corrected the wallet in the file after the issue was accepted. Another
// acceptance of the issue, for a stage that began, must not put the old one back.
func TestWhatSomebodyChangedInTheFileIsNotUndone(t *testing.T) {
	w := desk(t)
	w.mustAccept(w.propose(Application, 17, cedar(t, operator()...)))
	w.write("operators", strings.Replace(w.read("operators"), firstWallet, "0x8617E340B3D01FA5F11F306F4090FD50E238070D", 1))
	body := strings.Replace(cedar(t, operator()...), "2026-10-03", "2026-10-04", 1)
	p := w.propose(Application, 17, body)
	expectProblems(t, p, "operators.csv: wallet of cedar is 0x8617E340B3D01FA5F11F306F4090FD50E238070D, and entry 0001.json wrote "+firstWallet+
		": somebody changed it since; say which holds with --set operators.wallet=VALUE")
	p = w.propose(Application, 17, body, "operators.wallet=0x8617E340B3D01FA5F11F306F4090FD50E238070D")
	expectProblems(t, p)
	if want := "stages.csv: from_on of cedar training is 2026-10-03, and becomes 2026-10-04"; !slices.Contains(p.Notes, want) {
		t.Errorf("the notes are %q; want among them %q", p.Notes, want)
	}
	w.mustAccept(p)
	if got := w.read("operators"); !strings.Contains(got, "cedar,Cedar Racks,emea,2026-11-01,0x8617E340B3D01FA5F11F306F4090FD50E238070D,") {
		t.Errorf("operators.csv is %s", got)
	}
	// What is accepted as it is has nothing to decide, whatever became of the file.
	w.write("operators", strings.Replace(w.read("operators"), "0x8617E340B3D01FA5F11F306F4090FD50E238070D", firstWallet, 1))
	expectProblems(t, w.propose(Application, 17, body))
}

// The tracker moved to another repository, where somebody else's issue has the number
// of the one that was accepted: it is not that one's, and neither is its operator.
func TestAnIssueOfAnotherRepositoryOwnsNothing(t *testing.T) {
	w := desk(t)
	w.mustAccept(w.propose(Application, 17, cedar(t, operator()...)))
	issue := Issue{Number: 17, Body: cedar(t, operator()...) + "\n", Link: "https://git.example.net/fleet/desk-2/issues/17"}
	p, err := Make(Application, issue, nil, w.entries(), w)
	if err != nil {
		t.Fatal(err)
	}
	if p.State != New || !slices.Contains(p.Notes, "entry 0001.json is of another issue of this number, https://git.example.net/fleet/desk/issues/17, and counts for nothing here") {
		t.Errorf("it is %s, with the notes %q", p.State, p.Notes)
	}
	if want := "operators.csv: operator_id cedar is there already, and not from this issue; give another one with --set operator_id=VALUE"; !slices.Contains(p.Problems, want) {
		t.Errorf("the problems are %q; want among them %q", p.Problems, want)
	}
	// The same issue of a server that has another address is the same.
	issue.Link = "https://desk.example.org/git/fleet/desk/issues/17"
	if p, err = Make(Application, issue, nil, w.entries(), w); err != nil || p.State != Changed {
		t.Errorf("it is %+v, %v", p, err)
	}
}

// Nobody can make the list endless, or its making slow.
func TestAFormOfManyWrongLinesIsToldInFew(t *testing.T) {
	var b strings.Builder
	b.WriteString(cedar(t))
	for n := range 30_000 {
		fmt.Fprintf(&b, "- Label %d: x\n", n)
	}
	p := desk(t).propose(Application, 17, b.String())
	if len(p.Problems) != 1 || !strings.HasSuffix(p.Problems[0], " more lines that are wrong; ask for the form anew, or decline it") || len(p.Notes) > 210 {
		t.Errorf("%d notes, and the problems %q", len(p.Notes), p.Problems)
	}
}

// An exit notice over another one says what it takes the place of.
func TestWhatARowReplacesIsTold(t *testing.T) {
	w := desk(t)
	w.write("operators", strings.Replace(w.read("operators"), "2026-01-10,,,,", "2026-01-10,2026-12-31,voluntary,2026-09-01,", 1))
	p := w.propose(Exit, 18, form(t, Exit, "Operator id", "alder", "Last day on which your nodes run", "2026-10-31", "Kind", "for_cause"))
	expectProblems(t, p)
	for _, want := range []string{
		"operators.csv: last_active_day of alder is 2026-12-31, and becomes 2026-10-31",
		"operators.csv: exit_kind of alder is voluntary, and becomes for_cause",
		"operators.csv: notice_on of alder is 2026-09-01, and becomes 2026-10-01",
	} {
		if !slices.Contains(p.Notes, want) {
			t.Errorf("the notes are %q; want among them %q", p.Notes, want)
		}
	}
}

func TestAWalletOfAnotherPayeeIsTold(t *testing.T) {
	w := desk(t)
	w.write("partners", "partner_id,name,region,since,wallet\nmill,Mill & Sons,emea,2026-01-01,"+firstWallet+"\n")
	p := w.propose(Application, 17, cedar(t, operator()...))
	if want := "partners.csv: the wallet " + firstWallet + " is that of mill already; ask both on a second way whether it is to be so"; !slices.Contains(p.Notes, want) {
		t.Errorf("the notes are %q; want among them %q", p.Notes, want)
	}
	if p.Wallet() != firstWallet {
		t.Errorf("the form's wallet is %q", p.Wallet())
	}
	p = w.propose(Application, 17, cedar(t, operator()...), "wallet="+secondWallet)
	want := "operators.csv: the wallet " + secondWallet + " is that of alder already; ask both on a second way whether it is to be so"
	if !slices.Contains(p.Notes, want) || p.Wallet() != "" {
		t.Errorf("the notes are %q, and the form's wallet %q; want among them %q", p.Notes, p.Wallet(), want)
	}
	if _, notes, err := w.accept(p); err != nil || !slices.Contains(notes, want) {
		t.Errorf("at acceptance the notes are %q, %v; want among them %q", notes, err, want)
	}
}

// What a page may hide is not accepted, whichever answer it is about.
func TestAFormWhosePageMayShowSomethingElseIsBarred(t *testing.T) {
	p := desk(t).propose(Application, 17, "---\ngitea: none\nx:\n- Remarks: none\n---\n"+cedar(t))
	expectProblems(t, p, "line 1: a line --- begins the text, and what follows it may not be shown; begin with the form's own first line")
}

func TestAChainThatNobodyIsPaidOnIsLeftOut(t *testing.T) {
	p := desk(t).propose(Application, 17, strings.Replace(cedar(t, operator()...), "avalanche): Base", "avalanche): Base Wallet: 0x0", 1), "chain=Polygon")
	expectProblems(t, p)
	if got := p.Rows[0].Value("chain"); got != "polygon" {
		t.Errorf("the chain is %q", got)
	}
	p = desk(t).propose(Application, 17, strings.Replace(cedar(t, operator()...), "avalanche): Base", "avalanche): moon", 1))
	if got := p.Rows[0].Value("chain"); got != "" || !strings.Contains(strings.Join(p.Notes, "\n"), `"moon" is no chain that is paid on; write one of ethereum, base, arbitrum, optimism, polygon, avalanche; it is left out`) {
		t.Errorf("the chain is %q; the notes are %q", got, p.Notes)
	}
}

func TestAFormulaIsFoundBehindWhatMayBeginACell(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@x", "＝1", "Cedar;=1+1", "Cedar,  \"=1+1", "Cedar|+1", "Cedar\t@x"} {
		if formula(text) == "" {
			t.Errorf("%q is taken", text)
		}
	}
	for _, text := range []string{"Cedar Racks", "Cedar, Inc.", "A=B", "Cedar; Oak - Elm", "Cedar - Racks", "a+b", `"Cedar"`} {
		if got := formula(text); got != "" {
			t.Errorf("of %q the part %q is taken for a formula", text, got)
		}
	}
}

// What a person gives is kept in the entry, and so is a reason: neither may hold what
// the form must not.
func TestContactDataIsNotGivenEither(t *testing.T) {
	w := desk(t)
	p := w.propose(Application, 17, cedar(t), "name=Cedar cedar@racks.example")
	if len(p.Problems) == 0 || !strings.Contains(p.Problems[0], "what is given holds contact data") {
		t.Errorf("got %q", p.Problems)
	}
	p = w.propose(Application, 17, cedar(t))
	if _, err := w.w.Decline(p, Decision{By: "R. Finance", Reason: "asked at +31 20 555 0199"}, nil); err == nil || !strings.Contains(err.Error(), "the reason holds contact data") {
		t.Errorf("got %v", err)
	}
	if n := len(w.entries()); n > 0 {
		t.Errorf("%d entries", n)
	}
}

func TestAFileThatMayOnlyBeReadIsNotReplaced(t *testing.T) {
	w := desk(t)
	if err := os.Chmod(filepath.Join(w.dir, "tiers.csv"), 0o440); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.accept(w.propose(Application, 17, cedar(t, operator()...)))
	if want := "tiers.csv: may only be read, so nothing was written; let its owner write to it (chmod u+w), and accept it again"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	w.expectTidy()
	w.expectFile("stages", "operator_id,stage,from_on,name")
}

// The disk fails when the entry is in its place already: it stands, and its files must
// still be there for the run that completes it.
func TestAnEntryThatStandsKeepsItsFiles(t *testing.T) {
	w := desk(t)
	w.w.Journal.sync = func(string) error { return errors.New("the disk is gone") }
	if _, _, err := w.accept(w.propose(Application, 17, cedar(t, operator()...))); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Fatalf("got %v", err)
	}
	w.w.Journal.sync = nil
	entries := w.entries()
	if waits, err := w.w.Unfinished(entries); !waits || err != nil || len(entries) != 1 {
		t.Fatalf("%d entries, waiting %v, %v", len(entries), waits, err)
	}
	if err := w.w.Complete(entries, nil); err != nil {
		t.Fatal(err)
	}
	w.expectFile("tiers", "operator_id,tier,from_on", "alder,1,2026-01-15", "cedar,2,2026-11-01")
	w.expectTidy()
}
