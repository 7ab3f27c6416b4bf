package oncall

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"fleetpay/sources"
)

const atOpsgenie = "sources.incidents.opsgenie"

// OpsgenieDecoder reads exported alerts of Opsgenie: answers of its API ("data"
// holding alerts, one answer after the other or in an array), a JSON array of
// alerts, JSON Lines, or CSV with the API's names of fields (report.ackTime). A
// file is told by its content. Lines are those on which an alert begins.
//
// report.ackTime and report.closeTime are taken as milliseconds after createdAt.
// No published description states the unit: the samples of docs.opsgenie.com
// (ackTime 15702, closeTime 60503) fit milliseconds, the clients that print them
// divide by 1000, and one description of a copy in a warehouse (docs.getdx.com,
// opsgenie_alerts) says seconds of what it stores. So each alert is checked: one
// whose closeTime meets updatedAt as seconds, and not as milliseconds, is
// rejected.
//
// unmapped is told every alert that the mapping does not cover; its row is emitted
// without node_ids and severity. A mapping that Check refuses is the decoder's
// error.
func OpsgenieDecoder(m Mapping, unmapped func(Unmapped)) sources.Decoder {
	return func(ctx context.Context, ds *sources.Dataset, path, name string, emit func(sources.Row) error, reject func(sources.Reject)) (sources.Counts, error) {
		mp, err := newMapper(m, atOpsgenie)
		if err != nil {
			return sources.Counts{}, err
		}
		e, err := openExport(ctx, path, name)
		if err != nil {
			return sources.Counts{}, err
		}
		d := &opsgenieFile{
			export: e, ctx: ctx, mapper: mp, unmapped: unmapped,
			b: sources.NewBuilder(ds, name, emit, reject), lines: lines{text: e.text},
		}
		switch e.form {
		case isParquet:
			return sources.Counts{}, &sources.FileError{File: name, Message: "is Parquet inside; export the alerts as JSON or CSV"}
		case isCSV:
			err = readCSV(ctx, e, "Opsgenie's alerts", opsgenieUses, []string{"updatedAt", "acknowledged"}, d.alert, d.b.Malformed)
		default:
			err = d.json()
		}
		return d.b.Counts(), err
	}
}

// opsgenieFile is one file while it is decoded.
type opsgenieFile struct {
	*export
	ctx      context.Context
	mapper   *mapper
	unmapped func(Unmapped)
	b        *sources.Builder
	lines    lines
}

