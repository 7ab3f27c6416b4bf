package prometheus

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
	"fleetpay/sources/prometheus/promtest"
)

var october = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// tester is what *testing.T and *rapid.T share.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// api is a server of our making that answers as Prometheus does.
type api struct {
	fleet     *promtest.Fleet
	leftOpen  bool                                                       // as Prometheus 3: the first instant of a range is not in it
	backwards bool                                                       // series come in the other order, each in two parts
	instead   func(w http.ResponseWriter, r *http.Request, nth int) bool // answers the nth query in its place, from 1
	status    func(w http.ResponseWriter, r *http.Request)               // answers all but queries; nil for 404
	asked     []url.Values                                               // queries
	others    []string                                                   // paths of all but queries
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/v1/query" {
		a.others = append(a.others, r.URL.Path)
		if a.status == nil {
			http.NotFound(w, r)
			return
		}
		a.status(w, r)
		return
	}
	query := r.URL.Query()
	a.asked = append(a.asked, query)
	if a.instead != nil && a.instead(w, r, len(a.asked)) {
		return
	}
	name, size, ok := strings.Cut(strings.TrimSuffix(query.Get("query"), "]"), "[")
	ends, err := time.Parse(time.RFC3339Nano, query.Get("time"))
	if !ok || err != nil || name != "up" {
		http.Error(w, "bad query", http.StatusBadRequest)
		return
	}
	length, ok := parseRetention(size)
	if !ok {
		http.Error(w, "bad range", http.StatusBadRequest)
		return
	}
	last := ends.UnixMilli()
	first := last - length.Milliseconds()
	if a.leftOpen {
		first++
	}
	fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[`, strings.Join(a.series(first, last), ","), `]}}`)
}

// series writes the series of a range, both instants included.
func (a *api) series(first, last int64) []string {
	var written []string
	for _, s := range a.fleet.Series {
		var values []string
		for _, sample := range s.Samples {
			if sample.At >= first && sample.At <= last {
				up := 0
				if sample.Up {
					up = 1
				}
				values = append(values, fmt.Sprintf(`[%s,"%d"]`, seconds(sample.At), up))
			}
		}
		labels, _ := json.Marshal(s.Labels())
		parts := [][]string{values}
		if a.backwards {
			parts = [][]string{values[len(values)/2:], values[:len(values)/2]}
		}
		for _, part := range parts {
			if len(part) > 0 {
				written = append(written, fmt.Sprintf(`{"metric":%s,"values":[%s]}`, labels, strings.Join(part, ",")))
			}
		}
	}
	if a.backwards {
		slices.Reverse(written)
	}
	return written
}

// seconds writes milliseconds as Prometheus does: 1435781451.781, 1435781451.
func seconds(ms int64) string {
	text := strconv.FormatInt(ms/1000, 10)
	if ms%1000 != 0 {
		text += fmt.Sprintf(".%03d", ms%1000)
	}
	return text
}

// doer asks a handler without a network, once.
type doer struct{ http.Handler }

func (doer) Place() string { return "http://prometheus.test" }

func (d doer) Do(ctx context.Context, r fetch.Request, read fetch.Reader) (fetch.Entry, error) {
	address := "/" + r.Path + "?" + r.Query.Encode()
	entry := fetch.Entry{Method: "GET", URL: d.Place() + address}
	if err := ctx.Err(); err != nil {
		return entry, err
	}
	w := httptest.NewRecorder()
	w.Header().Set("Date", "Sun, 01 Nov 2026 06:00:00 GMT")
	d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	entry.Status, entry.Bytes = w.Code, int64(w.Body.Len())
	if w.Code != http.StatusOK {
		return entry, fmt.Errorf("%s: %w", d.Place(), fetch.StatusError{Status: w.Code})
	}
	var err error
	entry.Count, err = read(&fetch.Answer{Header: w.Header(), Body: w.Body})
	return entry, err
}

// source asks a handler for up, by promtest's labels.
func source(handler http.Handler, shelf string) *Source {
	return &Source{
		Reading: Reading{Query: "up", NodeLabel: "instance", NodePattern: promtest.NodePattern},
		Server:  doer{handler}, Shelf: &fetch.Shelf{Dir: shelf},
	}
}

// rowsOf reads a Parquet file of heartbeats.
func rowsOf(t tester, path string) []promtest.Row {
	t.Helper()
	rows, rejects, counts, err := decoded(sources.Decode, path)
	if err != nil || len(rejects) > 0 || counts.Read != int64(len(rows)) {
		t.Fatalf("%s: %v, rejects %v, counts %+v of %d rows", path, err, rejects, counts, len(rows))
	}
	return rows
}

// decoded reads a file of heartbeats.
func decoded(decode sources.Decoder, path string) (rows []promtest.Row, rejects []sources.Reject, counts sources.Counts, err error) {
	ds := sources.Lookup("heartbeats")
	counts, err = decode(context.Background(), ds, path, "data/up", func(r sources.Row) error {
		rows = append(rows, promtest.Row{Node: r.Values[0].Text, At: r.Values[1].Time.UnixMilli(), Up: r.Values[2].Bool})
		return nil
	}, func(r sources.Reject) { rejects = append(rejects, r) })
	return rows, rejects, counts, err
}

func sameRows(t tester, what string, got, want []promtest.Row) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: row %d is %+v instead of %+v", what, i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows instead of %d", what, len(got), len(want))
	}
}

func bytesOf(t tester, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// pulled pulls and returns the rows, the log and the file.
func pulled(t *testing.T, s *Source, begins, ends time.Time) ([]promtest.Row, []fetch.Entry, string) {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "up.parquet")
	n, log, err := s.Pull(context.Background(), begins, ends, dest)
	if err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, dest)
	if n != int64(len(rows)) {
		t.Fatalf("Pull counts %d rows of %d", n, len(rows))
	}
	return rows, log, dest
}
