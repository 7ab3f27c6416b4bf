package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/measure"
	"fleetpay/rules"
	"fleetpay/sources"
)

// recordName is the run record's file in a closed folder.
const recordName = "close.json"

// Record is close.json: what the run was told, what it read and what came out,
// in the order in which the file shows it. With inputs/ and rules/ it is all
// that a rerun needs.
type Record struct {
	Format         outputs.Format `json:"format,omitempty"` // of the folder; absent in the first one
	Period         string         `json:"period"`
	ClosedAt       string         `json:"closed_at"` // RFC 3339, UTC, whole seconds
	PreparedBy     string         `json:"prepared_by"`
	ProgramVersion string         `json:"program_version"`
	FirstPeriod    string         `json:"first_period"` // of the chain of closes
	Previous       *PreviousClose `json:"previous"`     // null for the first close
	Withdrawn      []Withdrawal   `json:"withdrawn"`    // closes of this period, taken back before this one

	RuleInForce string     `json:"rule_in_force"`
	Rules       []RuleFile `json:"rules"` // by version

	Inputs   []InputFile `json:"inputs"`          // datasets in the order of the specification, then by source; blocked wallets and fonts last
	Pulls    []Pull      `json:"pulls,omitempty"` // of servers, and of files in a provider's form
	Absent   []string    `json:"absent"`          // datasets without a source
	Waived   []string    `json:"waived"`          // datasets whose bad rows were left out
	WaivedBy string      `json:"waived_by"`

	Parameters map[string]string `json:"parameters"` // as written in fleetpay.yaml
	Settings   RecordedSettings  `json:"settings"`
	Totals     Totals            `json:"totals"`
}

// PreviousClose cites the close that this one follows.
type PreviousClose struct {
	Period     string `json:"period"`
	SHA256SUMS string `json:"sha256sums"` // SHA-256 of its SHA256SUMS

	// Format is the other close's: one of the first format hands on no figures.
	Format outputs.Format `json:"format,omitempty"`
}

// RuleFile is a rule file as kept in rules/.
type RuleFile struct {
	Version string `json:"version"`
	Path    string `json:"path"` // below the closed folder
	SHA256  string `json:"sha256"`
}

// InputFile is a file as kept in inputs/, with what became of its rows:
// Read = Used + Outside + Unmatched + Rejected.
type InputFile struct {
	Dataset   string `json:"dataset"`
	Source    string `json:"source"` // as configured
	Path      string `json:"path"`   // below the closed folder
	SHA256    string `json:"sha256"`
	Bytes     int64  `json:"bytes"`
	Read      int64  `json:"read"`
	Used      int64  `json:"used"`
	Outside   int64  `json:"outside"`   // of the period
	Unmatched int64  `json:"unmatched"` // of an unknown or inactive node, say
	Rejected  int64  `json:"rejected"`

	// From numbers the source of its dataset, from 1; 0 when the dataset has one.
	From int `json:"from,omitempty"`
}

// RecordedSettings are the workspace's settings that bytes rest on.
type RecordedSettings struct {
	Program                  string      `json:"program"`
	HeartbeatIntervalSeconds int         `json:"heartbeat_interval_seconds"`
	Minimum                  rules.Money `json:"minimum"`
	DefaultChain             string      `json:"default_chain"`
	Confirmers               int         `json:"confirmers"`

	Contact *RecordedContact `json:"contact,omitempty"`
	Targets *RecordedTargets `json:"targets,omitempty"`
}

// Totals are the control totals of a close.
type Totals struct {
	outputs.Totals
	Statuses Statuses `json:"statuses"`
}

// Statuses counts the payees by payout status.
type Statuses struct {
	Negative     int `json:"negative"`
	Zero         int `json:"zero"`
	BelowMinimum int `json:"below_minimum"`
	Held         int `json:"held"`
	Payable      int `json:"payable"`
}

// totalsOf sums up a month.
func totalsOf(m *outputs.Month) (Totals, error) {
	sums, err := outputs.TotalsOf(m)
	t := Totals{Totals: sums}
	for _, p := range m.Book.Payouts {
		switch p.Status {
		case rules.Negative:
			t.Statuses.Negative++
		case rules.Zero:
			t.Statuses.Zero++
		case rules.BelowMinimum:
			t.Statuses.BelowMinimum++
		case rules.Held:
			t.Statuses.Held++
		case rules.Payable:
			t.Statuses.Payable++
		}
	}
	return t, err
}

// marshalRecord writes JSON as every file of ours has it: two spaces, no HTML
// escapes, a line end at the end. Maps come out in byte order of their keys.
func marshalRecord(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// readRecord reads the run record of a closed folder.
func readRecord(dir string) (*Record, error) {
	path := filepath.Join(dir, recordName)
	if err := knownFormat(path); err != nil {
		return nil, err
	}
	var r Record
	if err := readJSON(path, &r); err != nil {
		return nil, err
	}
	for _, f := range r.Inputs {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, refuse("%s: %q leads out of the folder; restore it from a copy", path, f.Path)
		}
	}
	return &r, nil
}

