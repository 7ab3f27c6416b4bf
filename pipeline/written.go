package pipeline

import (
	"fmt"

	"fleetpay/outputs"
)

// checkWritten reads the totals back from the written files and holds them
// against the book: what finance will open says what was computed.
func checkWritten(dir string, rec *Record) error {
	want := rec.Totals
	got, err := outputs.ReadBack(dir, rec.format())
	if err != nil {
		return fmt.Errorf("what was written does not hold together; nothing was closed: %w", err)
	}
	if got != want.Totals {
		return fmt.Errorf("what was written sums to %+v, and what was computed to %+v; nothing was closed", got, want.Totals)
	}
	return nil
}
