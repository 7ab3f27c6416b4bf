package measure

import (
	"context"
	"database/sql"

	"fleetpay/rules"
)

// evidence reads what reports show of the inputs, in the order that its queries
// give.
func (m *measurement) evidence(ctx context.Context) (*rules.Evidence, error) {
	e := &rules.Evidence{}
	err := m.db.readAll(ctx, []reading{
		{query("evidence_days"), m.nodeMonth(e)},
		{query("evidence_incidents"), into(&e.Incidents, func(i *rules.Incident) []any {
			return []any{&i.ID, &i.Severity, listOf[string]{&i.NodeIDs}, listOf[string]{&i.Operators},
				&i.OpenedAt, &i.AcknowledgedAt, &i.ResolvedAt, &i.Cause, &i.Resolution}
		})},
		{query("evidence_leads"), into(&e.Leads, func(l *rules.Lead) []any {
			return []any{&l.ID, &l.SourceKind, &l.SourceID, &l.Channel,
				date{&l.CreatedOn}, date{&l.QualifiedOn}, date{&l.ConvertedOn}, &l.Customer, optional{&l.Revenue}}
		})},
		{query("evidence_trainings"), into(&e.Trainings, func(t *rules.Training) []any {
			return []any{&t.ID, &t.OperatorID, date{&t.CompletedOn}, &t.Kind, exact{&t.Hours}, &t.Title}
		})},
		{query("evidence_activities"), into(&e.Activities, func(a *rules.Activity) []any {
			return []any{&a.ID, &a.PartnerID, date{&a.HeldOn}, &a.Kind, &a.Title}
		})},
		{query("evidence_notes"), into(&e.Notes, func(n *rules.Note) []any {
			return []any{&n.PartnerID, &n.Section, &n.Text}
		})},
		{query("evidence_windows"), into(&e.Windows, func(w *rules.MaintenanceWindow) []any {
			return []any{&w.ID, &w.Scope, &w.Reason, &w.StartsAt, &w.EndsAt}
		})},
	})
	return e, err
}

// nodeMonth reads a node's days under an operator, each as a list of the day and
// its four counts. So a fleet's days take a row per node.
func (m *measurement) nodeMonth(e *rules.Evidence) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		n := rules.NodeMonth{Days: make([]rules.Slots, m.in.Period.Days())}
		var days []any
		if err := rows.Scan(&n.NodeID, &n.OperatorID, listOf[any]{&days}); err != nil {
			return err
		}
		for _, day := range days {
			var c []int64
			if err := (listOf[int64]{&c}).Scan(day); err != nil {
				return err
			}
			n.Days[c[0]] = rules.Slots{Expected: c[1], Up: c[2], Missing: c[3], Maintenance: c[4]}
		}
		e.Days = append(e.Days, n)
		return nil
	}
}
