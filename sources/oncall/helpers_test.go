package oncall

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fleetpay/sources"
)

// sample is the mapping of most tests: one service by its id, one by its name,
// others by the pattern.
var sample = Mapping{
	Nodes:       map[string]string{"PSVCAB": "alpha-1;beta-2", "Storage gamma": "gamma-3"},
	NodePattern: `^node-(.+)$`,
	Severities:  map[string]string{"P1": "P0", "P2": "P1", "high": "critical", "low": "warning"},
}

// decoded is all that a decoder said about a file.
type decoded struct {
	rows     []string // incident|nodes|severity|opened|acknowledged|resolved|cause|resolution
	lines    []int64
	rejects  []string
	unmapped []Unmapped
	counts   sources.Counts
	err      error
}

// String writes it as a document: rows, unmapped incidents, rejects, the error.
func (d decoded) String() string {
	var b strings.Builder
	for i, row := range d.rows {
		fmt.Fprintf(&b, "%d: %s\n", d.lines[i], row)
	}
	for _, u := range d.unmapped {
		fmt.Fprintf(&b, "unmapped %s %s %s:%d: %s\n", u.IncidentID, instant(u.OpenedAt), u.File, u.Line, u.Why)
	}
	for _, r := range d.rejects {
		fmt.Fprintf(&b, "%s\n", r)
	}
	if d.err != nil {
		fmt.Fprintf(&b, "error: %v\n", d.err)
	}
	return b.String()
}

func decodeFile(decoder func(Mapping, func(Unmapped)) sources.Decoder, m Mapping, path string) decoded {
	var d decoded
	unmapped := func(u Unmapped) { d.unmapped = append(d.unmapped, u) }
	d.counts, d.err = decoder(m, unmapped)(context.Background(), sources.Lookup("incidents"), path, "data/"+filepath.Base(path),
		func(r sources.Row) error {
			var cells []string
			for i, v := range r.Values {
				text := v.Text
				if v.Set && sources.Lookup("incidents").Columns[i].Type == sources.Instant {
					text = instant(v.Time)
				}
				cells = append(cells, text)
			}
			d.rows = append(d.rows, strings.Join(cells, "|"))
			d.lines = append(d.lines, r.Line)
			return nil
		},
		func(r sources.Reject) { d.rejects = append(d.rejects, r.Error()) })
	return d
}

func write(t testing.TB, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func pagerDuty(t testing.TB, name, content string) decoded {
	t.Helper()
	return decodeFile(PagerDutyDecoder, sample, write(t, t.TempDir(), name, content))
}

// check compares two documents, however their lines are indented.
func check(t testing.TB, got fmt.Stringer, want string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if have, want := strings.TrimSpace(got.String()), strings.Join(lines, "\n"); have != want {
		t.Errorf("\n got: %s\nwant: %s", strings.ReplaceAll(have, "\n", "\n      "), strings.ReplaceAll(want, "\n", "\n      "))
	}
}
