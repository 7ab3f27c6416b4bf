package prometheus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// joinRows is how many rows of a piece are held at a time.
const joinRows = 1 << 16

// join makes one file of the pieces, in their order. It gets its name when it is
// whole and on the disk.
func join(ctx context.Context, pieces []*fetch.Piece, dest string) (rows int64, err error) {
	part := dest + ".part"
	w, err := sources.NewBeatWriter(part)
	if err != nil {
		return 0, notKept(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part) // half a file must not stay; the error that matters is the first
		}
	}()
	for _, piece := range pieces {
		n, err := appendPiece(ctx, w, piece.Path)
		if err != nil {
			return 0, errors.Join(err, w.Close())
		}
		rows += n
	}
	if err := w.Close(); err != nil {
		return 0, notKept(err)
	}
	if err := syncPath(part); err != nil {
		return 0, notKept(err)
	}
	if err := os.Rename(part, dest); err != nil {
		return 0, notKept(err)
	}
	if err := syncPath(filepath.Dir(dest)); err != nil {
		return 0, notKept(err)
	}
	return rows, nil
}

// appendPiece copies the rows of a piece.
func appendPiece(ctx context.Context, w *sources.BeatWriter, path string) (rows int64, err error) {
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return 0, badPiece(path, err)
	}
	defer f.Close()
	if f.NumRows() == 0 {
		return 0, nil
	}
	in, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: joinRows}, memory.DefaultAllocator)
	if err != nil {
		return 0, badPiece(path, err)
	}
	records, err := in.GetRecordReader(ctx, nil, nil)
	if err != nil {
		return 0, badPiece(path, err)
	}
	defer records.Release()
	for records.Next() {
		n, err := appendRecord(w, records.Record())
		if err != nil {
			return 0, err
		}
		rows += n
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := records.Err(); err != nil && !errors.Is(err, io.EOF) { // which is how arrow says that it is done
		return 0, badPiece(path, err)
	}
	if rows != f.NumRows() {
		return 0, badPiece(path, fmt.Errorf("it has %d rows and says %d", rows, f.NumRows()))
	}
	return rows, nil
}

func appendRecord(w *sources.BeatWriter, r arrow.Record) (int64, error) {
	nodes, okNodes := r.Column(0).(*array.String)
	times, okTimes := r.Column(1).(*array.Timestamp)
	ups, okUps := r.Column(2).(*array.Boolean)
	if !okNodes || !okTimes || !okUps {
		return 0, fmt.Errorf("a pulled piece has the columns %s; remove the folder .pulled, and run again", r.Schema())
	}
	for i := range nodes.Len() {
		if err := w.Append(nodes.Value(i), times.Value(i).ToTime(arrow.Microsecond), ups.Value(i)); err != nil {
			return 0, notKept(err)
		}
	}
	return r.NumRows(), nil
}

func badPiece(path string, err error) error {
	return fmt.Errorf("%s: a pulled piece can't be read (%w); remove the file, and run again", path, err)
}

// syncPath writes a file or a folder through to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
