package sources

import (
	"fmt"
	"strings"
	"testing"
)

// The datasets as their users know them: a star for required, the type where
// the name does not show it.
func TestDatasetsAreTheContracts(t *testing.T) {
	want := `
operators, needed, master: operator_id* id, name* text, region* word, joined_on* date, wallet wallet, chain text, certified_on date, last_active_day date, exit_kind choice (voluntary, for_cause), notice_on date, commitment_months whole number, agreement text; key operator_id
tiers, master: operator_id* id, tier* choice (1, 2, 3), from_on* date; key operator_id + from_on
nodes, needed, master: node_id* id, operator_id* id, active_from* date, last_active_day date, location text; key node_id + active_from
heartbeats, needed: node_id* id, sampled_at* instant, up* flag; no key
maintenance: window_id* id, scope* scope, starts_at* instant, ends_at* instant, reason text; key window_id
incidents: incident_id* id, node_ids* id list, severity* choice (P0, P1, P2, P3, critical, warning), opened_at* instant, acknowledged_at instant, resolved_at instant, cause text, resolution text; key incident_id
tasks: task_id* id, operator_id* id, dispatched_at* instant, status* choice (succeeded, failed, expired, cancelled), finished_at instant; key task_id
partners, master: partner_id* id, name* text, region* word, since* date, operator_id id, wallet wallet, chain text, agreement text; key partner_id
partner_tiers, master: partner_id* id, tier* choice (bronze, silver, gold), from_on* date; key partner_id + from_on
referrals, master: referral_id* id, partner_id* id, operator_id* id, referred_on* date; key referral_id
leads: lead_id* id, source_kind* choice (operator, partner, direct), source_id id, channel* text, created_on* date, qualified_on date, converted_on date, customer text, revenue amount of 6 places; key lead_id
mentorships: mentorship_id* id, mentor_id* id, mentee_id* id, starts_on* date, ends_on date, onboarded_on date; key mentorship_id
reviews: operator_id* id, quarter* quarter, score* score of 18 places; key operator_id + quarter
revenue: revenue_id* id, region* word, booked_on* date, amount* amount of 6 places; key revenue_id
adjustments, master: adjustment_id* id, payee_kind* choice (operator, partner), payee_id* id, period* month, amount* amount of 2 places, reason* text, approved_by* text, for_period month; key adjustment_id
returns, master: return_id* id, payment_id* payment id, period* month, reason* text, approved_by* text; key return_id
trainings: training_id* id, operator_id* id, completed_on* date, kind* choice (course, certification, recertification), hours* hours of 18 places, title text; key training_id
activities: activity_id* id, partner_id* id, held_on* date, kind* choice (event, training, post, collateral, campaign), title text; key activity_id
notes: partner_id* id, period* month, section* choice (highlights, concerns, initiatives, goals, support, notes), text* text; no key
confirmations, master: confirmation_id* id, payee_kind* choice (operator, partner), payee_id* id, chain* text, wallet* wallet, confirmed_by* text, confirmed_on* date, note text; key confirmation_id
stages: operator_id* id, stage* choice (applied, training, probation, certified), from_on* date, name text; key operator_id + from_on
balances, master: payee_kind* choice (operator, partner), payee_id* id, amount* amount of 2 places; key payee_kind + payee_id
`
	var b strings.Builder
	b.WriteString("\n")
	for _, ds := range Datasets() {
		b.WriteString(ds.Name)
		if ds.Needed {
			b.WriteString(", needed")
		}
		if ds.Master {
			b.WriteString(", master")
		}
		for i, c := range ds.Columns {
			b.WriteString(map[bool]string{true: ": ", false: ", "}[i == 0] + c.Name)
			if c.Required {
				b.WriteString("*")
			}
			b.WriteString(" " + c.Type.String())
			if c.Choices != nil {
				fmt.Fprintf(&b, " (%s)", strings.Join(c.Choices, ", "))
			}
			if c.Places > 0 {
				fmt.Fprintf(&b, " of %d places", c.Places)
			}
		}
		if ds.Key == nil {
			b.WriteString("; no key\n")
		} else {
			b.WriteString("; key " + strings.Join(ds.Key, " + ") + "\n")
		}
	}
	equal(t, "datasets", b.String(), want)
}

func TestLookupAndIndex(t *testing.T) {
	if Lookup("wages") != nil {
		t.Error("a dataset that does not exist was found")
	}
	for _, ds := range Datasets() {
		if Lookup(ds.Name) != ds {
			t.Errorf("%s is not found under its name", ds.Name)
		}
		for i, c := range ds.Columns {
			if ds.Index(c.Name) != i {
				t.Errorf("%s.%s is not found under its name", ds.Name, c.Name)
			}
		}
		for _, k := range ds.Key {
			if i := ds.Index(k); i < 0 || !ds.Columns[i].Required {
				t.Errorf("%s: the key column %s must be required", ds.Name, k)
			}
		}
	}
	if Lookup("operators").Index("operator") != -1 {
		t.Error("a column that does not exist was found")
	}
	mine := Datasets()
	mine[0] = nil
	if Datasets()[0] == nil {
		t.Error("the list is shared with its callers")
	}
}
