package demo

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/schema"

	"fleetpay/rules"
	"fleetpay/sources"
)

const microsPerSecond = 1_000_000

// What monitoring itself does in the story.
var (
	// blind is the stretch in which monitoring saw nobody: 70 minutes of May.
	blindFrom, blindTo = minuteAt("2026-05-17T03:00:00Z"), minuteAt("2026-05-17T04:10:00Z")
	// stranger is a node that monitoring sees and the nodes dataset does not name.
	stranger                 = "lab-07"
	strangerFrom, strangerTo = minuteAt("2026-08-03T10:00:00Z"), minuteAt("2026-08-03T12:00:00Z")
	// twice is a node that a second scraper watched for some days.
	twice              = "bor-03"
	twiceFrom, twiceTo = minuteAt("2026-06-08T00:00:00Z"), minuteAt("2026-06-13T00:00:00Z")
)

// tailDays is how long a node that left goes on sending; nobody is paid for it.
const tailDays = 2

// watch is a stretch of one node's samples, one a minute.
type watch struct {
	node     string
	second   int64 // of each minute
	from, to minute
	outages  []outage
}

// writeHeartbeats writes a Parquet file a month, several at a time. The bytes of
// a file depend on nothing but its month.
func (f *fleet) writeHeartbeats(ctx context.Context, dir string, progress func(string, int64, int64)) error {
	watches := make([][]watch, len(months))
	var total, done int64
	for m, month := range months {
		watches[m] = f.watchesOf(month)
		for _, w := range watches[m] {
			total += int64(w.to - w.from)
		}
	}
	var (
		group  sync.WaitGroup
		told   sync.Mutex
		failed = make([]error, len(months))
	)
	report := func(n int64) {
		sum := atomic.AddInt64(&done, n)
		told.Lock()
		defer told.Unlock()
		progress("heartbeats", sum, total)
	}
	for m, month := range months {
		group.Go(func() {
			path := filepath.Join(dir, "data", "heartbeats-"+month.String()+".parquet")
			failed[m] = writeSamples(ctx, path, watches[m], report)
		})
	}
	group.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// watchesOf lists what is sampled in a month: by node, then time.
func (f *fleet) watchesOf(month rules.Period) []watch {
	first, end := minuteOf(month.First()), minuteOf(month.Next().First())
	var list []watch
	for i, s := range f.stays {
		to := s.to + 1
		if s.ends && f.operatorOf(s.node, s.to+1) == "" {
			to += tailDays
		}
		w := watch{node: s.node, second: int64(newChance(uint64(5_000_000 + i)).below(60)), from: max(first, minuteOf(s.from)), to: min(end, minuteOf(to))}
		if w.from >= w.to {
			continue
		}
		for _, o := range f.outages {
			if o.node == s.node && o.from < w.to && w.from < o.to {
				w.outages = append(w.outages, o)
			}
		}
		list = append(list, w)
		if s.node == twice && first <= twiceFrom && twiceTo <= end {
			list = append(list, watch{node: twice, second: (w.second + 25) % 60, from: twiceFrom, to: twiceTo})
		}
	}
	if first <= strangerFrom && strangerTo <= end {
		list = append(list, watch{node: stranger, second: 11, from: strangerFrom, to: strangerTo})
	}
	return list
}

// samples lays the watch's minutes out as columns.
func (w watch) samples() (at []int64, up []bool) {
	n := int(w.to - w.from)
	const isUp, isDown, isSilent = 0, 1, 2
	state := make([]byte, n)
	for _, o := range w.outages {
		for m := max(o.from, w.from); m < min(o.to, w.to); m++ {
			switch {
			case o.silent:
				state[m-w.from] = isSilent
			case state[m-w.from] == isUp:
				state[m-w.from] = isDown
			}
		}
	}
	for m := max(blindFrom, w.from); m < min(blindTo, w.to); m++ {
		state[m-w.from] = isSilent
	}
	at, up = make([]int64, 0, n), make([]bool, 0, n)
	for i, s := range state {
		if s != isSilent {
			at = append(at, (int64(w.from+minute(i))*60+w.second)*microsPerSecond)
			up = append(up, s == isUp)
		}
	}
	return at, up
}

// sampleColumns is the schema of a heartbeat file: instants are UTC, in
// microseconds.
func sampleColumns() (*schema.GroupNode, error) {
	required := parquet.Repetitions.Required
	node, err := schema.NewPrimitiveNodeLogical("node_id", required, schema.StringLogicalType{}, parquet.Types.ByteArray, 0, -1)
	if err != nil {
		return nil, err
	}
	at, err := schema.NewPrimitiveNodeLogical("sampled_at", required, schema.NewTimestampLogicalType(true, schema.TimeUnitMicros), parquet.Types.Int64, 0, -1)
	if err != nil {
		return nil, err
	}
	return schema.NewGroupNode("schema", required, schema.FieldList{node, at, schema.NewBooleanNode("up", required, -1)}, -1)
}

// writeSamples writes a row group per watch: a dictionary of one node, evenly
// spaced instants, and flags that hardly change take next to no space.
func writeSamples(ctx context.Context, path string, watches []watch, report func(int64)) error {
	columns, err := sampleColumns()
	if err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	sink := sources.NewSink(out)
	w := file.NewParquetWriter(sink, columns, file.WithWriterProps(parquet.NewWriterProperties(
		parquet.WithCreatedBy("fleetpay demo"),
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithDictionaryDefault(false),
		parquet.WithDictionaryFor("node_id", true),
		parquet.WithEncodingFor("sampled_at", parquet.Encodings.DeltaBinaryPacked),
	)))
	for _, watch := range watches {
		if err = cmp.Or(ctx.Err(), sink.Err()); err == nil {
			err = writeWatch(w, watch)
		}
		if err != nil {
			break
		}
		report(int64(watch.to - watch.from))
	}
	if ended := w.Close(); err == nil {
		err = cmp.Or(ended, sink.Err())
	}
	return errors.Join(err, out.Close())
}

func writeWatch(w *file.Writer, watch watch) error {
	at, up := watch.samples()
	nodes := slices.Repeat([]parquet.ByteArray{[]byte(watch.node)}, len(at))
	group := w.AppendRowGroup()
	for _, values := range []any{nodes, at, up} {
		column, err := group.NextColumn()
		if err != nil {
			return err
		}
		switch column := column.(type) {
		case *file.ByteArrayColumnChunkWriter:
			_, err = column.WriteBatch(values.([]parquet.ByteArray), nil, nil)
		case *file.Int64ColumnChunkWriter:
			_, err = column.WriteBatch(values.([]int64), nil, nil)
		case *file.BooleanColumnChunkWriter:
			_, err = column.WriteBatch(values.([]bool), nil, nil)
		}
		if err != nil {
			return err
		}
		if err := column.Close(); err != nil {
			return err
		}
	}
	return group.Close()
}
