package oncall

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// PagerDutyURL is where PagerDuty's API is, unless an account has another one.
const PagerDutyURL = "https://api.pagerduty.com"

// PagerDutyHeaders are what every request of the API wants besides the token: the
// header Accept tells the API's version. None is secret.
func PagerDutyHeaders() map[string]string {
	return map[string]string{"Accept": "application/vnd.pagerduty+json;version=2"}
}

// PagerDuty pulls incidents through PagerDuty's API.
type PagerDuty struct {
	Server   fetch.Doer
	Shelf    *fetch.Shelf            // keeps what was pulled by a run that broke off
	Progress func(done, total int64) // incidents that are settled, of those found so far; may be nil
}

// Pull writes dest, a new Parquet file, synced: a row for each incident with
// begins ≤ created_at < ends, sorted by created_at and then id, in the provider's
// own fields as text. The same answers make the same bytes. Names of people are
// not kept; neither are the ids of any, nor addresses.
//
// It asks the analytics, and then the log entries of every incident whose
// first acknowledgement the analytics don't tell: nobody is to be judged for an
// acknowledgement that only the analytics lack. Each answer is kept on the Shelf
// and not asked for again; the log has them in the order of the file, those of
// earlier runs included.
func (p *PagerDuty) Pull(ctx context.Context, begins, ends time.Time, dest string) (rows int64, log []fetch.Entry, err error) {
	if !begins.Before(ends) {
		return 0, nil, fmt.Errorf("the incidents of %s to %s can't be pulled; the end must come after the beginning", instant(begins), instant(ends))
	}
	incidents, log, err := p.incidents(ctx, begins, ends)
	if err != nil {
		return 0, nil, err
	}
	for i := range incidents {
		if incidents[i].SecondsToFirstAck == "" {
			entries, err := p.acknowledgement(ctx, &incidents[i])
			if err != nil {
				return 0, nil, err
			}
			log = append(log, entries...)
		}
		p.progress(i+1, len(incidents))
	}
	if err := writePulled(dest, incidents); err != nil {
		return 0, nil, err
	}
	return int64(len(incidents)), log, nil
}

func (p *PagerDuty) progress(done, total int) {
	if p.Progress != nil {
		p.Progress(int64(done), int64(total))
	}
}

// analyticsLimit is the most incidents of one answer that the schema allows.
const analyticsLimit = 1000

// analyticsQuestion is the body of POST /analytics/raw/incidents.
type analyticsQuestion struct {
	Filters struct {
		CreatedAtStart string `json:"created_at_start"`
		CreatedAtEnd   string `json:"created_at_end"`
	} `json:"filters"`
	StartingAfter string `json:"starting_after,omitempty"`
	Order         string `json:"order"`
	OrderBy       string `json:"order_by"`
	Limit         int    `json:"limit"`
	TimeZone      string `json:"time_zone"`
}

// analyticsPage is an answer, without what is not kept.
type analyticsPage struct {
	Last      string           `json:"last"`
	More      bool             `json:"more"`
	Incidents []pulledIncident `json:"incidents"`
}

// incidents asks the analytics, page by page.
func (p *PagerDuty) incidents(ctx context.Context, begins, ends time.Time) ([]pulledIncident, []fetch.Entry, error) {
	var question analyticsQuestion
	// One description of created_at_start has "greater than or equal to", another
	// one "greater than": a second more is asked for, and what is too early left out.
	question.Filters.CreatedAtStart = instant(begins.Add(-time.Second))
	question.Filters.CreatedAtEnd = instant(ends)
	question.Order, question.OrderBy = "asc", "created_at"
	question.Limit, question.TimeZone = analyticsLimit, "Etc/UTC"
	var found []pulledIncident
	var log []fetch.Entry
	byID, cursors := make(map[string]int), make(map[string]bool)
	for n := 1; ; n++ {
		body, err := json.Marshal(question)
		if err != nil {
			return nil, nil, err
		}
		// A page that goes on from elsewhere than one of an earlier run is another one.
		asked := sha256.Sum256(body)
		name := fmt.Sprintf("incidents-%s-%s-%04d-%x", compact(begins), compact(ends), n, asked[:8])
		request := fetch.Request{Method: http.MethodPost, Path: "analytics/raw/incidents", Body: body, Type: "application/json"}
		page, entries, err := piece(ctx, p, name, request, readAnalytics)
		if err != nil {
			return nil, nil, err
		}
		log = append(log, entries...)
		for _, incident := range page.Incidents {
			if at, known := byID[incident.ID]; known {
				if found[at] != incident {
					return nil, nil, p.twice(found[at], incident)
				}
				continue
			}
			byID[incident.ID] = len(found)
			found = append(found, incident)
		}
		p.progress(0, len(found))
		if !page.More {
			break
		}
		if cursors[page.Last] {
			return nil, nil, fmt.Errorf("%s: POST /analytics/raw/incidents: page %d ends where an earlier one did (last is %s), so the pages go round; tell PagerDuty, or export the analytics into a file", p.Server.Place(), n, quoted(page.Last))
		}
		cursors[page.Last] = true
		question.StartingAfter = page.Last
	}
	return inside(found, begins, ends), log, nil
}