// knownFormat refuses a record of a later form before its keys are looked at, which
// may be new. What can't be read at all is readJSON's to say.
func knownFormat(path string) error {
	data, err := readKept(path)
	if err != nil {
		return err
	}
	var head struct {
		Format outputs.Format `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err == nil && head.Format > outputs.CurrentFormat {
		return refuse("%s: format %d is of a later version of fleetpay than %s; use that version", path, head.Format, Version)
	}
	return nil
}

// format is the form of a closed folder. The first one names none.
func (r *Record) format() outputs.Format { return max(r.Format, outputs.FirstFormat) }

// stagesDataset tells how far people are on the way to running nodes.
const stagesDataset = "stages"

// knows tells whether closed folders of a format know of a dataset.
func knows(f outputs.Format, dataset string) bool {
	switch dataset {
	case returnsDataset:
		return f >= outputs.FormatReturns
	case stagesDataset:
		return f >= outputs.FormatPulls
	}
	return true
}

// complete refuses a closed folder without a file that the record names.
func (r *Record) complete(folder string) error {
	var files []string
	for _, f := range r.Rules {
		files = append(files, f.Path)
	}
	for _, f := range r.Inputs {
		files = append(files, f.Path)
	}
	for _, file := range files {
		if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(file))); err != nil {
			return inFolder(file, err)
		}
	}
	return nil
}

// readJSON reads a file of ours strictly: an unknown key means another program
// wrote it.
func readJSON(path string, v any) error {
	data, err := readKept(path)
	if err != nil {
		return err
	}
	if err := strictJSON(data, v); err != nil {
		return refuse("%s: can't be read: %w; restore it from a copy", path, err)
	}
	return nil
}

// month names a period in an error about a record.
func (r *Record) month() (rules.Period, error) {
	p, err := rules.ParsePeriod(r.Period)
	if err != nil {
		return p, refuse("%s: period: %w", recordName, err)
	}
	return p, nil
}

// closedAt reads closed_at.
func (r *Record) closedAt() (time.Time, error) {
	t, err := time.Parse(time.RFC3339, r.ClosedAt)
	if err != nil || r.ClosedAt != instant(t) {
		return t, refuse("%s: closed_at: %q is not an instant in UTC with whole seconds", recordName, r.ClosedAt)
	}
	return t.UTC(), nil
}

// instant writes a time as records hold it.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// checkRows holds the row counts of every input against each other.
func (r *Record) checkRows() error {
	for _, f := range r.Inputs {
		if f.Read != f.Used+f.Outside+f.Unmatched+f.Rejected {
			return fmt.Errorf("%s: %d rows read, but %d used, %d outside the period, %d unmatched, %d rejected",
				f.Path, f.Read, f.Used, f.Outside, f.Unmatched, f.Rejected)
		}
	}
	return nil
}

// enter records what a computation gave: rules, row counts and control totals,
// and what follows from the inputs that there were.
func (r *Record) enter(done *computed) error {
	period := done.month.Period
	if r.Previous != nil {
		r.Previous = &PreviousClose{Period: period.Prev().String(), SHA256SUMS: r.Previous.SHA256SUMS, Format: r.Previous.Format}
	}
	r.Absent = []string{}
	for _, ds := range sources.Datasets() {
		if !knows(r.format(), ds.Name) {
			continue
		}
		if !slices.ContainsFunc(r.Inputs, func(f InputFile) bool { return f.Dataset == ds.Name }) {
			r.Absent = append(r.Absent, ds.Name)
		}
	}
	r.RuleInForce = done.month.Book.Version
	r.Rules = ruleFiles(done.used)
	var err error
	if r.Totals, err = totalsOf(done.month); err != nil {
		return err
	}
	counts := map[string]measure.Counts{}
	for _, c := range done.counts {
		counts[c.Name] = c
	}
	for i := range r.Inputs {
		f := &r.Inputs[i]
		c := counts[f.Path]
		f.Read, f.Used, f.Outside, f.Unmatched, f.Rejected = c.Read, c.Used, c.Outside, c.Unmatched, c.Rejected
	}
	r.describe(done.month)
	return r.checkRows()
}

// describe tells a month what the record has of its files.
func (r *Record) describe(m *outputs.Month) {
	for _, f := range r.Inputs {
		m.Inputs = append(m.Inputs, outputs.Input{
			Dataset: f.Dataset, Source: f.Source, Path: f.Path, SHA256: f.SHA256, Bytes: f.Bytes,
			Read: f.Read, Used: f.Used, Outside: f.Outside, Unmatched: f.Unmatched, Rejected: f.Rejected,
		})
	}
	for _, f := range r.Rules {
		m.Rules = append(m.Rules, outputs.RuleFile(f))
	}
}
