package prometheus

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"fleetpay/sources"
)

// The limits of one line of an export.
const (
	maxLineSamples = 1 << 24 // 9 bytes of memory each; a sample a second gives 2.7 million a month
	maxLineBad     = 1000    // values that are rejected one by one
)

// ExportDecoder decodes what VictoriaMetrics answers at /api/v1/export: JSON Lines,
// on each of which stands a series, or a part of one, with its values and the
// milliseconds since 1970 of each.
//
//	{"metric":{"__name__":"up","instance":"n1"},"values":[1,0],"timestamps":[1759276800000,1759276815000]}
//
// Series other than Reading.Metric with Reading.Labels are no rows, and so are
// values null and NaN: that is how an export shows that a series went away. A row's
// line is that of its series. The file may be gzip data; its name does not matter. It
// holds the samples of one line.
func ExportDecoder(r Reading) sources.Decoder {
	return func(ctx context.Context, ds *sources.Dataset, path, name string, emit func(sources.Row) error, reject func(sources.Reject)) (sources.Counts, error) {
		return decodeFile(ctx, r, ds, path, name, emit, reject, func(e *export, in *bufio.Reader) error {
			x := &lines{export: e, in: newStream(in), labels: map[string]string{}}
			x.in.lines = true
			return x.read()
		})
	}
}

// lines is the state of one export; all but the first two are of the current line.
type lines struct {
	*export
	in     *stream
	line   int64
	labels map[string]string
	named  bool    // labels are known
	values []int8  // 0, 1, or one of the two below
	times  []int64 // in ms
	spoilt []badSample
	begin  []byte // of the line, for its reject
}

const (
	gone  = -1 // null or NaN: the series went away
	wrong = -2 // it is in spoilt
)

// badSample is a value or a time that is none.
type badSample struct {
	at     int // the place in values or times
	column string
	text   string
}

// lineError spoils one line.
type lineError struct{ message string }

func (e *lineError) Error() string { return e.message }

