package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"fleetpay/rules"
	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// Pull is how a source was pulled, as the run record keeps it. Plain files have none.
type Pull struct {
	Dataset  string          `json:"dataset"`
	Kind     string          `json:"kind"`
	Place    string          `json:"place"`    // a server's URL, or the pattern of files
	Reading  json.RawMessage `json:"reading"`  // what decoding needs beside the bytes
	Inputs   []string        `json:"inputs"`   // what was saved, below the closed folder
	Requests []fetch.Entry   `json:"requests"` // that a server answered; none for files
}

// Waiting is a server whose data are not complete yet, or stands for all files: then
// the kind is file, and neither a dataset nor a place is named.
type Waiting struct {
	Dataset string
	Kind    string
	Place   string
	Until   time.Time
}

// String names what is waited for.
func (w Waiting) String() string {
	if w.Kind == kindFile {
		return "the files"
	}
	return fmt.Sprintf("%s of %s at %s", w.Dataset, w.Kind, w.Place)
}

// CompleteAt tells from when on the data of a period are complete: its end, and the
// settling time of every server and of the files after it. The list has what is
// waited for after the end: servers in the order of the sources, and then the files.
func (ws *Workspace) CompleteAt(p rules.Period) (time.Time, []Waiting) {
	end := p.Next().First().Time()
	var list []Waiting
	for _, s := range ws.Sources {
		for i := range s.Kinds {
			if k := &s.Kinds[i]; k.Server != nil {
				list = append(list, Waiting{s.Dataset, k.Name, k.Place(), end.Add(k.Server.settling)})
			}
		}
	}
	if ws.Settling > 0 && ws.anyFiles() {
		list = append(list, Waiting{Kind: kindFile, Until: end.Add(ws.Settling)})
	}
	complete := end
	for _, w := range list {
		if w.Until.After(complete) {
			complete = w.Until
		}
	}
	return complete, list
}

// FilesAtOnce tells whether files have no settling time.
func (ws *Workspace) FilesAtOnce() bool { return ws.Settling == 0 && ws.anyFiles() }

// anyFiles tells whether a source is files.
func (ws *Workspace) anyFiles() bool {
	return slices.ContainsFunc(ws.Sources, func(s Source) bool {
		return slices.ContainsFunc(s.Kinds, func(k Kind) bool { return k.Server == nil })
	})
}

// settled refuses a period whose servers are not complete at a time, naming all. Who
// closes a period by its name has looked at its files.
func (ws *Workspace) settled(p rules.Period, at time.Time) error {
	var errs []error
	_, list := ws.CompleteAt(p)
	for _, w := range list {
		if w.Kind != kindFile && at.Before(w.Until) {
			errs = append(errs, refuse("%s: %s at %s is not pulled for %s before %s, when its data are complete; "+
				"run it again then, or shorten settling in %s if they are sooner", w.Dataset, w.Kind, w.Place, p, instant(w.Until), configName))
		}
	}
	return errors.Join(errs...)
}

// origin is one source of a dataset with what it gives for a period.
type origin struct {
	*Kind
	dataset string
	number  int      // of the dataset's sources, from 1
	several bool     // the dataset has several
	names   []string // of its files, as ResolveFiles gives them; nil for a server
	targets []string // what they are saved as; of a server the one file
	server  fetch.Doer
	passing bool // its shelf goes with the run, as that of a check does

	saved    []InputFile
	requests []fetch.Entry
}

// from is the number by which rows of several sources are told apart; 0 when there
// is one only.
func (o *origin) from() int {
	if o.several {
		return o.number
	}
	return 0
}

// origins looks up the files of every source, and makes ready to ask the servers:
// their secrets are read here. The error names everything that is wrong.
func (ws *Workspace) origins(p rules.Period) ([]*origin, error) {
	var list []*origin
	var errs []error
	for _, s := range ws.Sources {
		var of []*origin
		var names []string
		for i := range s.Kinds {
			o := &origin{Kind: &s.Kinds[i], dataset: s.Dataset, number: i + 1, several: len(s.Kinds) > 1}
			if err := o.lookUp(ws, p); err != nil {
				errs = append(errs, inputError(fmt.Errorf("%s: %w", s.Dataset, err)))
			}
			of = append(of, o)
			names = append(names, o.names...)
			if o.Server != nil {
				names = append(names, o.savedName(o.number))
			}
		}
		targets := sources.TargetNames(names)
		for _, o := range of {
			n := len(o.names)
			if o.Server != nil {
				n = 1
			}
			o.targets, targets = targets[:n:n], targets[n:]
		}
		list = append(list, of...)
	}
	return list, errors.Join(errs...)
}

