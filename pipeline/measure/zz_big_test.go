package measure

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"fleetpay/rules"
)

func TestBig(t *testing.T) {
	file := os.Getenv("BIG")
	if file == "" {
		t.Skip()
	}
	n := 2000
	fmt.Sscan(os.Getenv("BIGNODES"), &n)
	dir := t.TempDir()
	ops, _ := os.Create(filepath.Join(dir, "operators.csv"))
	fmt.Fprintln(ops, "operator_id,name,region,joined_on")
	for i := range 200 {
		fmt.Fprintf(ops, "op-%d,Op,r%d,2026-01-01\n", i, i%5)
	}
	ops.Close()
	nodes, _ := os.Create(filepath.Join(dir, "nodes.csv"))
	fmt.Fprintln(nodes, "node_id,operator_id,active_from")
	for i := range n {
		fmt.Fprintf(nodes, "node-%05d,op-%d,2026-0%d-01\n", i, i%200, 1+i%8)
	}
	nodes.Close()
	in := Input{Period: rules.Period{Year: 2026, Month: 10}, Interval: time.Minute, WorkDir: filepath.Join(dir), GapSeconds: 3600, MemoryLimit: os.Getenv("LIMIT"),
		Files: []File{{"operators", ops.Name(), "operators.csv"}, {"nodes", nodes.Name(), "nodes.csv"}, {"heartbeats", file, "hb.parquet"}}}
	t0 := time.Now()
	r, err := Measure(context.Background(), in)
	var ru syscall.Rusage
	syscall.Getrusage(0, &ru)
	t.Log(time.Since(t0), ru.Maxrss/1024, "MB", "cpu", time.Duration(ru.Utime.Nano()+ru.Stime.Nano()))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.Counts, r.Facts.Nodes[0], len(r.Rejects))
}
