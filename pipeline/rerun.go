package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// Report is what a rerun found.
type Report struct {
	Folder      string       `json:"folder"`
	Period      string       `json:"period"`
	Files       int          `json:"files"` // compared
	First       string       `json:"first_difference"`
	Differences []Difference `json:"differences"`
	RenderedBy  string       `json:"rendered_by"` // the program version that the close names, when it is another one
	Rendered    []string     `json:"rendered"`    // PDF and workbook of that version: not compared by their bytes
}

// Difference is a file that is not what the rerun gives.
type Difference struct {
	File string `json:"file"`
	What string `json:"what"`
}

// DiffersError tells that a closed folder is not what its inputs give.
type DiffersError struct{ Report *Report }

func (e *DiffersError) Error() string {
	r := e.Report
	var b strings.Builder
	fmt.Fprintf(&b, "%s: differs from what its inputs, rules and %s give\n  first: %s", r.Folder, recordName, r.First)
	for _, d := range r.Differences {
		fmt.Fprintf(&b, "\n  %s: %s", d.File, d.What)
	}
	return b.String()
}

// Rerun computes a closed folder again from its inputs/, rules/ and close.json
// alone and compares every file by its bytes. It writes nothing but a temporary
// folder. A difference is a *DiffersError, which holds the report too.
func Rerun(ctx context.Context, folder string, progress func(Progress)) (*Report, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	rec, err := readRecord(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, refuse("%s: holds no %s, so it is no closed period; name a folder such as closes/2026-10", folder, recordName)
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return nil, refuse("%s: is a file; name the folder of a closed period, such as closes/2026-10", folder)
	}
	if err != nil {
		return unreadable(folder, inFolder(filepath.Join(folder, recordName), err))
	}
	temp, err := os.MkdirTemp("", "fleetpay-rerun-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	r := &rerun{folder: folder, record: rec, again: filepath.Join(temp, "again"), progress: progress}
	r.report = &Report{Folder: folder, Period: rec.Period, Differences: []Difference{}, Rendered: []string{}}
	if err := r.verify(); err != nil {
		return nil, err
	}
	if err := r.compute(ctx, filepath.Join(temp, "work")); err != nil {
		return r.notComputed(err)
	}
	return r.compare()
}

// unreadable reports a run record that is none.
func unreadable(folder string, err error) (*Report, error) {
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		return nil, err
	}
	report := &Report{Folder: folder, First: err.Error(), Differences: []Difference{{recordName, "can't be read"}}, Rendered: []string{}}
	return report, &DiffersError{report}
}

// rerun is a rerun on its way.
type rerun struct {
	folder   string
	again    string // where the recomputed files are
	record   *Record
	sums     map[string]string // findings against SHA256SUMS, by file
	totals   Totals            // of what was computed again
	report   *Report
	progress func(Progress)
}

// verify holds the folder against its SHA256SUMS, and the inputs and rule files
// against the run record, whose hashes must say the same.
func (r *rerun) verify() error {
	r.progress(Progress{Stage: "verifying checksums"})
	actual, err := hashTree(r.folder)
	if err != nil {
		return err
	}
	findings, err := verifySums(r.folder, actual)
	var refusal *Refusal
	switch {
	case errors.Is(err, os.ErrNotExist):
		findings = []finding{{sumsName, "is missing"}}
	case errors.As(err, &refusal):
		findings = []finding{{sumsName, refusal.Error()}}
	case err != nil:
		return err
	}
	r.sums = map[string]string{}
	for _, f := range findings {
		r.sums[f.file] = f.what
	}
	recorded := map[string]string{}
	for _, in := range r.record.Inputs {
		recorded[in.Path] = in.SHA256
	}
	for _, rule := range r.record.Rules {
		recorded[rule.Path] = rule.SHA256
	}
	for _, file := range sortedKeys(recorded) {
		switch sum, found := actual[file]; {
		case !found:
			r.sums[file] = "is named by " + recordName + " and missing"
		case sum != recorded[file] && r.sums[file] == "":
			r.sums[file] = "is not the file that " + recordName + " names"
		}
	}
	return nil
}

// compute makes every file again that is not kept.
func (r *rerun) compute(ctx context.Context, work string) error {
	if err := r.record.complete(r.folder); err != nil {
		return err
	}
	library, err := loadFolder(filepath.Join(r.folder, "rules"), "rules", rules.LoadKept)
	if err != nil {
		return err
	}
	t, err := taskOf(r.folder, r.record, library)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(work, 0o777); err != nil {
		return err
	}
	t.workDir, t.progress = work, r.progress
	done, err := compute(ctx, t)
	if err != nil {
		return err
	}
	again := *r.record
	again.Inputs = slices.Clone(again.Inputs)
	if err := again.enter(done); err != nil {
		return err
	}
	r.totals = again.Totals
	return writeFolder(ctx, r.again, &again, done.month, r.progress)
}

