package command

import (
	"bytes"
	"os"
	"testing"
	"time"

	"fleetpay/pipeline"
)

func TestAStateIsWordedWithABarWhereTheTotalIsKnown(t *testing.T) {
	cases := []struct {
		name string
		now  pipeline.Progress
		want string
	}{
		{"no total", pipeline.Progress{Stage: "settling"}, "settling …"},
		{"nothing done", pipeline.Progress{Stage: "writing", Total: 3}, "writing [                              ] 0 of 3"},
		{"a third", pipeline.Progress{Stage: "writing", Done: 1, Total: 3}, "writing [##########                    ] 1 of 3"},
		{"all", pipeline.Progress{Stage: "writing", Done: 3, Total: 3}, "writing [##############################] 3 of 3"},
		{"more than all", pipeline.Progress{Stage: "writing", Done: 4, Total: 3}, "writing [##############################] 4 of 3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := line(c.now); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestNoBarIsShownWhereThereIsNoTerminal(t *testing.T) {
	var b bytes.Buffer
	progress, end := startBar(&b)
	progress(pipeline.Progress{Stage: "writing"})
	end()
	file, err := os.Create(t.TempDir() + "/stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if b.Len() > 0 || isTerminal(file) {
		t.Errorf("wrote %q; a file is taken for a terminal: %t", b.String(), isTerminal(file))
	}
}

func TestABarIsTakenAwayAtTheEndAndNeverShownForWhatIsQuick(t *testing.T) {
	var quick bytes.Buffer
	b := newBar(&quick, time.Hour)
	b.set(pipeline.Progress{Stage: "writing"})
	b.end()
	if quick.Len() > 0 {
		t.Errorf("a quick run showed %q", quick.String())
	}
	var slow bytes.Buffer
	b = newBar(&slow, time.Millisecond)
	b.set(pipeline.Progress{Stage: "writing"})
	time.Sleep(50 * time.Millisecond)
	b.end()
	if got := slow.String(); got != "\r\x1b[Kwriting …\r\x1b[K" {
		t.Errorf("a slow run showed %q", got)
	}
}
