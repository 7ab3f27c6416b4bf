package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/measure"
	"fleetpay/rules"
	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// CheckOptions says when a check looks at a period, and which bad rows a close
// would leave out.
type CheckOptions struct {
	AllowRejects []string
	Now          time.Time
	Progress     func(Progress)
}

// Checked is what a close of a period would find and pay. What could not be
// computed is nil; Problems says why a close would be refused.
type Checked struct {
	Period        rules.Period
	AlreadyClosed bool
	Inputs        []InputFile // without checksums
	Counted       bool        // the rows of the inputs were counted
	Absent        []string
	Rejects       []outputs.Reject
	Book          *rules.Book
	Totals        *Totals
	Problems      []error
}

// Check walks the path of a close over the sources where they lie. It writes
// nothing but a temporary folder outside the workspace, and takes no lock. The
// error is of the surroundings; what would refuse a close is in Problems.
func Check(ctx context.Context, ws *Workspace, p rules.Period, opt CheckOptions) (*Checked, error) {
	if opt.Progress == nil {
		opt.Progress = func(Progress) {}
	}
	temp, err := os.MkdirTemp("", "fleetpay-check-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	c := &checking{ws: ws, result: &Checked{Period: p, Absent: []string{}}, opt: opt}
	if err := c.run(ctx, p, temp); err != nil {
		if ExitStatus(err) == ExitSurroundings {
			return nil, err
		}
		c.result.Problems = append(c.result.Problems, err)
	}
	return c.result, nil
}

// checking is a check on its way.
type checking struct {
	ws     *Workspace
	result *Checked
	opt    CheckOptions
}

func (c *checking) run(ctx context.Context, p rules.Period, temp string) error {
	at, err := closes{c.ws.Closes}.placeOf(p)
	if err != nil {
		return err
	}
	c.result.AlreadyClosed = at.closed
	library, err := LoadRules(c.ws)
	if err != nil {
		return err
	}
	if c.ws.fontsHangOnPeriod() {
		if err := c.ws.lookAtTexts(p.String()); err != nil {
			return err
		}
	}
	t, err := c.task(ctx, p, at, library, temp)
	if err != nil {
		return err
	}
	t.workDir = filepath.Join(temp, "work")
	if err := os.MkdirAll(t.workDir, 0o777); err != nil {
		return err
	}
	done, err := compute(ctx, t)
	var rejects *RejectsError
	if errors.As(err, &rejects) {
		c.result.Rejects = rejects.Rejects
		c.count(rejects.Counts)
	}
	if err != nil {
		return err
	}
	c.count(done.counts)
	totals, err := totalsOf(done.month)
	if err != nil {
		return err
	}
	c.result.Book, c.result.Totals, c.result.Rejects = done.month.Book, &totals, done.month.Rejects
	return checkNames(done.unsettable)
}

// task makes the task of a period whose files lie where they are. What servers give
// is pulled into the temporary folder.
func (c *checking) task(ctx context.Context, p rules.Period, at place, library []*rules.Version, temp string) (*task, error) {
	t := &task{
		period: p, first: at.first, closedAt: c.opt.Now, settings: c.ws.settings(), parameters: c.ws.Parameters,
		waived: distinct(c.opt.AllowRejects), version: Version, format: outputs.CurrentFormat, library: library,
		memory: c.ws.Memory, progress: c.opt.Progress,
	}
	for _, ds := range sources.Datasets() {
		if len(c.ws.sourcesOf(ds.Name)) == 0 {
			c.result.Absent = append(c.result.Absent, ds.Name)
		}
	}
	origins, err := c.ws.origins(p)
	errs := []error{err, c.ws.settled(p, c.opt.Now)}
	for _, o := range origins {
		errs = append(errs, c.addFiles(ctx, t, o, temp))
		if o.Server != nil {
			c.add(t, o, filepath.Join(temp, "inputs", o.dataset, o.targets[0]), o.Place(), o.targets[0])
		}
	}
	errs = append(errs, c.block(t, p), c.fonts(t, p))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, o := range origins {
		if o.Server == nil {
			continue
		}
		shelf := &fetch.Shelf{Dir: filepath.Join(temp, "pieces", fmt.Sprintf("%s-%d", o.dataset, o.number))}
		o.passing = true
		if err := o.pull(ctx, p, temp, shelf, c.opt.Progress); err != nil {
			return nil, err
		}
	}
	if err := c.follow(ctx, t, at); err != nil {
		return nil, err
	}
	return t, nil
}

// addFiles names the files of a source where they lie. Incidents of a provider are
// copied first: one file may tell what another lacks, and a close has only those that
// the configuration names beside it.
func (c *checking) addFiles(ctx context.Context, t *task, o *origin, temp string) error {
	copied := o.Reading != nil && o.Reading.mapping != nil
	if copied && len(o.names) > 0 {
		if err := o.copy(ctx, c.ws, temp); err != nil {
			return err
		}
	}
	for i, name := range o.names {
		path, err := filepath.Abs(sources.Locate(c.ws.Dir, name))
		if err != nil {
			return err
		}
		if copied {
			path = filepath.Join(temp, filepath.FromSlash(o.saved[i].Path))
		}
		c.add(t, o, path, name, o.targets[i])
	}
	return nil
}

// add names an input of a source. Of two that are named alike, the second is named
// by what a close would save it as, too.
func (c *checking) add(t *task, o *origin, path, name, target string) {
	if t.datasetOf(name) == o.dataset {
		name = fmt.Sprintf("%s (%s)", name, target)
	}
	t.inputs = append(t.inputs, input{
		dataset: o.dataset, path: path, name: name, decode: o.Reading.decoder(o.Name, t.noteUnmapped), from: o.from(),
	})
	c.result.Inputs = append(c.result.Inputs, InputFile{Dataset: o.dataset, Source: name, From: o.from()})
}

// follow takes what other closes say, as a close does.
func (c *checking) follow(ctx context.Context, t *task, at place) (err error) {
	all := closes{c.ws.Closes}
	if at.after {
		folder := all.folder(t.period.Prev())
		if t.previous, err = takePrevious(folder); err != nil {
			return inputError(err)
		}
		if t.hash, err = hashFile(filepath.Join(folder, sumsName)); err != nil {
			return err
		}
	}
	t.returned, err = all.returnedIn(ctx, t.inputs, t.period, t.previous)
	return err
}

// block reads the lists of blocked wallets where they lie.
func (c *checking) block(t *task, p rules.Period) error {
	if c.ws.BlockedWallets == "" {
		return nil
	}
	names, err := sources.ResolveFiles(c.ws.Dir, c.ws.BlockedWallets, p.String())
	if err != nil {
		return inputError(fmt.Errorf("%s: %w", blockedDataset, err))
	}
	var errs []error
	for _, name := range names {
		errs = append(errs, t.block(sources.Locate(c.ws.Dir, name), name))
		c.result.Inputs = append(c.result.Inputs, InputFile{Dataset: blockedDataset, Source: name})
	}
	return inputError(errors.Join(errs...))
}

// fonts reads the fonts where they lie.
func (c *checking) fonts(t *task, p rules.Period) error {
	fonts, names, err := c.ws.lookAtFonts(p.String())
	t.fonts = fonts
	for _, name := range names {
		c.result.Inputs = append(c.result.Inputs, InputFile{Dataset: fontsDataset, Source: name})
	}
	return errors.Join(err, refused(c.ws.doc.Err()))
}

// count enters what became of the rows of each file.
func (c *checking) count(counts []measure.Counts) {
	c.result.Counted = len(counts) > 0
	for i := range c.result.Inputs {
		for _, n := range counts {
			if f := &c.result.Inputs[i]; n.Name == f.Source && n.Dataset == f.Dataset {
				f.Read, f.Used, f.Outside, f.Unmatched, f.Rejected = n.Read, n.Used, n.Outside, n.Unmatched, n.Rejected
			}
		}
	}
}
