package measure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fleetpay/rules"
	"fleetpay/sources"
)

// File is a saved input.
type File struct {
	Dataset string
	Path    string // absolute and readable
	Name    string // as messages and rejects call it

	// Decode reads the file when it is in another form than our own; nil stands
	// for sources.Decode.
	Decode sources.Decoder
	// From numbers the dataset's source that the file is of, from 1; 0 is 1. A
	// row that two sources hold alike is one row.
	From int
}

// Input is what a period is measured from.
type Input struct {
	Period      rules.Period
	Files       []File
	Present     map[string]bool // datasets that a source is named for
	Interval    time.Duration   // of heartbeats; whole seconds that divide a day
	Waive       map[string]bool // datasets whose bad rows are left out
	WorkDir     string          // an existing, empty folder for what does not fit into memory
	MemoryLimit string          // of the database, as in 2GiB; "" for DefaultMemoryLimit
	GapSeconds  int64           // the shortest stretch without a sample that is a gap; 0: none is
	Threads     int             // of the database; 0 for one per core, up to maxThreads

	// Progress, when set, is told how many of a stage's files are done.
	Progress func(stage string, done, total int64)
}

// DefaultMemoryLimit is the database's limit when Input gives none.
const DefaultMemoryLimit = "2GiB"

// Counts says what became of the rows of a file; the package comment defines the
// columns. Read = Used + Outside + Unmatched + Rejected.
type Counts struct {
	Dataset, Name                            string
	Read, Used, Outside, Unmatched, Rejected int64
}

// Confirmation is one person's word for a payee's new wallet.
type Confirmation struct {
	PayeeKind                           rules.PayeeKind
	PayeeID, Chain, Wallet, ConfirmedBy string
}

// Result is what was measured.
type Result struct {
	// Facts holds all that inputs tell. ClosedOn, Carried, Settings, History,
	// Known and KnownExit are the close's to fill in, and of a Destination
	// everything but Chain and Wallet, which stand as written. Missed and
	// MissedReturns hold every row of an earlier period, and a Return lacks what
	// only the close of its payment knows. Facts is nil when rows refuse the close.
	Facts *rules.Facts
	// Evidence holds what reports show of the inputs beyond Facts; the slots of
	// its days sum up to those of Facts.Nodes. It is there whenever Facts is.
	Evidence      *rules.Evidence
	Balances      []rules.Carried // opening balances
	Confirmations []Confirmation
	Counts        []Counts         // by dataset, in their order, and name
	Rejects       []sources.Reject // by dataset, file, line and column
}

// RejectedError tells that a dataset has bad rows that nobody waived, or that
// can't be waived.
type RejectedError struct {
	Rows     int64    // bad rows of those datasets
	Datasets []string // in the order of the datasets
}

// Error names the datasets.
func (e *RejectedError) Error() string {
	noun := "rows"
	if e.Rows == 1 {
		noun = "row"
	}
	return fmt.Sprintf("%d bad %s in %s; correct the files", e.Rows, noun, list(e.Datasets))
}

// FilesError holds what is wrong with whole files, in the order of datasets and
// names.
type FilesError struct{ Files []error }

// Error writes one file's error a line.
func (e *FilesError) Error() string { return joinLines(e.Files) }

// Unwrap gives the errors of the files.
func (e *FilesError) Unwrap() []error { return e.Files }

// Measure loads the files, checks them across rows and measures the period. Its
// result does not depend on the order of files and rows, nor on threads.
//
// With bad rows that are not waived it returns a *RejectedError, and a Result
// with Rejects and Counts. Files that are wrong as a whole give a *FilesError
// and a Result with Rejects.
func Measure(ctx context.Context, in Input) (*Result, error) {
	result, err := measure(ctx, in, bitsMemory)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return result, err
}

func measure(ctx context.Context, in Input, bitsMemory int64) (*Result, error) {
	m, err := start(ctx, in)
	if err != nil {
		return nil, err
	}
	defer m.close()
	m.bitsMemory = bitsMemory
	if err := m.load(ctx); err != nil {
		return nil, err
	}
	if err := m.check(ctx); err != nil {
		return nil, err
	}
	if err := m.prepare(ctx); err != nil {
		return nil, err
	}
	if err := m.heartbeats(ctx); err != nil {
		return nil, err
	}
	if len(m.broken) > 0 {
		return &Result{Rejects: m.sortedRejects()}, &FilesError{m.broken}
	}
	counts, err := m.countRows(ctx)
	if err != nil {
		return nil, err
	}
	result := &Result{Counts: counts, Rejects: m.sortedRejects()}
	if err := m.refuse(); err != nil {
		return result, err
	}
	if result.Facts, err = m.facts(ctx); err != nil {
		return nil, err
	}
	if result.Evidence, err = m.evidence(ctx); err != nil {
		return nil, err
	}
	if result.Balances, err = m.balances(ctx); err != nil {
		return nil, err
	}
	result.Confirmations, err = m.confirmations(ctx)
	return result, err
}

