package pipeline

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// firstDifference words the difference that people care about most: which payee,
// which line, what it was and what it is. Without one in the lines, payouts and
// figures it is the first file in the report.
func (r *rerun) firstDifference() string {
	for _, find := range []func() string{r.lineDifference, r.payoutDifference, r.figureDifference} {
		if text := find(); text != "" {
			return text
		}
	}
	first := r.report.Differences[0]
	text := first.File + ": " + first.What
	if partner, isReport := partnerOf(first.File); isReport {
		text = fmt.Sprintf("partner %s, monthly report (%s): %s", partner, first.File, first.What)
	}
	if detail := r.textDifference(first.File); detail != "" {
		text += "; " + detail
	}
	return text
}

// partnerOf finds the partner whose monthly report a file is.
func partnerOf(file string) (id string, isReport bool) {
	id = strings.TrimSuffix(strings.TrimPrefix(path.Base(file), "partner-"), ".md")
	return id, file == outputs.ReportPath(id)
}

// differing compares a table of the folder with the one computed again, row by
// row of those that have one key, and words the first difference. "" when there
// is none, or when one of them can't be read.
func differing[T any, K comparable](r *rerun, file string, read func(io.Reader) (rules.Period, []T, error), key func(T) K,
	order func(a, b K) int, words func(key K, was, is []T) string) string {
	was, err := readTable(filepath.Join(r.folder, file), read)
	if err != nil {
		return ""
	}
	is, err := readTable(filepath.Join(r.again, file), read)
	if err != nil {
		return ""
	}
	old, now := groupBy(was, key), groupBy(is, key)
	keys := slices.AppendSeq(slices.Collect(maps.Keys(old)), maps.Keys(now))
	slices.SortFunc(keys, order)
	for _, k := range slices.Compact(keys) {
		if text := words(k, old[k], now[k]); text != "" {
			return text
		}
	}
	return ""
}

// lineDifference finds the first payee, in the order of every output, one of
// whose lines differs.
func (r *rerun) lineDifference() string {
	key := func(l rules.Line) outputs.PayeeKey { return outputs.PayeeKey{Kind: l.PayeeKind, ID: l.PayeeID} }
	return differing(r, outputs.LinesPath, outputs.ReadLines, key, comparePayees, func(payee outputs.PayeeKey, was, is []rules.Line) string {
		for i := range max(len(was), len(is)) {
			switch {
			case i >= len(was):
				return fmt.Sprintf("%s %s, line %d (%s): was not there, is %s", payee.Kind, payee.ID, is[i].Number, title(is[i]), is[i].Amount)
			case i >= len(is):
				return fmt.Sprintf("%s %s, line %d (%s): was %s, is not there", payee.Kind, payee.ID, was[i].Number, title(was[i]), was[i].Amount)
			}
			if changes := lineChanges(was[i], is[i]); len(changes) > 0 {
				return fmt.Sprintf("%s %s, line %d (%s): %s", payee.Kind, payee.ID, was[i].Number, title(was[i]), strings.Join(changes, "; "))
			}
		}
		return ""
	})
}

// title names a line by its rule and subject.
func title(l rules.Line) string {
	if l.Subject == "" {
		return l.Rule
	}
	return l.Rule + " " + l.Subject
}

// lineChanges lists the columns in which two lines differ, the amount first.
func lineChanges(was, is rules.Line) []string {
	return changes([][3]string{
		{"amount", was.Amount.String(), is.Amount.String()},
		{"basis", was.Basis, is.Basis},
		{"status", string(was.Status), string(is.Status)},
		{"reason", was.Reason, is.Reason},
		{"rule", was.Rule, is.Rule},
		{"subject", was.Subject, is.Subject},
		{"category", string(was.Category), string(is.Category)},
		{"rule version", was.Version, is.Version},
		{"quantity", was.Quantity, is.Quantity},
		{"unit", was.Unit, is.Unit},
		{"rate", was.Rate, is.Rate},
		{"line", fmt.Sprint(was.Number), fmt.Sprint(is.Number)},
	})
}

// payoutDifference finds the first payee whose payout differs.
func (r *rerun) payoutDifference() string {
	key := func(p rules.Payout) outputs.PayeeKey { return outputs.PayeeKey{Kind: p.PayeeKind, ID: p.PayeeID} }
	return differing(r, outputs.PayoutsPath, outputs.ReadPayouts, key, comparePayees, func(payee outputs.PayeeKey, was, is []rules.Payout) string {
		if len(was) != 1 || len(is) != 1 {
			return fmt.Sprintf("%s %s: had %s, has %s", payee.Kind, payee.ID, count(len(was), "payout"), count(len(is), "payout"))
		}
		if list := payoutChanges(was[0], is[0]); len(list) > 0 {
			return fmt.Sprintf("%s %s, payout: %s", payee.Kind, payee.ID, strings.Join(list, "; "))
		}
		return ""
	})
}