// notComputed reports a folder that can't be computed any more. Only what lies
// in the folder is a difference; a full disk, say, is not.
func (r *rerun) notComputed(err error) (*Report, error) {
	if ExitStatus(err) == ExitSurroundings && len(r.sums) == 0 {
		return nil, err
	}
	r.addSums()
	text := err.Error()
	var rejects *RejectsError
	if errors.As(err, &rejects) && len(rejects.Rejects) > 0 {
		bad := rejects.Rejects[0]
		text = fmt.Sprintf("%s:%d: %s: %s", bad.File, bad.Line, bad.Column, bad.Message)
	}
	r.report.First = "it can't be computed any more: " + text
	return r.report, &DiffersError{r.report}
}

// addSums lists the findings against the checksums.
func (r *rerun) addSums() {
	for _, file := range sortedKeys(r.sums) {
		r.report.Differences = append(r.report.Differences, Difference{file, r.sums[file]})
	}
}

// compare holds the folder against what was computed again, file by file.
func (r *rerun) compare() (*Report, error) {
	r.progress(Progress{Stage: "comparing"})
	expected, err := r.expected()
	if err != nil {
		return nil, err
	}
	stored, err := listFiles(r.folder)
	if err != nil {
		return nil, err
	}
	for _, file := range union(expected, stored) {
		what, err := r.compareFile(file, expected, stored)
		if err != nil {
			return nil, err
		}
		r.report.Files++
		if what != "" {
			r.report.Differences = append(r.report.Differences, Difference{file, what})
		}
	}
	empty, err := emptyFolders(r.folder)
	if err != nil {
		return nil, err
	}
	for _, folder := range empty {
		if !exists(filepath.Join(r.again, filepath.FromSlash(folder))) {
			r.report.Differences = append(r.report.Differences, Difference{folder + "/", "is an empty folder, which does not belong there"})
		}
	}
	if len(r.report.Differences) == 0 {
		return r.report, nil
	}
	r.report.First = r.firstDifference()
	return r.report, &DiffersError{r.report}
}

// expected lists the files that the folder must hold, in byte order.
func (r *rerun) expected() ([]string, error) {
	files, err := listFiles(r.again)
	if err != nil {
		return nil, err
	}
	files = append(files, sumsName)
	for _, in := range r.record.Inputs {
		files = append(files, in.Path)
	}
	for _, rule := range r.record.Rules {
		files = append(files, rule.Path)
	}
	if r.record.Previous != nil {
		for _, name := range previousFiles(r.record.Previous.Format) {
			files = append(files, path.Join(previousDir, name))
		}
		if r.record.format() >= outputs.FormatReturns {
			files = append(files, path.Join(previousDir, returnedFile.name))
		}
	}
	return slices.Compact(sorted(files)), nil
}

// union merges two sorted lists.
func union(a, b []string) []string {
	return slices.Compact(sorted(slices.Concat(a, b)))
}

// compareFile says what is wrong with one file; "" for nothing.
func (r *rerun) compareFile(file string, expected, stored []string) (string, error) {
	_, wanted := slices.BinarySearch(expected, file)
	_, found := slices.BinarySearch(stored, file)
	switch {
	case !found:
		return "is missing", nil
	case !wanted:
		return "does not belong there", nil
	}
	again := filepath.Join(r.again, filepath.FromSlash(file))
	if !exists(again) {
		return r.sums[file], nil
	}
	same, err := sameBytes(filepath.Join(r.folder, filepath.FromSlash(file)), again)
	switch {
	case err != nil:
		return "", err
	case same:
		return r.sums[file], nil
	case r.rendered(file):
		if what := r.readBack(file); what != "" {
			return what, nil
		}
		r.report.RenderedBy = r.record.ProgramVersion
		r.report.Rendered = append(r.report.Rendered, file)
		return "", nil
	case r.sums[file] != "":
		return "differs; " + r.sums[file], nil
	}
	return "differs", nil
}

// rendered tells whether a file may differ because another version of the
// program made it: PDF and workbook, so long as their checksum holds.
func (r *rerun) rendered(file string) bool {
	ext := path.Ext(file)
	return r.record.ProgramVersion != Version && (ext == ".pdf" || ext == ".xlsx") && r.sums[file] == ""
}

// readBack reads a workbook whose bytes may differ and says what is wrong in it:
// whoever made it, its sheets must say what the tables beside it say. The text
// of a PDF is not read.
func (r *rerun) readBack(file string) string {
	if file != outputs.WorkbookPath {
		return ""
	}
	switch got, err := outputs.ReadBack(r.folder, r.record.format()); {
	case err != nil:
		return "does not say what the CSV files say: " + err.Error()
	case got != r.totals.Totals:
		return fmt.Sprintf("sums to %+v, and what was computed to %+v", got, r.totals.Totals)
	}
	return ""
}
