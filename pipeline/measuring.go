package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/measure"
	"fleetpay/rules"
	"fleetpay/sources"
)

// measure reads and measures the inputs. Bad rows that nobody waived refuse the
// period.
func (t *task) measure(ctx context.Context, rulebook *rules.Rulebook) (*measure.Result, error) {
	gap, err := rulebook.GapSeconds(t.period)
	if err != nil {
		return nil, refused(err)
	}
	in := measure.Input{
		Period:      t.period,
		Present:     map[string]bool{},
		Interval:    time.Duration(t.settings.HeartbeatIntervalSeconds) * time.Second,
		Waive:       map[string]bool{},
		WorkDir:     t.workDir,
		MemoryLimit: t.memory,
		GapSeconds:  gap,
		Progress:    func(stage string, done, total int64) { t.progress(Progress{stage, done, total}) },
	}
	for _, f := range t.inputs {
		in.Present[f.dataset] = true
		in.Files = append(in.Files, measure.File{Dataset: f.dataset, Path: f.path, Name: f.name, Decode: f.decode, From: f.from})
	}
	for _, name := range t.waived {
		in.Waive[name] = true
	}
	result, err := measure.Measure(ctx, in)
	if result != nil {
		t.openingBalances(result.Counts)
	}
	var rejected *measure.RejectedError
	var broken *measure.FilesError
	if errors.As(err, &rejected) || errors.As(err, &broken) {
		e := &RejectsError{Period: t.period, Counts: result.Counts}
		if rejected != nil {
			e.Rows = rejected.Rows
		}
		if broken != nil {
			e.Files = broken.Files
		}
		for _, r := range result.Rejects {
			dataset := t.datasetOf(r.File)
			if in.Waive[dataset] {
				continue
			}
			e.Rejects = append(e.Rejects, rejectsOf([]sources.Reject{r})...)
			of := &e.Needed
			if ds := sources.Lookup(dataset); ds != nil && !ds.Master {
				of = &e.Waivable
			}
			if !slices.Contains(*of, dataset) {
				*of = append(*of, dataset)
			}
		}
		if len(e.Rejects) == 0 {
			return nil, inputError(err)
		}
		return nil, e
	}
	return result, err
}

// datasetOf finds the dataset of an input by its name.
func (t *task) datasetOf(name string) string {
	for _, f := range t.inputs {
		if f.name == name {
			return f.dataset
		}
	}
	return ""
}

// rejectsOf turns rejects into what rejects.csv shows, in their order.
func rejectsOf(list []sources.Reject) []outputs.Reject {
	rejects := make([]outputs.Reject, len(list))
	for i, r := range list {
		rejects[i] = outputs.Reject{File: r.File, Line: r.Line, Column: r.Column, Value: r.Value, Message: r.Message}
	}
	return rejects
}

// openingBalances counts the rows of balances as outside the period once another
// close hands its own on: the dataset holds what was owed before the first.
func (t *task) openingBalances(counts []measure.Counts) {
	if t.previous == nil {
		return
	}
	for i := range counts {
		if c := &counts[i]; c.Dataset == "balances" {
			c.Used, c.Outside = 0, c.Outside+c.Used
		}
	}
}
