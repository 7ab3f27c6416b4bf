package pipeline

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// firstDifference words the difference that people care about most: which payee,
// which line, what it was and what it is. Without one in the lines and payouts
// it is the first file in the report.
func (r *rerun) firstDifference() string {
	for _, find := range []func() string{r.lineDifference, r.payoutDifference} {
		if text := find(); text != "" {
			return text
		}
	}
	first := r.report.Differences[0]
	text := first.File + ": " + first.What
	if detail := r.textDifference(first.File); detail != "" {
		text += "; " + detail
	}
	return text
}

// lineDifference finds the first payee, in the order of every output, one of
// whose lines differs.
func (r *rerun) lineDifference() string {
	was, err := readTable(filepath.Join(r.folder, "lines.csv"), outputs.ReadLines)
	if err != nil {
		return ""
	}
	is, err := readTable(filepath.Join(r.again, "lines.csv"), outputs.ReadLines)
	if err != nil {
		return ""
	}
	key := func(l rules.Line) outputs.PayeeKey { return outputs.PayeeKey{Kind: l.PayeeKind, ID: l.PayeeID} }
	old, now := groupBy(was, key), groupBy(is, key)
	for _, payee := range payeesOf(old, now) {
		a, b := old[payee], now[payee]
		for i := range max(len(a), len(b)) {
			switch {
			case i >= len(a):
				return fmt.Sprintf("%s %s, line %d (%s): was not there, is %s", payee.Kind, payee.ID, b[i].Number, title(b[i]), b[i].Amount)
			case i >= len(b):
				return fmt.Sprintf("%s %s, line %d (%s): was %s, is not there", payee.Kind, payee.ID, a[i].Number, title(a[i]), a[i].Amount)
			}
			if changes := lineChanges(a[i], b[i]); len(changes) > 0 {
				return fmt.Sprintf("%s %s, line %d (%s): %s", payee.Kind, payee.ID, a[i].Number, title(a[i]), strings.Join(changes, "; "))
			}
		}
	}
	return ""
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
	was, err := readTable(filepath.Join(r.folder, "payouts.csv"), outputs.ReadPayouts)
	if err != nil {
		return ""
	}
	is, err := readTable(filepath.Join(r.again, "payouts.csv"), outputs.ReadPayouts)
	if err != nil {
		return ""
	}
	key := func(p rules.Payout) outputs.PayeeKey { return outputs.PayeeKey{Kind: p.PayeeKind, ID: p.PayeeID} }
	old, now := groupBy(was, key), groupBy(is, key)
	for _, payee := range payeesOf(old, now) {
		a, b := old[payee], now[payee]
		if len(a) != 1 || len(b) != 1 {
			return fmt.Sprintf("%s %s: had %s, has %s", payee.Kind, payee.ID, count(len(a), "payout"), count(len(b), "payout"))
		}
		if list := payoutChanges(a[0], b[0]); len(list) > 0 {
			return fmt.Sprintf("%s %s, payout: %s", payee.Kind, payee.ID, strings.Join(list, "; "))
		}
	}
	return ""
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

// groupBy collects rows by payee, in their order.
func groupBy[T any](rows []T, key func(T) outputs.PayeeKey) map[outputs.PayeeKey][]T {
	groups := map[outputs.PayeeKey][]T{}
	for _, row := range rows {
		groups[key(row)] = append(groups[key(row)], row)
	}
	return groups
}

// payeesOf lists the payees of two groupings in the order of every output.
func payeesOf[T any](a, b map[outputs.PayeeKey][]T) []outputs.PayeeKey {
	all := slices.SortedFunc(maps.Keys(a), comparePayees)
	all = slices.AppendSeq(all, maps.Keys(b))
	slices.SortFunc(all, comparePayees)
	return slices.Compact(all)
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
