package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// settleWorld is a closes folder with closed periods, what was given out of them,
// and the chains on which it is paid.
type settleWorld struct {
	t     *testing.T
	ws    *Workspace
	ids   map[string]string // payment id by payee
	last  string            // hash of the last close
	nodes map[string]*settleNode
}

// due is what a payee is to be paid.
type due struct {
	payee, chain, wallet, amount string
}

// walletNo makes a wallet whose digits are those of a number.
func walletNo(n int) string { return outputs.ChecksumAddress(fmt.Sprintf("0x%040d", n)) }

// The Safes of the tests.
var (
	settleSafe  = outputs.ChecksumAddress("0x" + strings.Repeat("5afe", 10))
	settleOther = outputs.ChecksumAddress("0x" + strings.Repeat("0dd5afe0", 5))
)

func instantOf(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func newSettleWorld(t *testing.T) *settleWorld {
	dir := t.TempDir()
	return &settleWorld{
		t: t, ids: map[string]string{}, nodes: map[string]*settleNode{},
		ws: &Workspace{Dir: dir, Closes: filepath.Join(dir, "closes"), Paying: Paying{Safes: map[string]string{
			"base": settleSafe, "arbitrum": settleSafe, "polygon": settleSafe,
		}}},
	}
}

func (w *settleWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// close writes a closed folder with the files that payments rest on. Returned
// payments are lines of the first payee.
func (w *settleWorld) close(period, closedAt string, list []due, returned ...string) {
	w.t.Helper()
	m := &outputs.Month{Program: "Test Fleet", Period: month(w.t, period), ClosedAt: instantOf(w.t, closedAt), Previous: w.last, Book: &rules.Book{}}
	for _, d := range list {
		sum := money(w.t, d.amount)
		m.Book.Payouts = append(m.Book.Payouts, rules.Payout{
			PayeeKind: rules.OperatorPayee, PayeeID: d.payee, Name: strings.ToUpper(d.payee[:1]) + d.payee[1:] + " & Co",
			Earned: sum, Payable: sum, Status: rules.Payable, Chain: d.chain, Wallet: d.wallet,
			DueOn: m.Period.Next().First() + 9,
		})
	}
	outputs.SetPaymentIDs(m)
	for _, p := range m.Book.Payouts {
		w.ids[p.PayeeID] = p.PaymentID
	}
	for i, payee := range returned {
		m.Book.Lines = append(m.Book.Lines, rules.Line{
			PayeeKind: rules.OperatorPayee, PayeeID: payee, Number: i + 1, Version: "2026-10", Rule: "return",
			Category: rules.Returned, Subject: w.ids[payee], Amount: money(w.t, "1.00"), Status: rules.Earned,
		})
	}
	dir := filepath.Join(w.ws.Closes, period)
	totals, err := totalsOf(m)
	w.must(err)
	record := Record{Period: period, ClosedAt: instant(m.ClosedAt), PreparedBy: "R. Finance", Totals: totals, Format: outputs.CurrentFormat}
	if w.last != "" {
		record.Previous = &PreviousClose{Period: m.Period.Prev().String(), SHA256SUMS: w.last}
	}
	data, err := marshalRecord(record)
	w.must(err)
	w.must(writeFile(filepath.Join(dir, recordName), data))
	for file, write := range map[string]func(*bytes.Buffer) error{
		outputs.ManifestPath: func(b *bytes.Buffer) error { return outputs.WriteManifest(b, m) },
		outputs.PayoutsPath:  func(b *bytes.Buffer) error { return outputs.WritePayouts(b, m) },
		outputs.LinesPath:    func(b *bytes.Buffer) error { return outputs.WriteLines(b, m) },
	} {
		var b bytes.Buffer
		w.must(write(&b))
		w.must(writeFile(filepath.Join(dir, filepath.FromSlash(file)), b.Bytes()))
	}
	w.must(writeSums(dir))
	w.last, err = hashFile(filepath.Join(dir, sumsName))
	w.must(err)
}

// export gives payments of a period out, one batch per chain, as the export
// command records it.
func (w *settleWorld) export(period, at string, payees ...string) {
	w.t.Helper()
	giveOut(w.t, w.ws, period, instantOf(w.t, at), payees...)
}

// node starts the node of a chain, whose blocks begin at an instant, a minute
// apart.
func (w *settleWorld) node(name, from, through string) *settleNode {
	n := newSettleNode(w.t, name, instantOf(w.t, from), instantOf(w.t, through))
	w.nodes[name] = n
	return n
}

// settle settles a period from nodes of chains.
func (w *settleWorld) settle(period, at string, chains ...string) (*Settlement, error) {
	opt := SettleOptions{Confirmations: -1, By: "R. Finance", At: instantOf(w.t, at)}
	for _, name := range chains {
		opt.Nodes = append(opt.Nodes, w.nodes[name].client)
	}
	return w.settleWith(period, opt)
}

func (w *settleWorld) settleWith(period string, opt SettleOptions) (*Settlement, error) {
	w.t.Helper()
	return Settle(context.Background(), w.ws, month(w.t, period), opt)
}

// entries lists the names of a period's settlement entries.
func (w *settleWorld) entries(period string) []string {
	names, err := closes{w.ws.Closes}.settlement(month(w.t, period)).names()
	w.must(err)
	return names
}

// read reads a file of an entry of a settlement.
func (w *settleWorld) read(s *Settlement, file string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.Folder, file))
	w.must(err)
	return string(data)
}

