package payments

import (
	"cmp"
	"slices"
	"strconv"

	"fleetpay/rules"
)

// sighting is a transfer as all scans together saw it.
type sighting struct {
	Transfer
	presence presence
	final    bool         // a scan saw it in a final block
	newest   bool         // the last scan that showed it saw it among the newest blocks
	reserved string       // an unknown payment that a scan recorded it for: it settles no other
	settles  int          // payment
	group    int          // of equal ones
	scan     int          // the last one that showed it
	told     rules.Period // of a stray: Stray.In
}

// presence tells whether a transfer stands on the chain.
type presence int

const (
	present presence = iota
	doubted          // a newer scan of its block does not show it, and may be wrong
	gone             // a newer scan of its block does not show it, and the block was final
)

// Seen is a transfer that stands on the chain as far as scans tell, with the last
// scan that showed it.
type Seen struct {
	Transfer Transfer
	Final    bool // a scan saw it in a final block
	Period   rules.Period
	Number   int // of the scan in its period
}

// Seen lists the transfers that stand on the chain: no newer scan of their
// block leaves them out. From the oldest to the newest.
func (l *Ledger) Seen() []Seen {
	j := &judge{ledger: l}
	j.readScans()
	scans := j.scansByTime()
	var list []Seen
	for i := range j.sightings {
		if s := &j.sightings[i]; s.presence == present {
			scan := scans[s.scan]
			list = append(list, Seen{s.Transfer, s.final, scan.Period, scan.Number})
		}
	}
	return list
}

// identity is what tells transfers apart. A block is no part of it: a
// transaction that was reorganised away may come back in another.
type identity struct {
	chain           int64
	safe, to, units string
	hash            string
	nth             int
}

func identify(t *Transfer) identity {
	return identity{t.ChainID, t.Safe, t.To, t.Units, t.TxHash, t.Nth}
}

// account is a Safe on a chain.
type account struct {
	chain int64
	safe  string
}

func place(chain int64, safe string) string { return strconv.FormatInt(chain, 10) + " " + safe }

// readScans replays the scans in the order in which they were made.
//
// A transfer that a newer scan should show and does not is gone if that scan's
// blocks were final, and only doubted if they could still change. One that was
// itself seen in a final block is never gone: then two scans contradict each
// other, and money must not rest on either. One that is shown again, stands
// again, with its new block and time.
func (j *judge) readScans() {
	index := map[identity]int{}
	of := map[account][]int{}
	add := func(t *Transfer, scan int) *sighting {
		id := identify(t)
		i, seen := index[id]
		if !seen {
			i = len(j.sightings)
			index[id] = i
			j.sightings = append(j.sightings, sighting{Transfer: *t, settles: none, group: none, scan: none})
			a := account{t.ChainID, t.Safe}
			of[a] = append(of[a], i)
		}
		s := &j.sightings[i]
		if s.scan != scan || t.Block < s.Block { // should a scan list one twice, the older block tells
			s.Transfer, s.presence, s.scan = *t, present, scan
		}
		return s
	}
	for n, scan := range j.scansByTime() {
		spans := map[account][]*Span{}
		for i := range scan.Spans {
			a := account{scan.Spans[i].ChainID, scan.Spans[i].Safe}
			spans[a] = append(spans[a], &scan.Spans[i])
		}
		for i := range scan.Transfers {
			t := &scan.Transfers[i]
			s := add(t, n)
			s.newest = false
			for _, span := range spans[account{t.ChainID, t.Safe}] {
				s.final = s.final || span.Final && span.covers(t)
				s.newest = s.newest || span.covers(t) && scan.tail(span)
			}
		}
		for i := range scan.Spans {
			span := &scan.Spans[i]
			for _, k := range of[account{span.ChainID, span.Safe}] {
				if s := &j.sightings[k]; s.scan != n && span.covers(&s.Transfer) {
					s.absent(span.Final)
				}
			}
		}
		for i := range scan.Settled {
			if t := &scan.Settled[i].Transfer; !known(index, t) {
				add(t, n) // its entry was kept without it: it still counts
			}
		}
	}
	j.orderSightings()
}

func known(index map[identity]int, t *Transfer) bool {
	_, ok := index[identify(t)]
	return ok
}

// absent notes that a scan of the transfer's block does not show it.
func (s *sighting) absent(final bool) {
	switch {
	case s.presence == gone:
	case final && !s.final:
		s.presence = gone
	default:
		s.presence = doubted
	}
}

func (s *Span) covers(t *Transfer) bool { return s.First <= t.Block && t.Block <= s.Last }

// scansByTime lists the scans from the oldest to the newest.
func (j *judge) scansByTime() []*Scan {
	scans := make([]*Scan, len(j.ledger.Scans))
	for i := range j.ledger.Scans {
		scans[i] = &j.ledger.Scans[i]
	}
	slices.SortStableFunc(scans, func(a, b *Scan) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Period.First(), b.Period.First()), cmp.Compare(a.Number, b.Number))
	})
	return scans
}

// orderSightings sorts them from the oldest to the newest. What is equal in time
// and block is in an order that no source can change.
func (j *judge) orderSightings() {
	slices.SortFunc(j.sightings, func(a, b sighting) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ChainID, b.ChainID), cmp.Compare(a.Block, b.Block),
			cmp.Compare(a.TxHash, b.TxHash), cmp.Compare(a.Safe, b.Safe),
			cmp.Compare(a.To, b.To), cmp.Compare(a.Units, b.Units), cmp.Compare(a.Nth, b.Nth))
	})
}

// pinRecorded takes over the settlements that scans recorded, the oldest first.
// One whose transfer is gone is void. Of two records that contradict each other
// the older one holds. A record of an unknown payment settles nothing; its
// transfer settles no other payment either, and is a stray.
func (j *judge) pinRecorded() {
	index := make(map[identity]int, len(j.sightings))
	for i := range j.sightings {
		index[identify(&j.sightings[i].Transfer)] = i
	}
	for _, scan := range j.scansByTime() {
		records := slices.Clone(scan.Settled)
		slices.SortStableFunc(records, func(a, b Settled) int {
			return cmp.Or(cmp.Compare(a.PaymentID, b.PaymentID), cmp.Compare(a.Transfer.TxHash, b.Transfer.TxHash),
				cmp.Compare(a.Transfer.Nth, b.Transfer.Nth))
		})
		for _, r := range records {
			i := index[identify(&r.Transfer)]
			s := &j.sightings[i]
			p, known := j.byID[r.PaymentID]
			switch {
			case !known:
				s.reserved = r.PaymentID
			case s.presence == gone:
				j.payments[p].void = i
			case s.settles == none && j.payments[p].by == none:
				j.match(p, i)
			}
		}
	}
}

// match settles a payment with a sighting. All groups that the payment was in are
// another question then.
func (j *judge) match(payment, sighting int) {
	j.payments[payment].by = sighting
	j.sightings[sighting].settles = payment
	j.stale = append(j.stale, j.payments[payment].groups...)
}
