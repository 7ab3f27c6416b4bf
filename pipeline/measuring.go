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
func (t *task) measure(ctx context.Context, inForce *rules.Version) (*measure.Result, error) {
	in := measure.Input{
		Period:      t.period,
		Present:     map[string]bool{},
		Interval:    time.Duration(t.settings.HeartbeatIntervalSeconds) * time.Second,
		Waive:       map[string]bool{},
		WorkDir:     t.workDir,
		MemoryLimit: t.memory,
		GapSeconds:  gapSeconds(inForce),
		Progress:    func(stage string, done, total int64) { t.progress(Progress{stage, done, total}) },
	}
	for _, f := range t.inputs {
		in.Present[f.dataset] = true
		in.Files = append(in.Files, measure.File{Dataset: f.dataset, Path: f.path, Name: f.name})
	}
	for _, name := range t.waived {
		in.Waive[name] = true
	}
	result, err := measure.Measure(ctx, in)
	var rejected *measure.RejectedError
	var broken *measure.FilesError
	if errors.As(err, &rejected) || errors.As(err, &broken) {
		e := &RejectsError{Period: t.period, Counts: result.Counts}
		if broken != nil {
			e.Files = broken.Files
		}
		for _, r := range result.Rejects {
			dataset := t.datasetOf(r.File)
			if in.Waive[dataset] {
				continue
			}
			e.Rejects = append(e.Rejects, rejectsOf([]sources.Reject{r})...)
			if ds := sources.Lookup(dataset); ds != nil && !ds.Master && !slices.Contains(e.Waivable, dataset) {
				e.Waivable = append(e.Waivable, dataset)
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

// unmonitored is the measure whose threshold says which stretches without a
// sample the measuring must look for.
const unmonitored = "unmonitored-stretch"

// gapSeconds is the shortest stretch that a flag of the version asks about; 0
// when none does.
func gapSeconds(v *rules.Version) int64 {
	least := int64(0)
	for _, flag := range v.Flags {
		for _, c := range slices.Concat(flag.When, flag.Unless) {
			for _, t := range []*rules.Threshold{c.Above, c.AtLeast, c.Below, c.AtMost} {
				if c.Measure != unmonitored || t == nil || t.One == nil {
					continue
				}
				seconds := max(1, t.One.Value.IntPart())
				if least == 0 || seconds < least {
					least = seconds
				}
			}
		}
	}
	return least
}
