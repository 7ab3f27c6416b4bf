package main

import (
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"
	"time"
)

// report is the table that bench prints. Its times are held against the fastest
// exact query, and all exact counts must be the same.
type report struct {
	rows []reportRow
}

type reportRow struct {
	title string
	result
	exact bool
}

func newReport() *report { return &report{} }

func (t *report) add(title string, r result, exact bool) {
	t.rows = append(t.rows, reportRow{title, r, exact})
}

func (t *report) print() error {
	var fastest time.Duration
	for _, r := range t.rows {
		if r.exact && (fastest == 0 || r.took < fastest) {
			fastest = r.took
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "what\tseconds\tcpu seconds\t× exact\tpeak memory\tup slots\t")
	for i, r := range t.rows {
		up := "-"
		if r.exact || i == len(t.rows)-1 {
			up = thousands(r.row[len(r.row)-1])
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%d MiB\t%s\t\n", r.title, r.took.Seconds(), r.cpu.Seconds(), r.took.Seconds()/fastest.Seconds(), r.peak>>20, up)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return t.agree()
}

// agree holds the exact counts against that of the close: a fast answer that is
// another answer is none.
func (t *report) agree() error {
	closed := t.rows[len(t.rows)-1]
	for _, r := range t.rows {
		if got, want := closed.row[0], r.row[len(r.row)-1]; r.exact && got != want {
			return fmt.Errorf("the close counts %d up slots, %q counts %d", got, r.title, want)
		}
	}
	return nil
}

// thousands writes 89280000 as 89,280,000.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
