package payments

import (
	"slices"
	"time"
)

// coverage is a time of a Safe that one scan saw without a gap.
type coverage struct {
	from, through time.Time
	final         bool
}

// readCoverage fills in which payments were looked for in all of their time. The
// newest blocks of a scan, which follow on those that it rests on, only show what
// was paid: what is not in them may come a moment later. Nor can a scan have seen
// what comes after it was made, whatever the chain's clock says.
func (j *judge) readCoverage() {
	j.seen = map[account][]coverage{}
	for i := range j.ledger.Scans {
		scan := &j.ledger.Scans[i]
		for _, s := range scan.Firm() {
			through := s.Through
			if scan.At.Before(through) {
				through = scan.At
			}
			a := account{s.ChainID, s.Safe}
			j.seen[a] = append(j.seen[a], coverage{s.From, through, s.Final})
		}
	}
}

// Firm lists the spans that tell what is not on the chain: all but those of the
// newest blocks.
func (s *Scan) Firm() []Span {
	return slices.DeleteFunc(slices.Clone(s.Spans), func(span Span) bool { return s.tail(&span) })
}

// tail tells whether a span of the scan holds the newest blocks, which follow on
// another span of the same Safe and can still change.
func (s *Scan) tail(span *Span) bool {
	return !span.Final && slices.ContainsFunc(s.Spans, func(before Span) bool {
		return before.ChainID == span.ChainID && before.Safe == span.Safe && before.Last+1 == span.First
	})
}

// seenThrough tells up to which instant scans saw all of a payment's time, for
// each Safe that it was given out with: from the first export that names this
// Safe to after the last export of all. Zero if for some Safe no single span of
// a scan did. Final is whether blocks that can still change have no part in it.
func (j *judge) seenThrough(p *payment) (through time.Time, final bool) {
	final = true
	for i, r := range p.from {
		var best coverage
		for _, c := range j.seen[account{p.ChainID, r.safe}] {
			whole := !c.from.After(r.at) && c.through.After(p.given[len(p.given)-1].At)
			if whole && (c.through.After(best.through) || c.through.Equal(best.through) && c.final) {
				best = c
			}
		}
		if best.through.IsZero() {
			return time.Time{}, false
		}
		if i == 0 || best.through.Before(through) {
			through = best.through
		}
		final = final && best.final
	}
	return through, final && len(p.from) > 0
}

// standing says where a payment stands.
func (j *judge) standing(i int) Standing {
	p := &j.payments[i]
	through, final := j.seenThrough(p)
	s := Standing{Payment: *p.Payment, State: j.state(p, through), Given: p.given, SeenThrough: through}
	if p.returned != nil {
		r := *p.returned
		s.Returned = &r
	}
	if p.by != none {
		by := &j.sightings[p.by]
		t := by.Transfer
		s.Transfer, s.CanChange = &t, by.newest && !by.final
	}
	for _, k := range p.others {
		s.Others = append(s.Others, j.sightings[k].Transfer)
	}
	s.Why = j.why(p, &s, final)
	switch s.State {
	case StateAmbiguous, StateWrongAmount, StateWrongChain, StatePaidAfterReturn:
		s.explain = j.explaining(p)
	default: // nothing is to be explained
	}
	return s
}

// state is the one that holds the payment back most.
func (j *judge) state(p *payment, through time.Time) State {
	switch {
	case p.by != none && p.returned != nil:
		return StatePaidAfterReturn
	case p.by != none && j.sightings[p.by].presence == doubted:
		return StateVanished
	case p.by != none:
		return StateSettled
	case p.returned != nil:
		return StateReturned
	case p.touch == perhapsIts:
		return StateAmbiguous
	case len(p.given) == 0:
		return StateOpen
	case p.touch == otherAmount:
		return StateWrongAmount
	case p.touch == otherChain:
		return StateWrongChain
	case through.IsZero():
		return StateExported
	}
	return StateMissing
}
