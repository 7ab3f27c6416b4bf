package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// cronFields are the five fields of a crontab, with what each may hold. Names of
// months and days stand for their numbers, counted from the least.
var cronFields = []struct {
	name        string
	least, most int
	names       []string
}{
	{"minute", 0, 59, nil},
	{"hour", 0, 23, nil},
	{"day of the month", 1, 31, nil},
	{"month", 1, 12, []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{"day of the week", 0, 6, []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// cronWords are the shorthands that both cron and Kubernetes take.
var cronWords = []string{"@hourly", "@daily", "@midnight", "@weekly", "@monthly"}

const crontabExample = "write five fields, as 7 * * * * for seven minutes past each hour"

// checkCrontab refuses what is not five fields of a crontab.
func checkCrontab(at string) error {
	if slices.Contains(cronWords, at) {
		return nil
	}
	fields := strings.Split(at, " ")
	if len(fields) != len(cronFields) {
		return fmt.Errorf("%q is not a time as cron writes it; %s", at, crontabExample)
	}
	for i, field := range fields {
		for item := range strings.SplitSeq(field, ",") {
			if !cronItem(i, item) {
				return fmt.Errorf("%q: %q is not a %s from %d to %d; %s", at, item, cronFields[i].name, cronFields[i].least, cronFields[i].most, crontabExample)
			}
		}
	}
	return nil
}

// cronItem tells whether an item of a field is one: *, 5, 5-9, each but the second
// also with a step, as */15. Sunday is 0: Kubernetes has no day 7.
func cronItem(field int, item string) bool {
	span, step, stepped := strings.Cut(item, "/")
	if stepped {
		if n, ok := cronNumber(step); !ok || n < 1 || n > cronFields[field].most {
			return false
		}
	}
	if span == "*" {
		return true
	}
	first, last, ranged := strings.Cut(span, "-")
	from, ok := cronValue(field, first)
	if !ok || !ranged {
		return ok && !stepped
	}
	to, ok := cronValue(field, last)
	return ok && from <= to
}

// cronValue reads a number or a name of a field.
func cronValue(field int, text string) (int, bool) {
	f := cronFields[field]
	if i := slices.Index(f.names, strings.ToLower(text)); i >= 0 {
		return f.least + i, true
	}
	n, ok := cronNumber(text)
	return n, ok && n >= f.least && n <= f.most
}

// cronNumber reads one or two digits.
func cronNumber(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && len(text) <= 2 && text[0] >= '0' && text[0] <= '9'
}
