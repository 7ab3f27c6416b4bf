package pipeline

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// ledger is all that is known of the payments of every closed period: what the
// manifests ask for, what was given out, what was seen on the chains, and what
// was returned.
type ledger struct {
	payments.Ledger
	months map[rules.Period]*paidMonth
	barred map[string]string // payments that a withdrawn close returned, with its folder

	explained map[payments.Transfer]explanation // by what identifies a transfer
}

// paidMonth is what is known of the payments of one closed period.
type paidMonth struct {
	period      rules.Period
	dir         string
	closed      closedFolder
	hash        string // SHA-256 of the closed folder's SHA256SUMS
	record      *Record
	manifest    *outputs.Manifest
	exports     []*ExportRecord
	lastSeen    entryEnd // of the settlement
	explainings int      // entries of the settlement that looked at no chain
	lastGiven   entryEnd // of the exports
	byHand      string   // path of a note among the exports: somebody paid without them; "" without one
	closedAt    time.Time
	adjusted    map[outputs.PayeeKey][]rules.Money // what adjustments of the period gave each payee
}

// entryEnd is the last entry of a journal: its number and the hash that the next
// one cites.
type entryEnd struct {
	number int
	hash   string
}

// ledger reads and verifies what is known of all payments.
func (c closes) ledger() (*ledger, error) {
	closed, err := c.list()
	if err != nil {
		return nil, err
	}
	return c.ledgerOf(closed)
}

func newLedger() *ledger {
	return &ledger{months: map[rules.Period]*paidMonth{}, barred: map[string]string{}, explained: map[payments.Transfer]explanation{}}
}

// ledgerOf reads and verifies what is known of the payments of closed periods, all
// that there are, in order.
func (c closes) ledgerOf(closed []rules.Period) (*ledger, error) {
	l := newLedger()
	for _, p := range closed {
		m, err := c.paidMonth(p)
		if err != nil {
			return nil, err
		}
		if before := l.months[p.Prev()]; before != nil && m.record.Previous != nil && m.record.Previous.SHA256SUMS != before.hash {
			return nil, refuse("%s: follows another close of %s than %s; restore the one that was changed from a copy", m.dir, p.Prev(), before.dir)
		}
		l.months[p] = m
		if err := l.take(c, m); err != nil {
			return nil, err
		}
	}
	if err := l.holdSettled(c); err != nil {
		return nil, err
	}
	return l, l.takeWithdrawn(c)
}

// open is the period after the last closed one.
func (l *ledger) open() rules.Period {
	var last rules.Period
	for p := range l.months {
		if last.Before(p) {
			last = p
		}
	}
	return last.Next()
}

// paidMonth opens a closed period and holds its manifest to its payouts.
func (c closes) paidMonth(p rules.Period) (*paidMonth, error) {
	dir := c.folder(p)
	sums, err := readSums(dir)
	if err != nil {
		return nil, err
	}
	m := &paidMonth{period: p, dir: dir, closed: closedFolder{dir, sums}}
	if m.hash, err = hashFile(filepath.Join(dir, sumsName)); err != nil {
		return nil, err
	}
	if _, err := m.closed.read(recordName); err != nil {
		return nil, err
	}
	if m.record, err = readRecord(dir); err != nil {
		return nil, err
	}
	if m.closedAt, err = m.record.closedAt(); err != nil {
		return nil, err
	}
	data, err := m.closed.read(outputs.ManifestPath)
	if err != nil {
		return nil, err
	}
	if m.manifest, err = outputs.ReadManifest(bytes.NewReader(data)); err != nil {
		return nil, m.closed.fail(outputs.ManifestPath, err)
	}
	return m, m.tie()
}

// notedByHand refuses to give out, settle or return payments of a month while
// somebody has noted among its exports that a payment was made without them.
func (m *paidMonth) notedByHand() error {
	if m.byHand == "" {
		return nil
	}
	return refuse("%s", whyByHand(m.byHand))
}

// tie holds the manifest to payouts.csv, payment by payment, and to the run
// record's control totals.
func (m *paidMonth) tie() error {
	data, err := m.closed.read(outputs.PayoutsPath)
	if err != nil {
		return err
	}
	_, payouts, err := outputs.ReadPayouts(bytes.NewReader(data))
	if err != nil {
		return m.closed.fail(outputs.PayoutsPath, err)
	}
	if err := outputs.TieManifest(m.manifest, payouts); err != nil {
		return m.closed.fail(outputs.ManifestPath, err)
	}
	if m.manifest.Control.SHA256 != m.record.Totals.PaymentsSHA256 {
		return m.closed.fail(outputs.ManifestPath, fmt.Errorf("its payments are not those of %s", recordName))
	}
	return nil
}

