package payments

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// batch is a file of an export.
type batch struct {
	*Batch
	export   *Export
	payments []int
}

// reach says since when a Safe can have paid a payment.
type reach struct {
	safe string
	at   time.Time // of the first export that names this Safe
}

func (j *judge) readExports() {
	for i := range j.ledger.Exports {
		e := &j.ledger.Exports[i]
		for k := range e.Batches {
			j.batches = append(j.batches, batch{Batch: &e.Batches[k], export: e})
		}
	}
	slices.SortStableFunc(j.batches, func(a, b batch) int {
		return cmp.Or(a.export.At.Compare(b.export.At),
			cmp.Compare(a.export.Period.First(), b.export.Period.First()),
			cmp.Compare(a.export.Number, b.export.Number))
	})
	j.bySigns = map[string][]int{}
	for i := range j.batches {
		j.give(i)
	}
}

// give notes the payments of a batch as given out. Batches come by time.
func (j *judge) give(i int) {
	b := &j.batches[i]
	var parts []sumTo
	odd := false // names a payment that is unknown, of another chain, or here already
	for at, id := range b.Payments {
		k, known := j.byID[id]
		if !known || j.payments[k].ChainID != b.ChainID || slices.Contains(b.payments, k) {
			odd = true
			continue
		}
		p := &j.payments[k]
		p.given = append(p.given, Given{b.export.Period, b.export.Number, b.export.At, b.File, at + 1, b.Safe})
		p.batches = append(p.batches, i)
		if _, before := p.since(b.Safe); !before {
			p.from = append(p.from, reach{b.Safe, b.export.At})
		}
		b.payments = append(b.payments, k)
		parts = append(parts, sumTo{p.Wallet, p.Units})
	}
	if !odd && len(parts) > 0 {
		pays := signs(b.ChainID, b.Safe, parts)
		j.bySigns[pays] = append(j.bySigns[pays], i)
	}
}

// since returns when a payment was first given out with a Safe.
func (p *payment) since(safe string) (at time.Time, given bool) {
	for _, r := range p.from {
		if r.safe == safe {
			return r.at, true
		}
	}
	return time.Time{}, false
}

// reachable tells whether a transfer from this Safe at this time may be the
// payment's, as far as the clocks can tell.
func (p *payment) reachable(safe string, t time.Time) bool {
	at, given := p.since(safe)
	return given && !t.Before(at.Add(-ClockMargin))
}

// reachableByAny is reachable with whatever Safe.
func (p *payment) reachableByAny(t time.Time) bool {
	return len(p.given) > 0 && !t.Before(p.given[0].At.Add(-ClockMargin))
}

// early tells whether a transfer at this time came after the payment was closed,
// as far as the clocks can tell, and before it was given out: somebody may have
// made the payment by hand.
func (p *payment) early(t time.Time) bool {
	return !t.Before(p.ClosedAt.Add(-ClockMargin)) && (len(p.given) == 0 || t.Before(p.given[0].At))
}

// batchAt returns the batch by which a Safe had last got the payment at a time.
func (p *payment) batchAt(safe string, t time.Time) int {
	last := none
	for i, g := range p.given {
		if g.Safe == safe && !t.Before(g.At) {
			last = p.batches[i]
		}
	}
	return last
}

// signs writes down what a batch or a transaction pays, whatever its order.
func signs(chain int64, safe string, parts []sumTo) string {
	slices.SortFunc(parts, func(a, b sumTo) int {
		return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.units, b.units))
	})
	var s strings.Builder
	s.WriteString(place(chain, safe))
	for _, p := range parts {
		s.WriteString(" " + p.to + " " + p.units)
	}
	return s.String()
}
