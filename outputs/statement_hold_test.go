package outputs

import (
	"slices"
	"strings"
	"testing"

	"fleetpay/rules"
)

func TestAHeldPayeeReadsWhatToDo(t *testing.T) {
	const mistyped = "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed" // walletA with one letter's case turned
	for _, c := range []struct {
		name, chain, wallet, ask string
		to                       rules.Destination
		want                     string
		unconfirmed              bool
	}{
		{"no wallet", "base", "", "the payout desk", rules.Destination{Problems: []string{"wallet missing"}},
			"Held: no wallet is on file. Send one to the payout desk; 48.39 USD is kept and paid with the close after that.", false},
		{"nobody to ask is configured", "base", "", "", rules.Destination{Problems: []string{"wallet missing"}},
			"Held: no wallet is on file. Send one to the program; 48.39 USD is kept and paid with the close after that.", false},
		{"a text that is no address, with a semicolon of its own", "base", "a; b", "the payout desk", rules.Destination{},
			`Held: the wallet "a; b" is not an address. Send the right one to the payout desk; 48.39 USD is kept and paid with the close after that.`, false},
		{"a mistyped address", "base", mistyped, "the payout desk", rules.Destination{},
			"Held: the wallet " + mistyped + " has a wrong checksum, so a character of it is mistyped. " +
				"Send the right one to the payout desk; 48.39 USD is kept and paid with the close after that.", false},
		{"a blocked wallet", "base", walletA, "the payout desk", rules.Destination{Problems: []string{"wallet " + walletA + " is blocked"}},
			"Held: the wallet on file is on the program's list of blocked wallets. " +
				"Send another one to the payout desk; 48.39 USD is kept and paid with the close after that.", false},
		{"an unknown chain", "solaris", walletA, "the payout desk", rules.Destination{Problems: []string{"chain unknown"}},
			`Held: the program does not pay on chain "solaris". Name a chain (` + strings.Join(ChainNames(), ", ") +
				") to the payout desk; 48.39 USD is kept and paid with the close after that.", false},
		{"neither wallet nor chain", "", "", "the payout desk", rules.Destination{},
			"Held: no wallet is on file, and no chain is on file. Send one and name a chain (" + strings.Join(ChainNames(), ", ") +
				") to the payout desk; 48.39 USD is kept and paid with the close after that.", false},
		{"a new wallet that nobody confirmed", "base", walletA, "the payout desk", rules.Destination{Last: rules.Account{Chain: "base", Wallet: walletB}},
			"Held: waiting for 2 confirmations of the new wallet. If you did not ask for this change, tell the payout desk; " +
				"48.39 USD is kept and paid with the close after that.", true},
		{"a new wallet that one of two confirmed", "base", walletA, "the payout desk",
			rules.Destination{Last: rules.Account{Chain: "base", Wallet: walletB}, ConfirmedBy: []string{"ann"}},
			"Held: waiting for 1 more confirmation of the new wallet. If you did not ask for this change, tell the payout desk; " +
				"48.39 USD is kept and paid with the close after that.", true},
		{"the old wallet on a new chain", "base", walletA, "the payout desk",
			rules.Destination{Last: rules.Account{Chain: "polygon", Wallet: strings.ToLower(walletA)}, ConfirmedBy: []string{"ann"}},
			"Held: waiting for 1 more confirmation of the new chain. If you did not ask for this change, tell the payout desk; " +
				"48.39 USD is kept and paid with the close after that.", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := smallMonth()
			m.Contact.Ask, m.Facts.Settings.Confirmers, m.Facts.Operators[1].Destination = c.ask, 2, c.to
			p := &m.Book.Payouts[1]
			p.Chain, p.Wallet, p.Reason = c.chain, c.wallet, "the reason"
			wrong, advice, unconfirmed := m.hold(p, c.to)
			if got := wrong + " " + advice; got != c.want || unconfirmed != c.unconfirmed {
				t.Errorf("%q, %v\nnot %q", got, unconfirmed, c.want)
			}
			text := onOneLine(t, m, "bravo")
			if !strings.Contains(text, wrong) || !strings.Contains(text, advice) || strings.Contains(text, "the reason") != c.unconfirmed {
				t.Errorf("the statement says\n%s", text)
			}
		})
	}
}

