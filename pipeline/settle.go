package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// SettleOptions says where the chains are read from, by whom and when.
type SettleOptions struct {
	Nodes         []*chain.Client
	Files         []string   // explorers' CSV exports; instead of nodes
	Through       *time.Time // somebody vouches that the files hold all transfers up to then
	Confirmations int        // blocks that must stand upon the last one read; below 0: the chain's finalized block
	By            string
	At            time.Time
}

// Settlement is where a period's payments stand after its chains were looked at.
type Settlement struct {
	Period      string          `json:"period"`
	Folder      string          `json:"folder"` // of the entry that tells this
	Number      int             `json:"number"`
	Written     bool            `json:"written"` // false: nothing new since that entry
	Spans       []ScanSpan      `json:"spans"`   // that were looked at now
	Files       []ScanFile      `json:"files"`
	NotLookedAt []string        `json:"not_looked_at"` // chains that the period gave out payments on
	Explained   []TiedExplained `json:"explained"`     // just now; none unless that was asked for
	Notes       []string        `json:"notes"`
	Verdict     string          `json:"verdict"`
	Attention   string          `json:"attention"` // what needs a person; "" when nothing does
	TieOut      *TieOut         `json:"tie_out"`
	Next        []string        `json:"next"`
}

// Settle looks at the chains and tells which payments of a period are paid. What
// is new goes into an entry of closes/PERIOD.settlement; when nothing is,
// nothing is written. When a difference needs a person, the error is a Refusal
// and the settlement is returned all the same.
func Settle(ctx context.Context, ws *Workspace, p rules.Period, opt SettleOptions) (*Settlement, error) {
	c, release, err := hold(ws.Closes, "settle "+p.String())
	if err != nil {
		return nil, err
	}
	defer release()
	x, err := c.settling(p, opt.At)
	if err != nil {
		return nil, err
	}
	x.by, x.watched = opt.By, x.ledger.watch(x.month, ws.Paying.Safes, x.ledger.Judge())
	if x.saw, err = opt.look(ctx, x.watched, x.ledger); err != nil {
		return nil, err
	}
	return x.settle()
}

// settling opens the settlement of a period of which payments were given out. The
// caller holds the lock.
func (c closes) settling(p rules.Period, now time.Time) (*settling, error) {
	if err := c.mustBeClosed(p); err != nil {
		return nil, err
	}
	l, err := c.ledger()
	if err != nil {
		return nil, err
	}
	m := l.months[p]
	if err := m.notedByHand(); err != nil {
		return nil, err
	}
	if len(m.exports) == 0 {
		return nil, refuse("%s: nothing was given out yet, so there is nothing to settle; give its payments out first: fleetpay payments export %s", p, p)
	}
	if err := l.notBefore(now); err != nil {
		return nil, err
	}
	return &settling{closes: c, ledger: l, month: m, at: now, saw: &sighting{}}, nil
}

// notBefore refuses a clock that runs behind the entries: scans are judged in the
// order of their times.
func (l *ledger) notBefore(now time.Time) error {
	var last time.Time
	for _, x := range l.Exports {
		if x.At.After(last) {
			last = x.At
		}
	}
	for _, s := range l.Scans {
		if s.At.After(last) {
			last = s.At
		}
	}
	if now.Before(last) {
		return fmt.Errorf("the clock says %s, and the last export or scan was made at %s; set the clock right", instant(now), instant(last))
	}
	return nil
}

// look reads the chains.
func (opt SettleOptions) look(ctx context.Context, list []watched, l *ledger) (*sighting, error) {
	switch {
	case len(opt.Nodes) > 0 && len(opt.Files) > 0:
		return nil, &UsageError{fmt.Errorf("nodes and files are both given; settle with one, and then with the other")}
	case len(opt.Nodes) > 0:
		return askNodes(ctx, opt.Nodes, l.asking(list, opt.Confirmations, opt.At))
	case len(opt.Files) > 0:
		return scanFiles(opt.Files, list, l.Seen(), opt.Through, opt.At)
	}
	return nil, &UsageError{fmt.Errorf("neither a node nor a file is given; name one")}
}

// settling is a settlement on its way.
type settling struct {
	closes
	ledger  *ledger
	month   *paidMonth
	by      string
	at      time.Time
	saw     *sighting
	watched []watched
}

// settle judges all payments with what was seen now, and writes what is new.
func (x *settling) settle() (*Settlement, error) {
	record := x.record()
	scan, err := scanOf(x.saw, x.month, x.at)
	if err != nil {
		return nil, err
	}
	after := *x.ledger
	after.Scans = append(slices.Clone(x.ledger.Scans), scan)
	judged := after.Judge()
	fresh := judged.NewlySettled(&after.Ledger)
	for _, s := range fresh {
		record.Settled = append(record.Settled, recordSettled(s))
	}
	tie, err := after.tieOut(x.month, judged)
	if err != nil {
		return nil, err
	}
	files, err := entryFiles(x.month.manifest.Program, record, scan, tie)
	if err != nil {
		return nil, err
	}
	notes := append(slices.Clone(x.saw.notes), shortSpans(x.month.period, x.watched, scan.Spans)...)
	s := x.told(record, tie, append(notes, changing(judged, x.month.period)...))
	isNew, err := x.new(scan, len(fresh) > 0, files)
	if err != nil {
		return nil, err
	}
	if isNew {
		if err := x.add(s, record, files); err != nil {
			return nil, err
		}
	}
	if s.Attention != "" {
		return s, refuse("%s: %s: somebody must look at it; see %s/report.md", s.Period, s.Attention, s.Folder)
	}
	return s, nil
}

