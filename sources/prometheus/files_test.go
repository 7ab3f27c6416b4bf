package prometheus

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/sources"
)

// byName reads files of up{job="node"}, of which instance is the node.
var byName = Reading{NodeLabel: "instance", Labels: map[string]string{"job": "node"}}

// saved writes a file whose name tells nothing.
func saved(t tester, folder, content string) string {
	t.Helper()
	path := filepath.Join(folder, "up-2026-10.txt")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// linesOf writes what a file gives: its rows, then its rejects, then its counts.
func linesOf(t *testing.T, decode sources.Decoder, content string) []string {
	t.Helper()
	var got []string
	ds := sources.Lookup("heartbeats")
	counts, err := decode(context.Background(), ds, saved(t, t.TempDir(), content), "data/up", func(r sources.Row) error {
		got = append(got, fmt.Sprintf("%d: %s %s %v (%s %s)", r.Line, r.Values[0].Text, r.Values[1].Time.Format(time.RFC3339Nano), r.Values[2].Bool, r.Values[1].Text, r.Values[2].Text))
		return nil
	}, func(r sources.Reject) { got = append(got, r.Error()) })
	if err != nil {
		got = append(got, err.Error())
	}
	if counts.Read != counts.Bad+int64(len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return !strings.HasSuffix(s, ")") }))) {
		t.Errorf("counts %+v for %q", counts, got)
	}
	return got
}

