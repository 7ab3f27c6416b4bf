package pipeline

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fleetpay/outputs"
	"fleetpay/pipeline/measure"
	"fleetpay/rules"
)

func money(t interface{ Fatal(...any) }, text string) rules.Money {
	m, err := rules.ParseMoney(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What is handed from close to close is read as it was written.
func TestWhatIsHandedOnIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPrevious()
		id := rapid.StringMatching(`[a-z0-9][a-z0-9._-]{0,5}`)
		for range rapid.IntRange(0, 8).Draw(t, "payees") {
			kind := rapid.SampledFrom([]rules.PayeeKind{rules.OperatorPayee, rules.PartnerPayee}).Draw(t, "kind")
			payee := previousPayee{CarriedOut: money(t, fmt.Sprintf("%d.%02d", rapid.IntRange(-99, 99).Draw(t, "dollars"), rapid.IntRange(0, 99).Draw(t, "cents")))}
			if rapid.Bool().Draw(t, "paid") {
				payee.Account = rules.Account{Chain: "base", Wallet: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}
			}
			p.Payees[outputs.PayeeKey{Kind: kind, ID: id.Draw(t, "payee")}] = payee
		}
		first := rules.Period{Year: 2026, Month: 1}
		for range rapid.IntRange(0, 5).Draw(t, "operators") {
			operator := id.Draw(t, "operator")
			p.Exits[operator] = rules.Date(rapid.SampledFrom([]int{0, 739000, 740000}).Draw(t, "exit"))
			p.Uptime[operator] = nil
			for n := range rapid.IntRange(1, historyMonths).Draw(t, "months") {
				up := rapid.Int64Range(0, 1e12).Draw(t, "up")
				p.Uptime[operator] = append(p.Uptime[operator], rules.MonthSlots{
					Period: first.Add(n), Slots: rules.Slots{Expected: up + 7, Up: up, Missing: 3, Maintenance: 5},
				})
			}
			p.Adjustments[operator] = first
			p.Returns[fmt.Sprintf("FP-202512-%016X", rapid.Uint64().Draw(t, "payment"))] = first.Add(1)
		}
		p.Format = outputs.CurrentFormat
		for n := range rapid.IntRange(0, historyMonths).Draw(t, "months of figures") {
			cents := rapid.Int64Range(-1e6, 1e6).Draw(t, "cents")
			p.Figures = append(p.Figures, rules.Figure{Period: first.Add(n), Kind: rules.OfTheFleet, ID: "fleet", Name: rules.FigureEarned,
				Value: rules.Ratio(cents, 100).Cents().String(), Unit: rules.InDollars})
		}
		figures, err := p.figures()
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{outputs.FiguresPath: figures}
		for _, f := range p.tables() {
			data, err := f.marshal(f.rows)
			if err != nil {
				t.Fatal(err)
			}
			files[f.name] = data
		}
		got, err := readPrevious(func(name string) ([]byte, error) { return files[name], nil }, outputs.CurrentFormat)
		if err != nil {
			t.Fatal(err)
		}
		if asText(got) != asText(p) {
			t.Fatalf("got\n%swant\n%s", asText(got), asText(p))
		}
	})
}

// asText writes all that is handed on.
func asText(p *previous) string {
	var b strings.Builder
	for _, key := range p.payeeKeys() {
		fmt.Fprintln(&b, key, p.Payees[key].CarriedOut, p.Payees[key].Account)
	}
	for _, id := range sortedKeys(p.Uptime) {
		fmt.Fprintln(&b, id, p.Uptime[id], p.Exits[id], p.Adjustments[id])
	}
	fmt.Fprintln(&b, p.Returns) // maps are written in the order of their keys
	fmt.Fprintln(&b, p.Format, p.Figures)
	return b.String()
}

