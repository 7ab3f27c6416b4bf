package pipeline

import (
	"fmt"
	"slices"
	"time"

	"fleetpay/pipeline/measure"
	"fleetpay/rules"
)

// The exceptions of a close that no rule knows of: they are about the run.
const (
	NotOver = "period-not-over" // closed before the period was over
	Waived  = "waived"          // bad rows that somebody allowed to leave out

	UnknownTarget = "unknown-target"   // targets of a partner that there is not
	Unprintable   = "unprintable-text" // characters that documents can't set

	UnmappedIncident = "unmapped-incident" // a provider's incident that stands for no node or severity
)

// exceptions lists what people should know of the run itself.
func (t *task) exceptions(counts []measure.Counts, f *rules.Facts) []rules.Exception {
	return slices.Concat(t.notOver(), t.waivedRows(counts), unknownTargets(f), t.unmappedIncidents())
}

// notOver warns of a period that was not over at closed_at. It can move money
// wrongly, and is mended by closing again.
func (t *task) notOver() []rules.Exception {
	if !isOpen(t.period, t.closedAt) {
		return nil
	}
	return []rules.Exception{{
		Kind: NotOver, Severity: rules.SeverityError, Subject: "period:" + t.period.String(),
		Message: fmt.Sprintf("the month was not over at %s, so its close lacks what happens after that; "+
			"withdraw it before anything is paid, and close again after %s", instant(t.closedAt), t.period.Last()),
	}}
}

// isOpen tells whether a period is not over yet.
func isOpen(p rules.Period, at time.Time) bool { return rules.DateOf(at) <= p.Last() }

// waivedRows says for each waived dataset how many of its rows are left out.
func (t *task) waivedRows(counts []measure.Counts) []rules.Exception {
	var list []rules.Exception
	for _, dataset := range t.waived {
		read, rejected := int64(0), int64(0)
		for _, c := range counts {
			if c.Dataset == dataset {
				read, rejected = read+c.Read, rejected+c.Rejected
			}
		}
		if rejected == 0 {
			continue
		}
		by := ""
		if t.waivedBy != "" {
			by = ", as " + t.waivedBy + " allowed"
		}
		list = append(list, rules.Exception{
			Kind: Waived, Severity: rules.SeverityWarning, Subject: "dataset:" + dataset,
			Message: fmt.Sprintf("%d of %s left out%s; see rejects.csv", rejected, count(int(read), "row"), by),
		})
	}
	return list
}

// unknownTargets warns of targets that no report will show. No money rests on
// them, so they don't stop a close.
func unknownTargets(f *rules.Facts) []rules.Exception {
	var list []rules.Exception
	for _, id := range sortedKeys(f.Settings.PartnersOwn) {
		if slices.ContainsFunc(f.Partners, func(p rules.Partner) bool { return p.ID == id }) {
			continue
		}
		list = append(list, rules.Exception{
			Kind: UnknownTarget, Severity: rules.SeverityWarning, Subject: "partner:" + id,
			Message: "has targets in the configuration, and is no partner of the month; correct the id under targets.partners, or remove it",
		})
	}
	return list
}

// addExceptions puts more exceptions into their places in the order of every
// output.
func addExceptions(b *rules.Book, more []rules.Exception) {
	b.Exceptions = append(b.Exceptions, more...)
	slices.SortStableFunc(b.Exceptions, func(x, y rules.Exception) int {
		return slices.Compare([]string{x.Kind, x.Subject, x.Message}, []string{y.Kind, y.Subject, y.Message})
	})
}
