package pipeline

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// What becomes of texts with characters that documents can't set. A name that
// lost a letter is worse than no statement, and refuses the month. What people
// wrote for people, such as the cause of an incident, does not hold up payments:
// documents say which characters stand there, and the close warns.

// checkNames refuses a month for the texts that must be set right.
func checkNames(found []outputs.UnsettableText) error {
	var errs []error
	for _, text := range found {
		if !text.Free {
			errs = append(errs, errors.New(placeOf(text)+": "+text.Message()))
		}
	}
	return refused(errors.Join(errs...))
}

// columnsOfPayees are the texts that stand in the dataset of their payee.
var columnsOfPayees = []string{"the id", "the name", "the region", "the agreement", "the chain", "the wallet"}

// placeOf says where a text is to be corrected: the dataset and the payee's id, if
// it stands in that payee's row, as in operators: alder.
func placeOf(text outputs.UnsettableText) string {
	kind, id, isPayee := strings.Cut(text.Payee, " ")
	switch {
	case !isPayee:
		return "every statement"
	case slices.Contains(columnsOfPayees, text.Where):
		return kind + "s: " + id
	}
	return text.Payee
}

// unprintable warns of the others. An incident of two operators is told once.
func unprintable(found []outputs.UnsettableText) []rules.Exception {
	var list []rules.Exception
	told := map[rules.Exception]bool{}
	for _, text := range found {
		if !text.Free {
			continue
		}
		advice := "; correct the export"
		if text.FontHelps() { // the message ends with that advice
			advice = ", or correct the export"
		}
		e := rules.Exception{Kind: Unprintable, Severity: rules.SeverityWarning, Subject: subjectOf(text), Message: text.Message() + advice}
		if !told[e] {
			list = append(list, e)
		}
		told[e] = true
	}
	return list
}

// ofSubject finds what a text is about, when exceptions have a subject of its own
// for that.
var ofSubject = regexp.MustCompile(` of (incident|node) (\S+)$`)

// subjectOf is the subject of an exception about a text: incident:ID, node:ID, or
// its payee.
func subjectOf(text outputs.UnsettableText) string {
	if about := ofSubject.FindStringSubmatch(text.Where); about != nil {
		return about[1] + ":" + about[2]
	}
	return strings.Replace(text.Payee, " ", ":", 1)
}
