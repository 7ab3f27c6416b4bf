package measure

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"fleetpay/rules"
	"fleetpay/sources"
)

// oneLine decodes records between bars, all on the first line, each of cells in
// the order of the columns with blanks between them. "?" stands for what nobody
// can tell.
func oneLine(_ context.Context, ds *sources.Dataset, path, name string, emit func(sources.Row) error, reject func(sources.Reject)) (sources.Counts, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return sources.Counts{}, &sources.FileError{File: name, Message: "can't be read", Err: err}
	}
	b := sources.NewBuilder(ds, name, emit, reject)
	for _, record := range strings.Split(strings.TrimSpace(string(data)), "|") {
		b.Begin(1)
		for i, cell := range strings.Fields(record) {
			if cell != "?" {
				b.Put(ds.Columns[i].Name, cell)
			}
		}
		if err := b.Finish("node_ids", "severity"); err != nil {
			return b.Counts(), err
		}
	}
	return b.Counts(), nil
}

// foreign adds a file in a form of its own.
func (f *folder) foreign(dataset, name, text string) {
	f.add(dataset, name, text)
	f.files[len(f.files)-1].Decode = oneLine
}

func TestAnIncidentOfNoNodeMatchesNothingAndCountsForNobody(t *testing.T) {
	f := master(t)
	f.foreign("incidents", "incidents.txt", "i-1 ? ? 2026-10-05T09:00:00Z | i-2 ? ? 2026-11-05T09:00:00Z | i-4 n2 P1 2026-10-07T09:00:00Z")
	result := f.measure("2026-10")
	if got, want := countsOf(t, result, "incidents.txt"), (Counts{Dataset: "incidents", Name: "incidents.txt", Read: 3, Used: 1, Outside: 1, Unmatched: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	same(t, "incidents", result.Evidence.Incidents, []rules.Incident{
		{ID: "i-4", Severity: "P1", NodeIDs: []string{"n2"}, Operators: []string{"op-1"}, OpenedAt: at("2026-10-07T09:00:00Z")},
	})
	o := operator(t, result.Facts, "op-1")
	if o.Incidents.Count != 1 || o.Critical.Count != 1 {
		t.Errorf("incidents %+v, critical %+v", o.Incidents, o.Critical)
	}
	same(t, "unmatched", result.Facts.Unmatched, []rules.Unmatched{
		{Dataset: "incidents", Subject: "i-1", Message: "names no node that was active on 2026-10-05"},
	})
}

func TestRecordsOfOneLineAreRowsOfTheirOwn(t *testing.T) {
	f := master(t)
	f.foreign("incidents", "a.txt", "i-1 n2 P1 2026-10-05T09:00:00Z | i-1 n2 P1 2026-10-05T09:00:00Z | i-2 n2 P9 2026-10-05T09:00:00Z | i-3 n2 P1 2026-10-05T09:00:00Z | i-4 n2 P1 2026-10-05T09:00:00Z")
	f.foreign("incidents", "b.txt", "i-3 n2 P1 2026-10-05T09:00:00Z | i-4 n2 P2 2026-10-05T09:00:00Z | i-5 n2 P2 2026-10-05T09:00:00Z")
	f.of(2, 1)
	in := f.input("2026-10")
	in.Waive = map[string]bool{"incidents": true}
	result, err := Measure(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	got := []Counts{countsOf(t, result, "a.txt"), countsOf(t, result, "b.txt")}
	want := []Counts{
		{Dataset: "incidents", Name: "a.txt", Read: 5, Used: 3, Rejected: 2}, // the second i-1, and i-2
		{Dataset: "incidents", Name: "b.txt", Read: 3, Used: 2, Rejected: 1}, // i-4, which differs
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestHeartbeatsOfAnotherFormAreReadByItsDecoder(t *testing.T) {
	f := master(t)
	f.foreign("heartbeats", "dump.parquet", "n2 2026-10-05T09:00:00Z 1 | n2 2026-10-05T09:01:00Z 0 | n2 2026-10-05T09:02:00Z up") // its ending says nothing
	f.of(2, 1)
	f.heartbeatsAs("csv", "own", []sample{{"n2", oneOutage()[2].at, true}})
	in := f.input("2026-10")
	in.Waive = map[string]bool{"heartbeats": true}
	result, err := Measure(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	n := result.Facts.Nodes[len(result.Facts.Nodes)-1]
	if n.Slots.Up != 2 || n.Slots.Down() != 1 || n.Samples != 3 {
		t.Errorf("got %+v, want up in two slots and down in one", n)
	}
	if got, want := countsOf(t, result, "dump.parquet"), (Counts{Dataset: "heartbeats", Name: "dump.parquet", Read: 3, Used: 2, Rejected: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAFileThatItsDecoderCannotReadIsWrongAsAWhole(t *testing.T) {
	f := master(t)
	f.foreign("incidents", "gone.txt", "")
	f.foreign("heartbeats", "lost.txt", "")
	for _, file := range f.files[len(f.files)-2:] {
		if err := os.Remove(file.Path); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Measure(context.Background(), f.input("2026-10"))
	var broken *FilesError
	if !errors.As(err, &broken) || err.Error() != "gone.txt: can't be read\nlost.txt: can't be read" {
		t.Errorf("got %v", err)
	}
}