// inside leaves out what was created outside the stretch, and sorts the rest.
func inside(found []pulledIncident, begins, ends time.Time) []pulledIncident {
	found = slices.DeleteFunc(found, func(i pulledIncident) bool {
		return i.created().Before(begins) || !i.created().Before(ends)
	})
	slices.SortFunc(found, func(a, b pulledIncident) int {
		return cmp.Or(a.created().Compare(b.created()), cmp.Compare(a.ID, b.ID))
	})
	return found
}

func (p *PagerDuty) twice(a, b pulledIncident) error {
	var differs []string
	for i, text := range a.cells() {
		if other := b.cells()[i]; text != other {
			differs = append(differs, fmt.Sprintf("%s is %s and %s", pulledColumns[i], quoted(text), quoted(other)))
		}
	}
	return fmt.Errorf("%s: POST /analytics/raw/incidents: incident %s comes twice with different content (%s): it has changed during the pull; remove the folder %s and pull again", p.Server.Place(), a.ID, differs[0], p.Shelf.Dir)
}

// piece finds an answer on the shelf, or asks for it and keeps it there.
func piece[T any](ctx context.Context, p *PagerDuty, name string, request fetch.Request, read func(value) (T, int64, error)) (T, []fetch.Entry, error) {
	var content, none T
	kept, err := p.Shelf.Find(name)
	if err != nil {
		return none, nil, err
	}
	if kept != nil {
		if err := readPiece(kept.Path, &content); err != nil {
			return none, nil, err
		}
		return content, kept.Log, nil
	}
	entry, err := p.Server.Do(ctx, request, func(a *fetch.Answer) (int64, error) {
		answer, err := readAnswer(a)
		if err != nil {
			return 0, err
		}
		var count int64
		content, count, err = read(answer)
		return count, err
	})
	if err != nil {
		return none, []fetch.Entry{entry}, err
	}
	kept, err = p.Shelf.Put(name, func(path string) error { return writePiece(path, content) }, []fetch.Entry{entry})
	if err != nil {
		return none, nil, fmt.Errorf("the pulled piece %s can't be kept: %w", name, err)
	}
	return content, kept.Log, nil
}

// gone tells a refusal because there is no such thing (any more).
func gone(err error) bool {
	var status fetch.StatusError
	return errors.As(err, &status) && status.Status == http.StatusNotFound
}

func compact(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// logPage is an answer of GET /incidents/{id}/log_entries, without what is not
// kept.
type logPage struct {
	First string `json:"first"` // the earliest acknowledgement of the page, or ""
	More  bool   `json:"more"`
	Limit int64  `json:"limit"`
}

// logLimit is the most log entries of one answer that the API gives.
const logLimit = 100

// acknowledgement asks the log entries of an incident, all of them: the schema
// promises no order.
func (p *PagerDuty) acknowledgement(ctx context.Context, i *pulledIncident) ([]fetch.Entry, error) {
	var log []fetch.Entry
	var first time.Time
	for offset := int64(0); ; {
		request := fetch.Request{Path: "incidents/" + i.ID + "/log_entries", Query: map[string][]string{
			"limit": {fmt.Sprint(logLimit)}, "offset": {fmt.Sprint(offset)}, "time_zone": {"UTC"},
		}}
		page, entries, err := piece(ctx, p, fmt.Sprintf("log-%s-%d", i.ID, offset), request, logReader(i.ID, offset))
		if gone(err) && offset == 0 {
			i.LogEntries = logGone
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		log = append(log, entries...)
		if page.First != "" {
			t, err := time.Parse(time.RFC3339Nano, page.First)
			if err != nil {
				return nil, fmt.Errorf("the pulled piece of the log of incident %s is damaged (%w); remove the folder %s and pull again", i.ID, err, p.Shelf.Dir)
			}
			if i.FirstAcknowledgedAt == "" || t.Before(first) {
				first, i.FirstAcknowledgedAt = t, page.First
			}
		}
		if !page.More {
			i.LogEntries = logRead
			return log, nil
		}
		offset += page.Limit
	}
}

// checkID tells whether an id may stand in an address and name a piece.
func checkID(id string) error {
	if problem := sources.CheckID(id); problem != "" {
		return fmt.Errorf("id: %s", problem)
	}
	return nil
}
