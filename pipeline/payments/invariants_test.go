package payments

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// failer is what testing.T and rapid.T share.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

func compare(t failer, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s are\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func checkWhy(t *testing.T, why map[string]string, expected string) {
	t.Helper()
	of, part, _ := strings.Cut(expected, ": ")
	if !strings.Contains(why[of], part) {
		t.Errorf("%s: why is %q and lacks %q", of, why[of], part)
	}
}

// checkJudgement holds what is true of every ledger.
func checkJudgement(t failer, l *Ledger, j *Judgement) {
	t.Helper()
	checkAccounts(t, l, j)
	checkPermits(t, j)
	if again := l.Judge(); !reflect.DeepEqual(j, again) {
		t.Errorf("judged twice, it differs")
	}
	if turned := reversed(l).Judge(); !reflect.DeepEqual(j, turned) {
		t.Errorf("with each scan's transfers turned round, it differs")
	}
	checkRecorded(t, l, j)
}

// checkAccounts: each transfer that stands is one payment's or one stray, and
// none is anything else.
func checkAccounts(t failer, l *Ledger, j *Judgement) {
	t.Helper()
	times := map[identity]int{}
	for _, s := range j.Standings {
		if s.State == StateSettled || s.State == StateVanished {
			times[identify(s.Transfer)]++
		}
	}
	for _, s := range j.Strays {
		times[identify(&s.Transfer)]++
	}
	standing := map[identity]bool{}
	scratch := &judge{ledger: l}
	scratch.readScans()
	for _, s := range scratch.sightings {
		if s.presence != gone {
			standing[identify(&s.Transfer)] = true
		}
	}
	for id := range standing {
		if times[id] != 1 {
			t.Errorf("transfer %v is accounted for %d times", id, times[id])
		}
	}
	for id := range times {
		if !standing[id] {
			t.Errorf("transfer %v is accounted for and not on the chain", id)
		}
	}
}

// checkPermits: only what is open or missing may go out or be returned, and who
// says no says why.
func checkPermits(t failer, j *Judgement) {
	t.Helper()
	for i := range j.Standings {
		s := &j.Standings[i]
		again, refusal := s.MayExport()
		free := s.State == StateOpen || s.State == StateMissing
		if (refusal == "") != free || again != (s.State == StateMissing) {
			t.Errorf("%s is %s: export again %v, refusal %q", s.Payment.ID, s.State, again, refusal)
		}
		if (s.MayReturn() == "") != free {
			t.Errorf("%s is %s: return's refusal %q", s.Payment.ID, s.State, s.MayReturn())
		}
		if free && (s.Returned != nil || s.Transfer != nil || len(s.Given) > 0 && s.SeenThrough.IsZero()) {
			t.Errorf("%s is %s and should not be", s.Payment.ID, s.State)
		}
		if j.Standing(s.Payment.ID) != s {
			t.Errorf("%s is not found", s.Payment.ID)
		}
	}
}

// checkRecorded: to record what is newly settled changes nothing but that it is
// recorded, whether the newest scan does it or each settlement is left out in turn.
func checkRecorded(t failer, l *Ledger, j *Judgement) {
	t.Helper()
	fresh := j.NewlySettled(l)
	if len(l.Scans) == 0 {
		if len(fresh) > 0 {
			t.Errorf("settled without a scan")
		}
		return
	}
	with := *l
	with.Scans = slices.Clone(l.Scans)
	newest := &with.Scans[len(with.Scans)-1]
	newest.Settled = append(slices.Clone(newest.Settled), fresh...)
	after := with.Judge()
	if !reflect.DeepEqual(j.Standings, after.Standings) || !reflect.DeepEqual(j.Strays, after.Strays) {
		t.Errorf("recording what is settled changes the judgement")
	}
	if more := after.NewlySettled(&with); len(more) > 0 {
		t.Errorf("after recording what is settled, there is still %v", more)
	}
}

// reversed turns round what a scan holds.
func reversed(l *Ledger) *Ledger {
	turned := *l
	turned.Scans = slices.Clone(l.Scans)
	for i := range turned.Scans {
		s := &turned.Scans[i]
		s.Transfers, s.Spans, s.Settled = slices.Clone(s.Transfers), slices.Clone(s.Spans), slices.Clone(s.Settled)
		slices.Reverse(s.Transfers)
		slices.Reverse(s.Spans)
		slices.Reverse(s.Settled)
	}
	return &turned
}
