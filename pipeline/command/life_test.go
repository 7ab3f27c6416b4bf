package command

import (
	"os"
	"strconv"
	"sync"
	"testing"
)

// TestLife leads payments through random lives. In each, people close, withdraw,
// approve, export, pay, settle and return in any order, with the real program,
// and some of its runs are killed; chains reorganise and transactions fail. After
// each step, what the program wrote is held to what the test knows by itself, and
// in the end everybody must have got what was earned.
//
// Every third life has people who make mistakes that the program can't prevent:
// each must be told by the next complete settlement.
//
// FLEETPAY_LIVES=200 leads the lives of the seeds 1 to 200, and FLEETPAY_LIFE=17
// that of one. A seed fixes what people do; at which moment a run is killed hangs
// on the machine.
func TestLife(t *testing.T) {
	first, last, steps := 1, 3, 14
	if testing.Short() {
		last, steps = 1, 10
	}
	if n := number(t, "FLEETPAY_LIVES"); n > 0 {
		last, steps = n, 40
	}
	if n := number(t, "FLEETPAY_LIFE"); n > 0 {
		first, last, steps = n, n, 40
	}
	var mu sync.Mutex
	total := lifeCounts{}
	t.Cleanup(func() { t.Logf("%s", total) })
	for seed := first; seed <= last; seed++ {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			counts := lead(t, uint64(seed), steps)
			mu.Lock()
			defer mu.Unlock()
			total.add(counts)
			total["lives"]++
		})
	}
}

func number(t *testing.T, name string) int {
	text := os.Getenv(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q; write a number", name, text)
	}
	return n
}

// lead leads the life of a seed. What goes wrong is told with the whole story.
func lead(t *testing.T, seed uint64, steps int) lifeCounts {
	l := newLife(t, seed)
	l.live(func() {
		l.close()
		for range steps {
			l.step()
		}
		l.end()
	})
	for _, n := range l.told {
		l.counts["transfers too many, told"] += n
	}
	return l.counts
}
