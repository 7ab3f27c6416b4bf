package command

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"fleetpay/pipeline"
)

func TestSizesAreCutAndNeverRoundedUp(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 B", 1: "1 B", 1023: "1023 B", 1024: "1.0 KiB",
		2047: "1.9 KiB", 10 * 1024: "10 KiB", 10*1024 - 1: "9.9 KiB",
		1024*1024 - 1: "1023 KiB", 1024 * 1024: "1.0 MiB", 1024*1024*1024 + 1024*1024*1024/2: "1.5 GiB",
		math.MaxInt64: "7.9 EiB",
	} {
		if got := size(pipeline.Size{Files: 1, Bytes: bytes}); got != want {
			t.Errorf("%d is told as %s, want %s", bytes, got, want)
		}
	}
	if got := size(pipeline.Size{}); got != "-" {
		t.Errorf("no file is told as %s", got)
	}
}

func TestTheTableOfSizesFitsAHundredColumns(t *testing.T) {
	wide := pipeline.Size{Files: 1, Bytes: 1023 * 1024 * 1024}
	month := pipeline.SizeOfMonth{
		Period: "2026-07", Close: wide, Inputs: wide, Approvals: wide, Exports: wide, Settlement: wide, Withdrawn: wide, Pulled: wide, Total: wide,
	}
	var out bytes.Buffer
	(&program{stdout: &out}).tellSizes(&pipeline.Sizes{Folder: "closes", Months: []pipeline.SizeOfMonth{month}, Total: wide, Removable: wide})
	for line := range strings.Lines(out.String()) {
		if n := len(line) - 1; n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if strings.Count(out.String(), "1023 MiB") != 1+8+1 { // in all, of the month, and what may be removed
		t.Errorf("the table does not tell each size:\n%s", out.String())
	}
}
