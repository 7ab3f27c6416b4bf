package prometheus

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"fleetpay/sources/fetch"
)

// shownSeries is how many series that are no node's a message names.
const shownSeries = 10

// answer is what the API says to one query, as far as it is read.
type answer struct {
	in      *stream
	m       *matcher
	columns *columns

	status, kind string // status and resultType
	failure      []string
	warnings     []string
	partial      bool
	result       bool // there was one

	labels  map[string]string // of the current series
	marks   []uint32          // of the current series
	strange []string          // series that are no node's, with the reason
	more    int               // of them beyond shownSeries
}

// readAnswer takes an answer apart and puts its samples into columns. It holds
// the columns and nothing else of the answer. What is cut short wraps
// fetch.ErrAgain.
func readAnswer(body io.Reader, m *matcher, c *columns) (int64, error) {
	a := &answer{in: newStream(body), m: m, columns: c, labels: map[string]string{}}
	err := a.whole()
	var syntax *syntaxError
	switch {
	case errors.Is(err, errCut):
		return 0, fmt.Errorf("the answer is cut short: %w", fetch.ErrAgain)
	case errors.As(err, &syntax):
		return 0, fmt.Errorf("the answer is not the JSON of the Prometheus HTTP API: %s; check the address", syntax.message)
	case err != nil:
		return 0, err
	}
	if err := a.judge(); err != nil {
		return 0, err
	}
	return c.count, nil
}

func (a *answer) whole() error {
	err := a.in.object(func(key []byte) error {
		var err error
		switch string(key) {
		case "status":
			a.status, err = a.word()
		case "data":
			err = a.data()
		case "error", "errorType":
			var text string
			text, err = a.word()
			a.failure = append(a.failure, text)
		case "warnings":
			err = a.list(&a.warnings)
		case "isPartial":
			var word []byte
			word, err = a.in.scalar()
			a.partial = string(word) != "false"
		default:
			err = a.in.skip(0)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.in.end()
}

// judge says whether the answer may be used.
func (a *answer) judge() error {
	switch {
	case a.status != "success":
		said := fetch.Printable(strings.Join(a.failure, ": "))
		return fmt.Errorf("the server answers with status %q and says %q; correct the query, or ask who runs the server", fetch.Printable(a.status), said)
	case len(a.warnings) > 0:
		return fmt.Errorf("the server warns that its answer may be incomplete: %q; have it mended, then run again", fetch.Printable(strings.Join(a.warnings, "; ")))
	case a.partial:
		return errors.New("the server says that its answer is partial: some of its storage does not answer; have it mended, then run again")
	case !a.result || a.kind != "matrix":
		return notMatrix(a.kind)
	case len(a.strange) > 0:
		list := strings.Join(a.strange, "; ")
		if a.more > 0 {
			list += fmt.Sprintf("; and %d more", a.more)
		}
		return fmt.Errorf("%d series are no node's: %s", len(a.strange)+a.more, list)
	}
	return nil
}

func notMatrix(kind string) error {
	return fmt.Errorf("the answer is a %q and no matrix of samples; make query a plain selector, and check the address", fetch.Printable(kind))
}

// word takes a text; null is an empty one.
func (a *answer) word() (string, error) {
	if null, err := a.in.isNull(); null || err != nil {
		return "", err
	}
	text, err := a.in.text()
	return string(text), err
}

// list takes an array of texts, of which it keeps the first few.
func (a *answer) list(into *[]string) error {
	const most = 5
	if null, err := a.in.isNull(); null || err != nil {
		return err
	}
	return a.in.array(func() error {
		text, err := a.in.text()
		if err == nil && len(*into) < most {
			*into = append(*into, string(text))
		}
		return err
	})
}

func (a *answer) data() error {
	if null, err := a.in.isNull(); null || err != nil {
		return err
	}
	return a.in.object(func(key []byte) error {
		switch string(key) {
		case "resultType":
			var err error
			a.kind, err = a.word()
			return err
		case "result":
			if a.kind != "" && a.kind != "matrix" {
				return notMatrix(a.kind)
			}
			a.result = true
			if null, err := a.in.isNull(); null || err != nil {
				return err
			}
			return a.in.array(a.series)
		}
		return a.in.skip(0)
	})
}

// series takes one series. Its samples are put into the columns at its end,
// when its labels are known for certain.
func (a *answer) series() error {
	clear(a.labels)
	a.marks = a.marks[:0]
	named, valued := false, false
	err := a.in.object(func(key []byte) error {
		switch string(key) {
		case "metric":
			named = true
			return a.in.labels(a.labels)
		case "values":
			valued = true
			return a.in.array(a.sample)
		case "histograms":
			return fmt.Errorf("the series %s holds histograms; name series of 0 and 1 in query", seriesText(a.labels))
		}
		return a.in.skip(0)
	})
	if err != nil {
		return err
	}
	if !named || !valued {
		return &syntaxError{"a series lacks metric or values"}
	}
	node, problem := a.m.node(a.labels)
	if problem == "" {
		return a.columns.add(node, a.marks)
	}
	if len(a.strange) < shownSeries {
		a.strange = append(a.strange, fetch.Printable(seriesText(a.labels)+": "+problem))
	} else {
		a.more++
	}
	return nil
}

// sample takes [seconds, "value"]. A value NaN is no sample. Times before and after the piece belong to its
// neighbours: servers differ in whether a range includes its beginning.
func (a *answer) sample() error {
	if err := a.in.take('['); err != nil {
		return err
	}
	number, err := a.in.scalar()
	if err != nil {
		return err
	}
	at, problem := parseSeconds(number)
	if problem != timeGood {
		return a.badTime(string(number), problem)
	}
	if err := a.in.take(','); err != nil {
		return err
	}
	value, err := a.in.text()
	if err != nil {
		return err
	}
	gone := string(value) == "NaN" // so VictoriaMetrics shows that a series went away; Prometheus leaves it out
	if !gone && (len(value) != 1 || value[0] != '0' && value[0] != '1') {
		return fmt.Errorf("%s: the value at %s is %s, which is neither 0 nor 1; name in query series that say whether a node is up",
			seriesText(a.labels), instant(at), strconv.Quote(fetch.Printable(string(value))))
	}
	up := value[0] == '1'
	if err := a.in.take(']'); err != nil {
		return err
	}
	if gone || at < a.columns.begins || at >= a.columns.ends {
		return nil
	}
	if err := a.columns.full(int64(len(a.marks)) + 1); err != nil {
		return err
	}
	a.marks = append(a.marks, a.columns.mark(at, up))
	return nil
}

func (a *answer) badTime(number string, problem timeProblem) error {
	why := "is not a time in seconds"
	if problem == timeFine {
		why = "is finer than a millisecond, which no Prometheus server keeps"
	}
	return fmt.Errorf("%s: the time %s %s; check the address", seriesText(a.labels), fetch.Printable(number), why)
}
