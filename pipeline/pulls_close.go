package pipeline

import (
	"context"
	"errors"
	"fmt"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// pull brings every input into the staging folder and names every one that it
// can't. All that follows reads what was saved. Files come first: what is wrong with
// them is known at once, and a server may take long.
func (c *closing) pull(ctx context.Context) error {
	c.opt.Progress(Progress{Stage: "looking for the inputs"})
	origins, err := c.ws.origins(c.period)
	errs := []error{err}
	c.opt.Progress(Progress{Stage: "looking for the inputs", Done: int64(len(origins))})
	files := map[string]int64{} // by dataset
	for _, o := range origins {
		if o.Server != nil || len(o.names) == 0 {
			continue
		}
		c.opt.Progress(Progress{Stage: "pulling " + o.dataset})
		err := o.copy(ctx, c.ws, c.staging)
		if ExitStatus(err) == ExitSurroundings {
			return err // a full disk, say: the others would only say the same
		}
		files[o.dataset] += int64(len(o.saved))
		c.opt.Progress(Progress{Stage: "pulling " + o.dataset, Done: files[o.dataset]})
		errs = append(errs, err)
	}
	beside, err := c.pullBeside(ctx)
	if err := errors.Join(append(errs, err)...); err != nil {
		c.opt.Progress(Progress{Stage: "pulling"}) // of the inputs as a whole: which ones failed, the error says
		return err
	}
	c.shelves = map[string]*fetch.Shelf{}
	for _, o := range origins {
		if o.Server == nil {
			continue
		}
		shelf, err := c.shelfOf(c.period, o)
		if err != nil {
			return err
		}
		if err := o.pull(ctx, c.period, c.staging, shelf, c.opt.Progress); err != nil {
			return err
		}
		c.shelves[o.saved[0].Path] = shelf
	}
	return c.enterOrigins(origins, beside)
}

// pullBeside copies the files that are no dataset's.
func (c *closing) pullBeside(ctx context.Context) ([]InputFile, error) {
	var files []InputFile
	var errs []error
	pulled := map[string]int64{} // files, by dataset
	pull := func(dataset, pattern string) {
		c.opt.Progress(Progress{Stage: "pulling " + dataset})
		saved, err := sources.PullFiles(ctx, dataset, c.ws.Dir, pattern, c.period.String(), c.staging)
		if err != nil {
			errs = append(errs, inputError(fmt.Errorf("%s: %w", dataset, err)))
		}
		for _, s := range saved {
			files = append(files, InputFile{Dataset: s.Dataset, Source: s.Source, Path: s.Path, SHA256: s.SHA256, Bytes: s.Bytes})
		}
		pulled[dataset] += int64(len(saved))
		c.opt.Progress(Progress{Stage: "pulling " + dataset, Done: pulled[dataset]})
	}
	if c.ws.BlockedWallets != "" {
		pull(blockedDataset, c.ws.BlockedWallets)
	}
	for _, pattern := range c.ws.Fonts {
		pull(fontsDataset, pattern)
	}
	return files, errors.Join(errs...)
}

// enterOrigins records what was saved, and how it was pulled.
func (c *closing) enterOrigins(origins []*origin, beside []InputFile) error {
	for _, o := range origins {
		c.record.Inputs = append(c.record.Inputs, o.saved...)
		pull, err := o.record()
		if err != nil {
			return err
		}
		if pull != nil {
			c.record.Pulls = append(c.record.Pulls, *pull)
		}
	}
	c.record.Inputs = append(c.record.Inputs, beside...)
	return nil
}

// askAgain takes the pieces of a server away whose rows refuse the close: only the
// server can correct them, and the next run must ask it anew.
func (c *closing) askAgain(refused error) error {
	var rejects *RejectsError
	if !errors.As(refused, &rejects) {
		return nil
	}
	for _, r := range rejects.Rejects {
		if shelf := c.shelves[r.File]; shelf != nil {
			if err := shelf.Remove(); err != nil {
				return err
			}
			delete(c.shelves, r.File)
		}
	}
	return nil
}
