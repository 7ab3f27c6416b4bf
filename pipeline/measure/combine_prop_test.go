package measure

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// combinedRow is a row of a file of a source, with what a reader sees in it.
type combinedRow struct {
	cells   string // as written
	key     string
	content string // all of it, however it is spelled
	bad     bool   // by itself
	unknown bool   // names an operator or partner that is not there
	outside bool
}

type combinedFile struct {
	dataset, name string
	from          int
	rows          []combinedRow
}

var combinedHeads = map[string]string{
	"tasks":   "task_id,operator_id,dispatched_at,status,finished_at",
	"reviews": "operator_id,quarter,score",
	"notes":   "partner_id,period,section,text",
}

// spelled draws one of several spellings of the same.
func spelled(t *rapid.T, same ...string) string { return rapid.SampledFrom(same).Draw(t, "spelling") }

func drawCombinedRow(t *rapid.T, dataset string) combinedRow {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "cell") }
	r := combinedRow{bad: rapid.IntRange(0, 9).Draw(t, "bad") == 0}
	switch dataset {
	case "tasks":
		id, operator := pick("t-1", "t-2"), pick("op-1", "op-1", "op-1", "op-9")
		day, status, finished := pick("05", "05", "05", "31"), pick("failed", "failed", "succeeded"), pick("", "", "2026-12-01T00:00:00Z")
		at := spelled(t, "2026-10-"+day+"T23:30:00Z", "2026-10-"+day+"T23:30:00.000+00:00")
		r.key, r.unknown = id, operator == "op-9"
		if rapid.IntRange(0, 4).Draw(t, "next month") == 0 {
			at, r.outside = spelled(t, "2026-11-01T00:00:00Z", "2026-10-31T23:00:00-01:00"), true
			day = "after"
		}
		r.content = strings.Join([]string{id, operator, day, status, finished}, "|")
		if r.bad {
			at = "soon"
		}
		r.cells = strings.Join([]string{id, operator, at, status, finished}, ",")
	case "reviews":
		operator, quarter, score := pick("op-1", "op-2", "op-9"), pick("2026-Q4", "2026-Q3"), pick("0.5", "0.5", "0.75")
		r.key, r.unknown, r.outside = operator+"|"+quarter, operator == "op-9", quarter == "2026-Q3"
		r.content = r.key + "|" + score
		if score = spelled(t, score, score+"0"); r.bad {
			score = "2"
		}
		r.cells = strings.Join([]string{operator, quarter, score}, ",")
	default:
		partner, period, text := pick("p-1", "p-1", "p-9"), pick("2026-10", "2026-10", "2026-09"), pick("one", "two")
		r.unknown, r.outside = partner == "p-9", period == "2026-09"
		r.content = partner + "|" + period + "|" + text
		if r.bad {
			period = "October"
		}
		r.cells = strings.Join([]string{partner, period, "goals", text}, ",")
	}
	return r
}

func drawCombinedFiles(t *rapid.T) []combinedFile {
	var files []combinedFile
	for _, dataset := range []string{"tasks", "reviews", "notes"} {
		names := rapid.Permutation([]string{"a", "b", "c", "d", "e"}).Draw(t, "names")
		for i := range rapid.IntRange(1, 5).Draw(t, "files") {
			f := combinedFile{dataset: dataset, name: dataset + "-" + names[i] + ".csv", from: rapid.IntRange(0, 4).Draw(t, "source")}
			for range rapid.IntRange(0, 4).Draw(t, "rows") {
				f.rows = append(f.rows, drawCombinedRow(t, dataset))
			}
			files = append(files, f)
		}
	}
	return files
}

// placedRow is a row with its place: rows are judged in the order of sources,
// files and lines.
type placedRow struct {
	combinedRow
	file *combinedFile
	line int
}

func (r placedRow) place() string { return fmt.Sprintf("%s:%d", r.file.name, r.line) }

// slowCombine decides row by row: what becomes of it, by file, and which are
// rejected.
func slowCombine(files []combinedFile, dataset string) (counts map[string]Counts, rejected []string) {
	var rows []placedRow
	counts = map[string]Counts{}
	for i := range files {
		if f := &files[i]; f.dataset == dataset {
			counts[f.name] = Counts{Dataset: dataset, Name: f.name}
			for n, r := range f.rows {
				rows = append(rows, placedRow{r, f, n + 2})
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b placedRow) int {
		return cmp.Or(cmp.Compare(max(a.file.from, 1), max(b.file.from, 1)), cmp.Compare(a.file.name, b.file.name))
	})
	seen := map[string]int{}              // of the keys, or contents, of a source
	standing := map[string]placedRow{}    // by key
	standingBad := map[string]placedRow{} // those that name what is not there
	for _, r := range rows {
		c := counts[r.file.name]
		c.Read++
		key := r.key
		mine := fmt.Sprintf("%d|%s", max(r.file.from, 1), cmp.Or(r.key, r.content))
		if !r.bad {
			seen[mine]++
			if key == "" { // the nth of its kind
				key = fmt.Sprintf("%s|%d", r.content, seen[mine])
			}
		}
		first, stands := standing[key]
		bad := r.bad || r.key != "" && seen[mine] > 1 // by itself, or twice in a source
		if !bad && stands {
			_, badHead := standingBad[key]
			bad = first.content != r.content || badHead
		}
		if !bad && !stands {
			standing[key] = r
			if r.unknown {
				standingBad[key], bad = r, true
			}
		}
		switch {
		case bad:
			c.Rejected++
			rejected = append(rejected, r.place())
		case r.outside:
			c.Outside++
		default:
			c.Used++
		}
		counts[r.file.name] = c
	}
	slices.Sort(rejected)
	return counts, rejected
}

// TestSourcesCombineAsTheyDoRowByRow holds what becomes of each row of several
// sources against a judgment row by row.
func TestSourcesCombineAsTheyDoRowByRow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		files := drawCombinedFiles(rt)
		f := master(t)
		for _, x := range files {
			lines := []string{combinedHeads[x.dataset]}
			for _, r := range x.rows {
				lines = append(lines, r.cells)
			}
			f.add(x.dataset, x.name, strings.Join(lines, "\n")+"\n")
			f.of(x.from, 1)
		}
		in := f.input("2026-10")
		in.Files = rapid.Permutation(in.Files).Draw(rt, "order of the files")
		in.Waive = map[string]bool{"tasks": true, "reviews": true, "notes": true}
		result, err := Measure(context.Background(), in)
		if err != nil {
			rt.Fatal(err)
		}
		for _, dataset := range []string{"tasks", "reviews", "notes"} {
			want, rejected := slowCombine(files, dataset)
			got := map[string]Counts{}
			for _, c := range result.Counts {
				if c.Dataset == dataset {
					got[c.Name] = c
				}
			}
			if !maps.Equal(got, want) {
				rt.Fatalf("%s\n got %v\nwant %v", dataset, got, want)
			}
			bad := map[string]bool{}
			for _, r := range result.Rejects {
				if _, of := want[r.File]; of {
					bad[fmt.Sprintf("%s:%d", r.File, r.Line)] = true
				}
			}
			if places := slices.Sorted(maps.Keys(bad)); !reflect.DeepEqual(places, rejected) {
				rt.Fatalf("%s: rejected are %q, want %q", dataset, places, rejected)
			}
		}
	})
}
