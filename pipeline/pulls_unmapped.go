package pipeline

import (
	"fmt"
	"slices"

	"fleetpay/rules"
	"fleetpay/sources/oncall"
)

// noteUnmapped keeps an incident of the period that its provider's mapping does not
// cover. One that was opened at another time touches nothing that is paid.
func (t *task) noteUnmapped(u oncall.Unmapped) {
	if t.period.Contains(rules.DateOf(u.OpenedAt)) {
		t.unmapped = append(t.unmapped, u)
	}
}

// unmappedIncidents asks for what the mapping lacks. An incident that counts for no
// node can move money wrongly.
func (t *task) unmappedIncidents() []rules.Exception {
	var list []rules.Exception
	told := map[rules.Exception]bool{} // a file may say it twice, or two sources
	for _, u := range t.unmapped {
		e := rules.Exception{
			Kind: UnmappedIncident, Severity: rules.SeverityError, Subject: "incident:" + u.IncidentID,
			Message: fmt.Sprintf("opened at %s and counted for nobody: %s; then withdraw %s where it is closed, and close it again",
				instant(u.OpenedAt), u.Why, t.period),
		}
		if !told[e] {
			told[e] = true
			list = append(list, e)
		}
	}
	return list
}

// dropUnmapped takes the incidents that no mapping covers out of those that match
// no node: they have an exception of their own.
func (t *task) dropUnmapped(f *rules.Facts) {
	told := map[string]bool{}
	for _, u := range t.unmapped {
		told[u.IncidentID] = true
	}
	f.Unmatched = slices.DeleteFunc(f.Unmatched, func(u rules.Unmatched) bool { return u.Dataset == "incidents" && told[u.Subject] })
}
