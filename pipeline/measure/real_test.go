package measure

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/rules"
)

func TestSmoke(t *testing.T) {
	dir := "/work/shared/real/data"
	es, _ := os.ReadDir(dir)
	in := Input{Period: rules.Period{Year: 2026, Month: 8}, Interval: time.Minute, WorkDir: t.TempDir(), GapSeconds: 3600, Present: map[string]bool{}}
	for _, e := range es {
		ds := e.Name()
		if i := strings.IndexAny(ds, ".-"); i > 0 {
			ds = ds[:i]
		}
		in.Files = append(in.Files, File{ds, filepath.Join(dir, e.Name()), "inputs/" + e.Name()})
		in.Present[ds] = true
	}
	t0 := time.Now()
	r, err := Measure(context.Background(), in)
	t.Log(time.Since(t0))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.MarshalIndent(r, "", " ")
	os.WriteFile("/tmp/bench/real.json", b, 0o644)
}
