package pipeline

import (
	"errors"
	"fmt"

	"fleetpay/outputs"
)

// checkNames refuses a month with a text that its statements can't set: a letter
// that silently went missing from a name is worse than no statement.
func checkNames(m *outputs.Month) error { return unsettable(outputs.FindUnsettable(m)) }

// unsettable refuses a month for the texts that can't be set.
func unsettable(found []outputs.UnsettableText) error {
	var errs []error
	for _, text := range found {
		errs = append(errs, text)
	}
	return refused(errors.Join(errs...))
}

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
