package measure

import (
	"time"

	"fleetpay/rules"
)

// mostPieceBits bounds how many bits of a node are combined with masks at a time.
// A vector of the database holds 2,048 pieces, and a step of a query several
// vectors, so it keeps what is not counted towards the limit small.
const mostPieceBits = 4096

// grid is how a period's slots lie in the bits of a node: day after day, each cut
// into equal pieces of whole bytes, whose last ends with unused bits when the
// day's slots don't fill it. So a piece can be taken out byte by byte, and
// belongs to one day.
//
//	│ day 0: slots 0 …            unused │ day 1: slots daySlots …      unused │ …
//	├── piece 0 ──┼── piece 1 ──┼── … ───┼── piece dayPieces ──┼── … ──────────┤
type grid struct {
	daySlots  int64 // slots of a day
	dayPieces int64 // pieces of a day
	pieceBits int64 // bits of a piece
	pieces    int64 // pieces of the period
}

func gridOf(period rules.Period, interval time.Duration) grid {
	const byteBits = 8
	g := grid{daySlots: secondsPerDay / int64(interval/time.Second)}
	g.dayPieces = (g.daySlots + mostPieceBits - 1) / mostPieceBits
	g.pieceBits = (g.daySlots + g.dayPieces*byteBits - 1) / (g.dayPieces * byteBits) * byteBits
	g.pieces = int64(period.Days()) * g.dayPieces
	return g
}

// slots is the number of slots of the period.
func (g grid) slots() int64 { return g.pieces / g.dayPieces * g.daySlots }

// slotsOf is the number of slots that a piece holds.
func (g grid) slotsOf(piece int64) int64 {
	return min(g.pieceBits, g.daySlots-piece%g.dayPieces*g.pieceBits)
}

// firstSlot is the slot that a piece begins with.
func (g grid) firstSlot(piece int64) int64 {
	return piece/g.dayPieces*g.daySlots + piece%g.dayPieces*g.pieceBits
}