func payoutChanges(was, is rules.Payout) []string {
	return changes([][3]string{
		{"payable", was.Payable.String(), is.Payable.String()},
		{"status", string(was.Status), string(is.Status)},
		{"carried in", was.CarriedIn.String(), is.CarriedIn.String()},
		{"earned", was.Earned.String(), is.Earned.String()},
		{"carried out", was.CarriedOut.String(), is.CarriedOut.String()},
		{"reason", was.Reason, is.Reason},
		{"name", was.Name, is.Name},
		{"due on", was.DueOn.String(), is.DueOn.String()},
		{"chain", was.Chain, is.Chain},
		{"wallet", was.Wallet, is.Wallet},
		{"payment id", was.PaymentID, is.PaymentID},
	})
}

// figureKey is what a figure is found by.
type figureKey struct{ period, kind, id, name string }

func compareFigureKeys(a, b figureKey) int {
	return slices.Compare([]string{a.period, a.kind, a.id, a.name}, []string{b.period, b.kind, b.id, b.name})
}

// figureDifference finds the first figure that differs.
func (r *rerun) figureDifference() string {
	key := func(f rules.Figure) figureKey {
		return figureKey{f.Period.String(), string(f.Kind), f.ID, string(f.Name)}
	}
	return differing(r, outputs.FiguresPath, outputs.ReadFigures, key, compareFigureKeys, func(k figureKey, was, is []rules.Figure) string {
		subject := strings.TrimSpace(k.kind + " " + k.id)
		if k.kind == string(rules.OfTheFleet) {
			subject = k.id
		}
		name := fmt.Sprintf("%s, figure %s of %s", subject, k.name, k.period)
		switch {
		case len(was) == 0:
			return fmt.Sprintf("%s: was not there, is %s", name, shown(is[0].Value))
		case len(is) == 0:
			return fmt.Sprintf("%s: was %s, is not there", name, shown(was[0].Value))
		}
		list := changes([][3]string{{"value", was[0].Value, is[0].Value}, {"unit", string(was[0].Unit), string(is[0].Unit)}})
		if len(list) == 0 {
			return ""
		}
		return name + ": " + strings.Join(list, "; ")
	})
}

// changes words those of some name, was, is that differ.
func changes(fields [][3]string) []string {
	var list []string
	for _, f := range fields {
		if f[1] != f[2] {
			list = append(list, fmt.Sprintf("%s was %s, is %s", f[0], shown(f[1]), shown(f[2])))
		}
	}
	return list
}

// shown writes a value so that its ends are seen.
func shown(s string) string {
	if s == "" {
		return "empty"
	}
	if strings.ContainsAny(s, " ;,") {
		return fmt.Sprintf("%q", s)
	}
	return s
}

// readTable reads the rows of a CSV file of a closed folder.
func readTable[T any](path string, read func(io.Reader) (rules.Period, []T, error)) ([]T, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	_, rows, err := read(bytes.NewReader(data))
	return rows, err
}

// groupBy collects rows by key, in their order.
func groupBy[T any, K comparable](rows []T, key func(T) K) map[K][]T {
	groups := map[K][]T{}
	for _, row := range rows {
		groups[key(row)] = append(groups[key(row)], row)
	}
	return groups
}

// textDifference shows the first line in which a text file differs from the one
// computed again.
func (r *rerun) textDifference(file string) string {
	was, err := os.ReadFile(filepath.Join(r.folder, filepath.FromSlash(file)))
	if err != nil {
		return ""
	}
	is, err := os.ReadFile(filepath.Join(r.again, filepath.FromSlash(file)))
	if err != nil || bytes.IndexByte(was, 0) >= 0 || bytes.IndexByte(is, 0) >= 0 || strings.HasSuffix(file, ".pdf") {
		return ""
	}
	a, b := strings.Split(string(was), "\n"), strings.Split(string(is), "\n")
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Sprintf("line %d was not there, is %q", i+1, strings.TrimSpace(b[i]))
		case i >= len(b):
			return fmt.Sprintf("line %d was %q, is not there", i+1, strings.TrimSpace(a[i]))
		case a[i] != b[i]:
			return fmt.Sprintf("line %d was %q, is %q", i+1, strings.TrimSpace(a[i]), strings.TrimSpace(b[i]))
		}
	}
	return ""
}

// sameBytes compares two files.
func sameBytes(a, b string) (bool, error) {
	f, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer f.Close()
	g, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer g.Close()
	left, right := bufio.NewReaderSize(f, 1<<16), bufio.NewReaderSize(g, 1<<16)
	for {
		x, errX := left.ReadByte()
		y, errY := right.ReadByte()
		switch {
		case errors.Is(errX, io.EOF) && errors.Is(errY, io.EOF):
			return true, nil
		case errors.Is(errX, io.EOF) || errors.Is(errY, io.EOF):
			return false, nil
		case errX != nil || errY != nil:
			return false, errors.Join(errX, errY)
		case x != y:
			return false, nil
		}
	}
}
