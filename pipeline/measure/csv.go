package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"fleetpay/sources"
)

// convertCSV lets DuckDB read a CSV file into Parquet, with every option given
// and quotes meaning nothing. What it takes is less than what sources.Decode
// takes: a quoted cell, say, is in doubt. So that no row is lost or made up
// where the two see line ends in different places, the rows must be as many as
// the lines; an empty line is in doubt, too. DuckDB lets an empty cell at the end
// of a row be one too many, so the commas are counted as well.
func (m *measurement) convertCSV(ctx context.Context, s *source, shape sources.Shape) error {
	f := m.files[s.at]
	lines, commas, err := countLines(ctx, f.Path)
	if err != nil {
		return err
	}
	var columns []string
	for _, c := range shape.Columns {
		columns = append(columns, literal(c)+": 'VARCHAR'")
	}
	path := m.ownPath(s.at)
	result, err := m.db.conn.ExecContext(ctx, query("heartbeat_csv",
		"{path}", literal(globless(f.Path)), "{columns}", strings.Join(columns, ", "), "{own}", literal(path)))
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if rows != lines-1 || commas != lines*int64(len(columns)-1) {
		return errDoubt
	}
	s.from = readParquet(path, "up")
	return nil
}

// countLines counts the lines of a file and the commas in them. A carriage
// return that ends no line puts the file in doubt.
func countLines(ctx context.Context, path string) (lines, commas int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	buffer := make([]byte, 1<<20)
	last := byte('\n') // the byte before the buffer
	for {
		n, err := file.Read(buffer)
		part := buffer[:n]
		if n > 0 {
			lines += int64(bytes.Count(part, []byte("\n")))
			commas += int64(bytes.Count(part, []byte(",")))
			if last == '\r' && part[0] != '\n' || loneReturn(part) {
				return 0, 0, errDoubt
			}
			last = part[n-1]
		}
		switch {
		case errors.Is(err, io.EOF) && last == '\n':
			return lines, commas, nil
		case errors.Is(err, io.EOF):
			return lines + 1, commas, nil
		case err != nil:
			return 0, 0, fmt.Errorf("reading %s: %w", path, err)
		case ctx.Err() != nil:
			return 0, 0, ctx.Err()
		}
	}
}

// loneReturn finds a carriage return with another byte than a new line behind
// it.
func loneReturn(part []byte) bool {
	for {
		i := bytes.IndexByte(part, '\r')
		if i < 0 || i == len(part)-1 {
			return false
		}
		if part[i+1] != '\n' {
			return true
		}
		part = part[i+2:]
	}
}