// Confirmations count people, whatever the case of a name or a wallet, and only
// those for exactly that chain and wallet.
func TestWhoConfirmedAnAccount(t *testing.T) {
	const wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	confirm := func(chain, wallet, by string) measure.Confirmation {
		return measure.Confirmation{PayeeKind: rules.OperatorPayee, PayeeID: "alder", Chain: chain, Wallet: wallet, ConfirmedBy: by}
	}
	c := completion{confirmation: confirmationsOf([]measure.Confirmation{
		confirm("base", wallet, "T. Treasurer"),
		confirm("base", strings.ToLower(wallet), " t. treasurer "),
		confirm("base", wallet, "C. Controller"),
		confirm("polygon", wallet, "P. Other"),
		confirm("base", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "W. Other"),
	})}
	d := rules.Destination{Chain: "base", Wallet: strings.ToLower(wallet)}
	c.destination(outputs.PayeeKey{Kind: rules.OperatorPayee, ID: "alder"}, &d)
	if got := strings.Join(d.ConfirmedBy, ", "); got != "T. Treasurer, C. Controller" || d.Wallet != wallet || len(d.Problems) > 0 {
		t.Errorf("confirmed by %s for %s, problems %v", got, d.Wallet, d.Problems)
	}
	other := rules.Destination{Chain: "base", Wallet: wallet}
	c.destination(outputs.PayeeKey{Kind: rules.PartnerPayee, ID: "alder"}, &other)
	if len(other.ConfirmedBy) > 0 {
		t.Errorf("a partner of the same id is confirmed by %v", other.ConfirmedBy)
	}
}

func TestADestinationSaysEverythingThatIsWrongWithIt(t *testing.T) {
	const wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	cases := []struct {
		name          string
		chain, wallet string
		want          string
	}{
		{"right", "base", wallet, ""},
		{"the default chain", "", wallet, ""},
		{"no wallet", "base", "", "wallet missing"},
		{"blocked, in lower case", "base", "0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb", "wallet 0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB is blocked"},
		{"no such chain and no wallet", "tron", "", `wallet missing; chain "tron" is unknown; it is one of ethereum, base, arbitrum, optimism, polygon, avalanche`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			filled := completion{settings: RecordedSettings{DefaultChain: "base"}, blocked: []string{"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"}}
			d := rules.Destination{Chain: c.chain, Wallet: c.wallet}
			filled.destination(outputs.PayeeKey{Kind: rules.OperatorPayee, ID: "alder"}, &d)
			if got := strings.Join(d.Problems, "; "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A chain of closes as long as it likes hands on no more than two years of
// figures.
func TestFiguresOlderThanAnyHistoryAreNotHandedOn(t *testing.T) {
	last := month(t, "2028-06")
	var rows []rules.Figure
	for n := range 30 {
		rows = append(rows, rules.Figure{Period: last.Add(n - 29), Kind: rules.OfTheFleet, ID: "fleet", Name: rules.NodesActive, Value: whole(int64(n))})
	}
	var b bytes.Buffer
	if err := outputs.WriteFigures(&b, &outputs.Month{Figures: rules.NewFigures(last, rows)}); err != nil {
		t.Fatal(err)
	}
	closed := closedFolder{t.TempDir(), map[string]string{outputs.FiguresPath: hashBytes(b.Bytes())}}
	if err := writeFile(filepath.Join(closed.dir, outputs.FiguresPath), b.Bytes()); err != nil {
		t.Fatal(err)
	}
	p := newPrevious()
	if err := p.takeFigures(closed, last); err != nil {
		t.Fatal(err)
	}
	// 24 months before July 2028, which is the next: from July 2026 on.
	if len(p.Figures) != 24 || p.Figures[0].Period != month(t, "2026-07") {
		t.Errorf("%d figures from %s on", len(p.Figures), p.Figures[0].Period)
	}
	if err := p.takeFigures(closed, last.Next()); err == nil || !strings.Contains(err.Error(), "its latest month is 2028-06, and that of the close 2028-07") {
		t.Errorf("figures of another month: %v", err)
	}
}