func (o *origin) lookUp(ws *Workspace, p rules.Period) (err error) {
	if o.Server == nil {
		o.names, err = sources.ResolveFiles(ws.Dir, o.Pattern, p.String())
		return err
	}
	o.server, err = o.client(ws.Dir)
	return err
}

// copy copies the files of a source into the folder's inputs.
func (o *origin) copy(ctx context.Context, ws *Workspace, folder string) error {
	saved, err := sources.CopyFiles(ctx, o.dataset, ws.Dir, o.names, o.targets, folder)
	if err != nil {
		return inputError(fmt.Errorf("%s: %w", o.dataset, err))
	}
	for _, s := range saved {
		o.saved = append(o.saved, InputFile{
			Dataset: s.Dataset, Source: s.Source, Path: s.Path, SHA256: s.SHA256, Bytes: s.Bytes, From: o.from(),
		})
	}
	return nil
}

// pull asks a server for a period and saves its answers in the folder's inputs.
// Pieces that were asked for before are taken from the shelf.
func (o *origin) pull(ctx context.Context, p rules.Period, folder string, shelf *fetch.Shelf, progress func(Progress)) error {
	dir, err := sources.InputFolder(o.dataset, folder)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, o.targets[0])
	stage := fmt.Sprintf("pulling %s from %s", o.dataset, o.Place())
	tell := func(done, total int64) { progress(Progress{Stage: stage, Done: done, Total: total}) }
	tell(0, 0)
	begins, ends := p.First().Time(), p.Next().First().Time()
	if _, o.requests, err = o.ask(ctx, begins, ends, file, shelf, tell); err != nil {
		return o.failed(err, shelf)
	}
	sum, err := hashFile(file)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	for _, dir := range []string{dir, filepath.Dir(dir)} {
		if err := syncPath(dir); err != nil {
			return err
		}
	}
	o.saved = []InputFile{{
		Dataset: o.dataset, Source: o.Place(), Path: path.Join("inputs", o.dataset, o.targets[0]),
		SHA256: sum, Bytes: info.Size(), From: o.from(),
	}}
	return nil
}

// record tells how the source was pulled; nil for a plain file.
func (o *origin) record() (*Pull, error) {
	if o.Name == kindFile {
		return nil, nil
	}
	reading, err := o.Reading.encode()
	if err != nil {
		return nil, err
	}
	pull := &Pull{Dataset: o.dataset, Kind: o.Name, Place: o.Place(), Reading: reading, Inputs: []string{}, Requests: []fetch.Entry{}}
	for _, f := range o.saved {
		pull.Inputs = append(pull.Inputs, f.Path)
	}
	pull.Requests = append(pull.Requests, o.requests...)
	return pull, nil
}

// readings finds for each input how it is taken apart: which source of its dataset
// it is of, and its decoder.
type readings map[string]savedReading

type savedReading struct {
	kind    string
	reading *reading
}

// readings reads what the run record says of its inputs.
func (r *Record) readings() (readings, error) {
	all := readings{}
	for _, pull := range r.Pulls {
		how, err := readReading(pull.Kind, pull.Reading)
		if err != nil {
			return nil, err
		}
		if len(pull.Inputs) == 0 {
			return nil, refuse("%s: pulls: nothing came of %s for %s; restore it from a copy", recordName, pull.Kind, pull.Dataset)
		}
		for _, file := range pull.Inputs {
			if !slices.ContainsFunc(r.Inputs, func(f InputFile) bool { return f.Path == file && f.Dataset == pull.Dataset }) {
				return nil, refuse("%s: pulls: %q is none of the inputs of %s; restore it from a copy", recordName, file, pull.Dataset)
			}
			if _, twice := all[file]; twice {
				return nil, refuse("%s: pulls: %q was pulled twice; restore it from a copy", recordName, file)
			}
			all[file] = savedReading{pull.Kind, how}
		}
	}
	return all, nil
}
