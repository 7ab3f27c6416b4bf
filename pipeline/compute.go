package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/measure"
	"fleetpay/rules"
	"fleetpay/sources"
	"fleetpay/sources/oncall"
)

// blockedDataset is the name under which the list of blocked wallets is kept
// beside the datasets.
const blockedDataset = outputs.BlockedWallets

// task is all that a period is computed from. A close and a rerun make it of a
// folder and its record, a check of the sources where they lie.
type task struct {
	period    rules.Period
	first     rules.Period // of the chain of closes
	closedAt  time.Time
	withdrawn int // closes of the period that were taken back

	inputs   []input
	blocked  []string         // wallets, checksummed
	fonts    []outputs.Font   // in the configuration's order
	lists    []measure.Counts // of the files that blocked came from
	previous *previous
	returned []returnedPayment // that returns of the period name, by id
	hash     string            // SHA-256 of the previous close's SHA256SUMS; "" for the first close

	settings   RecordedSettings
	parameters map[string]string
	waived     []string // datasets whose bad rows are left out
	waivedBy   string   // who answers for that; "" in a check
	preparedBy string
	version    string // of the program
	format     outputs.Format
	library    []*rules.Version

	unmapped []oncall.Unmapped // incidents that a provider's mapping does not cover, as they were read

	workDir  string // for the database; removed by the caller
	memory   string // limit of the database; "" for its own default
	progress func(Progress)
}

// input is a file to measure.
type input struct {
	dataset string
	path    string // to open, absolute
	name    string // in messages and in rejects.csv

	decode sources.Decoder // nil for the forms of our own
	from   int             // source of the dataset, from 1; 0 when it has one
}

// computed is what a task gives: the month that every rendering is made from,
// and what became of the rows of each input, in the order of the inputs.
type computed struct {
	month  *outputs.Month
	counts []measure.Counts
	used   []*rules.Version // in force first, then those that an agreement pins, by name

	unsettable []outputs.UnsettableText // what the month's documents can't set
}

// Progress tells how far a run is.
type Progress struct {
	Stage string // what is being done, for people
	Done  int64
	Total int64 // 0: not known
}

// compute measures the inputs, completes the facts and settles them. It is the
// one path from saved inputs to a book.
func compute(ctx context.Context, t *task) (*computed, error) {
	rulebook := rulebookOf(t.library)
	inForce, err := rulebook.InForce(t.period)
	if err != nil {
		return nil, refused(err)
	}
	if _, err := inForce.Bind(t.parameters); err != nil {
		return nil, refused(err) // before the long part
	}
	measured, err := t.measure(ctx, rulebook)
	if err != nil {
		return nil, err
	}
	return t.settle(measured, rulebook, inForce)
}

// settle completes the facts, settles them and makes the month of it.
func (t *task) settle(measured *measure.Result, rulebook *rules.Rulebook, inForce *rules.Version) (*computed, error) {
	facts := measured.Facts
	for _, ds := range sources.Datasets() {
		if !knows(t.format, ds.Name) {
			delete(facts.Absent, ds.Name)
		}
	}
	t.dropUnmapped(facts)
	if err := t.completion(measured).complete(facts); err != nil {
		return nil, err
	}
	facts.Settings.GapRemedy = t.format >= outputs.FormatPulls // whose exceptions say more
	t.progress(Progress{Stage: "settling"})
	book, err := rules.Settle(facts, rulebook)
	if err != nil {
		return nil, refused(err)
	}
	t.progress(Progress{Stage: "settling", Done: int64(len(book.Payouts))})
	addExceptions(book, t.exceptions(measured.Counts, facts))
	figures, err := rules.Survey(facts, book, measured.Evidence, rulebook, t.past())
	if err != nil {
		return nil, refused(err)
	}
	month := &outputs.Month{
		Program: t.settings.Program, Period: t.period, ClosedAt: t.closedAt, PreparedBy: t.preparedBy,
		ProgramVersion: t.version, Previous: t.hash, Withdrawn: t.withdrawn,
		Facts: facts, Book: book, Evidence: measured.Evidence, Figures: figures, Report: inForce.Report,
		Rejects: rejectsOf(measured.Rejects),
		Contact: t.settings.Contact.of(facts.ClosedOn), Fonts: t.fonts, Format: t.format,
	}
	outputs.SetPaymentIDs(month)
	done := &computed{month: month, counts: append(measured.Counts, t.lists...), used: versionsUsed(facts, rulebook, inForce)}
	if month.Format >= outputs.FormatFigures { // whose exceptions know of no reports
		done.unsettable = outputs.FindUnsettable(month)
		addExceptions(book, unprintable(done.unsettable))
	}
	return done, nil
}

