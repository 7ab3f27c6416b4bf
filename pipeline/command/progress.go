package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"fleetpay/pipeline"
)

// barDelay is how long a run may take before a bar is shown: what is done at
// once needs none.
const barDelay = time.Second

// bar shows how far a run is, on a terminal only.
type bar struct {
	mu      sync.Mutex
	w       io.Writer
	now     pipeline.Progress
	shown   bool
	stop    chan struct{}
	stopped sync.WaitGroup
}

// startBar begins a bar on w when w is a terminal. Both functions may be called
// also when it is none.
func startBar(w io.Writer) (progress func(pipeline.Progress), end func()) {
	if !isTerminal(w) {
		return func(pipeline.Progress) {}, func() {}
	}
	b := newBar(w, barDelay)
	return b.set, b.end
}

// newBar begins a bar that is shown after a delay.
func newBar(w io.Writer, delay time.Duration) *bar {
	b := &bar{w: w, stop: make(chan struct{})}
	b.stopped.Go(func() { b.draw(delay) })
	return b
}

// isTerminal tells whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

func (b *bar) set(p pipeline.Progress) {
	b.mu.Lock()
	b.now = p
	b.mu.Unlock()
}

// draw paints the bar after the delay, and then ten times a second.
func (b *bar) draw(wait time.Duration) {
	for {
		select {
		case <-b.stop:
			return
		case <-time.After(wait):
		}
		wait = 100 * time.Millisecond
		b.mu.Lock()
		fmt.Fprintf(b.w, "\r\x1b[K%s", line(b.now))
		b.shown = true
		b.mu.Unlock()
	}
}

// end removes the bar.
func (b *bar) end() {
	close(b.stop)
	b.stopped.Wait()
	if b.shown {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}

// line words a state: a bar where the total is known.
func line(p pipeline.Progress) string {
	const width = 30
	if p.Total <= 0 {
		return p.Stage + " …"
	}
	full := int(width * min(p.Done, p.Total) / p.Total)
	return fmt.Sprintf("%s [%s%s] %d of %d", p.Stage, strings.Repeat("#", full), strings.Repeat(" ", width-full), p.Done, p.Total)
}
