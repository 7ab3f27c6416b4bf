package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fleetpay/rules"
)

// survey is what lies in a closes folder under the names of months.
type survey struct {
	closed []rules.Period         // in order
	inWay  map[rules.Period]error // what is no close, with what to do; no month is closed while one is there
}

// survey looks at what is named like a period, and refuses nothing.
func (c closes) survey() (survey, error) {
	s := survey{inWay: map[rules.Period]error{}}
	entries, err := os.ReadDir(c.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	for _, e := range entries {
		p, err := rules.ParsePeriod(e.Name())
		switch {
		case err != nil || p.String() != e.Name():
		case exists(filepath.Join(c.folder(p), recordName)):
			s.closed = append(s.closed, p)
		default:
			s.inWay[p] = notAClose(c.folder(p))
		}
	}
	slices.SortFunc(s.closed, comparePeriods)
	return s, nil
}

// clear refuses the earliest of what is in the way.
func (s *survey) clear() error {
	var earliest rules.Period
	for p := range s.inWay {
		if earliest.IsZero() || p.Before(earliest) {
			earliest = p
		}
	}
	return s.inWay[earliest]
}

// last is the latest closed period; the zero Period when there is none.
func (s *survey) last() rules.Period {
	if len(s.closed) == 0 {
		return rules.Period{}
	}
	return s.closed[len(s.closed)-1]
}

// surveying makes the months out of a survey.
type surveying struct {
	closes
	survey
	ws  *Workspace
	now time.Time

	untold bool // what was withdrawn of a closed month; no run goes on before that is mended
}

// tell tells of the months, as they are while it reads them.
func (s *surveying) tell(ctx context.Context) ([]Month, error) {
	periods, err := s.periods()
	if err != nil {
		return nil, err
	}
	settled := s.settledMonths(ctx)
	var list []Month
	for _, p := range periods {
		m := Month{Period: p}
		wrong := s.past(&m)
		if slices.Contains(s.closed, p) {
			m.State = MonthClosed
			settled.tell(&m)
		} else {
			s.stand(&m)
		}
		switch {
		case wrong == nil:
		case m.State == MonthDue || m.State == MonthWithdrawn:
			m.State, m.Reason, m.Next = MonthFailed, wrong.Error(), ""
		default: // it keeps no close from standing, and no month from waiting
			m.Notes = append(m.Notes, wrong.Error())
			s.untold = s.untold || m.State == MonthClosed
		}
		list = append(list, m)
	}
	s.inOrder(list)
	return list, nil
}

// periods lists the months to tell of, in order. Where nothing says which comes
// first, those that somebody tried to close are told.
func (s *surveying) periods() ([]rules.Period, error) {
	var first rules.Period
	var err error
	if len(s.closed) > 0 {
		first = s.chainBegins()
	} else if first, err = s.ws.firstPeriod(); err != nil {
		return nil, err
	}
	told := map[rules.Period]bool{}
	if first.IsZero() {
		tried, err := s.tried()
		if err != nil {
			return nil, err
		}
		for _, p := range tried {
			told[p] = true
		}
	} else {
		end := rules.Period{Year: s.now.UTC().Year(), Month: s.now.UTC().Month()}
		for _, p := range []rules.Period{first, s.last()} {
			if end.Before(p) {
				end = p
			}
		}
		for p := first; !end.Before(p); p = p.Next() {
			told[p] = true
		}
	}
	for p := range s.inWay {
		told[p] = true
	}
	var list []rules.Period
	for p := range told {
		list = append(list, p)
	}
	slices.SortFunc(list, comparePeriods)
	return list, nil
}

// chainBegins is the first period that was ever closed, as the first close that is
// there has it: those before it are lost.
func (s *surveying) chainBegins() rules.Period {
	first := s.closed[0]
	m, err := s.paidMonth(first)
	if err != nil {
		return first // what is wrong with it is told with its month
	}
	if begins, err := rules.ParsePeriod(m.record.FirstPeriod); err == nil && begins.Before(first) {
		return begins
	}
	return first
}

// past reads what was tried and taken back of a month.
func (s *surveying) past(m *Month) error {
	withdrawals, untold := s.withdrawals(m.Period)
	if m.Withdrawn = len(withdrawals); m.Withdrawn > 0 {
		m.Withdrawal = &withdrawals[m.Withdrawn-1]
	}
	if !s.last().Before(m.Period) {
		return untold // what was tried, was tried before it was closed
	}
	var err error
	m.Attempt, err = s.attempt(m.Period)
	return errors.Join(untold, err)
}

// stand finds where a month stands that is not closed.
func (s *surveying) stand(m *Month) {
	over := m.Period.Next().First().Time()
	m.Until, m.For = s.ws.CompleteAt(m.Period)
	m.For = slices.DeleteFunc(m.For, func(w Waiting) bool { return !s.now.Before(w.Until) })
	switch lost := s.lost(m.Period); {
	case lost != nil:
		m.State, m.Reason, m.For = MonthFailed, lost.Error(), nil
	case s.now.Before(over):
		m.State, m.Reason, m.For = MonthOpen, s.running(m), nil
	case s.now.Before(m.Until):
		m.State, m.Reason = MonthWaiting, fmt.Sprintf("until %s, for %s", instant(m.Until), strings.Join(placesOf(m.For), " and "))
		m.Next = "fleetpay close --due from then on"
		m.alsoPast()
	case m.Attempt != nil:
		m.State, m.Reason = MonthFailed, m.Attempt.String()
		m.Next = m.Attempt.next(m.Period)
		if m.Withdrawal != nil {
			m.Notes = append(m.Notes, "its close was "+withdrawnSaid(m.Withdrawal))
		}
	case m.Withdrawal != nil:
		m.State, m.Reason = MonthWithdrawn, withdrawnSaid(m.Withdrawal)
		m.Next = "fleetpay close --due closes it again"
	default:
		m.State, m.Reason = MonthDue, "complete since "+instant(m.Until)
		m.Next = "fleetpay close --due"
	}
}

// lost says why no close of a period can be made, though there is none: something
// is in its way, or it was closed before and its folder is gone.
func (s *surveying) lost(p rules.Period) error {
	if err := s.inWay[p]; err != nil {
		return err
	}
	if err := s.neverGivenOut(p); err != nil {
		return err
	}
	if p.Before(s.last()) {
		return refuse("%s is closed, and comes after it, so its own close is lost; restore %s from a copy", s.last(), s.folder(p))
	}
	return nil
}

// running says how long a month still runs.
func (s *surveying) running(m *Month) string {
	text := ""
	if begins := m.Period.First().Time(); s.now.Before(begins) {
		text = "begins on " + m.Period.First().String() + "; "
	}
	text += "its data are complete at " + instant(m.Until)
	m.Reason = text
	m.alsoPast()
	return m.Reason
}

// alsoPast adds to the reason of a month that can't be closed yet what was tried, or
// taken back.
func (m *Month) alsoPast() {
	if m.Withdrawal != nil {
		m.Reason += "; " + withdrawnSaid(m.Withdrawal)
	}
	if m.Attempt != nil {
		m.Reason += "; " + m.Attempt.String()
	}
}

// inOrder tells of every month that could be closed what must come first: no month is
// closed while something is in the way of any, none before the one that it follows, and
// none on a close that is damaged.
func (s *surveying) inOrder(list []Month) {
	blocked := ""
	for p := range s.inWay {
		if folder := s.folder(p); blocked == "" || folder < blocked {
			blocked = folder
		}
	}
	switch {
	case blocked != "":
		blocked += " must be moved away first"
	case s.untold:
		blocked = filepath.Join(s.dir, withdrawnName) + " must be mended first"
	}
	for i := range list {
		m := &list[i]
		switch m.State {
		case MonthClosed:
			if m.Period == s.last() && m.Damage != "" && blocked == "" {
				blocked = m.Folder + " must be mended first"
			}
			continue
		case MonthOpen:
			continue
		default:
			if blocked != "" && m.Next != "" {
				m.Reason, m.Next = m.Reason+"; "+blocked, ""
			}
		}
		if blocked == "" && !m.Period.Before(s.last()) {
			blocked = fmt.Sprintf("%s comes first, which %s", m.Period, stands(m.State))
		}
	}
}

// stands words the state of a month that others wait for.
func stands(state MonthState) string {
	switch state {
	case MonthFailed:
		return "failed"
	case MonthWaiting:
		return "waits"
	case MonthWithdrawn:
		return "was withdrawn"
	default:
		return "is " + string(state)
	}
}

func withdrawnSaid(w *Withdrawal) string {
	return fmt.Sprintf("withdrawn at %s by %s: %s", w.At, w.By, w.Reason)
}
