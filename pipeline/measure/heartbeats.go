package measure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"fleetpay/sources"
)

// heartbeats is the dataset that DuckDB reads by itself.
const heartbeats = "heartbeats"

// bitsMemory bounds the memory that the bits of all nodes may take while a file
// is read, in bytes. DuckDB does not count them towards its limit, so a fleet
// and an interval that need more are measured in several batches of slots. Under
// a low limit of the database it is less, a bitsShare of the limit.
const (
	bitsMemory = 256 << 20
	bitsShare  = 4
)

// source is a heartbeat file as SQL reads it.
type source struct {
	at    int    // place in m.files
	from  string // SQL of a table with node_id, sampled_at and up, null where in doubt
	nodes int64  // nodes that it names

	decoded bool // from holds what sources.Decode gave
}

// heartbeats counts the slots of all nodes from all heartbeat files.
func (m *measurement) heartbeats(ctx context.Context) error {
	if err := m.db.run(ctx, "heartbeat_tables"); err != nil {
		return err
	}
	var files []*source
	var nodes int64
	for at, f := range m.files {
		if f.Dataset != heartbeats {
			continue
		}
		s, err := m.openHeartbeats(ctx, at)
		if err := m.breaks(at, err); err != nil {
			return err
		}
		if !f.broken {
			files, nodes = append(files, s), max(nodes, s.nodes)
		}
	}
	limit, err := m.db.memoryLimit(ctx)
	if err != nil {
		return err
	}
	m.bitsMemory = min(m.bitsMemory, limit/bitsShare)
	g := gridOf(m.in.Period, m.in.Interval)
	batches := m.batches(nodes, g)
	for i := range batches {
		if err := m.batch(ctx, files, i == 0, g, g.pieces*i/batches, g.pieces*(i+1)/batches); err != nil {
			return err
		}
	}
	return nil
}

// batches is the number of parts in which the period's pieces are counted, so
// that the bits of that many nodes, held by every thread, keep to bitsMemory.
func (m *measurement) batches(nodes int64, g grid) int64 {
	const bitsPerByte, halves = 8, 2
	perPiece := max(nodes, 1) * g.pieceBits / bitsPerByte * int64(m.db.threads) * halves
	most := max(m.bitsMemory/perPiece, 1)
	return (g.pieces + most - 1) / most
}

// batch counts the slots of the pieces from first up to, and without, end.
func (m *measurement) batch(ctx context.Context, files []*source, account bool, g grid, first, end int64) error {
	slotMicros := m.in.Interval.Microseconds()
	begins := m.in.Period.First().Time().UnixMicro()
	for _, v := range []struct {
		name  string
		value int64
	}{
		{"day_slots", g.daySlots},
		{"day_pieces", g.dayPieces},
		{"day_pad", g.dayPieces*g.pieceBits - g.daySlots},
		{"piece_bits", g.pieceBits},
		{"first_piece", first},
		{"batch_pieces", end - first},
		{"batch_bits", (end - first) * g.pieceBits},
		{"batch_first", g.firstSlot(first)},
		{"batch_end", g.firstSlot(end)},
		{"batch_begins", begins + g.firstSlot(first)*slotMicros},
		{"batch_ends", begins + g.firstSlot(end)*slotMicros},
	} {
		if err := m.db.set(ctx, v.name, fmt.Sprintf("%d::BIGINT", v.value)); err != nil {
			return err
		}
	}
	if err := m.db.exec(ctx, "DELETE FROM beats"); err != nil {
		return err
	}
	for i, s := range files {
		m.progress("measuring", i, len(files))
		if err := m.breaks(s.at, m.scan(ctx, s, account)); err != nil {
			return err
		}
		if m.files[s.at].broken {
			continue
		}
		if err := m.db.run(ctx, "heartbeat_merge"); err != nil {
			return err
		}
	}
	m.progress("measuring", len(files), len(files))
	if err := m.db.run(ctx, "masks"); err != nil {
		return err
	}
	if err := m.db.run(ctx, "slots"); err != nil {
		return err
	}
	if err := m.readStretches(ctx, g); err != nil {
		return err
	}
	return m.db.exec(ctx, "DROP TABLE pieces")
}

// scan reads the bits of a file and, when it is the first time, counts its rows.
// Whatever is in doubt sends the file to sources.Decode, which is the authority.
func (m *measurement) scan(ctx context.Context, s *source, account bool) error {
	err := m.tryScan(ctx, s, account)
	if err == nil || ctx.Err() != nil || s.decoded {
		return err
	}
	if err := m.decodeHeartbeats(ctx, s); err != nil {
		return err
	}
	return m.tryScan(ctx, s, account)
}

