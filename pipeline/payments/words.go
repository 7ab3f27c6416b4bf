package payments

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// MayExport tells whether a payment may be given out: for the first time, or
// again, which needs a reason; else refusal says why not and what to do.
func (s *Standing) MayExport() (again bool, refusal string) {
	return s.State == StateMissing, s.refusal()
}

// MayReturn tells whether a payment may be returned; else refusal says why not
// and what to do.
func (s *Standing) MayReturn() (refusal string) { return s.refusal() }

// refusal says what keeps a payment from being given out or returned, as what
// follows "payment FP-…: "; "" when nothing does. A state that is none of ours
// keeps it back, too.
func (s *Standing) refusal() string {
	settle := "run fleetpay settle " + s.Payment.Period.String() + " --rpc URL"
	switch s.State {
	case StateOpen, StateMissing:
		return ""
	case StateExported:
		last := s.Given[len(s.Given)-1]
		return fmt.Sprintf("%s first: only a scan of the chain newer than export %d of %s, given out %s, tells that it was not paid",
			settle, last.Number, last.Period, instant(last.At))
	case StateSettled:
		return fmt.Sprintf("it is paid by %s; nothing is left to pay or to return, so correct a mistake by an adjustment in the open period", tell(s.Transfer))
	case StateVanished:
		return fmt.Sprintf("%s, which paid it, is not in the newest scan; %s again when those blocks are final", tell(s.Transfer), settle)
	case StateAmbiguous:
		if len(s.Given) == 0 { // Why says what becomes of it
			return s.Why + s.sayIt("say which it was")
		}
		return fmt.Sprintf("%s may be its; execute what else was given out to its wallet and %s again, or, if that can't be told apart any more, correct the sum by an adjustment in the open period",
			tellAll(s.Others), settle) + s.sayIt("say so")
	case StateWrongAmount:
		return s.Why + "; " + s.mend + s.sayIt("say so")
	case StateWrongChain:
		return s.Why + "; ask the payee whether it arrived there, and correct it by an adjustment in the open period" + s.sayIt("say so")
	case StateReturned:
		return fmt.Sprintf("the close of %s returns it and owes its sum again, so it is barred for good; pay the later payment", s.Returned.In)
	case StatePaidAfterReturn:
		return fmt.Sprintf("the close of %s returns it, and yet %s pays it; take the sum back by an adjustment in the open period", s.Returned.In, tell(s.Transfer)) + s.sayIt("say so")
	}
	return fmt.Sprintf("it stands as %q, which is no state; report this as an error of the program", s.State)
}

// sayIt puts the command last, where it can be copied, that says how people have
// dealt with what touches a payment.
func (s *Standing) sayIt(how string) string {
	if s.explain == "" {
		return ""
	}
	return "; then " + how + ": " + s.explain
}

// why is the sentence of a standing. It also notes what makes a wrong sum good.
func (j *judge) why(p *payment, s *Standing, final bool) string {
	text := j.whyState(p, s, final)
	if p.void != none && p.by == none {
		text += fmt.Sprintf("; %s, once recorded as paying it, was reorganised away", tell(&j.sightings[p.void].Transfer))
	}
	return text
}

func (j *judge) whyState(p *payment, s *Standing, final bool) string {
	switch s.State {
	case StateOpen:
		return "never given out"
	case StateExported:
		return "given out " + outs(s.Given) + "; no scan has seen all of the time since"
	case StateMissing:
		text := "given out " + outs(s.Given) + ", and not on the chain up to " + instant(s.SeenThrough)
		if !final {
			text += ", in blocks that could still change"
		}
		return text
	case StateSettled, StateVanished:
		text := "paid by " + tell(s.Transfer)
		if s.State == StateVanished {
			text += ", which is not in a newer scan"
			if j.sightings[p.by].final {
				text += " though it was in a final block before, so that one of the scans is wrong"
			} else {
				text += " of blocks that can still change"
			}
		}
		if len(s.Others) > 0 {
			text += ", and once more by " + tellAll(s.Others)
		}
		if s.State == StateSettled && s.CanChange {
			text += fmt.Sprintf(", seen in block %d, which can still change; run fleetpay settle %s --rpc URL again later", s.Transfer.Block, p.Period)
		}
		return text
	case StateAmbiguous:
		if len(p.hand) == 0 {
			return tellAll(s.Others) + " may be its, or not"
		}
		return j.whyHeldBack(p, s)
	case StateWrongAmount:
		var text string
		text, s.mend = j.whyOtherSum(p, s)
		if p.fits {
			text += ", which is the sum of all that it waits for"
		}
		return text
	case StateWrongChain:
		return j.whyOtherChain(p, s)
	case StateReturned:
		return "returned by the close of " + s.Returned.In.String() + ", which owes its sum again"
	case StatePaidAfterReturn:
		return "returned by the close of " + s.Returned.In.String() + ", and yet paid by " + tell(s.Transfer)
	}
	return ""
}

