package pipeline

import (
	"fmt"
	"time"

	"fleetpay/rules"
)

// Due lists every complete month that is not closed yet, in order: from the one
// after the latest close to the last that was over at now, and whose servers had
// their settling time. Before the first close it begins where the configuration
// says, or with the first close if that was withdrawn; else there is no telling
// where to begin, so it is refused.
func Due(ws *Workspace, now time.Time) ([]rules.Period, error) {
	first, err := ws.nextPeriod()
	if err != nil {
		return nil, err
	}
	if first.IsZero() {
		return nil, refuse("%s: no period is closed yet, so it is unknown which one comes first; name it once: fleetpay close PERIOD, "+
			"or write first_period: PERIOD in %s", ws.Closes, configName)
	}
	var due []rules.Period
	for p := first; ; p = p.Next() {
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

// nextPeriod is the period that is closed next; the zero Period when nothing tells.
func (ws *Workspace) nextPeriod() (rules.Period, error) {
	latest, err := Latest(ws)
	if err != nil {
		return rules.Period{}, err
	}
	if !latest.IsZero() {
		return latest.Next(), nil
	}
	return ws.firstPeriod()
}

// firstPeriod is where the closes begin while none stands.
func (ws *Workspace) firstPeriod() (rules.Period, error) {
	if !ws.FirstPeriod.IsZero() {
		return ws.FirstPeriod, nil
	}
	return closes{ws.Closes}.firstWithdrawn()
}

// firstWithdrawn is the earliest period of which a close was withdrawn; the zero
// Period when none was.
func (c closes) firstWithdrawn() (first rules.Period, err error) {
	names, err := c.withdrawnNamed(withdrawnRecord)
	for _, name := range names {
		p, wrong := rules.ParsePeriod(name[1])
		if wrong == nil && name[2] == "" && (first.IsZero() || p.Before(first)) {
			first = p
		}
	}
	return first, err
}

// firstPeriod is the month with which the closes begin, as configured.
type firstPeriod struct{ rules.Period }

func (f *firstPeriod) UnmarshalScalar(text string) error {
	p, err := rules.ParsePeriod(text)
	if err == nil && p.String() != text {
		err = fmt.Errorf("%q is not a month; write it as %s", text, p)
	}
	f.Period = p
	return err
}
