package sources

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Value is one cell. An absent one (an empty cell, a JSON null, a Parquet null,
// a column that the file leaves out) is the zero Value.
type Value struct {
	Set     bool
	Text    string          // as written, trimmed of nothing; a CRLF inside it is an LF
	Time    time.Time       // Date, Month, Quarter: midnight UTC of the first day; Instant: UTC, to the nanosecond
	Decimal decimal.Decimal // Amount, Score, Hours
	Bool    bool            // Flag
	Int64   int64           // Whole
}

// Limits of one cell.
const (
	// MaxAmountDigits is the most digits an Amount, Score or Hours has before
	// the point, leading zeros included.
	MaxAmountDigits = 15
	// MaxAmountPlaces is the most digits an Amount has after the point, unless
	// its column allows fewer.
	MaxAmountPlaces = 6
	// MaxScorePlaces is the same for Score and Hours: a mean of several reviews
	// comes with as many places as a spreadsheet shows.
	MaxScorePlaces = 18
	// MaxWhole is the largest Whole.
	MaxWhole = 999_999
	// MaxIDBytes is the length of the longest id.
	MaxIDBytes = 64
)

var defaultPlaces = map[Type]int{Amount: MaxAmountPlaces, Score: MaxScorePlaces, Hours: MaxScorePlaces}

// parse reads a cell that is not empty. It returns the value, or what is wrong
// with it and what is allowed.
func (c *Column) parse(text string) (Value, string) {
	v := Value{Set: true, Text: text}
	if problem := c.checkText(text); problem != "" {
		return Value{}, problem
	}
	var problem string
	switch c.Type {
	case ID:
		problem = CheckID(text)
	case IDList:
		problem = checkIDList(text)
	case Text, Wallet:
		if strings.Contains(text, "\r\n") {
			v.Text = strings.ReplaceAll(text, "\r\n", "\n")
		}
	case Word:
		if text != strings.TrimSpace(text) {
			problem = fmt.Sprintf("%s begins or ends with a blank; write %s", quote(text), quote(strings.TrimSpace(text)))
		}
	case Date:
		v.Time, problem = parseDate(text)
	case Instant:
		v.Time, problem = parseInstant(text)
	case Month:
		v.Time, problem = parseMonth(text)
	case Quarter:
		v.Time, problem = parseQuarter(text)
	case Amount, Score, Hours:
		v.Decimal, problem = c.parseDecimal(text)
	case Flag:
		switch text {
		case "1", "true":
			v.Bool = true
		case "0", "false":
		default:
			problem = fmt.Sprintf("%s is not a flag; write 0, 1, true or false", quote(text))
		}
	case Whole:
		v.Int64, problem = parseWhole(text)
	case Choice:
		if !c.allows(text) {
			problem = fmt.Sprintf("%s is not allowed; write %s", quote(text), orList(c.Choices))
		}
	case Scope:
		problem = checkScope(text)
	case PaymentID:
		problem = checkPaymentID(text)
	}
	if problem != "" {
		return Value{}, problem
	}
	return v, ""
}

// checkText finds what no cell may hold. New lines and tabs belong to free text
// alone; a carriage return only as half of a line end.
func (c *Column) checkText(text string) string {
	if len(text) > MaxRecordBytes {
		return fmt.Sprintf("%s is longer than %d bytes; shorten it", quote(text), MaxRecordBytes)
	}
	free := c.Type == Text || c.Type == Wallet
	plain := true
	for i := 0; i < len(text); i++ {
		if b := text[i]; b < 0x20 || b >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return ""
	}
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return fmt.Sprintf("%s is not UTF-8 at byte %d; save the file as UTF-8", quote(text), i+1)
			}
		}
		if !unicode.IsControl(r) {
			continue
		}
		if free && (r == '\n' || r == '\t' || r == '\r' && strings.HasPrefix(text[i:], "\r\n")) {
			continue
		}
		return fmt.Sprintf("%s holds the control character U+%04X at byte %d; remove it", quote(text), r, i+1)
	}
	return ""
}

const idForm = `letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit`

// CheckID says what is wrong with an id, and what is allowed; "" for nothing.
func CheckID(text string) string {
	if isID(text) {
		return ""
	}
	return fmt.Sprintf("%s is not an id; write %s", quote(text), idForm)
}

// isID tells whether text is an id.
func isID(text string) bool {
	if text == "" || len(text) > MaxIDBytes {
		return false
	}
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9':
		case i > 0 && (b == '.' || b == '_' || b == '-'):
		default:
			return false
		}
	}
	return true
}

func checkIDList(text string) string {
	rest, more := text, true
	for more {
		var id string
		id, rest, more = strings.Cut(rest, ";")
		if id == "" {
			return fmt.Sprintf(`%s has an empty id; write ids with one ";" between them`, quote(text))
		}
		if !isID(id) {
			return fmt.Sprintf(`%s is not an id; write ids with ";" between them, each of %s`, quote(id), idForm)
		}
	}
	return ""
}

func (c *Column) allows(text string) bool {
	for _, choice := range c.Choices {
		if text == choice {
			return true
		}
	}
	return false
}

// orList writes "a", "a or b", "a, b or c".
func orList(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func checkScope(text string) string {
	kind, name, named := strings.Cut(text, ":")
	switch {
	case kind == "fleet" && !named:
		return ""
	case kind == "region" && name != "":
		return ""
	case (kind == "operator" || kind == "node") && isID(name):
		return ""
	}
	return fmt.Sprintf("%s is not a scope; write fleet, region:R, operator:ID or node:ID", quote(text))
}

// A payment id as a close writes it: FP-202610- and 16 hex digits.
const (
	paymentIDBegins = "FP-"
	paymentIDMonth  = "202610"
	paymentIDHex    = 16
)

func checkPaymentID(text string) string {
	if isPaymentID(text) {
		return ""
	}
	form := "it as payouts.csv has it: FP-, the month as in 202610, a hyphen and 16 hex digits, letters in upper case"
	if meant := strings.ToUpper(strings.TrimSpace(text)); isPaymentID(meant) {
		form = quote(meant)
	}
	return fmt.Sprintf("%s is not a payment id; write %s", quote(text), form)
}

// isPaymentID tells whether text is a payment id.
func isPaymentID(text string) bool {
	rest, begins := strings.CutPrefix(text, paymentIDBegins)
	month, hex, parts := strings.Cut(rest, "-")
	if !begins || !parts || len(month) != len(paymentIDMonth) || len(hex) != paymentIDHex {
		return false
	}
	if _, problem := parseMonth(month[:4] + "-" + month[4:]); problem != "" {
		return false
	}
	for i := range len(hex) {
		if b := hex[i]; !isDigit(b) && (b < 'A' || b > 'F') {
			return false
		}
	}
	return true
}
