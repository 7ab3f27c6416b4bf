package outputs

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestARowThatIsNoneIsToldWithItsLine(t *testing.T) {
	const header = "period,kind,id,figure,value,unit\n"
	for _, c := range []struct{ name, text, want string }{
		{"a cell too few", header + "2031-07,fleet,,nodes_active,7\n", "2: the row has too few or too many cells"},
		{"a cell too many", header + "2031-07,fleet,,nodes_active,7,,\n", "2: the row has too few or too many cells"},
		{"a quote that is not closed", header + "2031-07,fleet,\",nodes_active,7,\n", "2: a quote is opened and not closed, or stands inside a cell"},
		{"a quote in the open", header + "2031-07,fl\"eet,,nodes_active,7,\n", "2: a quote stands in a cell that is not quoted"},
		{"a header with a cell too few", "period,kind,id,figure,value\n", "1: the row has too few or too many cells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := ReadFigures(strings.NewReader(c.text)); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if err := RowError(io.ErrUnexpectedEOF); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("another error became %v", err)
	}
}
