package command

import (
	"fmt"
	"io"

	"fleetpay/outputs"
	"fleetpay/pipeline"
	"fleetpay/rules"
)

// rejectsShown is how many bad rows fill the screen; rejects.csv has all.
const rejectsShown = 50

// writeRejects writes bad rows, and says where all of them can be had.
func writeRejects(w io.Writer, e *pipeline.RejectsError) {
	for _, err := range e.Files {
		fmt.Fprintln(w, err)
	}
	listRejects(w, e.Rejects)
	tellMore(w, len(e.Rejects), e.Period)
}

// tellMore says how many of n are not on the screen.
func tellMore(w io.Writer, n int, period rules.Period) {
	if more := n - rejectsShown; more > 0 {
		fmt.Fprintf(w, "… and %d more; fleetpay check %s --rejects FILE writes all of them\n", more, period)
	}
}

// listRejects writes the first bad rows, one a line.
func listRejects(w io.Writer, rejects []outputs.Reject) {
	for _, r := range rejects[:min(len(rejects), rejectsShown)] {
		fmt.Fprintln(w, r)
	}
}
