package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fleetpay/outputs"
	"fleetpay/rules"
	"fleetpay/sources/fetch"
)

// CloseOptions says who closes a period, when, and which bad rows may be left
// out.
type CloseOptions struct {
	By           string    // prepared_by
	AllowRejects []string  // datasets whose bad rows are left out; By answers for it
	ClosedAt     time.Time // UTC, whole seconds
	Progress     func(Progress)
	Warn         func(error) // what went wrong beside the close, and changes nothing about it; may be nil
}

// Outcome is what a close came to.
type Outcome struct {
	Period        rules.Period
	Folder        string
	AlreadyClosed bool // nothing was done
	Record        *Record
	Exceptions    []rules.Exception
}

// Close closes a period: it pulls the inputs, computes the month from what it
// pulled and renders it in a staging folder, and renames that folder into place
// when it is whole and on the disk. Whatever stops it before the rename leaves
// no closed folder; a second close of the period changes nothing.
func Close(ctx context.Context, ws *Workspace, p rules.Period, opt CloseOptions) (*Outcome, error) {
	c := closes{ws.Closes}
	if at, err := c.placeOf(p); err != nil {
		return nil, err
	} else if at.closed {
		return c.already(p), nil // this needs no lock: a close appears whole
	}
	release, err := lockFolder(c.dir, "close "+p.String())
	if err != nil {
		var busy *busyError
		if !errors.As(err, &busy) { // no run can have the lock, so none is at work
			opt.Warn = nil // what can't be noted either has the same cause
			newClosing(c, ws, p, place{}, opt).noteOutcome(err)
		}
		return nil, err
	}
	defer release()
	at, err := c.placeOf(p)
	if err != nil {
		return nil, err
	}
	if at.closed {
		return c.already(p), nil
	}
	closing := newClosing(c, ws, p, at, opt)
	out, err := closing.tryOnce(ctx)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // however what was interrupted words it
	}
	closing.noteOutcome(err)
	return out, err
}

// already is the outcome of a close of a closed period.
func (c closes) already(p rules.Period) *Outcome {
	return &Outcome{Period: p, Folder: c.folder(p), AlreadyClosed: true}
}

// closing is a close on its way.
type closing struct {
	closes
	ws      *Workspace
	period  rules.Period
	at      place
	opt     CloseOptions
	staging string
	record  *Record
	shelves map[string]*fetch.Shelf // of servers, by the input that came of them
}

func newClosing(c closes, ws *Workspace, p rules.Period, at place, opt CloseOptions) *closing {
	if opt.Progress == nil {
		opt.Progress = func(Progress) {}
	}
	return &closing{closes: c, ws: ws, period: p, at: at, opt: opt, staging: c.staging(p)}
}

// tryOnce makes the closes folder ready, and closes the period when nothing bars it.
func (c *closing) tryOnce(ctx context.Context) (*Outcome, error) {
	if err := c.sweep(); err != nil {
		return nil, err
	}
	if err := c.neverGivenOut(c.period); err != nil {
		return nil, err
	}
	if err := c.clearShelves(); err != nil {
		return nil, err
	}
	if err := c.ws.finishProposals(); err != nil {
		return nil, err
	}
	if err := c.ws.settled(c.period, c.opt.ClosedAt); err != nil {
		return nil, err
	}
	library, err := LoadRules(c.ws)
	if err != nil {
		return nil, err
	}
	return c.run(ctx, library)
}

// run makes the folder and puts it in its place.
func (c *closing) run(ctx context.Context, library []*rules.Version) (*Outcome, error) {
	defer os.RemoveAll(c.staging)
	defer os.RemoveAll(c.work(c.period))
	if c.ws.fontsHangOnPeriod() {
		if err := c.ws.lookAtTexts(c.period.String()); err != nil {
			return nil, err
		}
	}
	if err := c.begin(); err != nil {
		return nil, err
	}
	if err := c.pull(ctx); err != nil {
		return nil, err
	}
	if err := c.follow(ctx); err != nil {
		return nil, err
	}
	month, err := c.compute(ctx, library)
	if err != nil {
		return nil, err
	}
	if err := writeFolder(ctx, c.staging, c.record, month, c.opt.Progress); err != nil {
		return nil, err
	}
	c.opt.Progress(Progress{Stage: "reading back what was written", Done: int64(c.record.Totals.Lines)})
	if err := checkWritten(c.staging, c.record); err != nil {
		return nil, err
	}
	// Before the rename, so that whatever stops the run after it leaves nothing
	// but the closed folder.
	if err := os.RemoveAll(c.work(c.period)); err != nil {
		return nil, err
	}
	if err := c.publish(); err != nil {
		return nil, err
	}
	_ = c.clearShelves() // what is left of them the next close removes
	return &Outcome{
		Period: c.period, Folder: c.folder(c.period), Record: c.record, Exceptions: month.Book.Exceptions,
	}, nil
}