func onOneLine(t *testing.T, m *Month, operator string) string {
	t.Helper()
	return strings.Join(strings.Fields(strings.Join(pdfText(t, statementOf(t, m, rules.OperatorPayee, operator)), " ")), " ")
}

func TestAPayableStatementDoesNotSayItIsPaid(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts[0].Reason = "paid in full"
	if text := onOneLine(t, m, "alpha"); strings.Count(text, "paid in full") != 1 || !strings.Contains(text, "To be paid in full") {
		t.Errorf("got\n%s", text)
	}
}

func TestWhoLeftAndOwesIsToldToPayBack(t *testing.T) {
	m := smallMonth()
	m.Contact.Ask = "the payout desk"
	p := &m.Book.Payouts[2]
	p.Reason = "owes 1250.00; set off against what comes next"
	for _, c := range []struct {
		name, last, want, not string
	}{
		{"left in the month", "2026-10-12", "Negative: 1250.00 USD is owed to the program Ask the payout desk how to pay it back.", "set off"},
		{"leaves in the next month", "2026-11-12", "Negative: carried to the next month Reason owes 1250.00; set off against what comes next", "pay it back"},
		{"stays", "", "Negative: carried to the next month Reason owes 1250.00; set off against what comes next", "pay it back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m.Facts.Operators[2].LastActiveDay = 0
			if c.last != "" {
				m.Facts.Operators[2].LastActiveDay = day(c.last)
			}
			if text := onOneLine(t, m, "charlie"); !strings.Contains(text, c.want) || strings.Contains(text, c.not) {
				t.Errorf("got\n%s", text)
			}
		})
	}
}

func TestAStatementAfterAWithdrawalSaysThatItReplacesOne(t *testing.T) {
	const want = "This statement replaces an earlier one of this month, which was withdrawn."
	for _, withdrawn := range []int{0, 1, 2} {
		m := smallMonth()
		m.Withdrawn = withdrawn
		text := onOneLine(t, m, "alpha")
		for _, layout := range allLayouts {
			m.Report.Layout = layout
			if report := markdown(t, m, "pine"); strings.Contains(report, want) != strings.Contains(text, want) {
				t.Errorf("%s: the report and the statement differ", layout)
			}
		}
		if strings.Contains(text, want) != (withdrawn > 0) {
			t.Errorf("after %d withdrawals\n%s", withdrawn, text)
		}
	}
}

func TestAMonthWithoutASlotHasNoTimes(t *testing.T) {
	m := smallMonth()
	m.Facts.Settings.SlotSeconds = 60
	want := []pair{{"Node-days", "0 on 0 days"}, {"Uptime", "not measured"}, {"Incidents (critical)", "0 (0)"}, {"Never answered", "0"}}
	if got := statements(m)[1].measured(); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

// 7200 slots of 60 s are 5 d; 7 down, 30 without a sample, 60 in maintenance.
func TestAnOperatorReadsTimesInsteadOfSlots(t *testing.T) {
	m := smallMonth()
	m.Facts.Settings.SlotSeconds = 60
	for _, c := range []struct {
		missing       rules.Missing
		uptime, label string
	}{
		{rules.MissingDown, "99.486% of 5 d 00 h", "No heartbeat"},
		{rules.MissingIgnore, "99.902% of 4 d 23 h", "No heartbeat, not counted"}, // 7170 slots
	} {
		m.Book.Payouts[0].Missing = c.missing
		said := map[string]string{}
		for _, p := range statements(m)[0].measured() {
			said[p.label] = p.value
		}
		for name, want := range map[string]string{"Uptime": c.uptime, "Down": "7 min 00 s", c.label: "30 min 00 s", "Maintenance, not counted": "1 h 00 min"} {
			if said[name] != want {
				t.Errorf("%s: %s is %q, not %q", c.missing, name, said[name], want)
			}
		}
	}
}

func TestTheContactStandsUnderThePayment(t *testing.T) {
	text := onOneLine(t, operatorMonth(5, 6, 2), second)
	if at := strings.Index(text, "Questions about this statement: the payout desk"); at < 0 || at > strings.Index(text, "Earned in October 2026") {
		t.Errorf("got\n%s", text)
	}
}
