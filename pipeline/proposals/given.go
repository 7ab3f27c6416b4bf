package proposals

import (
	"fmt"
	"slices"
	"strings"

	"fleetpay/sources"
)

// Given is a value that a person gives at acceptance, in place of the form's.
type Given struct {
	Dataset string // "" for every row that has the column
	Column  string
	Value   string // "" leaves the column empty
}

// ParseGiven reads column=value or dataset.column=value.
func ParseGiven(text string) (Given, error) {
	name, value, found := strings.Cut(text, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !found || name == "" {
		return Given{}, fmt.Errorf("%q gives no column a value; write COLUMN=VALUE or DATASET.COLUMN=VALUE", text)
	}
	g := Given{Column: name, Value: value}
	if dataset, column, found := strings.Cut(name, "."); found {
		g.Dataset, g.Column = dataset, column
	}
	return g, nil
}

func (g Given) name() string {
	if g.Dataset == "" {
		return g.Column
	}
	return g.Dataset + "." + g.Column
}

// shared are columns that mean the same in each dataset of a proposal.
var shared = []string{"operator_id", "name"}

// checkGiven refuses what no row of a kind could take.
func checkGiven(kind Kind, list []Given) error {
	seen := map[Given]bool{}
	for _, g := range list {
		place := Given{Dataset: g.Dataset, Column: g.Column}
		if seen[place] {
			return fmt.Errorf("%s is given twice; give it once", g.name())
		}
		seen[place] = true
		var of []string
		for _, name := range kind.datasets() {
			if g.Dataset != "" && g.Dataset != name {
				continue
			}
			if ds := sources.Lookup(name); ds != nil && ds.Index(g.Column) >= 0 {
				of = append(of, name)
			}
		}
		switch {
		case len(of) == 0:
			return fmt.Errorf("%s: there is no such column in the rows of this kind of proposal, which are of %s; see specs/datasets.md for their columns",
				g.name(), strings.Join(kind.datasets(), ", "))
		case len(of) > 1 && !slices.Contains(shared, g.Column):
			return fmt.Errorf("%s is a column of %s; say which one, as in %s.%s=%s", g.Column, strings.Join(of, " and of "), of[0], g.Column, g.Value)
		}
	}
	return nil
}

// given returns what a person gave for a column of a dataset. A value that names
// the dataset goes before one that does not.
func given(list []Given, dataset, column string) (value string, ok bool) {
	for _, g := range list {
		if g.Column == column && (g.Dataset == dataset || g.Dataset == "" && !ok) {
			value, ok = g.Value, true
		}
	}
	return value, ok
}

// String writes it as it is given: DATASET.COLUMN=VALUE.
func (g Given) String() string { return g.name() + "=" + g.Value }

// covers tells whether g is about all that other is about.
func (g Given) covers(other Given) bool {
	return g.Column == other.Column && (g.Dataset == "" || g.Dataset == other.Dataset)
}

// remembered are the values that were given when a proposal was accepted before, but
// for those that are given anew. They hold on: the form still lacks them.
func remembered(past []Entry, anew []Given) ([]Given, error) {
	var list []Given
	for _, e := range past {
		for _, text := range e.Given {
			g, err := ParseGiven(text)
			if err != nil {
				return nil, fmt.Errorf("entry %s: %w; restore it from a copy", entryName(e.Number), err)
			}
			list = append(slices.DeleteFunc(list, g.covers), g)
		}
	}
	return slices.DeleteFunc(list, func(g Given) bool {
		return slices.ContainsFunc(anew, func(a Given) bool { return a.covers(g) })
	}), nil
}