// whyAmbiguous names the payments that a transfer may be.
func (j *judge) whyAmbiguous(s *sighting, list []int) string {
	names := strings.Join(j.ids(list), ", ")
	for _, p := range list {
		if at, _ := j.payments[p].since(s.Safe); !s.Time.Before(at) {
			if len(list) > 1 {
				return "may be any of " + names
			}
			return "may be " + names
		}
	}
	return "comes shortly before the export of " + names + ", which it equals"
}

// whyHeldBack says which transfers may have made a payment by hand, and what
// becomes of it.
func (j *judge) whyHeldBack(p *payment, s *Standing) string {
	var early, others []Transfer
	for _, i := range p.others {
		if slices.Contains(p.hand, i) {
			early = append(early, j.sightings[i].Transfer)
		} else {
			others = append(others, j.sightings[i].Transfer)
		}
	}
	text := tellAll(early) + " pays exactly this sum to its wallet before it was given out"
	if len(others) > 0 {
		text += ", and " + tellAll(others) + " may be its, or not"
	}
	if len(s.Given) == 0 {
		text += "; it stays held back: if that paid it, nothing is left to pay, and if that was for something else, " +
			"pay what is still owed by an adjustment in the open period"
	}
	return text
}

// whyEarly says what a transfer may have paid by hand.
func (j *judge) whyEarly(list []int) string {
	return "equals " + strings.Join(j.ids(slices.Clone(list)), ", ") + ", and comes before that was given out: it may have been paid by hand"
}

func whyOtherSafe(ids []string) string {
	return "equals " + strings.Join(ids, ", ") + ", given out with another Safe"
}

func (j *judge) whyPaidTwice(p int) string {
	x := &j.payments[p]
	return "pays " + x.ID + " once more, after " + tell(&j.sightings[x.by].Transfer)
}

func (j *judge) whyWrongChain(list []int) string {
	return fmt.Sprintf("is what is due on %s for %s, only on another chain", j.payments[list[0]].Chain, strings.Join(j.ids(list), ", "))
}

func (j *judge) whyWrongAmount(list []int, fits bool) string {
	ids := strings.Join(j.ids(list), ", ")
	switch {
	case fits:
		return "is the sum of " + ids + ", which were to be paid one by one"
	case len(list) == 1:
		return "goes to the wallet of " + ids + ", which waits for another sum"
	}
	return "goes to the wallet of " + ids + ", which wait for other sums"
}

func (j *judge) whyExtra(like []int) string {
	if len(like) == 0 {
		return "pays nothing that was given out"
	}
	return "pays nothing that was given out by then, though it equals " + strings.Join(j.ids(like), ", ")
}

// tell names a transfer.
func tell(t *Transfer) string { return fmt.Sprintf("transaction %s of %s", t.TxHash, instant(t.Time)) }

// tellAll names the first few of a list of transfers.
func tellAll(list []Transfer) string {
	const most = 3
	var texts []string
	for i := range list[:min(len(list), most)] {
		texts = append(texts, tell(&list[i]))
	}
	if n := len(list) - most; n > 0 {
		texts = append(texts, fmt.Sprintf("%d more", n))
	}
	return strings.Join(texts, " and ")
}

// outs names exports.
func outs(given []Given) string {
	texts := make([]string, len(given))
	for i, g := range given {
		texts[i] = fmt.Sprintf("in export %d of %s at %s", g.Number, g.Period, instant(g.At))
	}
	return strings.Join(texts, " and ")
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
