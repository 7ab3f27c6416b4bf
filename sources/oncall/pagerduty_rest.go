package oncall

import (
	"fmt"
	"strings"
	"time"
)

// rest decodes one incident of GET /incidents.
func (d *pagerDutyFile) rest(r record) error {
	d.b.Begin(r.line)
	w := &row{b: d.b}
	var problem string
	w.id, problem = r.text("id")
	w.fail("incident_id", "", problem)
	w.b.Put("incident_id", w.id)
	created, problem := r.text("created_at")
	w.fail("opened_at", "", problem)
	w.open(created)
	if err := d.restAcknowledged(w, r); err != nil {
		return err
	}
	d.resolved(w, r, func(text string) (string, string) { return text, "" }) // the column's own rule asks for an offset
	merged, problem := r.mergedInto()
	w.fail("resolution", "", problem)
	if merged != "" {
		w.b.Put("resolution", "merged into "+merged)
	}
	title, problem := r.text("title")
	w.fail("cause", "", problem)
	w.b.Put("cause", plain(title))

	service, name, problem := r.reference("service")
	w.fail("node_ids", "", problem)
	priority := ""
	if _, there := r.fields["priority"]; there {
		_, priority, problem = r.reference("priority")
		w.fail("severity", "", problem)
	}
	urgency, problem := r.text("urgency")
	w.fail("severity", "", problem)
	d.assign(w, service, name, priority, urgency)
	return w.finish(d.name, r.line, d.unmapped)
}

// restAcknowledged finds the first acknowledgement: the log entries know it; the
// incident itself only while it is acknowledged.
func (d *pagerDutyFile) restAcknowledged(w *row, r record) error {
	list, problem := r.field("acknowledgements")
	if problem == "" && list.kind() != '[' && list.kind() != 'n' {
		problem = "the provider's field acknowledgements is no list; export it again, or see whether PagerDuty has changed it"
	}
	if problem != "" {
		w.fail("acknowledged_at", "", problem)
		return nil
	}
	var known history // of the incident itself
	for _, ack := range list.elements() {
		at, _ := ack.get("at")
		t, problem := moment(at)
		if problem != "" {
			w.fail("acknowledged_at", at.text(), "acknowledgements: at "+problem)
			return nil
		}
		known.acknowledge(t, at.text())
	}
	status, _ := r.text("status") // resolved tells what is wrong with it
	h, err := d.history(w.id)
	switch {
	case err != nil:
		return err
	case h != nil && known.text == "":
		w.historical(h, status == "acknowledged")
	case h != nil:
		both := *h
		both.acknowledge(known.first, known.text)
		w.historical(&both, true)
	case known.text != "":
		w.acknowledged(known.text, true)
	default:
		w.fail("acknowledged_at", "", fmt.Sprintf("nothing tells whether and when it was acknowledged: REST leaves acknowledgements empty once an incident is resolved or triggered again; "+
			"export /incidents/%s/log_entries as well, into a .json file beside this one that the source finds, too, or export the analytics", w.id))
	}
	return nil
}

// moment reads a date-time of REST, which has an offset. The problem completes a
// sentence.
func moment(v value) (t time.Time, problem string) {
	if v.kind() != '"' {
		return time.Time{}, "is no date-time; export it again"
	}
	t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(v.text()))
	if err != nil {
		return time.Time{}, fmt.Sprintf("is %s, which is no time with an offset; export it again with time_zone=UTC", quoted(v.text()))
	}
	return t, ""
}

// reference reads a reference: its id, and its summary, which is the name. null
// has neither.
func (r record) reference(name string) (id, summary, problem string) {
	v, problem := r.field(name)
	if problem != "" || v.kind() == 'n' {
		return "", "", problem
	}
	if v.kind() != '{' {
		return "", "", fmt.Sprintf("the provider's field %s holds %s where its schema has a reference; export it again, or see whether the provider has changed it", name, written(v))
	}
	inner, problem := recordOf(v, r.line)
	if problem != "" {
		return "", "", name + ": " + problem
	}
	if id, problem = inner.text("id"); problem != "" {
		return "", "", name + ": " + problem
	}
	if summary, problem = inner.text("summary"); problem != "" {
		return "", "", name + ": " + problem
	}
	return id, summary, ""
}

// mergedInto names the incident that this one was merged into, if it was.
func (r record) mergedInto() (id, problem string) {
	v, there := r.fields["resolve_reason"]
	if !there || v.kind() == 'n' {
		return "", ""
	}
	kind, _ := v.get("type")
	into, _ := v.get("incident")
	target, _ := into.get("id")
	if kind.text() != "merge_resolve_reason" || target.kind() != '"' {
		return "", fmt.Sprintf("the provider's field resolve_reason holds %s, which is no merge; export it again, or see whether PagerDuty has changed it", written(v))
	}
	return target.text(), ""
}