// take enters a month's payments, exports, scans and returns in the ledger.
func (l *ledger) take(c closes, m *paidMonth) error {
	l.Payments = append(l.Payments, paymentsOf(m)...)
	given, err := c.exports(m.period).entries()
	if err != nil {
		return err
	}
	if m.byHand, err = c.exports(m.period).byHand(); err != nil {
		return err
	}
	for _, e := range given {
		record, x, err := readExport(m.period, e)
		if err != nil {
			return err
		}
		if record.Closed != m.hash {
			return refuse("%s: gave out another close of %s than the one that is there; restore %s from a copy", e.dir, m.period, m.dir)
		}
		if err := m.holdExport(e, record); err != nil {
			return err
		}
		m.exports, m.lastGiven = append(m.exports, record), entryEnd{e.number, e.hash}
		l.Exports = append(l.Exports, x)
	}
	seen, err := c.settlement(m.period).entries()
	if err != nil {
		return err
	}
	if err := m.holdScansCited(given, seen); err != nil {
		return err
	}
	for _, e := range seen {
		record, s, err := readScan(m.period, e)
		if err != nil {
			return err
		}
		if err := m.holdExportCited(given, e, record); err != nil {
			return err
		}
		if err := l.takeExplained(m.period, e, record); err != nil {
			return err
		}
		if len(record.Explained) > 0 {
			m.explainings++
		}
		m.lastSeen = entryEnd{e.number, e.hash}
		l.Scans = append(l.Scans, s)
	}
	lines, err := linesIn(m.closed)
	if err != nil {
		return err
	}
	l.Returns = append(l.Returns, returnsIn(lines, m.period)...)
	m.adjusted = map[outputs.PayeeKey][]rules.Money{}
	for _, line := range lines {
		if key := (outputs.PayeeKey{Kind: line.PayeeKind, ID: line.PayeeID}); line.Category == rules.Adjusting {
			m.adjusted[key] = append(m.adjusted[key], line.Amount)
		}
	}
	return nil
}

// paymentsOf lists the payments of a manifest in its order.
func paymentsOf(m *paidMonth) []payments.Payment {
	var list []payments.Payment
	for _, c := range m.manifest.Chains {
		for _, p := range c.Payments {
			amount, err := rules.ParseMoney(p.Amount)
			if err != nil {
				panic(err) // ReadManifest has read it
			}
			list = append(list, payments.Payment{
				ID: p.PaymentID, Period: m.period, PayeeKind: p.PayeeKind, PayeeID: p.PayeeID, Name: p.Name,
				Chain: c.Chain, ChainID: c.ChainID, Token: strings.ToLower(c.Token), Wallet: strings.ToLower(p.Wallet),
				Amount: amount, Units: p.BaseUnits, ClosedAt: m.closedAt,
			})
		}
	}
	return list
}

// linesIn reads the lines of a closed folder.
func linesIn(closed closedFolder) ([]rules.Line, error) {
	data, err := closed.read(outputs.LinesPath)
	if err != nil {
		return nil, err
	}
	_, lines, err := outputs.ReadLines(bytes.NewReader(data))
	if err != nil {
		return nil, closed.fail(outputs.LinesPath, err)
	}
	return lines, nil
}

// returnsIn lists the payments that the lines of a period return.
func returnsIn(lines []rules.Line, p rules.Period) []payments.Return {
	var list []payments.Return
	for _, line := range lines {
		if line.Category == rules.Returned {
			list = append(list, payments.Return{PaymentID: line.Subject, In: p})
		}
	}
	return list
}

// withdrawnFolder is the name of a close that was taken back.
var withdrawnFolder = regexp.MustCompile(`^(\d{4}-\d{2})-\d+$`)

// takeWithdrawn notes what closes returned that were taken back: somebody may
// have voided a payment on the strength of it, so that it stays barred.
func (l *ledger) takeWithdrawn(c closes) error {
	names, err := c.withdrawnNamed(withdrawnFolder)
	if err != nil {
		return err
	}
	for _, name := range names {
		p, err := rules.ParsePeriod(name[1])
		if err != nil {
			continue
		}
		dir := filepath.Join(c.dir, withdrawnName, name[0])
		sums, err := readSums(dir)
		if err != nil {
			return err
		}
		lines, err := linesIn(closedFolder{dir, sums})
		if err != nil {
			return err
		}
		for _, r := range returnsIn(lines, p) {
			l.barred[r.PaymentID] = withdrawnName + "/" + name[0]
		}
	}
	return nil
}
