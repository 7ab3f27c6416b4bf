package oncall

import (
	"fmt"
	"time"

	"fleetpay/sources"
)

// utc are the names of the analytics' time_zone under which a time without an
// offset is one of UTC.
var utc = map[string]bool{"Etc/UTC": true, "UTC": true}

// withOffset completes a time of the analytics, which write local times of the
// answer's time zone. A time that stays without an offset is a problem.
func withOffset(text, zone string) (complete, problem string) {
	if _, err := time.Parse("2006-01-02T15:04:05", text); err != nil {
		return text, "" // with an offset, or no time at all; the column's own rule tells
	}
	switch {
	case utc[zone]:
		return text + "Z", ""
	case zone == "":
		return text, fmt.Sprintf("%s has no offset, and nothing tells its time zone; export the analytics as JSON with their time_zone, which is to be Etc/UTC, or the times with their offsets", quoted(text))
	}
	return text, fmt.Sprintf("%s has no offset, and the export's time_zone is %s; export it with the time_zone Etc/UTC", quoted(text), quoted(zone))
}

// analytics decodes one incident of the analytics. zone is the answer's
// time_zone, "" when nothing tells it.
func (d *pagerDutyFile) analytics(r record, zone string) error {
	d.b.Begin(r.line)
	w := &row{b: d.b}
	var problem string
	w.id, problem = r.text("id")
	w.fail("incident_id", "", problem)
	w.b.Put("incident_id", w.id)

	created, problem := r.text("created_at")
	w.fail("opened_at", "", problem)
	if created, problem = withOffset(created, zone); problem != "" {
		w.fail("opened_at", created, problem)
	} else {
		w.open(created)
	}
	if err := d.analyticsAcknowledged(w, r); err != nil {
		return err
	}
	d.resolved(w, r, func(text string) (string, string) { return withOffset(text, zone) })

	auto, problem := r.flag("auto_resolved")
	w.fail("resolution", "", problem)
	if auto {
		w.b.Put("resolution", "resolved automatically")
	}
	description, problem := r.text("description")
	w.fail("cause", "", problem)
	w.b.Put("cause", plain(description))

	service, problem := r.text("service_id")
	w.fail("node_ids", "", problem)
	name, problem := r.text("service_name")
	w.fail("node_ids", "", problem)
	priority, problem := r.text("priority_name")
	w.fail("severity", "", problem)
	urgency, problem := r.text("urgency")
	w.fail("severity", "", problem)
	d.assign(w, service, name, priority, urgency)
	return w.finish(d.name, r.line, d.unmapped)
}

// analyticsAcknowledged finds the first acknowledgement: created_at plus
// seconds_to_first_ack, or the first one of the log entries. Without either, only
// an acknowledgement_count of 0 says that there was none.
func (d *pagerDutyFile) analyticsAcknowledged(w *row, r record) error {
	seconds, told, problem := r.whole("seconds_to_first_ack")
	if problem != "" {
		w.fail("acknowledged_at", "", problem)
		return nil
	}
	count, counted, problem := r.whole("acknowledgement_count")
	if problem != "" {
		w.fail("acknowledged_at", "", problem)
		return nil
	}
	if told {
		w.after("acknowledged_at", seconds, time.Second)
		return nil
	}
	status, _ := r.text("status") // resolved tells what is wrong with it
	said := count > 0 || status == "acknowledged"
	if d.form == isParquet {
		d.pulledAcknowledged(w, r, said)
		return nil
	}
	h, err := d.history(w.id)
	switch {
	case err != nil:
		return err
	case h != nil:
		w.historical(h, said)
	case !counted || said:
		w.fail("acknowledged_at", "", fmt.Sprintf("seconds_to_first_ack is null, but acknowledgement_count or the status don't say that nobody acknowledged it; "+
			"export /incidents/%s/log_entries as well, into a .json file beside this one that the source finds, too", w.id))
	}
	return nil
}

// pulledAcknowledged takes what Pull found in the log entries. said is as for
// acknowledged.
func (d *pagerDutyFile) pulledAcknowledged(w *row, r record, said bool) {
	asked, problem := r.text("log_entries")
	w.fail("acknowledged_at", "", problem)
	first, problem := r.text("first_acknowledged_at")
	w.fail("acknowledged_at", "", problem)
	switch asked {
	case logRead:
		w.acknowledged(first, said)
	case logGone:
		w.fail("acknowledged_at", "", fmt.Sprintf("the analytics don't tell when incident %s was acknowledged, and PagerDuty has its log entries no more; enter it by hand, from a file source of its own, and close with this row left out", w.id))
	default:
		w.fail("acknowledged_at", asked, "the file does not say whether the log entries were read; pull it again")
	}
}

// acknowledged sets acknowledged_at to the first acknowledgement, "" for none.
// When it is said elsewhere that somebody did acknowledge it, none is an error.
func (w *row) acknowledged(first string, said bool) {
	if first == "" && said {
		w.fail("acknowledged_at", "", fmt.Sprintf("PagerDuty says that incident %s was acknowledged, but its log entries don't tell when; see it there, enter it by hand, from a file source of its own, and close with this row left out", w.id))
		return
	}
	w.b.Put("acknowledged_at", first)
}

// resolved sets resolved_at, which counts only once the status says so. complete
// gives a time its offset, or says why it can't.
func (d *pagerDutyFile) resolved(w *row, r record, complete func(string) (text, problem string)) {
	status, problem := r.text("status")
	w.fail("resolved_at", "", problem)
	at, missing := r.text("resolved_at")
	w.fail("resolved_at", "", missing)
	if problem != "" || missing != "" {
		return
	}
	switch status {
	case "triggered", "acknowledged":
		return
	case "resolved":
	default:
		w.fail("resolved_at", status, fmt.Sprintf("the status %s is none of triggered, acknowledged and resolved; export it again, or see whether PagerDuty has changed it", quoted(status)))
		return
	}
	if at == "" {
		w.fail("resolved_at", "", "the status is resolved, but resolved_at is empty; export it again")
		return
	}
	if at, problem = complete(at); problem != "" {
		w.fail("resolved_at", at, problem)
		return
	}
	w.b.Put("resolved_at", at)
}

// assign maps the service, the priority and the urgency.
func (d *pagerDutyFile) assign(w *row, service, name, priority, urgency string) {
	var why string
	if w.nodes, why = d.mapper.service(w.id, service, name); why != "" {
		w.why = append(w.why, why)
	}
	if w.severity, why = d.mapper.severity(w.id, []string{priority, urgency}, []string{"priority", "urgency"}); why != "" {
		w.why = append(w.why, why)
	}
}

// pulled is the table that Pull writes, as the decoder reads it.
var pulled = func() *sources.Dataset {
	var columns []sources.Column
	for _, name := range pulledColumns {
		columns = append(columns, sources.Column{Name: name, Type: sources.Text, Required: name == "id" || name == "created_at"})
	}
	return sources.NewDataset("pagerduty-incidents", columns...)
}()

func (d *pagerDutyFile) parquet() error {
	last := int64(0)
	_, err := sources.Decode(d.ctx, pulled, d.path, d.name, func(from sources.Row) error {
		r := record{line: from.Line, fields: make(map[string]value, len(pulledColumns)), table: true}
		for i, name := range pulledColumns {
			r.fields[name] = cellOf(from.Values[i].Text)
		}
		return d.analytics(r, "")
	}, func(bad sources.Reject) {
		if bad.Line != last { // one record, however many of its cells
			d.b.Malformed(bad.Line, bad.Value, bad.Column+": "+bad.Message)
			last = bad.Line
		}
	})
	return err
}
