package oncall

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// errShape is an answer that does not follow the published schema.
func errShape(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	for _, advice := range []string{", or see whether the provider has changed it", "; export it again", "; export it with that field"} { // of files, not of answers
		what = strings.TrimSuffix(what, advice)
	}
	return fmt.Errorf("the answer does not follow PagerDuty's schema: %s; see whether the provider has changed it", what)
}

// readAnswer reads an answer, which is one JSON object.
func readAnswer(a *fetch.Answer) (value, error) {
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return value{}, err
	}
	tops, err := readJSON(text, "the answer")
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return value{}, fmt.Errorf("the JSON ends in the middle: %w", fetch.ErrAgain)
	case err != nil:
		return value{}, err
	case len(tops) != 1 || tops[0].kind() != '{':
		return value{}, errShape("it is no JSON object")
	}
	return tops[0], nil
}

// flagOf, numberOf and textOf read members that the schema requires.
func flagOf(v value, key string) (bool, error) {
	m, ok := v.get(key)
	if !ok || m.kind() != 't' && m.kind() != 'f' {
		return false, errShape("%s is not true or false", key)
	}
	return m.kind() == 't', nil
}

func numberOf(v value, key string) (int64, error) {
	m, _ := v.get(key)
	n, ok := digits(string(m.raw))
	if !ok {
		return 0, errShape("%s is no whole number", key)
	}
	return n, nil
}

func textOf(v value, key string) (string, error) {
	m, ok := v.get(key)
	if !ok || m.kind() != '"' && m.kind() != 'n' {
		return "", errShape("%s is no string", key)
	}
	if m.kind() == 'n' {
		return "", nil
	}
	return m.text(), nil
}

// readAnalytics takes an answer of POST /analytics/raw/incidents apart.
func readAnalytics(v value) (page analyticsPage, count int64, err error) {
	zone, err := textOf(v, "time_zone")
	if err != nil {
		return page, 0, err
	}
	if !utc[zone] {
		return page, 0, errShape("its time_zone is %s, though Etc/UTC was asked for", quoted(zone))
	}
	if page.More, err = flagOf(v, "more"); err != nil {
		return page, 0, err
	}
	if page.Last, err = textOf(v, "last"); err != nil {
		return page, 0, err
	}
	if page.More && page.Last == "" {
		return page, 0, errShape("there are more incidents (more is true), but last, from which to go on, is empty")
	}
	data, _ := v.get("data")
	if data.kind() != '[' {
		return page, 0, errShape("data is no list")
	}
	for n, one := range data.elements() {
		r, problem := recordOf(one, int64(n+1))
		if problem != "" {
			return page, 0, errShape("data[%d] %s", n, problem)
		}
		incident, err := pulledOf(r, zone)
		if err != nil {
			return page, 0, errShape("data[%d] (id %s): %v", n, quoted(incident.ID), err)
		}
		page.Incidents = append(page.Incidents, incident)
	}
	return page, int64(len(page.Incidents)), nil
}

// pulledOf keeps the fields of an incident that are kept.
func pulledOf(r record, zone string) (i pulledIncident, err error) {
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"id", &i.ID}, {"service_id", &i.ServiceID}, {"service_name", &i.ServiceName}, {"urgency", &i.Urgency},
		{"priority_name", &i.PriorityName}, {"status", &i.Status}, {"created_at", &i.CreatedAt},
		{"resolved_at", &i.ResolvedAt}, {"description", &i.Description},
	} {
		text, problem := r.text(f.name)
		if problem != "" {
			return i, errors.New(problem)
		}
		*f.to = plain(text)
	}
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"incident_number", &i.IncidentNumber}, {"acknowledgement_count", &i.AcknowledgementCount},
		{"seconds_to_first_ack", &i.SecondsToFirstAck}, {"seconds_to_resolve", &i.SecondsToResolve},
	} {
		n, set, problem := r.whole(f.name)
		if problem != "" {
			return i, errors.New(problem)
		}
		if set {
			*f.to = strconv.FormatInt(n, 10)
		}
	}
	auto, problem := r.flag("auto_resolved")
	if problem != "" {
		return i, errors.New(problem)
	}
	i.AutoResolved = strconv.FormatBool(auto)
	if err := checkID(i.ID); err != nil {
		return i, err
	}
	for _, at := range []*string{&i.CreatedAt, &i.ResolvedAt} {
		*at, _ = withOffset(*at, zone) // the zone is UTC, which leaves no problem
		if _, err := time.Parse(time.RFC3339Nano, *at); err != nil && (*at != "" || at == &i.CreatedAt) {
			return i, fmt.Errorf("%s is no time", quoted(*at))
		}
	}
	return i, nil
}

// logReader takes an answer of GET /incidents/{id}/log_entries apart.
func logReader(id string, offset int64) func(value) (logPage, int64, error) {
	return func(v value) (page logPage, count int64, err error) {
		if page.More, err = flagOf(v, "more"); err != nil {
			return page, 0, err
		}
		if page.Limit, err = numberOf(v, "limit"); err != nil {
			return page, 0, err
		}
		at, err := numberOf(v, "offset")
		if err != nil {
			return page, 0, err
		}
		list, _ := v.get("log_entries")
		entries := list.elements()
		switch {
		case list.kind() != '[':
			return page, 0, errShape("log_entries is no list")
		case at != offset:
			return page, 0, errShape("it begins at offset %d, though %d was asked for", at, offset)
		case page.More && (page.Limit == 0 || len(entries) == 0):
			return page, 0, errShape("there are more log entries (more is true), but this page holds none")
		}
		// The folder's files and the answers are read alike.
		d := &pagerDutyFile{histories: make(map[string]*history)}
		for n, entry := range entries {
			if err := d.logEntry(entry, id, "log_entries", &lines{text: entry.raw, at: entry.at, line: 1}); err != nil {
				var wrong *sources.FileError
				if errors.As(err, &wrong) {
					return page, 0, errShape("log_entries[%d]: %s", n, wrong.Message)
				}
				return page, 0, err
			}
		}
		if h := d.histories[id]; h != nil && h.text != "" {
			page.First = instant(h.first)
		}
		return page, int64(len(entries)), nil
	}
}

// writePiece and readPiece keep an answer, without what is not kept of it.
func writePiece(path string, content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o666)
}

func readPiece(path string, content any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(content); err != nil {
		return fmt.Errorf("%s: the pulled piece can't be read (%w); remove it and pull again", path, err)
	}
	return nil
}
