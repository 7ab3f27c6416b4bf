package pipeline

import (
	"fmt"
	"reflect"

	"fleetpay/rules"
	"fleetpay/rules/strict"
	"fleetpay/sources"
)

// targets are what the workspace holds figures against: the keys of a rule
// file's targets for every partner, and under partners the same for single ones.
type targets struct {
	all      rules.Targets
	partners map[string]rules.Targets
}

// partnersKey leads to the targets of single partners.
const partnersKey = "partners"

// UnmarshalNode reads targets. What each may be is checked where they are
// defined, for they stand in rule files too.
func (t *targets) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Mapping {
		n.Decode(&t.all) // to say what is wrong
		return
	}
	known := map[string]bool{}
	names := targetNames()
	for _, name := range names {
		known[name] = true
	}
	all := *n
	all.Entries = nil
	for _, e := range n.Entries {
		switch key := e.Key.Text; {
		case key == partnersKey:
			var own strict.Map[rules.Targets]
			e.Value.Decode(&own)
			t.partners = map[string]rules.Targets{}
			for _, partner := range own {
				if problem := sources.CheckID(partner.Key); problem != "" {
					partner.Node.Problem("%s", problem)
				}
				t.partners[partner.Key] = partner.Value
			}
		case !known[key] && e.Value.Kind != strict.Null:
			e.Key.Problem("the key %q is not known here; %s", key, strict.Suggest(key, append(names, partnersKey)))
		default:
			all.Entries = append(all.Entries, e)
		}
	}
	all.Decode(&t.all)
}

// targetNames lists the keys of targets in the order of their definition.
func targetNames() []string {
	var names []string
	fields := reflect.TypeFor[rules.Targets]()
	for i := range fields.NumField() {
		names = append(names, fields.Field(i).Tag.Get("yaml"))
	}
	return names
}

// RecordedTargets are the targets of all partners with those of single ones.
type RecordedTargets struct {
	RecordedTarget
	Partners map[string]RecordedTarget `json:"partners,omitempty"` // by id
}

// RecordedTarget is rules.Targets as close.json holds them.
type RecordedTarget struct {
	ActiveOperators *RecordedSpan  `json:"active_operators,omitempty"`
	Uptime          *RecordedShare `json:"uptime,omitempty"`
	Churn           *RecordedShare `json:"churn,omitempty"`
	LeadShare       *RecordedShare `json:"lead_share,omitempty"`
	ActiveNodes     *int           `json:"active_nodes,omitempty"`
	Leads           *int           `json:"leads,omitempty"`
	QualifiedLeads  *int           `json:"qualified_leads,omitempty"`
	NewOperators    *int           `json:"new_operators,omitempty"`
	Incidents       *int           `json:"incidents,omitempty"`
}

// RecordedSpan is a range, both ends included.
type RecordedSpan struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// RecordedShare is a percentage, written as 99.5%.
type RecordedShare rules.Rate

// MarshalText writes the percentage with its sign.
func (s RecordedShare) MarshalText() ([]byte, error) {
	return []byte(rules.Rate(s).Percent()), nil
}

// UnmarshalText reads a percentage with its sign.
func (s *RecordedShare) UnmarshalText(text []byte) error {
	if err := (*rules.Rate)(s).UnmarshalScalar(string(text)); err != nil {
		return err
	}
	if !s.Share {
		return fmt.Errorf("%q is not a percentage", text)
	}
	return nil
}

// recordTargets puts targets into the form of close.json; nil when there are
// none.
func recordTargets(t targets) *RecordedTargets {
	recorded := RecordedTargets{RecordedTarget: recordTarget(t.all)}
	for id, own := range t.partners {
		if recorded.Partners == nil {
			recorded.Partners = map[string]RecordedTarget{}
		}
		recorded.Partners[id] = recordTarget(own)
	}
	if recorded.RecordedTarget == (RecordedTarget{}) && recorded.Partners == nil {
		return nil
	}
	return &recorded
}

func recordTarget(t rules.Targets) RecordedTarget {
	return RecordedTarget{
		ActiveOperators: (*RecordedSpan)(t.ActiveOperators),
		Uptime:          (*RecordedShare)(t.Uptime),
		Churn:           (*RecordedShare)(t.Churn),
		LeadShare:       (*RecordedShare)(t.LeadShare),
		ActiveNodes:     t.ActiveNodes,
		Leads:           t.Leads,
		QualifiedLeads:  t.QualifiedLeads,
		NewOperators:    t.NewOperators,
		Incidents:       t.Incidents,
	}
}

// targets gives back what was recorded.
func (r *RecordedTargets) targets() (all rules.Targets, partners map[string]rules.Targets) {
	if r == nil {
		return rules.Targets{}, nil
	}
	if len(r.Partners) > 0 {
		partners = map[string]rules.Targets{}
	}
	for id, own := range r.Partners {
		partners[id] = own.targets()
	}
	return r.RecordedTarget.targets(), partners
}

func (r RecordedTarget) targets() rules.Targets {
	return rules.Targets{
		ActiveOperators: (*rules.Span)(r.ActiveOperators),
		Uptime:          (*rules.Rate)(r.Uptime),
		Churn:           (*rules.Rate)(r.Churn),
		LeadShare:       (*rules.Rate)(r.LeadShare),
		ActiveNodes:     r.ActiveNodes,
		Leads:           r.Leads,
		QualifiedLeads:  r.QualifiedLeads,
		NewOperators:    r.NewOperators,
		Incidents:       r.Incidents,
	}
}
