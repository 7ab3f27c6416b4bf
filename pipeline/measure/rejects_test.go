package measure

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fleetpay/sources"
)

func TestABadRowIsBlamedAndNotTheRowsThatNameIt(t *testing.T) {
	f := newFolder(t)
	f.lines("operators", "operator_id,name,region,joined_on",
		"op-1,North,emea,soon", // is there, and bad
		"op-2,South,emea,2026-01-01")
	f.lines("nodes", "node_id,operator_id,active_from",
		"n1,op-1,2026-01-01",
		"n2,op-2,never")
	f.lines("tiers", "operator_id,tier,from_on",
		"op-1,1,2026-01-01",
		"op-9,1,2026-01-01") // names nobody all the same
	f.lines("maintenance", "window_id,scope,starts_at,ends_at",
		"w-1,operator:op-1,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z",
		"w-2,node:n2,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z",
		"w-3,node:n9,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z")
	want := []string{
		`operators.csv:2: joined_on: "soon" is not a date; write it as 2026-10-05`,
		`tiers.csv:3: operator_id: "op-9" is no operator_id of operators; correct it, or add the row that it names`,
		`nodes.csv:3: active_from: "never" is not a date; write it as 2026-10-05`,
		`maintenance.csv:4: scope: "node:n9" names no node_id of nodes; correct it, or add the row that it names`,
	}
	if got := f.rejects("2026-10"); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestARowWhoseKeyNobodyCanTellMayBeTheOneThatOthersName(t *testing.T) {
	f := master(t)
	f.lines("tiers", "operator_id,tier,from_on", "op-3,1,2026-01-01")
	f.add("operators", "more.csv", "operator_id,name,region,joined_on\nop-3,East,emea\n")
	want := []string{`more.csv:2: 3 instead of 4 cells; write one per column of the header`}
	if got := f.rejects("2026-10"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An export that changed its form has as many bad rows as it has rows, which
// may be hundreds of millions.
func TestMoreBadRowsThanMemoryHoldsSpoilTheFile(t *testing.T) {
	const message = ": more than 1000000 cells and rows are bad, of all files together; this file is read no further: correct what writes it"
	short := strings.Repeat("x\n", maxRejects-1) // each a row of one cell
	for _, c := range []struct{ name, dataset, text, want string }{
		{"a row each", "tasks", "task_id,operator_id,dispatched_at,status\n" + short + "x\nx\n", "b.csv:1000002" + message},
		{"heartbeats", "heartbeats", "node_id,sampled_at,up\n" + short + "x\nx\n", "b.csv:1000002" + message},
		{"as many as are kept", "tasks", "task_id,operator_id,dispatched_at,status\n" + short + "x\n", ""},
	} {
		f := master(t)
		f.add(c.dataset, "b.csv", c.text)
		in := f.input("2026-10")
		in.Waive = map[string]bool{c.dataset: true}
		result, err := Measure(context.Background(), in)
		if c.want == "" {
			if err != nil || len(result.Rejects) != maxRejects {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		var broken *FilesError
		if !errors.As(err, &broken) || err.Error() != c.want {
			t.Errorf("%s: got %v", c.name, err)
		}
		if n := len(result.Rejects); n != maxRejects {
			t.Errorf("%s: %d rejects are kept", c.name, n)
		}
	}
}

// DuckDB divides by what a page says of itself, and would end the process.
func TestAParquetFileWithAHoleIsRefused(t *testing.T) {
	f := master(t)
	path := filepath.Join(f.dir, "beats.parquet")
	w, err := sources.NewBeatWriter(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range oneOutage() {
		if err := w.Append(s.node, s.at, s.up); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	footer := len(data) - 8 - int(binary.LittleEndian.Uint32(data[len(data)-8:]))
	clear(data[4:footer])
	f.add("heartbeats", "beats.parquet", string(data))
	_, err = Measure(context.Background(), f.input("2026-10"))
	var broken *FilesError
	if !errors.As(err, &broken) || !strings.HasPrefix(err.Error(), "beats.parquet: ") {
		t.Errorf("got %v", err)
	}
}