func (d *opsgenieFile) json() error {
	tops, err := readJSON(d.text, d.name)
	if err != nil {
		return err
	}
	for _, p := range pagesOf(tops) {
		data, paged := p.get("data")
		list := []value{p}
		switch {
		case paged && data.kind() == '{':
			list = []value{data}
		case paged && data.kind() == '[':
			list = data.elements()
		case paged:
			return &sources.FileError{File: d.name, Line: d.lines.of(data.at), Message: "the member data holds no list of alerts; export the file again"}
		}
		for _, v := range list {
			if err := d.ctx.Err(); err != nil {
				return err
			}
			line := d.lines.of(v.at)
			r, problem := recordOf(v, line)
			if problem == "" {
				problem = r.flatten("report")
			}
			if problem != "" {
				d.b.Malformed(line, string(v.raw), problem)
				continue
			}
			if err := d.alert(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// flatten gives the members of an object names of their own, as CSV has them:
// report.ackTime.
func (r record) flatten(name string) (problem string) {
	v, ok := r.fields[name]
	if !ok || v.kind() == 'n' {
		return ""
	}
	inner, problem := recordOf(v, r.line)
	for key, v := range inner.fields {
		r.fields[name+"."+key] = v
	}
	return problem
}

// alert decodes one alert.
func (d *opsgenieFile) alert(r record) error {
	d.b.Begin(r.line)
	w := &row{b: d.b}
	var problem string
	w.id, problem = r.text("id")
	w.fail("incident_id", "", problem)
	w.b.Put("incident_id", w.id)
	created, problem := r.text("createdAt")
	w.fail("opened_at", "", problem)
	w.open(created)
	d.acknowledged(w, r)
	d.closed(w, r)
	message, problem := r.text("message")
	w.fail("cause", "", problem)
	w.b.Put("cause", plain(message))

	tags, problem := r.tags()
	w.fail("node_ids", "", problem)
	priority, problem := r.text("priority")
	w.fail("severity", "", problem)
	var why string
	if w.nodes, why = d.mapper.tags(w.id, tags); why != "" {
		w.why = append(w.why, why)
	}
	if w.severity, why = d.mapper.severity(w.id, []string{priority}, []string{"priority"}); why != "" {
		w.why = append(w.why, why)
	}
	return w.finish(d.name, r.line, d.unmapped)
}

// reported reads a time of the report, which is left out until it happened. 0
// with nobody who did it is none, too.
func (r record) reported(name, by string) (millis int64, set bool, problem string) {
	if _, there := r.fields[name]; !there {
		return 0, false, ""
	}
	millis, set, problem = r.whole(name)
	if who, there := r.fields[by]; set && millis == 0 && (!there || who.kind() == 'n' || who.text() == "") {
		return 0, false, ""
	}
	return millis, set, problem
}

func (d *opsgenieFile) acknowledged(w *row, r record) {
	millis, set, problem := r.reported("report.ackTime", "report.acknowledgedBy")
	w.fail("acknowledged_at", "", problem)
	if set {
		w.after("acknowledged_at", millis, time.Millisecond)
	}
	acknowledged, wrong := r.flag("acknowledged")
	w.fail("acknowledged_at", "", wrong)
	if acknowledged && !set && problem == "" {
		w.fail("acknowledged_at", "", "acknowledged is true, but report.ackTime does not tell when; export the alert with its report")
	}
}

// closed sets resolved_at, which counts only once the status says so.
func (d *opsgenieFile) closed(w *row, r record) {
	status, problem := r.text("status")
	w.fail("resolved_at", "", problem)
	millis, set, wrong := r.reported("report.closeTime", "report.closedBy")
	w.fail("resolved_at", "", wrong)
	switch {
	case problem != "" || wrong != "":
	case status == "open":
	case status != "closed":
		w.fail("resolved_at", status, fmt.Sprintf("the status %s is neither open nor closed; export it again, or see whether Opsgenie has changed it", quoted(status)))
	case !set:
		w.fail("resolved_at", "", "the status is closed, but report.closeTime does not tell when, and so nothing tells whether it was acknowledged either; export the alert with its report")
	case d.inSeconds(w, r, millis):
		w.fail("resolved_at", fmt.Sprint(millis), fmt.Sprintf("report.closeTime %d meets updatedAt as seconds after createdAt, and not as milliseconds; export report.ackTime and report.closeTime as the API gives them, in milliseconds", millis))
	default:
		w.after("resolved_at", millis, time.Millisecond)
	}
}

// inSeconds tells a closeTime that was written in another unit: what is closed is
// updated by it.
func (d *opsgenieFile) inSeconds(w *row, r record, closeTime int64) bool {
	const near = 2 * time.Second
	const longest = 1 << 32 // seconds; beyond, it can't be seconds
	text, problem := r.text("updatedAt")
	updated, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	if problem != "" || err != nil || w.openedAt.IsZero() || closeTime > longest {
		return false
	}
	meets := func(unit time.Duration) bool {
		return w.openedAt.Add(time.Duration(closeTime)*unit).Sub(updated).Abs() <= near
	}
	return meets(time.Second) && !meets(time.Millisecond)
}

// tags reads the tags: a list of strings; in a table a JSON list, the same with
// single quotes as scripts write it, or tags with commas between them.
func (r record) tags() (tags []string, problem string) {
	v, problem := r.field("tags")
	if problem != "" || v.kind() == 'n' {
		return nil, problem
	}
	const wrong = "the provider's field tags is no list of strings; export it again, or see whether the provider has changed it"
	if r.table {
		return tableTags(v.text(), wrong)
	}
	if v.kind() != '[' {
		return nil, wrong
	}
	for _, tag := range v.elements() {
		if tag.kind() != '"' {
			return nil, wrong
		}
		tags = append(tags, tag.text())
	}
	return tags, ""
}

func tableTags(text, wrong string) (tags []string, problem string) {
	inner, isList := strings.CutPrefix(strings.TrimSpace(text), "[")
	if isList {
		if json.Unmarshal([]byte(text), &tags) == nil {
			return tags, ""
		}
		var closes bool
		if inner, closes = strings.CutSuffix(inner, "]"); !closes {
			return nil, wrong
		}
	}
	for part := range strings.SplitSeq(inner, ",") {
		tag := strings.TrimSpace(part)
		if isList && tag != "" {
			if len(tag) < 2 || tag[0] != tag[len(tag)-1] || tag[0] != '\'' && tag[0] != '"' {
				return nil, wrong
			}
			tag = tag[1 : len(tag)-1]
		}
		if tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags, ""
}
