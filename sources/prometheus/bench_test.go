package prometheus

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// A piece of 2 h of 10,000 nodes that are scraped every 15 s: 4.8 million samples.
const (
	benchNodes   = 10_000
	benchEvery   = 15
	benchSamples = benchNodes * 2 * 3600 / benchEvery
)

// fleetOf writes the answer to a piece of a large fleet, or a part of it.
func fleetOf(to io.Writer, begins int64) {
	w := bufio.NewWriterSize(to, 256<<10)
	defer w.Flush()
	var line []byte
	fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[`)
	for node := range benchNodes {
		if node > 0 {
			w.WriteByte(',')
		}
		fmt.Fprintf(w, `{"metric":{"__name__":"up","instance":"node-%05d:9100","job":"node"},"values":[`, node)
		for i := range benchSamples / benchNodes {
			line = line[:0]
			if i > 0 {
				line = append(line, ',')
			}
			line = strconv.AppendInt(append(line, '['), begins+int64(i*benchEvery), 10)
			line = fmt.Appendf(line, `.%03d,"1"]`, node%1000)
			w.Write(line)
		}
		fmt.Fprint(w, "]}")
	}
	fmt.Fprint(w, "]}}")
}

// most is the most memory that was in use while a pull ran.
func most(done <-chan struct{}) uint64 {
	var high uint64
	for {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		high = max(high, m.HeapInuse+m.StackInuse)
		select {
		case <-done:
			return high
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// The memory of a pull is that of one piece: 4 bytes a sample, up to twice that
// while it grows, and some for writing. What a tree of the answer would take, or
// the answer itself, is more than the limit here.
func BenchmarkPullPieceOf10000Nodes(b *testing.B) {
	var sent atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ends, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("time"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		fleetOf(counted{w, &sent}, ends.Add(time.Millisecond-2*time.Hour).Unix())
	}))
	defer server.Close()
	client, err := fetch.New(fetch.Access{URL: server.URL})
	if err != nil {
		b.Fatal(err)
	}
	var high uint64
	for b.Loop() {
		s := source(nil, b.TempDir())
		s.Server = client
		done, told := make(chan struct{}), make(chan uint64)
		go func() { told <- most(done) }()
		const pieces = 2
		n, _, err := s.Pull(context.Background(), october, october.Add(pieces*2*time.Hour), filepath.Join(b.TempDir(), "up.parquet"))
		close(done)
		high = max(high, <-told)
		if err != nil || n != pieces*benchSamples {
			b.Fatal(n, err)
		}
	}
	b.SetBytes(sent.Load() / int64(b.N))
	b.ReportMetric(float64(high)/(1<<20), "peak-MiB")
	if limit := uint64(160 << 20); high > limit {
		b.Errorf("a pull takes %d MiB, more than %d", high>>20, limit>>20)
	}
}

type counted struct {
	io.Writer
	n *atomic.Int64
}

func (c counted) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return c.Writer.Write(p)
}

func BenchmarkAnswer(b *testing.B) {
	m, err := Reading{NodeLabel: "instance", NodePattern: `^(.+):9100$`}.compile()
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "answer")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	fleetOf(f, october.Unix())
	size, _ := f.Seek(0, io.SeekCurrent)
	c := newColumns()
	for b.Loop() {
		c.reset(october.UnixMilli(), october.Add(2*time.Hour).UnixMilli())
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		if n, err := readAnswer(f, m, c); err != nil || n != benchSamples {
			b.Fatal(n, err)
		}
	}
	b.SetBytes(size)
}

// A million lines of promtool tsdb dump, or as many samples of an export.
func BenchmarkFiles(b *testing.B) {
	const nodes, samples = 100, 10_000
	folder := b.TempDir()
	write := func(name string, line func(w *bufio.Writer, node int)) string {
		f, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			b.Fatal(err)
		}
		w := bufio.NewWriter(f)
		for node := range nodes {
			line(w, node)
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		return f.Name()
	}
	dump := write("dump", func(w *bufio.Writer, node int) {
		for i := range samples {
			fmt.Fprintf(w, "{__name__=\"up\", instance=\"node-%03d\", job=\"node\"} 1 %d\n", node, october.UnixMilli()+int64(i)*15000)
		}
	})
	export := write("export", func(w *bufio.Writer, node int) {
		fmt.Fprintf(w, `{"metric":{"__name__":"up","instance":"node-%03d","job":"node"},"values":[1`, node)
		for range samples - 1 {
			fmt.Fprint(w, ",1")
		}
		fmt.Fprintf(w, `],"timestamps":[%d`, october.UnixMilli())
		for i := range samples - 1 {
			fmt.Fprintf(w, ",%d", october.UnixMilli()+int64(i+1)*15000)
		}
		fmt.Fprint(w, "]}\n")
	})
	for _, c := range []struct {
		name, path string
		decode     sources.Decoder
	}{{"dump", dump, DumpDecoder(byName)}, {"export", export, ExportDecoder(byName)}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				counts, err := c.decode(context.Background(), sources.Lookup("heartbeats"), c.path, "up", func(sources.Row) error { return nil }, func(r sources.Reject) { b.Fatal(r) })
				if err != nil || counts.Read != nodes*samples {
					b.Fatal(counts, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(nodes*samples), "ns/sample")
		})
	}
}
