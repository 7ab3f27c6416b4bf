package command

import (
	"errors"

	"fleetpay/outputs"
	"fleetpay/pipeline"
	"fleetpay/rules"
)

// closeAnswer is what a program reads of a close.
type closeAnswer struct {
	Period        string            `json:"period"`
	Folder        string            `json:"folder"` // "" when the close was refused
	AlreadyClosed bool              `json:"already_closed"`
	RuleInForce   string            `json:"rule_in_force,omitempty"`
	Totals        *pipeline.Totals  `json:"totals,omitempty"`
	Exceptions    []exceptionAnswer `json:"exceptions,omitempty"`
	Rejects       []rejectAnswer    `json:"rejects,omitempty"` // the bad rows that it was refused for
	Problems      []string          `json:"problems"`          // why it was refused; none when it is closed
}

type exceptionAnswer struct {
	Kind     string         `json:"kind"`
	Severity rules.Severity `json:"severity"`
	Subject  string         `json:"subject"`
	Message  string         `json:"message"`
}

func answerOf(out *pipeline.Outcome) closeAnswer {
	a := closeAnswer{Period: out.Period.String(), Folder: out.Folder, AlreadyClosed: out.AlreadyClosed, Problems: []string{}}
	if out.Record != nil {
		a.RuleInForce, a.Totals = out.Record.RuleInForce, &out.Record.Totals
		a.Exceptions = exceptionAnswers(out.Exceptions)
	}
	return a
}

// refusedClose is the answer for a period that was not closed.
func refusedClose(q rules.Period, err error) closeAnswer {
	a := closeAnswer{Period: periodName(q), Problems: []string{err.Error()}}
	var rejects *pipeline.RejectsError
	if errors.As(err, &rejects) {
		a.Rejects = rejectAnswers(rejects.Rejects)
	}
	return a
}

// answersRefusal tells whether a program asked, and is answered though the state or
// the input refuse what it asked for. A run that its surroundings stopped has no
// answer.
func (p *program) answersRefusal(err error) bool {
	if !p.json {
		return false
	}
	switch pipeline.ExitStatus(err) {
	case pipeline.ExitRefused, pipeline.ExitDiffers:
		return true
	}
	return false
}

// refusedAnswer is what a program reads of what was refused before it began.
type refusedAnswer struct {
	Period   string   `json:"period"` // "" when none was named
	Problems []string `json:"problems"`
}

// refuse answers a program, when one asked, why nothing was done.
func (p *program) refuse(q rules.Period, err error) error {
	if !p.answersRefusal(err) {
		return err
	}
	return errors.Join(err, p.answer(refusedAnswer{periodName(q), []string{err.Error()}}))
}

// What a program reads of what was done: the thing, and the problems that it was
// done with, as where it is refused.
type (
	exportAnswer struct {
		*pipeline.Exported
		Problems []string `json:"problems"`
	}
	approveAnswer struct {
		*pipeline.Approved
		Problems []string `json:"problems"`
	}
	settleAnswer struct {
		*pipeline.Settlement
		Problems []string `json:"problems"` // why somebody must look at it
	}
	statusAnswer struct {
		*pipeline.PaymentsStatus
		Problems []string `json:"problems"`
	}
)

// periodName is "" for a command that names no period.
func periodName(q rules.Period) string {
	if q.IsZero() {
		return ""
	}
	return q.String()
}

func exceptionAnswers(list []rules.Exception) []exceptionAnswer {
	answers := []exceptionAnswer{}
	for _, e := range list {
		answers = append(answers, exceptionAnswer{e.Kind, e.Severity, e.Subject, e.Message})
	}
	return answers
}

// checkAnswer is what a program reads of a check.
type checkAnswer struct {
	Period        string            `json:"period"`
	AlreadyClosed bool              `json:"already_closed"`
	Inputs        []inputAnswer     `json:"inputs"`
	Absent        []string          `json:"absent"`
	Rejects       []rejectAnswer    `json:"rejects"`
	Payouts       []payoutAnswer    `json:"payouts"`
	Totals        *pipeline.Totals  `json:"totals"`
	Exceptions    []exceptionAnswer `json:"exceptions"`
	Problems      []string          `json:"problems"`
}

type inputAnswer struct {
	Dataset   string `json:"dataset"`
	Source    string `json:"source"`
	Read      int64  `json:"read"`
	Used      int64  `json:"used"`
	Outside   int64  `json:"outside"`
	Unmatched int64  `json:"unmatched"`
	Rejected  int64  `json:"rejected"`
}

type rejectAnswer struct {
	File    string `json:"file"`
	Line    int64  `json:"line"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

type payoutAnswer struct {
	PayeeKind  rules.PayeeKind    `json:"payee_kind"`
	PayeeID    string             `json:"payee_id"`
	CarriedIn  rules.Money        `json:"carried_in"`
	Earned     rules.Money        `json:"earned"`
	Payable    rules.Money        `json:"payable"`
	CarriedOut rules.Money        `json:"carried_out"`
	Status     rules.PayoutStatus `json:"status"`
	Reason     string             `json:"reason"`
}

func checkAnswerOf(c *pipeline.Checked) checkAnswer {
	a := checkAnswer{
		Period: periodName(c.Period), AlreadyClosed: c.AlreadyClosed, Absent: c.Absent, Totals: c.Totals,
		Inputs: []inputAnswer{}, Rejects: rejectAnswers(c.Rejects), Payouts: []payoutAnswer{}, Problems: []string{},
	}
	for _, f := range c.Inputs {
		a.Inputs = append(a.Inputs, inputAnswer{f.Dataset, f.Source, f.Read, f.Used, f.Outside, f.Unmatched, f.Rejected})
	}
	for _, err := range c.Problems {
		a.Problems = append(a.Problems, err.Error())
	}
	if c.Book == nil {
		a.Exceptions = exceptionAnswers(nil)
		return a
	}
	for _, x := range c.Book.Payouts {
		a.Payouts = append(a.Payouts, payoutAnswer{x.PayeeKind, x.PayeeID, x.CarriedIn, x.Earned, x.Payable, x.CarriedOut, x.Status, x.Reason})
	}
	a.Exceptions = exceptionAnswers(c.Book.Exceptions)
	return a
}

func rejectAnswers(list []outputs.Reject) []rejectAnswer {
	answers := []rejectAnswer{}
	for _, r := range list {
		answers = append(answers, rejectAnswer(r))
	}
	return answers
}
