package measure

import (
	"context"
	"database/sql"

	"fleetpay/rules"
)

// stretch gathers the slots that a node under an operator lacks a sample of, in
// their order: the run that goes on, and what is known of those before it.
type stretch struct {
	run, end int64 // slots of the run, and the slot behind it
	longest  int64 // slots
	long     int64 // runs of at least so many slots as a gap has
}

// nodeKey is a node under an operator.
type nodeKey struct{ node, operator string }

// readStretches takes up the batch's slots without a sample. Batches come in the
// order of slots.
func (m *measurement) readStretches(ctx context.Context, g grid) error {
	return m.db.each(ctx, query("missing_bits"), func(rows *sql.Rows) error {
		var key nodeKey
		var piece int64
		var bits sql.RawBytes
		if err := rows.Scan(&key.node, &key.operator, &piece, &bits); err != nil {
			return err
		}
		s := m.stretches[key]
		if s == nil {
			s = &stretch{}
			m.stretches[key] = s
		}
		s.piece(g.firstSlot(piece), g.slotsOf(piece), bits, m.gapSlots())
		return nil
	})
}

// piece takes up so many slots from one on, by their bits; nil stands for ones.
func (s *stretch) piece(first, slots int64, bits []byte, gap int64) {
	const byteBits, full = 8, 0xff
	if bits == nil {
		s.extend(first, slots, gap)
		return
	}
	for at, b := range bits {
		from := int64(at) * byteBits
		switch {
		case b == 0 || from >= slots:
		case b == full && from+byteBits <= slots:
			s.extend(first+from, byteBits, gap)
		default:
			for i := from; i < min(from+byteBits, slots); i++ {
				if b>>(byteBits-1-i+from)&1 == 1 {
					s.extend(first+i, 1, gap)
				}
			}
		}
	}
}

func (s *stretch) extend(at, slots, gap int64) {
	if at != s.end {
		s.finish(gap)
	}
	s.run, s.end = s.run+slots, at+slots
}

// finish ends the run that goes on.
func (s *stretch) finish(gap int64) {
	s.longest = max(s.longest, s.run)
	if gap > 0 && s.run >= gap {
		s.long++
	}
	s.run = 0
}

// gapSlots is the fewest slots that are a gap; 0 when none is.
func (m *measurement) gapSlots() int64 {
	slot := int64(m.in.Interval.Seconds())
	return (m.in.GapSeconds + slot - 1) / slot
}

// silences fills in how long nodes and the fleet were without a sample.
func (m *measurement) silences(ctx context.Context, f *rules.Facts) error {
	f.GapSeconds = max(m.in.GapSeconds, 0)
	slot := int64(m.in.Interval.Seconds())
	for i := range f.Nodes {
		n := &f.Nodes[i]
		if s := m.stretches[nodeKey{n.ID, n.OperatorID}]; s != nil {
			s.finish(m.gapSlots())
			n.LongestGap, n.LongGaps = s.longest*slot, s.long
		}
	}
	return m.db.each(ctx, query("longest_gap"), func(rows *sql.Rows) error {
		err := rows.Scan(&f.LongestGap)
		f.LongestGap *= slot
		return err
	})
}
