package proposals

import (
	"reflect"
	"strings"
	"testing"

	"fleetpay/sources"
)

func rows(p *Proposal) string {
	var list []string
	for _, r := range p.Rows {
		list = append(list, r.String())
	}
	return strings.Join(list, "\n")
}

func expectRows(t *testing.T, p *Proposal, want ...string) {
	t.Helper()
	if got := rows(p); got != strings.Join(want, "\n") {
		t.Errorf("the rows are\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func expectProblems(t *testing.T, p *Proposal, want ...string) {
	t.Helper()
	if got := strings.Join(p.Problems, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the problems are\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// The forms that people read are those that the program asks: each can be read, and
// what a row is made from is in it.
func TestTheFormsHoldWhatTheProgramAsks(t *testing.T) {
	for kind, want := range map[Kind][]string{
		Application: {"Handle", "Name or company", "Region you want to serve", "Chain", "Wallet", "Commitment in months", "Operator id", "Tier", "First active day"},
		Exit:        {"Operator id", "Last day on which your nodes run", "Notice given on", "Kind"},
		Referral: {"Your id", "You are a", "Kind", "Operator id, when it is an operator", "Name or handle of the customer", "Channel", "Referred on",
			"Id of the row", "Qualified on"},
	} {
		template, err := Template(kind)
		if err != nil {
			t.Fatal(err)
		}
		f := template.Parse(form(t, kind))
		if len(f.Problems) > 0 {
			t.Errorf("%s: the empty form has problems: %v", kind, f.Problems)
		}
		for _, label := range want {
			f.Answer(label) // panics when the form lacks it
		}
		if kind == Application {
			for _, stage := range stages {
				f.Cell(stage, "date")
			}
		}
		for _, name := range kind.datasets() {
			ds := sources.Lookup(name)
			for _, column := range matchOf(name) {
				if ds.Index(column) < 0 {
					t.Errorf("%s has no column %s", name, column)
				}
			}
		}
	}
}

func TestAnApplicantInTrainingHasStagesAndIsNoOperatorYet(t *testing.T) {
	p := desk(t).propose(Application, 17, cedar(t))
	expectRows(t, p,
		"stages: operator_id=cedar, stage=applied, from_on=2026-10-01, name=Cedar Racks", // the day of the issue
		"stages: operator_id=cedar, stage=training, from_on=2026-10-03, name=Cedar Racks")
	expectProblems(t, p)
	if p.ID != "application-17" || p.State != New || !strings.Contains(strings.Join(p.Notes, "\n"), "no row of operators yet: First active day is empty") {
		t.Errorf("got %+v", p)
	}
}

func TestAnOperatorIsProposedOncePayBegins(t *testing.T) {
	p := desk(t).propose(Application, 17, cedar(t, "| certified", "2026-10-20", "Tier", "2", "First active day", "2026-11-01"))
	expectRows(t, p,
		"operators: operator_id=cedar, name=Cedar Racks, region=emea, joined_on=2026-11-01, wallet="+firstWallet+", chain=base, certified_on=2026-10-20, commitment_months=12",
		"stages: operator_id=cedar, stage=applied, from_on=2026-10-01, name=Cedar Racks",
		"stages: operator_id=cedar, stage=training, from_on=2026-10-03, name=Cedar Racks",
		"stages: operator_id=cedar, stage=certified, from_on=2026-10-20, name=Cedar Racks",
		"tiers: operator_id=cedar, tier=2, from_on=2026-11-01")
	expectProblems(t, p)
}

func TestWhatTheFormLacksIsGivenAtAcceptance(t *testing.T) {
	body := form(t, Application, "Handle", "cedar-racks")
	p := desk(t).propose(Application, 17, body)
	expectProblems(t, p, "line 114: Operator id (stages.operator_id) is empty; fill it in in the form, or give it with --set operator_id=VALUE")
	p = desk(t).propose(Application, 17, body, "operator_id=cedar", "region=emea", "joined_on=2026-11-01", "operators.name=Cedar Racks", "agreement=2026-07", "tier=1")
	expectRows(t, p,
		"operators: operator_id=cedar, name=Cedar Racks, region=emea, joined_on=2026-11-01, agreement=2026-07",
		"stages: operator_id=cedar, stage=applied, from_on=2026-10-01, name=cedar-racks",
		"tiers: operator_id=cedar, tier=1, from_on=2026-11-01")
	expectProblems(t, p)
}

func TestWhatCanNotBeGivenIsRefused(t *testing.T) {
	for _, c := range []struct {
		given []string
		want  string
	}{
		{[]string{"colour=green"}, "colour: there is no such column in the rows of this kind of proposal, which are of operators, stages, tiers; see specs/datasets.md for their columns"},
		{[]string{"nodes.location=ams"}, "nodes.location: there is no such column in the rows of this kind of proposal, which are of operators, stages, tiers; see specs/datasets.md for their columns"},
		{[]string{"from_on=2026-10-01"}, "from_on is a column of stages and of tiers; say which one, as in stages.from_on=2026-10-01"},
		{[]string{"region=emea", "region=apac"}, "region is given twice; give it once"},
	} {
		_, err := desk(t).make(Application, 17, cedar(t), c.given...)
		if err == nil || err.Error() != c.want {
			t.Errorf("%v: got %v, want %s", c.given, err, c.want)
		}
	}
	for _, text := range []string{"region", "=emea", ""} {
		if _, err := ParseGiven(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestWhatIsWrongWithAFormIsNamed(t *testing.T) {
	p := desk(t).propose(Application, 17, cedar(t, "First active day", "1 November", "Wallet", " mistyped", "Bandwidth in Mbit/s", "call +31 20 555 0199",
		"| probation", "soon"))
	expectProblems(t, p,
		`line 117: First active day (operators.joined_on): "1 November" is not a date; write it as 2026-10-05`,
		`line 111: probation, date (stages.from_on): "soon" is not a date; write it as 2026-10-05`)
	p2 := desk(t).propose(Application, 17, cedar(t, "First active day", "2026-11-01", "Tier", "gold"))
	expectProblems(t, p2, `line 115: Tier (tiers.tier): "gold" is not allowed; write 1, 2 or 3`)
	notes := strings.Join(p.Notes, "\n")
	for _, want := range []string{
		`line 26: Wallet (operators.wallet): wallet "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed mistyped" is not an address; write 0x and 40 hex digits; it is left out, unless it is given with --set wallet=VALUE`,
		"line 36: Bandwidth in Mbit/s: holds contact data (an @, or digits like a telephone number), which is not kept; take it out of the form",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes are\n%s\nwant among them\n%s", notes, want)
		}
	}
	if strings.Contains(notes, "555") {
		t.Errorf("contact data is told: %s", notes)
	}
}

// A spreadsheet would run what begins so, and whoever filed the issue would have
// written it.
func TestAFormulaIsNotTaken(t *testing.T) {
	p := desk(t).propose(Application, 17, strings.Replace(cedar(t, "First active day", "2026-11-01"), "Cedar Racks", `=HYPERLINK("http://bad.example")`, 1))
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0], `begins with "=", which a spreadsheet would read as a formula; write it another way`) {
		t.Errorf("got %q", p.Problems)
	}
}

// Anybody may write the id of another operator into a form.
func TestAnApplicationCanNotChangeAnotherOperator(t *testing.T) {
	p := desk(t).propose(Application, 17, strings.Replace(cedar(t, "First active day", "2026-11-01"), "Operator id: cedar", "Operator id: alder", 1))
	expectProblems(t, p, "operators.csv: operator_id alder is there already, and not from this issue; give another one with --set operator_id=VALUE")
}

func TestAnIDThatReadsLikeAnotherIsRefused(t *testing.T) {
	p := desk(t).propose(Application, 17, strings.Replace(cedar(t, "First active day", "2026-11-01"), "Operator id: cedar", "Operator id: Alder", 1))
	expectProblems(t, p, "operators.csv: operator_id Alder differs from alder, which is there, in nothing but capitals; give another one with --set operator_id=VALUE")
}

func TestAnExitNoticeChangesTheOperatorsRow(t *testing.T) {
	body := form(t, Exit, "Operator id", "alder", "Last day on which your nodes run", "2026-10-31", "Kind", "Voluntary")
	p := desk(t).propose(Exit, 18, body)
	expectProblems(t, p)
	expectRows(t, p, "operators: change operator_id=alder, last_active_day=2026-10-31, exit_kind=voluntary, notice_on=2026-10-01") // the day of the issue
	p = desk(t).propose(Exit, 18, strings.Replace(body, "Operator id: alder", "Operator id: elm", 1), "notice_on=2026-09-15")
	expectProblems(t, p, "operators.csv: there is no operator_id elm; correct the form, or give it with --set operator_id=VALUE")
	p = desk(t).propose(Exit, 18, form(t, Exit, "Operator id", "alder"))
	expectProblems(t, p,
		"line 11: Last day on which your nodes run (operators.last_active_day) is empty; fill it in in the form, or give it with --set last_active_day=VALUE",
		"line 36: Kind (operators.exit_kind) is empty; fill it in in the form, or give it with --set exit_kind=VALUE")
}

func TestAReferralIsARowOfReferralsOrOfLeads(t *testing.T) {
	p := desk(t).propose(Referral, 19, form(t, Referral, "Your id", "mill", "You are a", "partner", "Kind", "operator",
		"Operator id, when it is an operator", "alder", "Referred on", "2026-09-30"))
	expectProblems(t, p)
	expectRows(t, p, "referrals: referral_id=referral-19, partner_id=mill, operator_id=alder, referred_on=2026-09-30")
	p = desk(t).propose(Referral, 20, form(t, Referral, "Your id", "alder", "You are a", "operator", "Kind", "Customer",
		"Name or handle of the customer", "Elm Analytics", "Channel", "event", "Id of the row", "l-7", "Qualified on", "2026-10-02"))
	expectProblems(t, p)
	expectRows(t, p, "leads: lead_id=l-7, source_kind=operator, source_id=alder, channel=event, created_on=2026-10-01, qualified_on=2026-10-02, customer=Elm Analytics")
}

func TestAReferralThatTheCloseWouldRefuseIsNamed(t *testing.T) {
	w := desk(t)
	w.write("referrals", "referral_id,partner_id,operator_id,referred_on\nr1,mill,alder,2026-01-10\n")
	p := w.propose(Referral, 19, form(t, Referral, "Your id", "oak", "You are a", "operator", "Kind", "operator", "Operator id, when it is an operator", "alder"))
	expectProblems(t, p,
		`line 12: You are a: "operator"; an operator is referred by a partner, so correct the form`,
		"referrals.csv: operator alder is referred already, by mill in r1; an operator has one referral, so decline one of them",
		"partners.csv: there is no partner_id oak; correct the form, or give it with --set partner_id=VALUE")
	p = w.propose(Referral, 19, form(t, Referral, "Your id", "mill", "Kind", "friend"))
	expectProblems(t, p, `line 19: Kind: "friend" is neither operator nor customer; correct the form`)
}

func TestAnotherTextThanTheFormIsUnreadable(t *testing.T) {
	p := desk(t).propose(Exit, 18, "Hi, I want to stop. Call me at +31 20 555 0199.")
	expectProblems(t, p, "is not filled in in the form specs/templates/exit-notice.md; ask for the form, or decline it")
	if p.State != Unreadable || len(p.Rows) > 0 {
		t.Errorf("got %+v", p)
	}
}

func TestATitleWithContactDataIsNotTold(t *testing.T) {
	for text, want := range map[string]string{"Apply: cedar": "Apply: cedar", "mail me, c@racks.example": "", "two\nlines\u202e": "two lines"} {
		if got := title(text); got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
}

func TestIDsOfProposals(t *testing.T) {
	for _, kind := range Kinds() {
		k, n, err := ParseID(NewID(kind, 17))
		if err != nil || k != kind || n != 17 {
			t.Errorf("%s: %s %d %v", kind, k, n, err)
		}
	}
	for _, text := range []string{"", "17", "application", "application-0", "application-017", "lead-17", "application-17x", "application-9999999999999999999"} {
		if _, _, err := ParseID(text); err == nil {
			t.Errorf("%q is taken for a proposal", text)
		}
	}
}

func TestARowForgetsAndTakesValues(t *testing.T) {
	r := Row{Dataset: "tiers", match: matchOf("tiers")}
	for _, c := range [][2]string{{"operator_id", "cedar"}, {"tier", "1"}, {"tier", "2"}, {"from_on", "2026-10-01"}, {"operator_id", ""}, {"none", ""}} {
		r.set(c[0], c[1])
	}
	if !reflect.DeepEqual(r.Columns, []string{"tier", "from_on"}) || !reflect.DeepEqual(r.Values, []string{"2", "2026-10-01"}) {
		t.Errorf("got %+v", r)
	}
}

// Contact data in a cell that no row is made from bars nothing; a stage that stands
// twice does, as nobody knows which day it began.
func TestTheDesksTableBarsOnlyWhatRowsNeed(t *testing.T) {
	body := strings.Replace(cedar(t), "| applied | | | |", "| applied | | @desk | |", 1)
	p := desk(t).propose(Application, 17, body)
	expectProblems(t, p)
	if got, want := strings.Join(p.Notes, "\n"), "line 106: applied, by: holds contact data"; !strings.Contains(got, want) {
		t.Errorf("the notes are\n%s\nwant among them\n%s", got, want)
	}
	p = desk(t).propose(Application, 17, strings.Replace(body, "| certified (", "| training | 2026-10-09 | | |\n| certified (", 1))
	expectProblems(t, p, "line 112: training: stands twice, first on line 108, so no answer is taken; keep one of them")
}

// What was given once holds on, and what the form says later is told beside it.
func TestWhatWasGivenHoldsOn(t *testing.T) {
	w := desk(t)
	w.mustAccept(w.propose(Application, 17, cedar(t), "joined_on=2026-11-01", "wallet="+secondWallet))
	p := w.propose(Application, 17, cedar(t, "First active day", "2026-12-01"))
	notes := strings.Join(p.Notes, "\n")
	for _, want := range []string{
		"First active day (operators.joined_on): 2026-11-01 was given at an earlier acceptance, and the form says 2026-12-01; it is taken only if it is given with --set joined_on=2026-12-01",
		"Wallet (operators.wallet): " + secondWallet + " was given at an earlier acceptance, and the form says " + strings.ToLower(firstWallet),
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes are\n%s\nwant among them\n%s", notes, want)
		}
	}
	if p.State != Changed || len(p.Differs) > 0 {
		t.Errorf("differs: %q", p.Differs)
	}
	w.mustAccept(w.propose(Application, 17, cedar(t, "First active day", "2026-12-01"), "joined_on=2026-12-01"))
	if got := w.read("operators"); !strings.Contains(got, "cedar,Cedar Racks,emea,2026-12-01,"+secondWallet+",base,,,,,12\n") {
		t.Errorf("operators.csv is\n%s", got)
	}
}
