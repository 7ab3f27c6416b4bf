package sources

import (
	"fmt"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/schema"
)

// storedForm is how a Parquet column holds its values, as far as it matters here.
type storedForm struct {
	kind     storedKind
	scale    int32               // of a decimal
	unit     schema.TimeUnitType // of an instant
	unsigned bool                // of a whole number
}

type storedKind int

const (
	storedText storedKind = iota
	storedWhole
	storedDecimal
	storedDate
	storedInstant
	storedLocal // a timestamp of no known time zone
	storedFlag
	storedFloat
	storedNothing // a column whose every value is null
	storedOther
)

var storedNames = [...]string{
	storedText: "text", storedWhole: "whole number", storedDecimal: "decimal", storedDate: "date",
	storedInstant: "instant", storedLocal: "local timestamp", storedFlag: "flag", storedFloat: "binary float",
	storedNothing: "nothing", storedOther: "other",
}

// matchSchema checks the columns of a Parquet file as a header is checked, and
// then whether what each stores can be what the dataset wants.
func matchSchema(ds *Dataset, s *schema.Schema) ([]*parquetColumn, error) {
	root := s.Root()
	var names []string
	for i := range root.NumFields() {
		names = append(names, root.Field(i).Name())
	}
	if problem := ds.checkHeader(names); problem != "" {
		return nil, fmt.Errorf("%s", problem)
	}
	var columns []*parquetColumn
	for i, name := range names {
		if _, plain := root.Field(i).(*schema.PrimitiveNode); !plain || s.Column(i).MaxRepetitionLevel() > 0 || s.Column(i).MaxDefinitionLevel() > 1 {
			return nil, fmt.Errorf("column %s is nested; store one plain value per row", name)
		}
		want := ds.Columns[ds.Index(name)]
		form := formOf(s.Column(i))
		if problem := mismatch(want, form); problem != "" {
			return nil, fmt.Errorf("column %s %s", name, problem)
		}
		columns = append(columns, &parquetColumn{column: ds.Index(name), name: name, form: form})
	}
	return columns, nil
}

// mismatch tells why a column stored in this form can't be taken, and what to
// store instead, or "".
func mismatch(c Column, f storedForm) string {
	switch f.kind {
	case storedText, storedNothing:
		return ""
	case storedWhole:
		switch c.Type {
		case ID, Text, Word, Choice, Amount, Whole, Score, Hours, Flag:
			return ""
		}
	case storedDecimal:
		switch c.Type {
		case Amount, Whole, Score, Hours:
			return ""
		}
	case storedDate:
		if c.Type == Date {
			return ""
		}
	case storedInstant:
		if c.Type == Instant {
			return ""
		}
	case storedFlag:
		if c.Type == Flag {
			return ""
		}
	case storedLocal:
		if c.Type == Instant {
			return "holds timestamps without a time zone, which name no instant; store them as UTC " +
				"(isAdjustedToUTC), as a timestamp with time zone does"
		}
	case storedFloat:
		switch c.Type {
		case Amount, Score, Hours:
			return fmt.Sprintf("holds binary floats, which are not exact; store %s as DECIMAL, whole number or text", article(c.Type))
		}
	}
	return fmt.Sprintf("stores %s, but %s is wanted; store it as %s", f, article(c.Type), wantedForm(c.Type))
}

// String names the form for a message.
func (f storedForm) String() string {
	switch f.kind {
	case storedOther:
		return "values of an unknown kind"
	default:
		return storedNames[f.kind] + "s"
	}
}

func wantedForm(t Type) string {
	switch t {
	case Date:
		return "DATE or text"
	case Instant:
		return "TIMESTAMP in UTC or text"
	case Amount, Score, Hours:
		return "DECIMAL, whole number or text"
	case Flag:
		return "BOOLEAN, whole number or text"
	case Whole:
		return "whole number or text"
	}
	return "text"
}

// formOf reads a column's physical and logical types.
func formOf(c *schema.Column) storedForm {
	switch logical := c.LogicalType().(type) {
	case schema.StringLogicalType, schema.EnumLogicalType, schema.JSONLogicalType:
		return storedForm{kind: storedText}
	case schema.NullLogicalType:
		return storedForm{kind: storedNothing}
	case schema.DateLogicalType:
		return storedForm{kind: storedDate}
	case *schema.DecimalLogicalType:
		if logical.Scale() < 0 || logical.Scale() > 76 {
			return storedForm{kind: storedOther}
		}
		return storedForm{kind: storedDecimal, scale: logical.Scale()}
	case *schema.TimestampLogicalType:
		return timestampForm(logical.IsAdjustedToUTC(), logical.TimeUnit())
	case schema.TimestampLogicalType:
		return timestampForm(logical.IsAdjustedToUTC(), logical.TimeUnit())
	case *schema.IntLogicalType:
		return storedForm{kind: storedWhole, unsigned: !logical.IsSigned()}
	case nil, schema.NoLogicalType, schema.UnknownLogicalType:
		return physicalForm(c.PhysicalType())
	}
	return storedForm{kind: storedOther} // TIME, UUID, INTERVAL, BSON, FLOAT16
}

func timestampForm(utc bool, unit schema.TimeUnitType) storedForm {
	if !utc {
		return storedForm{kind: storedLocal}
	}
	return storedForm{kind: storedInstant, unit: unit}
}

func physicalForm(t parquet.Type) storedForm {
	switch t {
	case parquet.Types.ByteArray:
		return storedForm{kind: storedText}
	case parquet.Types.Int32, parquet.Types.Int64:
		return storedForm{kind: storedWhole}
	case parquet.Types.Boolean:
		return storedForm{kind: storedFlag}
	case parquet.Types.Float, parquet.Types.Double:
		return storedForm{kind: storedFloat}
	case parquet.Types.Int96: // written by older tools, and of no stated time zone
		return storedForm{kind: storedLocal}
	}
	return storedForm{kind: storedOther}
}