// errDoubt tells that a file can't be measured as it stands.
var errDoubt = errors.New("rows in doubt")

func (m *measurement) tryScan(ctx context.Context, s *source, account bool) error {
	rows := "true"
	if !account { // what is outside the batch was judged and counted with the first
		rows = "sampled_at >= make_timestamptz(getvariable('batch_begins')) AND sampled_at < make_timestamptz(getvariable('batch_ends'))"
	}
	if err := m.db.run(ctx, "heartbeat_scan", "{source}", s.from, "{rows}", rows); err != nil {
		return err
	}
	var samples, doubts int64
	if err := m.db.each(ctx, query("heartbeat_doubts"), func(rows *sql.Rows) error {
		return rows.Scan(&samples, &doubts)
	}); err != nil {
		return err
	}
	if doubts > 0 {
		return errDoubt
	}
	if !account {
		return nil
	}
	if err := m.db.run(ctx, "heartbeat_odd"); err != nil {
		return err
	}
	if err := m.db.run(ctx, "heartbeat_days", "{source}", s.from); err != nil {
		return err
	}
	var alien int64
	if err := m.db.each(ctx, "SELECT coalesce(sum(alien), 0)::BIGINT FROM odd_days", func(rows *sql.Rows) error {
		return rows.Scan(&alien)
	}); err != nil {
		return err
	}
	if alien > 0 {
		return errDoubt
	}
	if err := m.db.set(ctx, "file", fmt.Sprint(s.at)); err != nil {
		return err
	}
	f := m.files[s.at]
	f.counts.Read = samples + f.counts.Rejected
	return m.db.run(ctx, "heartbeat_counts")
}

// openHeartbeats decides how a file is read: Parquet as it stands when its
// columns are stored in their own types, CSV after DuckDB has read it into
// Parquet, and anything else, a file with a decoder of its own among it, as that
// decoder or sources.Decode gives it.
func (m *measurement) openHeartbeats(ctx context.Context, at int) (*source, error) {
	f := m.files[at]
	if f.Decode != nil {
		s := &source{at: at}
		return s, m.decodeHeartbeats(ctx, s)
	}
	shape, err := sources.Inspect(f.dataset, f.Path, f.Name)
	if err != nil {
		return nil, err
	}
	s := &source{at: at}
	switch {
	case parquetStores(shape, "flag"):
		s.from = readParquet(f.Path, "up")
	case parquetStores(shape, "whole number"):
		s.from = readParquet(f.Path, "CASE up WHEN 0 THEN false WHEN 1 THEN true END AS up")
	case shape.Format == "csv" && shape.Plain && !shape.Gzip:
		err = m.convertCSV(ctx, s, shape)
	default:
		err = errDoubt
	}
	if err == nil && shape.Format == "parquet" { // damaged pages can end the process within DuckDB
		err = sources.VerifyParquet(ctx, f.dataset, f.Path, f.Name)
	}
	if err == nil {
		err = m.countNodes(ctx, s)
	}
	if err == nil || ctx.Err() != nil {
		return s, err
	}
	return s, m.decodeHeartbeats(ctx, s)
}

// countNodes fills in how many nodes a file names; a name that is no id puts
// the file in doubt.
func (m *measurement) countNodes(ctx context.Context, s *source) error {
	var bad int64
	err := m.db.each(ctx, query("heartbeat_ids", "{source}", s.from), func(rows *sql.Rows) error {
		return rows.Scan(&s.nodes, &bad)
	})
	if err == nil && bad > 0 {
		err = errDoubt
	}
	return err
}

// parquetStores tells whether a Parquet file stores node_id and sampled_at in
// their own forms, and up in the given one.
func parquetStores(shape sources.Shape, up string) bool {
	want := map[string]string{"node_id": "text", "sampled_at": "instant", "up": up}
	for i, c := range shape.Columns {
		if shape.Forms[i] != want[c] {
			return false
		}
	}
	return shape.Format == "parquet"
}

// readParquet is the SQL of a Parquet file's heartbeats.
func readParquet(path, up string) string {
	return fmt.Sprintf("(SELECT node_id, sampled_at, %s FROM read_parquet(%s, binary_as_string = true, hive_partitioning = false, union_by_name = false))",
		up, literal(globless(path)))
}

// globless writes a path so that DuckDB takes each character for itself: in
// brackets, a wildcard stands for nothing else.
func globless(path string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(path)
}

// ownPath is where a file's heartbeats are kept as Parquet when DuckDB can't
// measure it as it stands.
func (m *measurement) ownPath(at int) string {
	return filepath.Join(m.in.WorkDir, fmt.Sprintf("heartbeats-%d.parquet", at))
}
