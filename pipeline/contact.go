package pipeline

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// contact is whom payees may ask about their statements, and for how long.
type contact struct {
	Ask  contactWords `yaml:"ask" required:"true"`
	Days questionDays `yaml:"days"`
}

// contactWords are a name and an address, printed on statements.
type contactWords string

// longestContact is how many characters fit a statement's line.
const longestContact = 120

func (w *contactWords) UnmarshalScalar(text string) error {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return fmt.Errorf("nobody is named; write a name and an address, as in Finance desk, finance@fleet.example")
	case strings.ContainsFunc(text, unicode.IsControl):
		return fmt.Errorf("%q is not on one line; write it on one", text)
	case utf8.RuneCountInString(text) > longestContact:
		return fmt.Errorf("it has %d characters; at most %d fit a statement", utf8.RuneCountInString(text), longestContact)
	}
	*w = contactWords(text)
	return nil
}

// questionDays is how many days after the close questions are taken.
type questionDays int

// longestQuestions is the most days that a configuration may name.
const longestQuestions = 366

func (d *questionDays) UnmarshalScalar(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > longestQuestions || strconv.Itoa(n) != text {
		return fmt.Errorf("%q is not a number of days from 1 to %d; write one, or leave it out", text, longestQuestions)
	}
	*d = questionDays(n)
	return nil
}

// RecordedContact is the contact as close.json holds it.
type RecordedContact struct {
	Ask  string `json:"ask"`
	Days int    `json:"days,omitempty"` // after the day of closed_at; 0: no last day is named
}

// recordContact puts a contact into the form of close.json; nil when there is
// none.
func recordContact(c contact) *RecordedContact {
	if c.Ask == "" {
		return nil
	}
	return &RecordedContact{Ask: string(c.Ask), Days: int(c.Days)}
}

// of says whom to ask about a close of that day.
func (c *RecordedContact) of(closedOn rules.Date) outputs.Contact {
	switch {
	case c == nil:
		return outputs.Contact{}
	case c.Days == 0:
		return outputs.Contact{Ask: c.Ask}
	}
	return outputs.Contact{Ask: c.Ask, Until: closedOn + rules.Date(c.Days)}
}
