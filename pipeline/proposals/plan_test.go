package proposals

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// expectFile compares a file with what it should hold, line by line.
func (w *world) expectFile(dataset string, lines ...string) {
	w.t.Helper()
	if got, want := w.read(dataset), strings.Join(lines, "\n")+"\n"; got != want {
		w.t.Errorf("%s holds\n%s\nwant\n%s", dataset, got, want)
	}
}

// expectTidy refuses anything that waits to take a file's place.
func (w *world) expectTidy() {
	w.t.Helper()
	names, err := filepath.Glob(filepath.Join(w.dir, stagedPrefix+"*"))
	if err != nil || len(names) > 0 {
		w.t.Errorf("left behind: %v, %v", names, err)
	}
}

func operator() []string {
	return []string{"| certified", "2026-10-20", "Tier", "2", "First active day", "2026-11-01"}
}

func TestAnAcceptedApplicationIsWrittenAndKept(t *testing.T) {
	w := desk(t)
	p := w.propose(Application, 17, cedar(t, operator()...))
	e := w.mustAccept(p)
	w.expectFile("operators",
		"operator_id,name,region,joined_on,wallet,chain,certified_on,last_active_day,exit_kind,notice_on,commitment_months",
		"alder,Alder Hosting,emea,2026-01-15,"+secondWallet+",,2026-01-10,,,,",
		"cedar,Cedar Racks,emea,2026-11-01,"+firstWallet+",base,2026-10-20,,,,12")
	w.expectFile("stages", "operator_id,stage,from_on,name",
		"cedar,applied,2026-10-01,Cedar Racks", "cedar,training,2026-10-03,Cedar Racks", "cedar,certified,2026-10-20,Cedar Racks")
	w.expectFile("tiers", "operator_id,tier,from_on", "alder,1,2026-01-15", "cedar,2,2026-11-01")
	w.expectTidy()
	if e.Number != 1 || e.By != "R. Finance" || e.Text != p.Text || len(e.Rows) != 1+3+1 || len(e.Files) != 3 || e.At != "2026-10-05T12:00:00Z" {
		t.Errorf("the entry is %+v", e)
	}
	info, err := os.Stat(filepath.Join(w.dir, "operators.csv"))
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the file's mode is %v, %v; it was 0640", info.Mode(), err)
	}
	entry, err := os.ReadFile(filepath.Join(w.w.Journal.Dir, "0001.json"))
	if err != nil || strings.Contains(string(entry), "cedar-racks") { // the handle is in the form only
		t.Errorf("the entry keeps of the form what no row needs: %s, %v", entry, err)
	}
}

