package pipeline

import (
	"fmt"
	"time"

	"fleetpay/rules"
)

// Due lists every complete month that is not closed yet, in order: from the one
// after the latest close to the last that was over at now, and whose servers had
// their settling time. Before the first close there is no telling where to begin,
// so it is refused.
func Due(ws *Workspace, now time.Time) ([]rules.Period, error) {
	latest, err := Latest(ws)
	if err != nil {
		return nil, err
	}
	if latest.IsZero() {
		return nil, &Refusal{fmt.Errorf("%s: no period is closed yet, so it is unknown which one comes first; name it once: fleetpay close PERIOD", ws.Closes)}
	}
	var due []rules.Period
	for p := latest.Next(); ; p = p.Next() {
		if complete, _ := ws.CompleteAt(p); now.Before(complete) {
			return due, nil
		}
		due = append(due, p)
	}
}

// Latest returns the latest closed period; the zero Period when there is none.
func Latest(ws *Workspace) (rules.Period, error) {
	closed, err := closes{ws.Closes}.list()
	if err != nil || len(closed) == 0 {
		return rules.Period{}, err
	}
	return closed[len(closed)-1], nil
}
