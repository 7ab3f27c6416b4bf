package oncall

import (
	"context"
	"slices"
	"strings"

	"fleetpay/sources"
)

const atPagerDuty = "sources.incidents.pagerduty"

// PagerDutyDecoder reads what [PagerDuty.Pull] wrote, or exported files: answers
// of the analytics API (JSON, or CSV with the same fields), or of the REST API's
// incidents with the log entries of each, in the same file or in other .json
// files of the folder. A file is told by its content. Lines are those on which an
// incident begins; of Parquet the row.
//
// unmapped is told every incident that the mapping does not cover; its row is
// emitted without node_ids and severity. A mapping that Check refuses is the
// decoder's error.
func PagerDutyDecoder(m Mapping, unmapped func(Unmapped)) sources.Decoder {
	return func(ctx context.Context, ds *sources.Dataset, path, name string, emit func(sources.Row) error, reject func(sources.Reject)) (sources.Counts, error) {
		mp, err := newMapper(m, atPagerDuty)
		if err != nil {
			return sources.Counts{}, err
		}
		e, err := openExport(ctx, path, name)
		if err != nil {
			return sources.Counts{}, err
		}
		d := &pagerDutyFile{
			export: e, ctx: ctx, mapper: mp, unmapped: unmapped,
			b: sources.NewBuilder(ds, name, emit, reject), lines: lines{text: e.text},
		}
		switch e.form {
		case isParquet:
			err = d.parquet()
		case isCSV:
			err = d.csv()
		default:
			err = d.json()
		}
		return d.b.Counts(), err
	}
}

// pagerDutyFile is one file while it is decoded.
type pagerDutyFile struct {
	*export
	ctx      context.Context
	mapper   *mapper
	unmapped func(Unmapped)
	b        *sources.Builder
	lines    lines
	pages    []value // of this file, when it is JSON

	others     []otherFile // the folder's other answers, once they are needed
	othersRead bool
	histories  map[string]*history // by incident, once they are needed
}

func (d *pagerDutyFile) csv() error {
	return readCSV(d.ctx, d.export, "PagerDuty's analytics", analyticsUses, []string{"auto_resolved"},
		func(r record) error { return d.analytics(r, "") }, d.b.Malformed)
}

// json reads pages: {"data": […]} of the analytics, {"incidents": […]} and
// {"log_entries": […]} of REST, several of them one after the other or in an
// array, or bare incidents.
func (d *pagerDutyFile) json() error {
	tops, err := readJSON(d.text, d.name)
	if err != nil {
		return err
	}
	d.pages = pagesOf(tops)
	if err := d.whole(); err != nil {
		return err
	}
	for _, p := range d.pages {
		if err := d.page(p); err != nil {
			return err
		}
	}
	return nil
}

// pagesOf flattens arrays: what an array holds are pages, or incidents.
func pagesOf(tops []value) []value {
	var pages []value
	for _, top := range tops {
		if top.kind() == '[' {
			pages = append(pages, top.elements()...)
		} else {
			pages = append(pages, top)
		}
	}
	return pages
}

// containers are the members of an answer that hold incidents or log entries.
var containers = []string{"data", "incidents", "incident", "log_entries", "log_entry"}

// page decodes the incidents of one page, or one incident by itself.
func (d *pagerDutyFile) page(p value) error {
	zone, _ := p.get("time_zone")
	paged := false
	for _, m := range p.members() {
		if !slices.Contains(containers, m.key) || m.key == "incident" && isLogEntry(p) || m.key == "log_entries" && isIncident(p) {
			continue
		}
		paged = true
		if strings.HasPrefix(m.key, "log_entr") {
			continue
		}
		list := m.value.elements()
		if m.value.kind() == '{' {
			list = []value{m.value}
		} else if m.value.kind() != '[' {
			return &sources.FileError{File: d.name, Line: d.lines.of(m.value.at), Message: "the member " + m.key + " holds no list of incidents; export the file again"}
		}
		for _, incident := range list {
			if err := d.incident(incident, zone.text()); err != nil {
				return err
			}
		}
	}
	if paged || isLogEntry(p) {
		return nil
	}
	if said, ok := p.get("error"); ok {
		return &sources.FileError{File: d.name, Line: d.lines.of(p.at), Message: "holds an error that the server answered with, " + written(said) + "; export the file again"}
	}
	return d.incident(p, "")
}

// incident decodes one incident: one of REST has a service, one of the analytics
// the service's id.
func (d *pagerDutyFile) incident(v value, zone string) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	line := d.lines.of(v.at)
	r, problem := recordOf(v, line)
	if problem != "" {
		d.b.Malformed(line, string(v.raw), problem)
		return nil
	}
	if isIncident(v) {
		return d.rest(r)
	}
	return d.analytics(r, zone)
}

// isIncident tells an incident of REST from one of the analytics.
func isIncident(v value) bool {
	_, service := v.get("service")
	_, id := v.get("service_id")
	return service && !id && !isLogEntry(v)
}

func isLogEntry(v value) bool {
	kind, _ := v.get("type")
	return kind.kind() == '"' && (strings.HasSuffix(kind.text(), "_log_entry") || strings.HasSuffix(kind.text(), "_log_entry_reference"))
}