func (x *lines) read() error {
	for {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		x.line++
		b, err := x.in.peek()
		switch {
		case errors.Is(err, errCut):
			return nil
		case err != nil:
			return err
		case b == '\n':
			x.in.at++
			continue
		}
		x.begin = append(x.begin[:0], x.in.data[x.in.at:min(len(x.in.data), x.in.at+200)]...)
		err = x.one()
		if err == nil {
			err = x.lineEnd()
		}
		if message := wrongLine(err); message != "" {
			x.builder.Malformed(x.line, firstLine(x.begin), message)
			err = x.toLineEnd()
		} else if err == nil {
			err = x.hand()
		}
		if errors.Is(err, errCut) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// wrongLine says what is wrong with a line; "" when nothing is, or when it is not
// the line's fault.
func wrongLine(err error) string {
	var syntax *syntaxError
	var line *lineError
	switch {
	case errors.As(err, &line):
		return line.message
	case errors.As(err, &syntax):
		return "the line is no series of /api/v1/export: " + syntax.message + "; export the file again"
	case errors.Is(err, errCut):
		return "the line ends too early, so the file may be cut short; export the file again"
	}
	return ""
}

func firstLine(text []byte) string {
	for i, b := range text {
		if b == '\n' {
			return string(text[:i])
		}
	}
	return string(text)
}

// lineEnd takes the end of the line, which is also that of the file.
func (x *lines) lineEnd() error {
	b, err := x.in.peek()
	if errors.Is(err, errCut) {
		return nil
	}
	if err != nil {
		return err
	}
	if b != '\n' {
		return unexpected(b, "the line's end")
	}
	x.in.at++
	return nil
}

// toLineEnd passes over the rest of a bad line.
func (x *lines) toLineEnd() error {
	for {
		b, err := x.in.raw()
		if err != nil {
			return err
		}
		x.in.at++
		if b == '\n' {
			return nil
		}
	}
}

// one reads a line.
func (x *lines) one() error {
	clear(x.labels)
	x.named, x.values, x.times, x.spoilt = false, x.values[:0], x.times[:0], x.spoilt[:0]
	seen := map[string]bool{}
	err := x.in.object(func(key []byte) error {
		name := string(key)
		if seen[name] {
			return &syntaxError{fmt.Sprintf("%.60q stands twice", name)}
		}
		seen[name] = true
		if unwanted := x.named && !x.m.wants(x.labels); unwanted {
			return x.in.skip(0)
		}
		switch name {
		case "metric":
			x.named = true
			return x.in.labels(x.labels)
		case "values":
			return x.in.array(x.value)
		case "timestamps":
			return x.in.array(x.time)
		}
		return x.in.skip(0)
	})
	if err != nil {
		return err
	}
	for _, name := range []string{"metric", "values", "timestamps"} {
		if !seen[name] {
			return &syntaxError{name + " is missing"}
		}
	}
	if x.m.wants(x.labels) && len(x.values) != len(x.times) {
		return &lineError{fmt.Sprintf("the line has %d values and %d timestamps; export the file again", len(x.values), len(x.times))}
	}
	return nil
}

func (x *lines) value() error {
	if len(x.values) == maxLineSamples {
		return &lineError{fmt.Sprintf("the line has more than %d values; export a shorter time at once", maxLineSamples)}
	}
	b, err := x.in.peek()
	if err != nil {
		return err
	}
	var text []byte
	switch b {
	case '"': // so it writes what is beyond numbers, such as "Infinity"
		text, err = x.in.text()
	case 'N': // so it writes null with reduce_mem_usage=1, which is no JSON
		x.values = append(x.values, gone)
		return x.in.exactly("NaN")
	default:
		text, err = x.in.scalar()
	}
	if err != nil {
		return err
	}
	switch {
	case b != '"' && len(text) == 1 && (text[0] == '0' || text[0] == '1'):
		x.values = append(x.values, int8(text[0]-'0'))
	case b != '"' && string(text) == "null":
		x.values = append(x.values, gone)
	default:
		x.values = append(x.values, wrong)
		return x.wrong(len(x.values)-1, "up", text)
	}
	return nil
}

func (x *lines) time() error {
	if len(x.times) == maxLineSamples {
		return &lineError{fmt.Sprintf("the line has more than %d timestamps; export a shorter time at once", maxLineSamples)}
	}
	text, err := x.in.scalar()
	if err != nil {
		return err
	}
	at, ok := parseMillis(text)
	x.times = append(x.times, at)
	if !ok {
		return x.wrong(len(x.times)-1, "sampled_at", text)
	}
	return nil
}

// wrong keeps what is to be rejected when the line is whole.
func (x *lines) wrong(at int, column string, text []byte) error {
	if len(x.spoilt) == maxLineBad {
		return &lineError{fmt.Sprintf("more than %d samples of the line are none, such as %.60q; read a metric that says whether a node is up", maxLineBad, text)}
	}
	x.spoilt = append(x.spoilt, badSample{at, column, string(text)})
	return nil
}

// hand emits the samples of a good line.
func (x *lines) hand() error {
	if !x.m.wants(x.labels) {
		return nil
	}
	node, problem := x.m.node(x.labels)
	if problem != "" {
		return x.bad(x.line, "", "node_id", x.labels[x.m.NodeLabel], problem)
	}
	skip := map[int]bool{}
	for _, b := range x.spoilt {
		if skip[b.at] || b.column == "sampled_at" && x.values[b.at] == gone {
			continue
		}
		skip[b.at] = true
		message := badValue(b.text)
		if b.column == "sampled_at" {
			message = badMillis(b.text)
		}
		if err := x.bad(x.line, node, b.column, b.text, message); err != nil {
			return err
		}
	}
	for i, v := range x.values {
		if v < 0 || len(skip) > 0 && skip[i] {
			continue
		}
		if err := x.beat(x.line, node, x.times[i], v == 1); err != nil {
			return err
		}
	}
	return nil
}
