package prometheus

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"fleetpay/sources"
)

// DumpDecoder decodes what `promtool tsdb dump` prints: a series, a value and the
// milliseconds since 1970 on each line.
//
//	{__name__="up", instance="n1"} 1 1759276800000
//
// Series other than Reading.Metric with Reading.Labels are no rows, and so are
// values NaN: that is how a dump shows that a series went away. The file may be
// gzip data; its name does not matter.
func DumpDecoder(r Reading) sources.Decoder {
	return func(ctx context.Context, ds *sources.Dataset, path, name string, emit func(sources.Row) error, reject func(sources.Reject)) (sources.Counts, error) {
		return decodeFile(ctx, r, ds, path, name, emit, reject, func(e *export, in *bufio.Reader) error {
			return (&dump{export: e, in: in, seen: map[string]series{}}).read()
		})
	}
}

const dumpForm = `write it as promtool does: {__name__="up", instance="n1"} 1 1759276800000`

// series is what a series of a file is to us.
type series struct {
	wanted  bool
	node    string
	problem string // why it is no node's
	value   string // of NodeLabel
}

type dump struct {
	*export
	in   *bufio.Reader
	line int64
	seen map[string]series // heartbeats, by the text from brace to brace

	lastText []byte // of the line before, which is often of the same series
	last     series
}

func (d *dump) read() error {
	for {
		if d.line&0xfff == 0 {
			if err := d.ctx.Err(); err != nil {
				return err
			}
		}
		text, err := d.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return &sources.FileError{File: d.name, Line: d.line + 1, Message: fmt.Sprintf(
				"the line is longer than 1 MiB (%d bytes); is this the output of promtool tsdb dump?", sources.MaxRecordBytes)}
		case errors.Is(err, io.EOF) && len(text) == 0:
			return nil
		case errors.Is(err, io.EOF):
			// A time that is cut short would still look like one.
			d.line++
			d.builder.Malformed(d.line, string(text), "the last line has no line end, so the file may be cut short; dump it again")
			return nil
		case err != nil:
			return err
		}
		d.line++
		if err := d.one(bytes.TrimRight(text, "\r\n")); err != nil {
			return err
		}
	}
}

// one takes a line apart.
func (d *dump) one(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	rest, ok := d.series(text)
	if !ok {
		d.builder.Malformed(d.line, string(text), "this is no sample; "+dumpForm)
		return nil
	}
	if !d.last.wanted {
		return nil
	}
	value, millis, ok := bytes.Cut(rest, []byte(" "))
	if !ok || len(value) == 0 {
		d.builder.Malformed(d.line, string(text), "a value and a time are due after the labels; "+dumpForm)
		return nil
	}
	if string(value) == "NaN" {
		return nil
	}
	if d.last.problem != "" {
		return d.bad(d.line, "", "node_id", d.last.value, d.last.problem)
	}
	if len(value) != 1 || value[0] != '0' && value[0] != '1' {
		return d.bad(d.line, d.last.node, "up", string(value), badValue(string(value)))
	}
	at, ok := parseMillis(millis)
	if !ok {
		return d.bad(d.line, d.last.node, "sampled_at", string(millis), badMillis(string(millis)))
	}
	return d.beat(d.line, d.last.node, at, value[0] == '1')
}

func badValue(text string) string {
	return fmt.Sprintf("%.60q is neither 0 nor 1; read a metric that says whether a node is up", text)
}

func badMillis(text string) string {
	return fmt.Sprintf("%.60q is no time in milliseconds since 1970, of the years 1900 to 2199; export the file again", text)
}

// series finds out whose line it is, and returns what follows the labels.
func (d *dump) series(text []byte) (rest []byte, ok bool) {
	if n := len(d.lastText); n > 0 && len(text) > n && text[n] == ' ' && bytes.Equal(text[:n], d.lastText) {
		return text[n+1:], true
	}
	n := endOfLabels(text)
	if n < 0 || n == len(text) || text[n] != ' ' {
		return nil, false
	}
	s, known := d.seen[string(text[:n])]
	if !known {
		labels, ok := parseLabels(string(text[:n]))
		if !ok {
			return nil, false
		}
		// Only heartbeats are kept: a dump of all that a server has holds millions
		// of other series.
		const most = 1 << 18 // a fleet has fewer; a damaged file may look as if it had more
		if d.m.wants(labels) {
			s.wanted, s.value = true, labels[d.m.NodeLabel]
			s.node, s.problem = d.m.node(labels)
			if len(d.seen) < most {
				d.seen[string(text[:n])] = s
			}
		}
	}
	d.last, d.lastText = s, append(d.lastText[:0], text[:n]...)
	return text[n+1:], true
}

// endOfLabels returns the place after the closing brace, or -1.
func endOfLabels(text []byte) int {
	if text[0] != '{' {
		return -1
	}
	quoted := false
	for i := 1; i < len(text); i++ {
		switch b := text[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case b == '}' && !quoted:
			return i + 1
		}
	}
	return -1
}

// parseLabels reads {name="value", "a name"="value"}, quoted as Go does.
func parseLabels(text string) (map[string]string, bool) {
	labels := map[string]string{}
	q := &selector{rest: text}
	if !q.take("{") {
		return nil, false
	}
	for first := true; !q.take("}"); first = false {
		if !first && !q.take(",") {
			return nil, false
		}
		name, ok := q.label()
		if !ok || !q.take("=") {
			return nil, false
		}
		value, ok := q.quoted()
		if !ok {
			return nil, false
		}
		if _, twice := labels[name]; twice {
			return nil, false
		}
		labels[name] = value
	}
	return labels, q.rest == ""
}

// label takes the name of a label, which newer versions may quote.
func (q *selector) label() (string, bool) {
	if q.ahead(`"`) {
		return q.quoted()
	}
	before := q.rest
	ok := q.name(false)
	return before[:len(before)-len(q.rest)], ok
}

// quoted takes a text in double quotes.
func (q *selector) quoted() (string, bool) {
	q.skip()
	quoted, err := strconv.QuotedPrefix(q.rest)
	if err != nil || !strings.HasPrefix(quoted, `"`) {
		return "", false
	}
	text, err := strconv.Unquote(quoted)
	q.rest = q.rest[len(quoted):]
	return text, err == nil
}