func TestADump(t *testing.T) {
	const n1 = `{__name__="up", instance="n1", job="node"} `
	for _, c := range []struct {
		name, content string
		want          []string
	}{
		{"nothing", "", nil},
		{"two samples of a series and one of another", n1 + "1 1790812800000\n" + n1 + "0 1790812800001\n" + `{instance="n2", __name__="up", job="node"} 1 -1` + "\n", []string{
			"1: n1 2026-10-01T00:00:00Z true (1790812800000 1)", "2: n1 2026-10-01T00:00:00.001Z false (1790812800001 0)", "3: n2 1969-12-31T23:59:59.999Z true (-1 1)"}},
		{"lines of Windows and empty ones", n1 + "1 1790812800000\r\n\r\n\n", []string{"1: n1 2026-10-01T00:00:00Z true (1790812800000 1)"}},
		{"other metrics, other labels and a series that went away are no rows",
			`{__name__="node_load1", instance="n1", job="node"} 0.25 1790812800000` + "\n" + `{__name__="up", instance="n1", job="cache"} 7 x` + "\n" + `{__name__="up", instance="n1"} 1 1790812800000` + "\n" + n1 + "NaN 1790812800000\n", nil},
		{"labels with everything in them", `{__name__="up", instance="n1", job="node", note="a \"}\" \\", "the site"="é\n"} 1 1790812800000` + "\n", []string{"1: n1 2026-10-01T00:00:00Z true (1790812800000 1)"}},
		{"a value of two", n1 + "2 1790812800000\n", []string{`data/up:1: up: "2" is neither 0 nor 1; read a metric that says whether a node is up`}},
		{"a value of half a page", n1 + strings.Repeat("9", 999) + " 1790812800000\n", []string{`data/up:1: up: "` + strings.Repeat("9", 60) + `" is neither 0 nor 1; read a metric that says whether a node is up`}},
		{"a time in seconds with a point", n1 + "1 1790812800.5\n", []string{`data/up:1: sampled_at: "1790812800.5" is no time in milliseconds since 1970, of the years 1900 to 2199; export the file again`}},
		{"a time in nanoseconds", n1 + "1 1790812800000000000\n", []string{`data/up:1: sampled_at: "1790812800000000000" is no time in milliseconds since 1970, of the years 1900 to 2199; export the file again`}},
		{"a node that is no id", `{__name__="up", instance="n1:9100", job="node"} 1 1790812800000` + "\n", []string{
			`data/up:1: node_id: "n1:9100" is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit; set node_pattern to take the node_id out of instance`}},
		{"a series without the label", `{__name__="up", job="node"} 1 1790812800000` + "\n", []string{`data/up:1: node_id: the series has no label instance; name another node_label, or leave such series out`}},
		{"what is no sample", "# TYPE up gauge\nup 1 1790812800000\n" + n1 + "1\n" + n1[:20] + "\n" + strings.TrimSpace(n1) + "\n" + `{a="1",a="2"} 1 1` + "\n", []string{
			"data/up:1: this is no sample; " + dumpForm, "data/up:2: this is no sample; " + dumpForm, "data/up:3: a value and a time are due after the labels; " + dumpForm,
			"data/up:4: this is no sample; " + dumpForm, "data/up:5: this is no sample; " + dumpForm, "data/up:6: this is no sample; " + dumpForm}},
		{"a last line that is cut short, but looks whole", n1 + "1 1790812800000\n" + n1 + "1 17908128", []string{
			"1: n1 2026-10-01T00:00:00Z true (1790812800000 1)", "data/up:2: the last line has no line end, so the file may be cut short; dump it again"}},
		{"a line without an end in sight", n1 + "1 1790812800000\n" + strings.Repeat("x", sources.MaxRecordBytes+1), []string{
			"1: n1 2026-10-01T00:00:00Z true (1790812800000 1)", "data/up:2: the line is longer than 1 MiB (1048576 bytes); is this the output of promtool tsdb dump?"}},
		{"gzip data that ends too early", "\x1f\x8b\x08\x00\x00\x00\x00\x00", []string{"data/up: the gzip data ends too early; fetch the file again"}},
		{"gzip data that is none", "\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00", []string{"data/up: the gzip data is damaged; fetch the file again"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := linesOf(t, DumpDecoder(byName), c.content); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\ninstead of\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestAnExport(t *testing.T) {
	const n1 = `{"metric":{"__name__":"up","instance":"n1","job":"node"},`
	const two = n1 + `"values":[1,0],"timestamps":[1790812800000,1790812800001]}`
	rows := func(line int) []string {
		return []string{fmt.Sprintf("%d: n1 2026-10-01T00:00:00Z true (1790812800000 1)", line), fmt.Sprintf("%d: n1 2026-10-01T00:00:00.001Z false (1790812800001 0)", line)}
	}
	spoilt := func(line int, what string) string {
		return fmt.Sprintf("data/up:%d: the line is no series of /api/v1/export: %s; export the file again", line, what)
	}
	many := strings.TrimSuffix(strings.Repeat("7,", 1001), ",")
	for _, c := range []struct {
		name, content string
		want          []string
	}{
		{"nothing", "", nil},
		{"empty lines", "\n \r\n\n", nil},
		{"a series", two + "\n", rows(1)},
		{"a last line without an end, which is whole", "\n" + two, rows(2)},
		{"a series on two lines", two + "\r\n" + two + "\n", append(rows(1), rows(2)...)},
		{"keys in another order, one unknown", `{"timestamps":[1790812800000,1790812800001],"more":{"a":[1]},"values":[1,0],"metric":{"job":"node","instance":"n1","__name__":"up"}}`, rows(1)},
		{"null, where the series went away", n1 + `"values":[1,null,0],"timestamps":[1790812800000,5,1790812800001]}`, rows(1)},
		{"the same, as it is with reduce_mem_usage=1", n1 + `"values":[1,NaN,0],"timestamps":[1790812800000,5,1790812800001]}`, rows(1)},
		{"a word that only begins so", n1 + `"values":[1,Nan],"timestamps":[1790812800000,5]}` + "\n" + two, append([]string{spoilt(1, `'n' stands where NaN is due`)}, rows(2)...)},
		{"other series, whatever they hold", `{"metric":{"__name__":"load"},"values":[0.5,"Infinity",NaN],"timestamps":[]}` + "\n" + `{"metric":{"__name__":"up","instance":"n1"},"values":[1],"timestamps":[]}` + "\n" + `{"metric":{"__name__":"up","instance":"n1","job":"cache"},"values":[1],"timestamps":[1]}`, nil},
		{"values that are none beside good ones", n1 + `"values":[2,1,0,"Infinity"],"timestamps":[1,1790812800000,1790812800001,4]}`, append([]string{
			`data/up:1: up: "2" is neither 0 nor 1; read a metric that says whether a node is up`, `data/up:1: up: "Infinity" is neither 0 nor 1; read a metric that says whether a node is up`}, rows(1)...)},
		{"a value in quotes", n1 + `"values":["1"],"timestamps":[1790812800000]}`, []string{`data/up:1: up: "1" is neither 0 nor 1; read a metric that says whether a node is up`}},
		{"times that are none, one of a sample that is none", n1 + `"values":[1,3,null],"timestamps":[1.5,true,false]}`, []string{
			`data/up:1: up: "3" is neither 0 nor 1; read a metric that says whether a node is up`, `data/up:1: sampled_at: "1.5" is no time in milliseconds since 1970, of the years 1900 to 2199; export the file again`}},
		{"a node that is no id", `{"metric":{"__name__":"up","instance":"","job":"node"},"values":[1],"timestamps":[1]}`, []string{
			`data/up:1: node_id: the series has no label instance; name another node_label, or leave such series out`}},
		{"a time too few", n1 + `"values":[1,0],"timestamps":[1790812800000]}` + "\n" + two, append([]string{
			"data/up:1: the line has 2 values and 1 timestamps; export the file again"}, rows(2)...)},
		{"another metric altogether", n1 + `"values":[` + many + `],"timestamps":[]}` + "\n" + two, append([]string{
			`data/up:1: more than 1000 samples of the line are none, such as "7"; read a metric that says whether a node is up`}, rows(2)...)},
		{"lines that are broken off, good ones around", two + "\n" + two[:70] + "\n" + two + "\n" + `{"metric"` + "\n" + "x\n" + two + " 1\n" + `{"metric":{},"metric":{}}` + "\n" + n1 + `"values":[]}` + "\n" + two, slices.Concat(rows(1),
			[]string{spoilt(2, `'\n' stands where a comma or ']' is due`)}, rows(3),
			[]string{spoilt(4, `'\n' stands where ':' is due`), spoilt(5, `'x' stands where '{' is due`), spoilt(6, `'1' stands where the line's end is due`),
				spoilt(7, `"metric" stands twice`), spoilt(8, "timestamps is missing")}, rows(9))},
		{"a last line that is cut short", two + "\n" + two[:100], append(rows(1), "data/up:2: the line ends too early, so the file may be cut short; export the file again")},
		{"gzip data that ends too early", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00", []string{"data/up: the gzip data ends too early; fetch the file again"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := linesOf(t, ExportDecoder(byName), c.content); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\ninstead of\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestAFileThatCannotBeReadIsOneOfTheFile(t *testing.T) {
	full := fmt.Errorf("write /tmp/x: %w", &fs.PathError{Op: "write", Path: "/tmp/x", Err: errors.New("no space left on device")})
	folder := t.TempDir()
	dump := saved(t, folder, `{__name__="up", instance="n1", job="node"} 1 1`+"\n")
	export := filepath.Join(folder, "export")
	if err := os.WriteFile(export, []byte(`{"metric":{"__name__":"up","instance":"n1","job":"node"},"values":[1],"timestamps":[1]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	heartbeats := sources.Lookup("heartbeats")
	for name, decode := range map[string]func(Reading) sources.Decoder{"dump": DumpDecoder, "export": ExportDecoder} {
		t.Run(name, func(t *testing.T) {
			good := dump
			if name == "export" {
				good = export
			}
			try := func(ctx context.Context, r Reading, ds *sources.Dataset, path string, emitted error) error {
				counts, err := decode(r)(ctx, ds, path, "data/up", func(sources.Row) error { return emitted }, func(sources.Reject) { t.Error("a reject") })
				if err != nil && counts.Read != 0 {
					t.Errorf("counts %+v", counts)
				}
				return err
			}
			var fe *sources.FileError
			if err := try(context.Background(), byName, heartbeats, filepath.Join(folder, "none"), nil); !errors.As(err, &fe) || err.Error() != "data/up: no such file or directory" {
				t.Errorf("a file that is not there: %v", err)
			}
			if err := try(context.Background(), byName, heartbeats, folder, nil); !errors.As(err, &fe) || err.Error() != "data/up: is not a plain file; name one" {
				t.Errorf("a folder: %v", err)
			}
			if err := try(context.Background(), byName, heartbeats, good, full); !errors.Is(err, full) || errors.As(err, &fe) {
				t.Errorf("a disk that is full where rows go: %v", err)
			}
			if err := try(ended, byName, heartbeats, good, nil); !errors.Is(err, context.Canceled) {
				t.Errorf("a context that ended: %v", err)
			}
			if err := try(context.Background(), Reading{NodeLabel: "instance", NodePattern: "x"}, heartbeats, good, nil); err == nil || !strings.HasPrefix(err.Error(), "data/up: node_pattern") {
				t.Errorf("a bad pattern: %v", err)
			}
			if err := try(context.Background(), byName, sources.Lookup("incidents"), good, nil); err == nil || !strings.Contains(err.Error(), "samples are heartbeats, and no incidents") {
				t.Errorf("another dataset: %v", err)
			}
		})
	}
}