func TestTheSameTextIsAcceptedOnce(t *testing.T) {
	w := desk(t)
	w.mustAccept(w.propose(Application, 17, cedar(t)))
	again := w.propose(Application, 17, cedar(t))
	if again.State != Accepted {
		t.Errorf("the state is %s", again.State)
	}
	want := "application-17: was accepted by R. Finance on 2026-10-05, and its text is the same since; there is nothing to decide"
	for name, err := range map[string]error{
		"accept": func() error { _, _, err := w.accept(again); return err }(),
		"decline": func() error {
			_, err := w.w.Decline(again, Decision{By: "R. Finance", Reason: "no"}, w.entries())
			return err
		}(),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

// The desk goes on filling in the form: each stage is accepted when it begins, and
// the operator when pay does. A wallet that changed since is told with both.
func TestAnIssueThatChangesIsToldWithWhatDiffers(t *testing.T) {
	w := desk(t)
	w.mustAccept(w.propose(Application, 17, cedar(t)))
	p := w.propose(Application, 17, cedar(t, operator()...))
	if p.State != Changed || p.Decided == nil || p.Decided.Entry != 1 {
		t.Fatalf("got %+v", p)
	}
	w.mustAccept(p)
	p = w.propose(Application, 17, strings.Replace(cedar(t, operator()...), strings.ToLower(firstWallet), secondWallet, 1))
	if got, want := strings.Join(p.Differs, "\n"), "operators cedar: wallet was accepted as "+firstWallet+", and is "+secondWallet; got != want {
		t.Errorf("differs\n%s\nwant\n%s", got, want)
	}
	e := w.mustAccept(p)
	if got, want := strings.Join(e.Rows[0].Differences(), ", "), "operator_id=cedar, wallet="+secondWallet+" (was "+firstWallet+")"; got != want || len(e.Rows) != 1 {
		t.Errorf("written: %s, want %s", got, want)
	}
	if got := strings.Count(w.read("operators"), "cedar,"); got != 1 {
		t.Errorf("cedar stands %d times", got)
	}
	// A stage that began on another day than was thought moves, and is not there twice.
	p = w.propose(Application, 17, strings.Replace(cedar(t, operator()...), "2026-10-03", "2026-10-04", 1))
	w.mustAccept(p)
	w.expectFile("stages", "operator_id,stage,from_on,name",
		"cedar,applied,2026-10-01,Cedar Racks", "cedar,training,2026-10-04,Cedar Racks", "cedar,certified,2026-10-20,Cedar Racks")
	if n := len(w.entries()); n != 4 {
		t.Errorf("%d entries, want 4", n)
	}
}

func TestAnExitNoticeChangesOnlyItsCells(t *testing.T) {
	w := desk(t)
	body := form(t, Exit, "Operator id", "alder", "Last day on which your nodes run", "2026-10-31", "Kind", "voluntary")
	w.mustAccept(w.propose(Exit, 18, body))
	w.expectFile("operators",
		"operator_id,name,region,joined_on,wallet,chain,certified_on,last_active_day,exit_kind,notice_on,commitment_months",
		"alder,Alder Hosting,emea,2026-01-15,"+secondWallet+",,2026-01-10,2026-10-31,voluntary,2026-10-01,")
}

func TestADeclinedProposalCanBeAcceptedLater(t *testing.T) {
	w := desk(t)
	body := form(t, Referral, "Your id", "mill", "You are a", "partner", "Kind", "operator", "Operator id, when it is an operator", "alder")
	at := time.Date(2026, 10, 4, 9, 0, 0, 0, time.UTC)
	if _, err := w.w.Decline(w.propose(Referral, 19, body), Decision{By: "R. Finance", Reason: "not yet", At: at}, nil); err != nil {
		t.Fatal(err)
	}
	p := w.propose(Referral, 19, body)
	if p.State != Declined || p.Decided.Reason != "not yet" {
		t.Errorf("got %+v", p.Decided)
	}
	w.mustAccept(p)
	w.expectFile("referrals", "referral_id,partner_id,operator_id,referred_on", "referral-19,mill,alder,2026-10-01")
	if e := w.entries(); len(e) != 2 || e[1].Previous == "" || len(e[0].Rows) != 0 {
		t.Errorf("the entries are %+v", e)
	}
}

func TestWhatCanNotBeWrittenLeavesEverythingAsItWas(t *testing.T) {
	ready := func(w *world) *Proposal { return w.propose(Application, 17, cedar(t, operator()...)) }
	for name, c := range map[string]struct {
		change func(w *world)
		want   string
	}{
		"a problem of the form": {func(w *world) {
			w.write("operators", w.read("operators")+"cedar,Other,emea,2026-01-15,,,,,,,\n")
		}, "application-17: can't be accepted (https://git.example.net/fleet/desk/issues/17):\n  operators.csv: operator_id cedar is there already, and not from this issue; give another one with --set operator_id=VALUE"},
		"a column that the file lacks": {func(w *world) { w.write("tiers", "operator_id,from_on\n") },
			`tiers.csv: has no column tier, which the row fills with "2"; add the column to the file's first line (and a cell to each row), or leave it out with --set tiers.tier=`},
		"cells without commas between them": {func(w *world) { w.write("tiers", "operator_id;tier;from_on\n") },
			"tiers.csv:1: the cells have no commas between them; save the file as CSV with commas first"},
		"lines that end in CR alone": {func(w *world) { w.write("tiers", "operator_id,tier,from_on\ralder,1,2026-01-15\r") },
			"tiers.csv:1: the lines end in CR alone; save the file with LF or CRLF first"},
		"a bad row in the file": {func(w *world) { w.write("tiers", "operator_id,tier,from_on\nalder,9,2026-01-15\n") },
			"nothing was written, as the file would hold what no close takes:\n  tiers.csv:2: tier: \"9\" is not allowed; write 1, 2 or 3"},
		"a key that stands twice": {func(w *world) {
			w.write("tiers", "operator_id,tier,from_on\nalder,1,2026-01-15\nalder,2,2026-01-15\n")
		}, "tiers.csv: operator_id, from_on alder, 2026-01-15 would stand twice, so nothing was written; correct the file or the form"},
		"a dataset of several files": {func(w *world) { w.missing["tiers"] = "may be pulled from several files (tiers-*.csv)" },
			"application-17: nothing was written, as not every file can be edited:\n  tiers may be pulled from several files (tiers-*.csv); the row is\n" +
				"    operator_id,tier,from_on\n    cedar,2,2026-11-01\n  add what the proposal says by hand, and decline it with that as the reason"},
		"a quote that is never closed": {func(w *world) { w.write("tiers", "operator_id,tier,from_on\n\"alder,1,2026-01-15\n") },
			"tiers.csv:2: a quote is never closed; correct the file first"},
	} {
		w := desk(t)
		c.change(w)
		before := map[string]string{}
		for _, dataset := range []string{"operators", "stages", "tiers"} {
			before[dataset] = w.read(dataset)
		}
		_, _, err := w.accept(ready(w))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v\nwant %s", name, err, c.want)
		}
		for dataset, text := range before {
			if got := w.read(dataset); got != text {
				t.Errorf("%s: %s was changed to %s", name, dataset, got)
			}
		}
		w.expectTidy()
		if n := len(w.entries()); n > 0 {
			t.Errorf("%s: %d entries", name, n)
		}
	}
}

func TestStagesThatNobodyKeepsAreLeftOut(t *testing.T) {
	w := desk(t)
	w.missing["stages"] = "is not kept"
	_, notes, err := w.accept(w.propose(Application, 17, cedar(t, operator()...)))
	if err != nil || len(notes) != 3 || !strings.HasPrefix(notes[0], "stages is not named under sources, so no row of it is written: ") {
		t.Errorf("got %q, %v", notes, err)
	}
	w.expectFile("stages", "operator_id,stage,from_on,name")
}

// A link in a file's place stays one: what it leads to is replaced.
func TestALinkedFileIsReplacedWhereItLies(t *testing.T) {
	w := desk(t)
	books := t.TempDir()
	if err := os.Rename(filepath.Join(w.dir, "tiers.csv"), filepath.Join(books, "all-tiers.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(books, "all-tiers.csv"), filepath.Join(w.dir, "tiers.csv")); err != nil {
		t.Fatal(err)
	}
	w.mustAccept(w.propose(Application, 17, cedar(t, operator()...)))
	w.expectFile("tiers", "operator_id,tier,from_on", "alder,1,2026-01-15", "cedar,2,2026-11-01")
	if info, err := os.Lstat(filepath.Join(w.dir, "tiers.csv")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
}

var errKilled = errors.New("killed")

// A run that is killed between two files is completed by the next one, wherever it
// was killed.
func TestAKilledAcceptanceIsCompleted(t *testing.T) {
	whole := desk(t)
	whole.mustAccept(whole.propose(Application, 17, cedar(t, operator()...)))
	for killed := range 3 { // before the first, second and third file took its place
		w := desk(t)
		done := 0
		w.w.rename = func(from, to string) error {
			if done == killed {
				return errKilled
			}
			done++
			return os.Rename(from, to)
		}
		if _, _, err := w.accept(w.propose(Application, 17, cedar(t, operator()...))); !errors.Is(err, errKilled) {
			t.Fatalf("got %v", err)
		}
		w.w.rename = nil
		if waits, err := w.w.Unfinished(w.entries()); err != nil || !waits {
			t.Errorf("killed before file %d: nothing seems to be left to do: %v", killed+1, err)
		}
		if err := w.w.Complete(w.entries(), []string{"operators.csv", "stages.csv", "tiers.csv"}); err != nil {
			t.Fatal(err)
		}
		for _, dataset := range []string{"operators", "stages", "tiers"} {
			if got, want := w.read(dataset), whole.read(dataset); got != want {
				t.Errorf("killed before file %d: %s holds\n%s\nwant\n%s", killed+1, dataset, got, want)
			}
		}
		w.expectTidy()
		if waits, err := w.w.Unfinished(w.entries()); err != nil || waits {
			t.Errorf("killed before file %d: something is still left to do: %v", killed+1, err)
		}
	}
}

// Killed before the entry was there, an acceptance never was.
func TestWhatWasStagedWithoutAnEntryIsRemoved(t *testing.T) {
	w := desk(t)
	before := w.read("operators")
	staged := filepath.Join(w.dir, stagedPrefix+"0001-operators.csv")
	if err := os.WriteFile(staged, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.w.Complete(nil, []string{"operators.csv", "missing.csv"}); err != nil {
		t.Fatal(err)
	}
	w.expectTidy()
	if w.read("operators") != before {
		t.Error("the file was changed")
	}
}

// Whoever edits a file while an acceptance waits to be completed loses nothing.
func TestAFileThatWasEditedMeanwhileIsNotReplaced(t *testing.T) {
	w := desk(t)
	w.w.rename = func(string, string) error { return errKilled }
	if _, _, err := w.accept(w.propose(Application, 17, cedar(t, operator()...))); !errors.Is(err, errKilled) {
		t.Fatalf("got %v", err)
	}
	w.w.rename = nil
	w.write("operators", w.read("operators")+"birch,Birch,emea,2026-02-01,,,,,,,\n")
	edited := w.read("operators")
	err := w.w.Complete(w.entries(), nil)
	if err == nil || !strings.HasPrefix(err.Error(), "operators.csv: was changed since entry 0001.json of application-17 prepared another one (") {
		t.Errorf("got %v", err)
	}
	if w.read("operators") != edited {
		t.Error("the file was replaced")
	}
}

func TestAJournalThatWasTamperedWithIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(dir string) error
		want   string
	}{
		"a missing entry":    {func(dir string) error { return os.Remove(filepath.Join(dir, "0001.json")) }, "0001.json: is missing; restore it from a copy"},
		"a foreign file":     {func(dir string) error { return os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600) }, "notes.txt: does not belong there; move it away"},
		"another number":     {func(dir string) error { return os.WriteFile(filepath.Join(dir, "3.json"), nil, 0o600) }, "3.json: does not belong there; move it away"},
		"an edited entry":    {edit(`"by": "R. Finance"`, `"by": "Somebody"`), "0002.json: follows another entry than the one before it; restore the folder from a copy"},
		"an unknown key":     {edit(`"by":`, `"buy":`), `unknown field "buy"; restore it from a copy`},
		"another schema":     {edit(`fleetpay.proposal/1`, `fleetpay.proposal/2`), `schema is "fleetpay.proposal/2", and this program knows fleetpay.proposal/1; use the version that wrote it`},
		"a staged elsewhere": {edit(`"staged": ".proposal-`, `"staged": "../.proposal-`), "is no entry that this program writes; restore it from a copy"},
	} {
		w := desk(t)
		w.mustAccept(w.propose(Application, 17, cedar(t)))
		w.mustAccept(w.propose(Application, 17, cedar(t, operator()...)))
		if err := c.change(w.w.Journal.Dir); err != nil {
			t.Fatal(err)
		}
		if _, err := w.w.Journal.Entries(); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// edit changes the first entry.
func edit(from, to string) func(dir string) error {
	return func(dir string) error {
		path := filepath.Join(dir, "0001.json")
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		changed := strings.Replace(string(data), from, to, 1)
		if changed == string(data) {
			return errors.New("nothing to edit")
		}
		return os.WriteFile(path, []byte(changed), 0o600)
	}
}
