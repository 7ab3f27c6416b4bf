package sources

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func BenchmarkDecode(b *testing.B) {
	const rows = 100_000
	var c, j strings.Builder
	c.WriteString("task_id,operator_id,dispatched_at,status,finished_at\n")
	for i := range rows {
		fmt.Fprintf(&c, "task-%d,op-%d,2026-10-05T09:00:00Z,succeeded,2026-10-05T09:05:00+02:00\n", i, i%100)
		fmt.Fprintf(&j, `{"task_id":"task-%d","operator_id":"op-%d","dispatched_at":"2026-10-05T09:00:00Z","status":"expired"}`+"\n", i, i%100)
	}
	pq, _ := taskParquet(b, 10_000)
	for _, f := range []struct {
		file, content string
		rows          int64
	}{{"t.csv", strings.ReplaceAll(c.String(), "09:05:00+02:00", "11:05:00+02:00"), rows}, {"t.jsonl", j.String(), rows}, {"t.parquet", pq, 10_000}} {
		path := write(b, f.file, f.content)
		b.Run(f.file, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				counts, err := Decode(context.Background(), Lookup("tasks"), path, f.file, func(Row) error { return nil },
					func(r Reject) { b.Fatal(r) })
				if err != nil || counts.Read != f.rows {
					b.Fatal(counts, err)
				}
			}
			b.ReportMetric(float64(f.rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