// begin makes the staging folder and a record of all that is known before the
// first input is read.
func (c *closing) begin() error {
	withdrawn, err := c.withdrawals(c.period)
	if err != nil {
		return err
	}
	c.record = &Record{
		Format: outputs.CurrentFormat,
		Period: c.period.String(), ClosedAt: instant(c.opt.ClosedAt), PreparedBy: c.opt.By, ProgramVersion: Version,
		FirstPeriod: c.at.first.String(), Withdrawn: withdrawn,
		Inputs: []InputFile{}, Absent: []string{}, Waived: distinct(c.opt.AllowRejects),
		Parameters: c.ws.Parameters, Settings: c.ws.settings(),
	}
	if len(c.opt.AllowRejects) > 0 {
		c.record.WaivedBy = c.opt.By
	}
	if err := os.MkdirAll(c.staging, 0o777); err != nil {
		return err
	}
	return os.MkdirAll(c.work(c.period), 0o777)
}

// follow takes over what the previous close hands on, and from the closes before
// it the payments that returns of this period name.
func (c *closing) follow(ctx context.Context) error {
	if !c.at.after {
		_, err := c.returned(ctx, nil)
		return err
	}
	folder := c.folder(c.period.Prev())
	handed, err := takePrevious(folder)
	if err != nil {
		return inputError(err)
	}
	sum, err := hashFile(filepath.Join(folder, sumsName))
	if err != nil {
		return err
	}
	c.record.Previous = &PreviousClose{Period: c.period.Prev().String(), SHA256SUMS: sum, Format: handed.Format}
	if err := handed.write(c.staging); err != nil {
		return err
	}
	returned, err := c.returned(ctx, handed)
	if err != nil {
		return err
	}
	return writeReturned(c.staging, returned)
}

// returned finds the payments that the pulled rows of this period return.
func (c *closing) returned(ctx context.Context, before *previous) ([]returnedPayment, error) {
	var files []input
	for _, f := range c.record.Inputs {
		if f.Dataset == returnsDataset {
			files = append(files, input{dataset: f.Dataset, path: filepath.Join(c.staging, filepath.FromSlash(f.Path)), name: f.Path, from: f.From})
		}
	}
	list, err := c.returnedIn(ctx, files, c.period, before)
	if err != nil {
		return nil, c.named(err)
	}
	return list, nil
}

// compute settles the month and enters in the record what it rests on.
func (c *closing) compute(ctx context.Context, library []*rules.Version) (*outputs.Month, error) {
	t, err := taskOf(c.staging, c.record, library)
	if err != nil {
		return nil, c.named(err)
	}
	t.workDir, t.memory, t.progress = c.work(c.period), c.ws.Memory, c.opt.Progress
	done, err := compute(ctx, t)
	if err != nil {
		if kept := c.askAgain(err); kept != nil {
			err = errors.Join(err, kept)
		}
		return nil, c.named(err)
	}
	if err := c.record.enter(done); err != nil {
		return nil, err
	}
	if err := checkNames(done.unsettable); err != nil {
		return nil, err
	}
	return done.month, keepRules(c.staging, done.used)
}

// writeFolder renders a month into a folder that holds its inputs and rules, and
// the run record beside them.
func writeFolder(ctx context.Context, dir string, rec *Record, m *outputs.Month, progress func(Progress)) error {
	data, err := marshalRecord(rec)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, recordName), data); err != nil {
		return err
	}
	return outputs.Render(ctx, m, dir, func(done, total int) {
		progress(Progress{Stage: "writing", Done: int64(done), Total: int64(total)})
	})
}

// publish lists every file, writes all of it through to the disk, and puts the
// folder in its place with one rename.
func (c *closing) publish() error {
	c.opt.Progress(Progress{Stage: "syncing to the disk"})
	if err := writeSums(c.staging); err != nil {
		return err
	}
	files, err := listFiles(c.staging)
	if err != nil {
		return err
	}
	c.opt.Progress(Progress{Stage: "syncing to the disk", Done: int64(len(files))})
	if err := syncTree(c.staging); err != nil {
		return err
	}
	place := c.folder(c.period)
	if exists(place) {
		return fmt.Errorf("%s: appeared while the period was being closed; find out who made it", place)
	}
	if err := os.Rename(c.staging, place); err != nil {
		return err
	}
	return syncPath(c.dir)
}