// past are the figures that the previous close hands on.
func (t *task) past() []rules.Figure {
	if t.previous == nil {
		return nil
	}
	return t.previous.Figures
}

// rulebookOf puts versions in the order of their first days. That none is
// missing between them was checked when the workspace's were loaded; a closed
// folder keeps only those that it used.
func rulebookOf(library []*rules.Version) *rules.Rulebook {
	versions := slices.Clone(library)
	slices.SortFunc(versions, func(a, b *rules.Version) int { return int(a.From - b.From) })
	return &rules.Rulebook{Versions: versions}
}

func (t *task) completion(m *measure.Result) *completion {
	return &completion{
		period: t.period, first: t.first, closedOn: rules.DateOf(t.closedAt), previous: t.previous, returned: t.returned,
		settings: t.settings, parameters: t.parameters, blocked: t.blocked,
		balances: m.Balances, confirmation: confirmationsOf(m.Confirmations),
	}
}

// versionsUsed lists the version in force and every version that an agreement
// pins: what rules/ of the closed folder must hold for a rerun.
func versionsUsed(f *rules.Facts, rulebook *rules.Rulebook, inForce *rules.Version) []*rules.Version {
	pinned := map[string]bool{}
	for _, o := range f.Operators {
		pinned[o.Agreement] = true
	}
	for _, p := range f.Partners {
		pinned[p.Agreement] = true
	}
	used := []*rules.Version{inForce}
	for _, name := range sortedKeys(pinned) {
		if v := rulebook.Version(name); v != nil && v != inForce {
			used = append(used, v)
		}
	}
	return used
}

// taskOf makes the task of a folder that holds inputs/ and, when it follows
// another close, inputs/previous/.
func taskOf(folder string, rec *Record, library []*rules.Version) (*task, error) {
	t := &task{
		settings: rec.Settings, parameters: rec.Parameters, waived: rec.Waived, waivedBy: rec.WaivedBy,
		preparedBy: rec.PreparedBy, version: rec.ProgramVersion, format: rec.format(), withdrawn: len(rec.Withdrawn), library: library,
	}
	var err error
	if t.period, err = rec.month(); err != nil {
		return nil, err
	}
	if t.first, err = rules.ParsePeriod(rec.FirstPeriod); err != nil {
		return nil, refuse("%s: first_period: %w", recordName, err)
	}
	if t.closedAt, err = rec.closedAt(); err != nil {
		return nil, err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	how, err := rec.readings()
	if err != nil {
		return nil, err
	}
	var fonts []fontFile
	for _, f := range rec.Inputs {
		path := filepath.Join(folder, filepath.FromSlash(f.Path))
		switch f.Dataset {
		case blockedDataset:
			if err := t.block(path, f.Path); err != nil {
				return nil, err
			}
		case fontsDataset:
			fonts = append(fonts, fontFile{path, f.Path})
		default:
			of := how[f.Path]
			t.inputs = append(t.inputs, input{
				dataset: f.Dataset, path: path, name: f.Path, decode: of.reading.decoder(of.kind, t.noteUnmapped), from: f.From,
			})
		}
	}
	if t.fonts, err = readFonts(fonts); err != nil {
		return nil, err
	}
	if rec.Previous != nil {
		t.hash = rec.Previous.SHA256SUMS
		if t.previous, err = readPreviousIn(folder, rec.Previous.Format); err != nil {
			return nil, err
		}
		if t.format >= outputs.FormatReturns {
			if t.returned, err = readReturned(folder); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// block reads a list of blocked wallets; name is what messages call it.
func (t *task) block(path, name string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return inFolder(name, err)
	}
	blocked, err := outputs.ParseBlocked(name, data)
	if err != nil {
		return refused(err)
	}
	t.blocked = append(t.blocked, blocked...)
	rows := int64(len(blocked))
	t.lists = append(t.lists, measure.Counts{Dataset: blockedDataset, Name: name, Read: rows, Used: rows})
	return nil
}
