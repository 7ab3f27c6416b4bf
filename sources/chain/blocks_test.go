package chain

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTheHeadIsFinalOrSoManyBlocksDeep(t *testing.T) {
	n := newNode(t, 100)
	n.final = 37
	c := n.dial()
	for _, k := range []struct {
		confirmations int
		number        int64
		final         bool
	}{
		{-1, 37, true},
		{0, 99, false},
		{12, 87, false}, // 99 - 12
		{500, 0, false}, // a chain shorter than that
	} {
		b, final, err := c.Head(t.Context(), k.confirmations)
		if err != nil || final != k.final || b != n.blocks[k.number] {
			t.Errorf("%d confirmations: %+v, final %v, %v", k.confirmations, b, final, err)
		}
	}
}

func TestANodeWithoutFinalBlocksSaysSo(t *testing.T) {
	n := newNode(t, 100)
	n.final = -1
	_, _, err := n.dial().Head(t.Context(), -1)
	contains(t, err, "ask for a number of confirmations")
	n.final = 0
	n.blocks[0].Hash = "" // so that it answers null
	_, _, err = n.dial().Head(t.Context(), -1)
	contains(t, err, "ask for a number of confirmations")
}

func TestABlockThatIsNoneIsRefused(t *testing.T) {
	for name, answer := range map[string]string{
		"another number": `{"number":"0x8","hash":"` + hash("b10c", 8) + `","timestamp":"0x7"}`,
		"no hash":        `{"number":"0x7","timestamp":"0x7"}`,
		"a short hash":   `{"number":"0x7","hash":"0x07","timestamp":"0x7"}`,
		"no time":        `{"number":"0x7","hash":"` + hash("b10c", 7) + `"}`,
		"a list":         `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, 10)
			n.answer = raw(answer)
			_, err := n.dial().blockAt(t.Context(), 7)
			contains(t, err, "the node's answer is wrong", "use another node")
		})
	}
	_, err := newNode(t, 10).dial().blockAt(t.Context(), 10)
	contains(t, err, "eth_getBlockByNumber 10", "lags behind")
}

// The first block at a time is the one that a walk from the beginning finds.
func TestTheFirstBlockAtATimeIsThatOfAWalkOverTheChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := newNode(t, rapid.IntRange(1, 4000).Draw(t, "blocks"))
		at, gaps := n.blocks[0].Time, rapid.SliceOfN(rapid.IntRange(0, 5), 1, 20).Draw(t, "gaps")
		for i := range n.blocks { // gaps of 0 seconds are common on fast chains
			n.blocks[i].Time = at
			at = at.Add(time.Duration(gaps[i%len(gaps)]) * time.Second)
		}
		head := n.blocks[rapid.IntRange(0, len(n.blocks)-1).Draw(t, "head")]
		moment := n.blocks[rapid.IntRange(0, len(n.blocks)-1).Draw(t, "block")].Time.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "seconds")) * time.Second)
		want := head
		for _, b := range n.blocks[:head.Number+1] {
			if !b.Time.Before(moment) {
				want = b
				break
			}
		}
		c := n.direct()
		got, err := c.FirstBlockAt(t.Context(), moment, head)
		if err != nil || got != want {
			t.Fatalf("%+v, want %+v (%v)", got, want, err)
		}
	})
}

func TestBlocksThatTheNodeNoLongerKeepsAreNotNeededForALaterTime(t *testing.T) {
	n := newNode(t, 5000)
	for i := range 3000 {
		n.blocks[i].Hash = ""
	}
	b, err := n.dial().FirstBlockAt(t.Context(), n.blocks[4800].Time, n.blocks[4999])
	if err != nil || b.Number != 4800 {
		t.Errorf("%+v, %v", b, err)
	}
	_, err = n.dial().FirstBlockAt(t.Context(), n.blocks[100].Time, n.blocks[4999])
	if err == nil || !strings.Contains(err.Error(), "keeps no old ones") {
		t.Errorf("%v", err)
	}
}
