package rules

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/shopspring/decimal"
)

// The phrases of a facts block, each in one form only.

// read matches a phrase and hands its parts to set.
func read(form, text string, set func(parts []string) error) error {
	parts := regexp.MustCompile("^" + form + "$").FindStringSubmatch(text)
	if parts == nil {
		return fmt.Errorf("%q is not written as %s", text, form)
	}
	return set(parts[1:])
}

const (
	dayForm    = `(\d{4}-\d\d-\d\d)`
	amountForm = `(-?\d+\.\d\d)`
)

type caseDay struct{ day Date }

func (c *caseDay) UnmarshalScalar(text string) (err error) {
	if text != "never" {
		c.day, err = ParseDate(text)
	}
	return err
}

// caseNodes: 3 from 2026-01-10 [to 2026-03-14].
type caseNodes struct {
	count    int
	from, to Date
}

func (c *caseNodes) UnmarshalScalar(text string) error {
	return read(`(\d+) from `+dayForm+`(?: to `+dayForm+`)?`, text, func(p []string) (err error) {
		c.count, _ = strconv.Atoi(p[0])
		if c.from, err = ParseDate(p[1]); err == nil && p[2] != "" {
			c.to, err = ParseDate(p[2])
		}
		return err
	})
}

// caseUptime: 9951/10000 [missing 12].
type caseUptime struct{ slots Slots }

func (c *caseUptime) UnmarshalScalar(text string) error {
	return read(`(\d+)/(\d+)(?: missing (\d+))?`, text, func(p []string) error {
		c.slots.Up, _ = strconv.ParseInt(p[0], 10, 64)
		c.slots.Expected, _ = strconv.ParseInt(p[1], 10, 64)
		c.slots.Missing, _ = strconv.ParseInt("0"+p[2], 10, 64)
		return nil
	})
}

// caseIncident: P1 after 29 min 59 s, or P1 never.
type caseIncident struct {
	severity string
	seconds  int64 // -1: never answered
}

func (c *caseIncident) UnmarshalScalar(text string) error {
	return read(`(P[0-3]|critical|warning) (?:(never)|after (\d+) min(?: (\d+) s)?)`, text, func(p []string) error {
		c.severity, c.seconds = p[0], -1
		if p[1] == "" {
			minutes, _ := strconv.ParseInt(p[2], 10, 64)
			seconds, _ := strconv.ParseInt("0"+p[3], 10, 64)
			c.seconds = 60*minutes + seconds
		}
		return nil
	})
}

// caseTasks: 96 succeeded, 3 failed, 1 expired, 5 cancelled.
type caseTasks struct{ tasks Tasks }

func (c *caseTasks) UnmarshalScalar(text string) error {
	return read(`(\d+) succeeded, (\d+) failed, (\d+) expired, (\d+) cancelled`, text, func(p []string) error {
		for i, n := range []*int64{&c.tasks.Succeeded, &c.tasks.Failed, &c.tasks.Expired, &c.tasks.Cancelled} {
			*n, _ = strconv.ParseInt(p[i], 10, 64)
		}
		return nil
	})
}

// caseMentorship: bo from 2026-01-10 [to 2026-02-03] [onboarded 2026-01-20].
type caseMentorship struct{ m Mentorship }

func (c *caseMentorship) UnmarshalScalar(text string) error {
	return read(`(\S+) from `+dayForm+`(?: to `+dayForm+`)?(?: onboarded `+dayForm+`)?`, text, func(p []string) (err error) {
		c.m.MenteeID = p[0]
		for i, d := range []*Date{&c.m.StartsOn, &c.m.EndsOn, &c.m.OnboardedOn} {
			if p[i+1] != "" && err == nil {
				*d, err = ParseDate(p[i+1])
			}
		}
		return err
	})
}

// caseAccount: 0xA1 on base, or none.
type caseAccount struct{ account Account }

func (c *caseAccount) UnmarshalScalar(text string) error {
	if text == "none" {
		return nil
	}
	return read(`(0x\S+) on (\S+)`, text, func(p []string) error {
		c.account = Account{Chain: p[1], Wallet: p[0]}
		return nil
	})
}

// caseConverted: operator ada with 1000.00, or partner quay with nothing.
type caseConverted struct {
	kind    PayeeKind
	id      string
	revenue *decimal.Decimal
}

func (c *caseConverted) UnmarshalScalar(text string) error {
	return read(`(operator|partner) (\S+) with (nothing|`+amountForm+`)`, text, func(p []string) error {
		c.kind, c.id = PayeeKind(p[0]), p[1]
		if p[3] != "" {
			d, err := decimal.NewFromString(p[3])
			c.revenue = &d
			return err
		}
		return nil
	})
}

// caseMissed: operator ada 12.00 in 2026-04.
type caseMissed struct{ a Adjustment }

func (c *caseMissed) UnmarshalScalar(text string) error {
	return read(`(operator|partner) (\S+) `+amountForm+` in (\d{4}-\d\d)`, text, func(p []string) (err error) {
		c.a.PayeeKind, c.a.PayeeID = PayeeKind(p[0]), p[1]
		if c.a.Amount, err = ParseMoney(p[2]); err == nil {
			c.a.Period, err = ParsePeriod(p[3])
		}
		return err
	})
}

// caseUnknown: 12 heartbeats.
type caseUnknown struct {
	count   int64
	dataset string
}

func (c *caseUnknown) UnmarshalScalar(text string) error {
	return read(`(\d+) (heartbeats|incidents)`, text, func(p []string) error {
		c.count, _ = strconv.ParseInt(p[0], 10, 64)
		c.dataset = p[1]
		return nil
	})
}

// caseGap: 2026-07-03T10:00:00Z to 2026-07-03T11:00:00Z, 60 min.
type caseGap struct{ gap Gap }

func (c *caseGap) UnmarshalScalar(text string) error {
	return read(`(\S+) to (\S+), (\d+) min`, text, func(p []string) error {
		minutes, _ := strconv.ParseInt(p[2], 10, 64)
		c.gap = Gap{From: p[0], To: p[1], Seconds: 60 * minutes}
		return nil
	})
}
