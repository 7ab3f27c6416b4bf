package pipeline

import (
	"testing"

	"fleetpay/outputs"
	"fleetpay/rules"
)

func TestARefusalSaysHowToGoOnWithoutBadRows(t *testing.T) {
	period, err := rules.ParsePeriod("2026-07")
	if err != nil {
		t.Fatal(err)
	}
	const begins = "2026-07: 2 bad rows in the inputs; correct them"
	for _, c := range []struct {
		name             string
		waivable, needed []string
		files            []error
		want             string
	}{
		{"only rows that may be left out", []string{"tasks", "leads"}, nil, nil,
			", or go on without those of tasks, leads with --allow-rejects tasks,leads --by NAME"},
		{"only master data", nil, []string{"tiers"}, nil, ""},
		{"both", []string{"tasks"}, []string{"tiers"}, nil,
			", or, after tiers is corrected, which can't be waived, go on without those of tasks with --allow-rejects tasks --by NAME"},
		{"more master data", []string{"tasks"}, []string{"nodes", "tiers"}, nil,
			", or, after nodes, tiers are corrected, which can't be waived, go on without those of tasks with --allow-rejects tasks --by NAME"},
		{"a file that is wrong as a whole", []string{"tasks"}, []string{"tiers"}, []error{refuse("cut short")}, ""},
	} {
		e := &RejectsError{Period: period, Rejects: []outputs.Reject{{File: "a.csv", Line: 2}, {File: "b.csv", Line: 2}},
			Waivable: c.waivable, Needed: c.needed, Files: c.files}
		if got := e.Error(); got != begins+c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
