package outputs

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"fleetpay/rules"
)

// File is one rendering of a month. Write gives the same bytes each time and
// may be called from several goroutines.
type File struct {
	Path  string // below the closed folder, with slashes
	Write func(w io.Writer) error
}

// The paths of the renderings; figures have FiguresPath, statements
// StatementPath and reports ReportPath.
const (
	LinesPath      = "lines.csv"
	PayoutsPath    = "payouts.csv"
	MeasuresPath   = "measures.csv"
	ExceptionsPath = "exceptions.csv"
	RejectsPath    = "rejects.csv"
	WorkbookPath   = "payouts.xlsx"
	ManifestPath   = "payments/usdc.json"
)

// StatementPath is where a payee's statement is. Ids are safe as file names;
// two that differ only in case share a file on a disk that ignores case, and
// Render then fails instead of losing one.
func StatementPath(kind rules.PayeeKind, id string) string {
	return fmt.Sprintf("statements/%s-%s.pdf", kind, id)
}

// ReportPath is where a partner's monthly report is as text; its PDF is the
// partner's statement.
func ReportPath(partnerID string) string {
	return fmt.Sprintf("reports/partner-%s.md", partnerID)
}

// Files lists the renderings of a month: tables first, then a statement per
// payout, then a report per partner with a payout. A rerun compares them one by
// one with a closed folder. It refuses a book that does not hold together: a
// payee twice, or lines without a payout.
func Files(m *Month) ([]File, error) {
	if err := checkBook(m.Book); err != nil {
		return nil, err
	}
	table := func(path string, write func(io.Writer, *Month) error) File {
		return File{path, func(w io.Writer) error { return write(w, m) }}
	}
	files := []File{
		table(LinesPath, WriteLines),
		table(PayoutsPath, WritePayouts),
		table(MeasuresPath, WriteMeasures),
		table(ExceptionsPath, WriteExceptions),
		table(RejectsPath, WriteRejects),
		table(WorkbookPath, WriteWorkbook),
		table(ManifestPath, WriteManifest),
	}
	for _, st := range statements(m) {
		files = append(files, File{StatementPath(st.payout.PayeeKind, st.payout.PayeeID), st.write})
	}
	if m.Format >= FormatFigures {
		files = slices.Insert(files, figuresPlace, table(FiguresPath, WriteFigures))
		files = append(files, reportsOf(m)...)
	}
	if m.hasStages() {
		place := slices.IndexFunc(files, func(f File) bool { return f.Path == ExceptionsPath })
		files = slices.Insert(files, place, table(StagesPath, WriteStages))
	}
	return files, nil
}

// figuresPlace is where figures.csv stands among the tables: after measures.csv.
const figuresPlace = 3

// checkBook holds a book to its form: each payee has one payout, and the lines
// of a payee stand together.
func checkBook(b *rules.Book) error {
	payouts := map[PayeeKey]bool{}
	for _, p := range b.Payouts {
		key := PayeeKey{p.PayeeKind, p.PayeeID}
		if payouts[key] {
			return fmt.Errorf("%s has two payouts", payeeName(p.PayeeKind, p.PayeeID))
		}
		payouts[key] = true
	}
	seen := map[PayeeKey]bool{}
	var last PayeeKey
	for _, l := range b.Lines {
		key := PayeeKey{l.PayeeKind, l.PayeeID}
		if !payouts[key] {
			return fmt.Errorf("%s has lines and no payout", payeeName(l.PayeeKind, l.PayeeID))
		}
		if key != last && seen[key] {
			return fmt.Errorf("the lines of %s do not stand together", payeeName(l.PayeeKind, l.PayeeID))
		}
		seen[key], last = true, key
	}
	return nil
}

// Render writes all renderings of a month into dir, which must not have them
// yet. progress, when given, is called after each file, never twice at once.
// The first error stops the rest.
func Render(ctx context.Context, m *Month, dir string, progress func(done, total int)) error {
	files, err := Files(m)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(path.Dir(f.Path))), 0o755); err != nil {
			return err
		}
	}
	return EachFile(ctx, files, func(f File) error { return f.create(dir) }, progress)
}

// EachFile calls do for every file, several at once, and reports progress after
// each. The first error stops what has not begun and is returned.
func EachFile(ctx context.Context, files []File, do func(File) error, progress func(done, total int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan File)
	go func() {
		defer close(next)
		for _, f := range files {
			select {
			case next <- f:
			case <-ctx.Done():
				return
			}
		}
	}()
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range min(runtime.GOMAXPROCS(0), max(len(files), 1)) {
		wg.Go(func() {
			for f := range next {
				if ctx.Err() != nil {
					return
				}
				if err := do(f); err != nil {
					cancel(fmt.Errorf("%s: %w", f.Path, err))
					return
				}
				mu.Lock()
				done++
				if progress != nil {
					progress(done, len(files))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// create writes the file below dir and never over another one.
func (f File) create(dir string) (err error) {
	out, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(f.Path)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := out.Close(); err == nil {
			err = closeErr
		}
	}()
	w := bufio.NewWriterSize(out, 1<<16)
	if err := f.Write(w); err != nil {
		return err
	}
	return w.Flush()
}