// measurement is one run of Measure.
type measurement struct {
	in      Input
	db      *database
	files   []*file // by dataset, in their order, and name
	rejects int     // kept so far
	texts   map[string]string
	broken  []error // files that are wrong as a whole, in the order of files

	stretches map[nodeKey]*stretch // of nodes without a sample

	bitsMemory int64 // see the constant of that name
}

// file is an input with what is known of its rows. Its place in
// measurement.files is the number that tables carry in _file.
type file struct {
	File
	dataset *sources.Dataset
	counts  Counts
	bad     map[int64]bool // numbers of the rows that are in its table and rejected
	broken  bool           // wrong as a whole
	rejects []sources.Reject
	flood   *sources.FileError // rejects were too many to keep
	badKeys map[string]bool    // first columns of the rows that are bad by themselves, and so in no table
}

func start(ctx context.Context, in Input) (*measurement, error) {
	m := &measurement{in: in, texts: map[string]string{}, stretches: map[nodeKey]*stretch{}}
	if in.Interval < time.Second || in.Interval%time.Second != 0 || 24*time.Hour%in.Interval != 0 {
		return nil, fmt.Errorf("heartbeat interval %s does not divide a day; give whole seconds such as 60s", in.Interval)
	}
	place := map[string]int{}
	for i, ds := range sources.Datasets() {
		place[ds.Name] = i
	}
	for _, f := range in.Files {
		ds := sources.Lookup(f.Dataset)
		if ds == nil {
			return nil, fmt.Errorf("%s: there is no dataset %q", f.Name, f.Dataset)
		}
		f.From = max(f.From, 1)
		m.files = append(m.files, &file{
			File: f, dataset: ds, bad: map[int64]bool{}, badKeys: map[string]bool{},
			counts: Counts{Dataset: f.Dataset, Name: f.Name},
		})
	}
	slices.SortStableFunc(m.files, func(a, b *file) int {
		return cmp.Or(cmp.Compare(place[a.Dataset], place[b.Dataset]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path, b.Path))
	})
	var err error
	m.db, err = open(ctx, in)
	return m, err
}

func (m *measurement) close() { m.db.close() }

// breaks keeps the error of a file that is wrong as a whole; any other error it
// gives back.
func (m *measurement) breaks(at int, err error) error {
	var broken *sources.FileError
	if !errors.As(err, &broken) {
		return err
	}
	m.files[at].broken = true
	m.broken = append(m.broken, broken)
	return nil
}

// incomplete tells whether a dataset has a file that is wrong as a whole, or a row
// whose key nobody can tell, so that what its rows lack says nothing.
func (m *measurement) incomplete(dataset string) bool {
	return slices.ContainsFunc(m.files, func(f *file) bool { return f.Dataset == dataset && (f.broken || f.badKeys[""]) })
}

// misses tells whether a key names a row that is there and bad: what refers to
// it is not to blame.
func (m *measurement) misses(dataset, key string) bool {
	return slices.ContainsFunc(m.files, func(f *file) bool { return f.Dataset == dataset && f.badKeys[key] })
}

func (m *measurement) progress(stage string, done, total int) {
	if m.in.Progress != nil {
		m.in.Progress(stage, int64(done), int64(total))
	}
}

// waived tells whether bad rows of a dataset are left out.
func (m *measurement) waived(ds *sources.Dataset) bool { return m.in.Waive[ds.Name] && !ds.Master }

// refuse is the error for bad rows that nobody waived.
func (m *measurement) refuse() error {
	var e RejectedError
	for _, f := range m.files {
		if f.counts.Rejected == 0 || m.waived(f.dataset) {
			continue
		}
		e.Rows += f.counts.Rejected
		if len(e.Datasets) == 0 || e.Datasets[len(e.Datasets)-1] != f.Dataset {
			e.Datasets = append(e.Datasets, f.Dataset)
		}
	}
	if e.Rows == 0 {
		return nil
	}
	return &e
}
