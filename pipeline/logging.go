package pipeline

import (
	"log/slog"
	"sync"
	"time"

	"fleetpay/rules"
)

// stageLog turns the progress of a close into one line per stage: what was done, how
// many of it where that is known, and how long it took. Lines hold no row of an
// input, so no name and no wallet.
type stageLog struct {
	log   *slog.Logger
	then  func(Progress) // who else is told
	begun time.Time      // of the close

	mu    sync.Mutex // stages report from several goroutines
	stage string     // "" between two closes
	since time.Time
	count int64
}

// newStageLog begins the lines of a close of a period.
func newStageLog(log *slog.Logger, p rules.Period, then func(Progress)) *stageLog {
	if then == nil {
		then = func(Progress) {}
	}
	return &stageLog{log: log.With("period", p.String()), then: then, begun: time.Now()}
}

// progress takes what a close reports.
func (s *stageLog) progress(p Progress) {
	s.mu.Lock()
	if p.Stage != s.stage {
		s.end()
		s.stage, s.since, s.count = p.Stage, time.Now(), 0
	}
	s.count = max(s.count, p.Done)
	s.mu.Unlock()
	s.then(p)
}

// end writes the line of a stage that is done. The caller holds mu.
func (s *stageLog) end() {
	if s.stage == "" {
		return
	}
	attrs := []any{}
	if s.count > 0 {
		attrs = append(attrs, "count", s.count)
	}
	s.log.Info(s.stage, append(attrs, took(s.since))...)
	s.stage = ""
}

// closed writes the last stage, and what the close came to.
func (s *stageLog) closed(out *Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
	rec := out.Record
	rows := int64(0)
	for _, f := range rec.Inputs {
		rows += f.Read
	}
	found := map[rules.Severity]int{}
	for _, e := range out.Exceptions {
		found[e.Severity]++
	}
	s.log.Info("closed", "folder", out.Folder, "rules", rec.RuleInForce,
		"inputs", len(rec.Inputs), "rows", rows, "lines", rec.Totals.Lines,
		"payees", rec.Totals.Payees, "payments", rec.Totals.Payments, "payable", rec.Totals.Payable,
		"carried_out", rec.Totals.CarriedOut, "held", rec.Totals.Statuses.Held,
		"errors", found[rules.SeverityError], "warnings", found[rules.SeverityWarning], took(s.begun))
}

// stopped says in which stage a close ended that failed. What stopped it is said by
// who runs it.
func (s *stageLog) stopped() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage != "" {
		s.log.Info("stopped", "stage", s.stage, took(s.since))
		s.stage = ""
	}
}

// took is how long something took. No result rests on it.
func took(since time.Time) slog.Attr {
	return slog.Int64("milliseconds", time.Since(since).Milliseconds())
}
