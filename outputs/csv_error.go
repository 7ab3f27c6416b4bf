package outputs

import (
	"encoding/csv"
	"errors"
	"fmt"
)

// RowError words what encoding/csv says of a table of ours: the line, what is
// wrong. Another error stays as it is.
func RowError(err error) error {
	var bad *csv.ParseError
	switch {
	case !errors.As(err, &bad):
		return err
	case errors.Is(bad.Err, csv.ErrFieldCount):
		return fmt.Errorf("%d: the row has too few or too many cells", bad.Line)
	case errors.Is(bad.Err, csv.ErrQuote):
		return fmt.Errorf("%d: a quote is opened and not closed, or stands inside a cell", bad.StartLine)
	case errors.Is(bad.Err, csv.ErrBareQuote):
		return fmt.Errorf("%d: a quote stands in a cell that is not quoted", bad.Line)
	}
	return fmt.Errorf("%d: it can't be read: %w", bad.Line, bad.Err)
}