// report is the report of a settlement, with other names for the places of its
// spans, which hold the port that a test's node happened to get.
func (w *settleWorld) report(s *Settlement, sources ...string) string {
	w.t.Helper()
	var record ScanRecord
	w.must(readJSON(filepath.Join(s.Folder, "scan.json"), &record))
	written, err := s.TieOut.report("Test Fleet", &record)
	w.must(err)
	if w.read(s, "report.md") != string(written) {
		w.t.Error("report.md is not the report of the record beside it")
	}
	for i, source := range sources {
		record.Spans[i].Source = source
	}
	renamed, err := s.TieOut.report("Test Fleet", &record)
	w.must(err)
	return string(renamed)
}

// states tells the state of each payee's payment, as payee=state.
func states(s *Settlement) string {
	var list []string
	for _, p := range s.TieOut.Payments {
		list = append(list, p.PayeeID+"="+string(p.State))
	}
	for _, x := range s.TieOut.Strays {
		list = append(list, string(x.Kind)+" "+x.Amount)
	}
	return strings.Join(list, ", ")
}

// refusedAs fails the test unless err refuses with these words.
func refusedAs(t *testing.T, err error, words ...string) {
	t.Helper()
	if ExitStatus(err) != ExitRefused {
		t.Fatalf("ends with %d: %v", ExitStatus(err), err)
	}
	saysAll(t, err, words...)
}

func saysAll(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("says %q; want %q in it", err, word)
		}
	}
}

// golden compares a text with a file in testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if wantsUpdate() {
		if err := writeFile(path, []byte(got)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has other bytes:\n%s\nif they are right: go test ./pipeline -run %s -update", path, got, t.Name())
	}
}

// explorerFile writes an explorer's export with transfers of a chain's USDC.
func (w *settleWorld) explorerFile(name, on string, list ...chain.Transfer) string {
	w.t.Helper()
	known, _ := outputs.LookupChain(on)
	var b strings.Builder
	b.WriteString("\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"From\",\"To\",\"TokenValue\",\"ContractAddress\"\n")
	for _, x := range list {
		token := x.Token
		if token == "" {
			token = known.Token
		}
		fmt.Fprintf(&b, "\"%s\",\"%d\",\"%d\",\"%s\",\"%s\",\"%s\",\"%s\"\n", x.TxHash, x.Block, x.Time.Unix(), x.From, x.To,
			outputs.USDC(unitsOf(x.Units)), token)
	}
	path := filepath.Join(w.ws.Dir, name)
	w.must(writeFile(path, []byte(b.String())))
	return path
}

// sent is a transfer out of the Safe, with the block that a chain of one a minute
// would have.
func (w *settleWorld) sent(at, to, units string, tx int) chain.Transfer {
	when := instantOf(w.t, at)
	return chain.Transfer{From: settleSafe, To: to, Units: units, TxHash: txNo(tx), Block: when.Unix() / 60, Time: when}
}

func txNo(n int) string { return fmt.Sprintf("0x%064x", n) }

// standingOf judges all entries that are there.
func (w *settleWorld) standingOf(payee string) *payments.Standing {
	w.t.Helper()
	l, err := closes{w.ws.Closes}.ledger()
	w.must(err)
	return l.Judge().Standing(w.ids[payee])
}
