package pipeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"fleetpay/outputs"
)

// table is a CSV file of ids and numbers that one close hands to the next.
type table struct {
	name    string
	columns []string
}

// marshal writes the table: RFC 4180, UTF-8, LF.
func (t table) marshal(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := errors.Join(w.Write(t.columns), w.WriteAll(rows))
	return b.Bytes(), err
}

// read hands the rows of a table to each; an error names the line.
func (t table) read(data []byte, each func(row []string) error) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = len(t.columns)
	header, err := r.Read()
	if err != nil || !slices.Equal(header, t.columns) {
		return fmt.Errorf("1: the columns must be %s", strings.Join(t.columns, ","))
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return outputs.RowError(err)
		}
		if err := each(row); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("%d: %w", line, err)
		}
	}
}

// whole writes a whole number.
func whole(n int64) string { return strconv.FormatInt(n, 10) }

// readWhole reads a whole number of 0 or more.
func readWhole(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return n, nil
}
