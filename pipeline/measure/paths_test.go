package measure

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"fleetpay/rules"
)

// oneOutage is a node's morning: a minute up, a minute down, a minute up.
func oneOutage() []sample {
	at := time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)
	return []sample{{"n2", at, true}, {"n2", at.Add(time.Minute), false}, {"n2", at.Add(2 * time.Minute), true}}
}

func TestPathsMayHoldAnyCharacter(t *testing.T) {
	const odd = `it's a [b] *?{x}=1 "q" %25 ü #`
	for _, format := range []string{"csv", "csv.gz", "jsonl", "parquet"} {
		f := master(t)
		f.dir = filepath.Join(f.dir, odd)
		f.add("notes", "notes.csv", "partner_id,period,section,text\n") // makes the folder
		f.heartbeatsAs(format, odd, oneOutage())
		// Were the path a pattern, this one would match it, too.
		f.heartbeatsAs("parquet", `it's a b xy{x}=1 "q" %25 ü #`, nil)
		f.files = f.files[:len(f.files)-1]
		in := f.input("2026-10")
		in.WorkDir = filepath.Join(f.dir, "work")
		if err := os.Mkdir(in.WorkDir, 0o755); err != nil {
			t.Fatal(err)
		}
		result, err := Measure(context.Background(), in)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		n := result.Facts.Nodes[len(result.Facts.Nodes)-1]
		if n.ID != "n2" || n.Samples != 3 || n.Slots.Up != 2 || n.Slots.Down() != 1 {
			t.Errorf("%s: %+v", format, n)
		}
	}
}

func TestFormatAndOrderOfFilesAndRowsNeverMatter(t *testing.T) {
	samples := oneOutage()
	reversed := []sample{samples[2], samples[1], samples[0]}
	var want *rules.Facts
	for _, files := range []func(f *folder){
		func(f *folder) { f.heartbeatsAs("csv", "a", samples) },
		func(f *folder) { f.heartbeatsAs("jsonl", "a", reversed) },
		func(f *folder) {
			f.heartbeatsAs("csv.gz", "a", samples[:1])
			f.heartbeatsAs("parquet", "b", samples[1:])
		},
		func(f *folder) { f.heartbeatsAs("parquet", "b", samples[:1]); f.heartbeatsAs("csv", "a", reversed[:2]) },
	} {
		f := master(t)
		files(f)
		for i := range f.files {
			j := len(f.files) - 1 - i
			if i < j {
				f.files[i], f.files[j] = f.files[j], f.files[i]
			}
		}
		got := f.measure("2026-10").Facts
		if want == nil {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
	}
}