// changing says how many payments of a period only the newest blocks show.
func changing(j *payments.Judgement, p rules.Period) []string {
	by := map[int64]int{}
	for i := range j.Standings {
		if s := &j.Standings[i]; s.Payment.Period == p && s.State == payments.StateSettled && s.CanChange {
			by[s.Payment.ChainID]++
		}
	}
	var notes []string
	for _, id := range sortedKeys(by) {
		notes = append(notes, fmt.Sprintf("%s: %s seen in blocks that can still change; run %s again later", chainNamed(id), count(by[id], "payment"), settleAgain(p.String())))
	}
	return notes
}

// told is what a settlement tells as long as it has written nothing.
func (x *settling) told(r *ScanRecord, tie *TieOut, notes []string) *Settlement {
	return &Settlement{
		Period: r.Period, Number: x.month.lastSeen.number, Folder: x.place(x.month.lastSeen.number), Spans: r.Spans, Files: r.Files,
		NotLookedAt: r.NotLookedAt, Explained: []TiedExplained{}, Notes: orNone(notes),
		Verdict: tie.Verdict(r), Attention: tie.Attention(), TieOut: tie, Next: orNone(tie.Next()),
	}
}

// add writes the entry that tells it.
func (x *settling) add(s *Settlement, r *ScanRecord, files map[string][]byte) error {
	s.Number, s.Folder, s.Written = r.Number, x.place(r.Number), true
	return x.write(r.Number, files)
}

// record is the entry's record, but for what it settles and explains.
func (x *settling) record() *ScanRecord {
	p := x.month.period
	return &ScanRecord{
		entryHead: entryHead{
			Schema: x.settlement(p).schema, Program: x.month.manifest.Program, Period: p.String(),
			Number: x.month.lastSeen.number + 1, At: instant(x.at), Previous: x.month.lastSeen.hash,
		},
		By: x.by, Closed: x.month.hash, Exports: x.month.lastGiven.number, LastExport: x.month.lastGiven.hash, Spans: orNone(x.saw.spans), Files: orNone(x.saw.files),
		NotLookedAt: orNone(notLookedAt(x.watched, x.saw)), Settled: []ScanSettled{}, Explained: []ScanExplained{},
	}
}

// scanOf is what was seen, as the next scan of a month in the ledger.
func scanOf(saw *sighting, m *paidMonth, at time.Time) (payments.Scan, error) {
	s := payments.Scan{Period: m.period, Number: m.lastSeen.number + 1, At: at, Transfers: saw.transfers}
	for _, span := range saw.spans {
		read, err := readSpan(span)
		if err != nil {
			return s, err
		}
		s.Spans = append(s.Spans, read)
	}
	slices.SortFunc(s.Transfers, compareTransfers)
	return s, nil
}

// new tells whether an entry would say anything that the last one, and all scans,
// don't: another tie-out, a transfer, or a span that ends later or is final now.
// That the newest blocks are others, and hold nothing new, is not worth an entry.
func (x *settling) new(scan payments.Scan, settled bool, files map[string][]byte) (bool, error) {
	if x.month.lastSeen.number == 0 || settled {
		return true, nil
	}
	seen := map[payments.Transfer]bool{}
	type end struct {
		through time.Time
		final   bool
	}
	ends := map[account]end{}
	for _, before := range x.ledger.Scans {
		for _, t := range before.Transfers {
			seen[t] = true
		}
		for _, s := range before.Firm() {
			a := account{s.ChainID, s.Safe}
			if e := ends[a]; s.Through.After(e.through) || s.Through.Equal(e.through) && s.Final {
				ends[a] = end{s.Through, s.Final}
			}
		}
	}
	for _, t := range scan.Transfers {
		if !seen[t] {
			return true, nil
		}
	}
	for _, s := range scan.Firm() {
		if e := ends[account{s.ChainID, s.Safe}]; s.Through.After(e.through) || s.Through.Equal(e.through) && s.Final && !e.final {
			return true, nil
		}
	}
	last, err := x.lastTieOut()
	return string(last) != string(files[tieOutName]), err
}

// compareTransfers orders transfers by chain, block and what they say.
func compareTransfers(a, b payments.Transfer) int {
	return cmp.Or(cmp.Compare(a.ChainID, b.ChainID), cmp.Compare(a.Block, b.Block), cmp.Compare(a.TxHash, b.TxHash),
		cmp.Compare(a.Safe, b.Safe), cmp.Compare(a.To, b.To), cmp.Compare(len(a.Units), len(b.Units)),
		cmp.Compare(a.Units, b.Units), cmp.Compare(a.Nth, b.Nth))
}
