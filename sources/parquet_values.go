package sources

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/schema"
)

// Every value is written out as the text that a CSV file would hold, so that one
// set of rules judges all formats and a reject shows what stands in the row.

// open points the column at the values of a row group.
func (c *parquetColumn) open(chunk file.ColumnChunkReader) {
	optional := chunk.Descriptor().MaxDefinitionLevel() > 0
	switch r := chunk.(type) {
	case *file.ByteArrayColumnChunkReader:
		c.read = reading(c, r, optional, r.ReadBatch, func(v parquet.ByteArray) string { return c.bytesText(v) })
	case *file.FixedLenByteArrayColumnChunkReader:
		c.read = reading(c, r, optional, r.ReadBatch, func(v parquet.FixedLenByteArray) string { return c.bytesText(v) })
	case *file.Int64ColumnChunkReader:
		c.read = reading(c, r, optional, r.ReadBatch, c.int64Text)
	case *file.Int32ColumnChunkReader:
		c.read = reading(c, r, optional, r.ReadBatch, c.int32Text)
	case *file.BooleanColumnChunkReader:
		c.read = reading(c, r, optional, r.ReadBatch, strconv.FormatBool)
	default:
		c.read = func(int) error { return fmt.Errorf("its physical type is %v", chunk.Type()) }
	}
}

// reading makes the function that reads n rows of a column into its cells. Each
// format has its own reader type in arrow, and they share no interface that
// reads values.
func reading[T any](
	c *parquetColumn, chunk file.ColumnChunkReader, optional bool,
	readBatch func(n int64, values []T, defs, reps []int16) (int64, int, error), text func(T) string,
) func(n int) error {
	values := make([]T, parquetBatchRows)
	levels := make([]int16, parquetBatchRows)
	if c.cells == nil {
		c.cells = make([]string, parquetBatchRows)
	}
	return func(n int) error {
		defs := levels[:n]
		if !optional {
			defs = nil
		}
		// One call is short where an empty page stands between others, so it takes
		// as many as bring something.
		rows, held := 0, 0
		for rows < n {
			var at []int16
			if optional {
				at = defs[rows:]
			}
			more, read, err := readBatch(int64(n-rows), values[held:], at, nil)
			if err == nil {
				err = chunk.Err()
			}
			if err != nil {
				return err
			}
			if more <= 0 {
				return errors.New("it holds fewer values than the file says")
			}
			rows, held = rows+int(more), held+read
		}
		next := 0
		for i := range n {
			c.cells[i] = ""
			if optional && defs[i] == 0 {
				continue
			}
			if next >= held {
				return errors.New("it holds fewer values than the file says")
			}
			c.cells[i] = text(values[next])
			next++
		}
		if next != held {
			return errors.New("it holds more values than the file says")
		}
		return nil
	}
}

func (c *parquetColumn) int32Text(v int32) string {
	if c.form.kind == storedWhole && c.form.unsigned {
		return strconv.FormatUint(uint64(uint32(v)), 10)
	}
	return c.int64Text(int64(v))
}

func (c *parquetColumn) int64Text(v int64) string {
	switch c.form.kind {
	case storedDate:
		if v < -1e6 || v > 1e7 { // days; beyond any year that could be written
			return fmt.Sprintf("day %d", v)
		}
		return time.Unix(v*86400, 0).UTC().Format(time.DateOnly)
	case storedInstant:
		return instantText(v, c.form.unit)
	case storedDecimal:
		return decimalText(big.NewInt(v), c.form.scale)
	case storedWhole:
		if c.form.unsigned {
			return strconv.FormatUint(uint64(v), 10)
		}
	}
	return strconv.FormatInt(v, 10)
}

func instantText(v int64, unit schema.TimeUnitType) string {
	var t time.Time
	switch unit {
	case schema.TimeUnitMillis:
		t = time.UnixMilli(v)
	case schema.TimeUnitMicros:
		t = time.UnixMicro(v)
	default:
		t = time.Unix(0, v)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func (c *parquetColumn) bytesText(v []byte) string {
	if c.form.kind != storedDecimal {
		return string(v)
	}
	const widest = 32 // bytes; 76 digits
	if len(v) == 0 || len(v) > widest {
		return fmt.Sprintf("decimal of %d bytes", len(v))
	}
	n := new(big.Int).SetBytes(v)
	if v[0]&0x80 != 0 { // two's complement
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v))))
	}
	return decimalText(n, c.form.scale)
}

// decimalText writes a decimal without the zeros that only its column's scale
// gives it.
func decimalText(unscaled *big.Int, scale int32) string {
	text := new(big.Int).Abs(unscaled).String()
	if scale > 0 {
		if missing := int(scale) + 1 - len(text); missing > 0 {
			text = strings.Repeat("0", missing) + text
		}
		point := len(text) - int(scale)
		text = strings.TrimRight(text[:point]+"."+text[point:], "0")
		text = strings.TrimSuffix(text, ".")
	}
	if unscaled.Sign() < 0 {
		return "-" + text
	}
	return text
}
