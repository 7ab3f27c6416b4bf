package prometheus

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

const (
	maxToken = 1 << 20 // bytes of a text, a number or a label set
	maxDepth = 100     // of what is passed over
)

// errCut says that JSON ends before it is complete.
var errCut = errors.New("it ends too early")

// syntaxError is what JSON does not allow, or not there.
type syntaxError struct{ message string }

func (e *syntaxError) Error() string { return e.message }

// stream reads JSON piece by piece. A month of samples has billions of tokens, so
// nothing is allocated for one, as json.Decoder.Token does.
type stream struct {
	r     io.Reader
	data  []byte // read and not yet taken, from at on
	at    int
	err   error // of r, once it fails or ends
	token []byte
	lines bool // JSON Lines of VictoriaMetrics: a new line is no blank, and NaN a value
}

func newStream(r io.Reader) *stream { return &stream{r: r, data: make([]byte, 0, 64<<10)} }

// fill reads more; it fails with errCut at the end.
func (s *stream) fill() error {
	for s.err == nil {
		n, err := s.r.Read(s.data[:cap(s.data)])
		s.data, s.at, s.err = s.data[:n], 0, err
		if n > 0 {
			return nil
		}
	}
	if errors.Is(s.err, io.EOF) {
		return errCut
	}
	return s.err
}

// raw looks at the next byte, whatever it is.
func (s *stream) raw() (byte, error) {
	if s.at == len(s.data) {
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	return s.data[s.at], nil
}

// peek looks at the next byte that is not blank.
func (s *stream) peek() (byte, error) {
	for {
		b, err := s.raw()
		if err != nil {
			return 0, err
		}
		if b > ' ' || b != ' ' && b != '\t' && b != '\r' && (b != '\n' || s.lines) {
			return b, nil
		}
		s.at++
	}
}

// take takes one sign.
func (s *stream) take(sign byte) error {
	b, err := s.peek()
	if err != nil {
		return err
	}
	if b != sign {
		return unexpected(b, strconv.QuoteRune(rune(sign)))
	}
	s.at++
	return nil
}

func unexpected(b byte, due string) error {
	return &syntaxError{fmt.Sprintf("%q stands where %s is due", rune(b), due)}
}

// object takes an object and calls member at each value, with its key, which is
// valid until the value is taken.
func (s *stream) object(member func(key []byte) error) error {
	if err := s.take('{'); err != nil {
		return err
	}
	return s.items('}', func() error {
		key, err := s.text()
		if err != nil {
			return err
		}
		if err := s.take(':'); err != nil {
			return err
		}
		return member(key)
	})
}

// array takes an array and calls item at each value.
func (s *stream) array(item func() error) error {
	if err := s.take('['); err != nil {
		return err
	}
	return s.items(']', item)
}

func (s *stream) items(end byte, item func() error) error {
	b, err := s.peek()
	if err != nil {
		return err
	}
	if b == end {
		s.at++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		b, err := s.peek()
		if err != nil {
			return err
		}
		switch b {
		case end:
			s.at++
			return nil
		case ',':
			s.at++
		default:
			return unexpected(b, "a comma or "+strconv.QuoteRune(rune(end)))
		}
	}
}

// text takes a text. It is valid until the next token is taken.
func (s *stream) text() ([]byte, error) {
	if err := s.take('"'); err != nil {
		return nil, err
	}
	s.token = append(s.token[:0], '"')
	escaped := false
	for {
		b, err := s.raw()
		if err != nil {
			return nil, err
		}
		if b < ' ' {
			return nil, &syntaxError{fmt.Sprintf("a text holds the control character %q", rune(b))}
		}
		s.at++
		s.token = append(s.token, b)
		if b == '"' {
			break
		}
		if b == '\\' {
			escaped = true
			if b, err = s.raw(); err != nil {
				return nil, err
			}
			s.at++
			s.token = append(s.token, b)
		}
		if len(s.token) > maxToken {
			return nil, tooLong()
		}
	}
	if escaped {
		var plain string
		if err := json.Unmarshal(s.token, &plain); err != nil {
			return nil, &syntaxError{fmt.Sprintf("%.60q is not a text", s.token)}
		}
		s.token = append(append(append(s.token[:0], '"'), plain...), '"')
	}
	inside := s.token[1 : len(s.token)-1]
	if !utf8.Valid(inside) {
		return nil, &syntaxError{fmt.Sprintf("%.60q is not UTF-8", inside)}
	}
	return inside, nil
}

func tooLong() error {
	return &syntaxError{fmt.Sprintf("a text, a number or a label set is longer than %d bytes", maxToken)}
}

// scalar takes a number, true, false or null, as written. It is valid until the
// next token is taken.
func (s *stream) scalar() ([]byte, error) {
	first, err := s.peek()
	if err != nil {
		return nil, err
	}
	s.token = s.token[:0]
	for {
		b, err := s.raw()
		if err != nil {
			return nil, err
		}
		if !(b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b == '.' || b == '-' || b == '+' || b == 'E') {
			break
		}
		s.at++
		if s.token = append(s.token, b); len(s.token) > maxToken {
			return nil, tooLong()
		}
	}
	if len(s.token) == 0 {
		return nil, unexpected(first, "a value")
	}
	if !plainDigits(s.token) && !json.Valid(s.token) {
		return nil, &syntaxError{fmt.Sprintf("%.60q is not a value", s.token)}
	}
	return s.token, nil
}

// exactly takes a word.
func (s *stream) exactly(word string) error {
	for i := range len(word) {
		b, err := s.raw()
		if err != nil {
			return err
		}
		if b != word[i] {
			return unexpected(b, word)
		}
		s.at++
	}
	return nil
}

// plainDigits tells the usual numbers, 12 and 1.5, from what must be looked at.
func plainDigits(b []byte) bool {
	if len(b) == 0 || b[0] == '0' && len(b) > 1 && b[1] != '.' {
		return false
	}
	point := -1
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
		case c == '.' && point < 0 && i > 0 && i < len(b)-1:
			point = i
		default:
			return false
		}
	}
	return true
}

// skip passes over any value.
func (s *stream) skip(depth int) error {
	if depth > maxDepth {
		return &syntaxError{fmt.Sprintf("it is nested deeper than %d", maxDepth)}
	}
	b, err := s.peek()
	if err != nil {
		return err
	}
	switch {
	case b == '{':
		return s.object(func([]byte) error { return s.skip(depth + 1) })
	case b == '[':
		return s.array(func() error { return s.skip(depth + 1) })
	case b == '"':
		_, err = s.text()
	case b == 'N' && s.lines:
		err = s.exactly("NaN")
	default:
		_, err = s.scalar()
	}
	return err
}

// isNull takes a null, if one is next.
func (s *stream) isNull() (bool, error) {
	b, err := s.peek()
	if err != nil || b != 'n' {
		return false, err
	}
	word, err := s.scalar()
	if err == nil && string(word) != "null" {
		err = &syntaxError{fmt.Sprintf("%q is not a value", word)}
	}
	return err == nil, err
}

// labels takes an object of texts into a map that is emptied first.
func (s *stream) labels(into map[string]string) error {
	clear(into)
	size := 0
	return s.object(func(key []byte) error {
		name := string(key)
		value, err := s.text()
		if err != nil {
			return err
		}
		if size += len(name) + len(value); size > maxToken {
			return tooLong()
		}
		into[name] = string(value)
		return nil
	})
}

// end makes sure that nothing but blanks follows.
func (s *stream) end() error {
	b, err := s.peek()
	if errors.Is(err, errCut) {
		return nil
	}
	if err != nil {
		return err
	}
	return unexpected(b, "the end")
}
