package rules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sort"

	"fleetpay/rules/strict"
)

//go:embed versions/*.yaml
var shipped embed.FS

// builtIn is the File of a version that comes with the program: it lies in no
// folder.
const builtIn = "built-in"

// Builtin returns the versions that come with the program, in the order of their
// first day.
func Builtin() ([]*Version, error) {
	files, err := fs.Glob(shipped, "versions/*.yaml")
	if err != nil {
		return nil, err
	}
	var versions []*Version
	for _, file := range files {
		data, err := shipped.ReadFile(file)
		if err != nil {
			return nil, err
		}
		v, err := LoadVersion(builtIn, data)
		if err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	sortVersions(versions)
	return versions, nil
}

// LoadVersion reads a rule file. The name stands in messages and in the
// version's File. The error is a *strict.Error that lists everything that is
// wrong with the file, each with its line, column and an excerpt.
func LoadVersion(name string, data []byte) (*Version, error) { return loadVersion(name, data, false) }

// LoadKept reads a rule file as a closed folder keeps it. A name that the program
// took for itself only later may stand there: an older close was made with it.
func LoadKept(name string, data []byte) (*Version, error) { return loadVersion(name, data, true) }

func loadVersion(name string, data []byte, kept bool) (*Version, error) {
	v := &Version{File: name, Source: append([]byte(nil), data...)}
	doc, err := strict.Decode(name, data, v)
	if doc == nil {
		return nil, err
	}
	c := newChecker(v, doc)
	c.kept = kept
	c.version()
	if err := doc.Err(); err != nil {
		return nil, err
	}
	v.fillDefaults()
	return v, nil
}

// fillDefaults writes out what the file may leave out.
func (v *Version) fillDefaults() {
	payee := func(p *Payee) {
		if *p == "" {
			*p = ToOperator
		}
	}
	none := func(conditions []Condition) {
		for i := range conditions {
			if conditions[i].None == "" {
				conditions[i].None = NoneUnmet
			}
		}
	}
	for i := range v.Rules {
		r := &v.Rules[i]
		payee(&r.Payee)
		if r.Cadence == "" {
			r.Cadence = Monthly
		}
		none(r.Applies)
		none(r.Earned)
	}
	for i := range v.Caps {
		payee(&v.Caps[i].Payee)
	}
	for i := range v.Requirements {
		none(v.Requirements[i].Conditions)
	}
	for i := range v.Flags {
		payee(&v.Flags[i].Payee)
		none(v.Flags[i].When)
		none(v.Flags[i].Unless)
	}
	if v.Report.Layout == "" {
		v.Report.Layout = FleetLayout
	}
}

// Rulebook is a set of versions of which each begins where the one before ends.
type Rulebook struct {
	Versions []*Version // ascending by From
}

// NewRulebook puts versions in order. The error names every gap and overlap
// between them and every name that is used twice, each at its file, line and
// column.
func NewRulebook(versions []*Version) (*Rulebook, error) {
	if len(versions) == 0 {
		return nil, errors.New("there is no rule version; add a rule file")
	}
	r := &Rulebook{Versions: append([]*Version(nil), versions...)}
	sortVersions(r.Versions)
	var problems []error
	names := map[string]*Version{}
	for i, v := range r.Versions {
		if other := names[v.Name]; other != nil {
			problems = append(problems, v.problem("version", fmt.Sprintf("the version name %q is used by %s too; rename one", v.Name, other.File)))
		}
		names[v.Name] = v
		if i > 0 {
			problems = append(problems, r.Versions[i-1].follows(v)...)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return r, nil
}

// follows tells what is wrong with next as the version after v.
func (v *Version) follows(next *Version) []error {
	switch {
	case v.From == next.From:
		return []error{next.problem("from", fmt.Sprintf("an overlap: version %s (%s) begins on %s too; let each begin on a day of its own", v.Name, v.File, v.From))}
	case v.To == 0 || v.To == next.From-1:
		return nil
	case v.To >= next.From:
		return []error{v.problem("to", fmt.Sprintf("an overlap: version %s (%s) begins on %s, before this one has ended on %s; end this one on %s", next.Name, next.File, next.From, v.To, next.From-1))}
	}
	return []error{v.problem("to", fmt.Sprintf("a gap: this version ends on %s, and the next (%s, %s) begins on %s only; leave `to` out, or end it on %s", v.To, next.Name, next.File, next.From, next.From-1))}
}

// problem words what is wrong with a version at one of its keys.
func (v *Version) problem(key, message string) error {
	doc, err := strict.Parse(v.File, v.Source)
	if err != nil {
		return fmt.Errorf("%s: %s: %s", v.File, key, message)
	}
	return errors.New(doc.ProblemAt(message, key).String())
}

// InForce returns the version that holds in a period.
func (r *Rulebook) InForce(p Period) (*Version, error) {
	var found *Version
	for _, v := range r.Versions {
		if v.From <= p.First() {
			found = v
		}
	}
	first := r.Versions[0]
	switch {
	case found == nil:
		return nil, fmt.Errorf("no rule version is in force in %s: the first, %s, begins on %s; add a rule file for the time before", p, first.Name, first.From)
	case found.To != 0 && found.To < p.Last():
		return nil, fmt.Errorf("no rule version is in force in %s: the last, %s, ends on %s; add a rule file for the time after", p, found.Name, found.To)
	}
	return found, nil
}

// Version finds a version by name, for agreements; nil when there is none.
func (r *Rulebook) Version(name string) *Version {
	for _, v := range r.Versions {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// names lists the versions by name, in their order.
func (r *Rulebook) names() []string {
	names := make([]string, len(r.Versions))
	for i, v := range r.Versions {
		names[i] = v.Name
	}
	return names
}

// Combine puts a workspace's own versions over the shipped ones: from the day on
// which the first of its own begins, only they hold; the shipped ones that begin
// before, and whose name it does not use, hold for the time before.
func Combine(builtin, folder []*Version) []*Version {
	if len(folder) == 0 {
		return append([]*Version(nil), builtin...)
	}
	first, names := folder[0].From, map[string]bool{}
	for _, v := range folder {
		first = min(first, v.From)
		names[v.Name] = true
	}
	var combined []*Version
	for _, v := range builtin {
		if v.From < first && !names[v.Name] {
			combined = append(combined, v)
		}
	}
	combined = append(combined, folder...)
	sortVersions(combined)
	return combined
}

// sortVersions orders versions by first day, then by name and file, so that
// messages about clashes are the same every time.
func sortVersions(versions []*Version) {
	sort.SliceStable(versions, func(i, j int) bool {
		a, b := versions[i], versions[j]
		if a.From != b.From {
			return a.From < b.From
		}
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		return a.File < b.File
	})
}
