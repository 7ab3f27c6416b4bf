package pipeline

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestNoSecretWalletOrNameIsTold(t *testing.T) {
	w := newNotified(t)
	w.hook.answers(http.StatusBadGateway)
	said := `data/operators.csv:2: wallet: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" of "Alder \"North\" Hosting" is 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeX`
	w.tell(closedJuly(), noon, "closed 2026-07", "closed 2026-07")
	w.tell(failedAugust(noon.Add(time.Hour), ExitRefused, said), noon.Add(time.Hour), "closed 2026-07", "closed 2026-07")
	w.hook.answers(http.StatusOK)
	got := w.tell(&DueRun{}, noon.Add(2*time.Hour), "closed 2026-07", "held 2026-07", "failed 2026-08")
	if want := `data/operators.csv:2: wallet: "…" is 0x…`; got[2].Event.Failed.Problems[0] != want {
		t.Errorf("got %s", got[2].body)
	}
	texts := w.outboxFiles()
	texts["the log"] = w.log.String()
	for _, one := range got {
		texts["a body"] += one.body
	}
	for what, text := range texts {
		w.noSecretIn(what, text)
		for _, word := range []string{"0x5a", "Alder", "Birch", "North", "Finance Desk"} {
			if strings.Contains(text, word) {
				t.Errorf("%s holds %q:\n%s", what, word, text)
			}
		}
	}
}

func TestAnEventListsNoMoreThanAReaderReads(t *testing.T) {
	run := failedAugust(noon, ExitRefused, strings.Repeat("a row\n", 23), "\n")
	e := eventsOf(run)[0]
	if e.Failed.Count != 23 || len(e.Failed.Problems) != 20 {
		t.Errorf("got %d of %d", len(e.Failed.Problems), e.Failed.Count)
	}
	if data, err := json.Marshal(e); err != nil || len(data) > 1000 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// The schedule names the workspace by its whole path, and people are in it.
func TestAFailureIsToldOnceWhereverTheWorkspaceIsNamedFrom(t *testing.T) {
	const said = "data/nodes.csv:7: node_id: is empty; as in ../data/nodes.csv and https://monitor.example/srv/fleet/data"
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir, place := range map[string]string{"/srv/fleet": "/srv/fleet/", "fleet": here + "/fleet/", "./data/": here + "/data/", ".": here + "/", "/": "", "data": ""} {
		failed := eventsOf(failedAugust(noon, ExitRefused, place+said))[0].Failed
		failed.below(dir)
		if got := failed.Problems[0]; got != said {
			t.Errorf("of a workspace named %s: %s\nwant %s", dir, got, said)
		}
	}
}

// A name with a quote in it must not turn what is cited inside out.
func TestWhatIsCitedIsLeftOutWhateverQuotesItHolds(t *testing.T) {
	for said, want := range map[string]string{
		`nodes: not there`:             `nodes: not there`,
		`a: "Jane" is none; write b`:   `a: "…" is none; write b`,
		`op"x.csv:2: on: "Jane" is no`: `op"…"`,
		`op"x".csv: on: "Jane" is no`:  `op"…" is no`,
		`the server says "Jane \"D`:    `the server says "…"`,
		`the server says "Jane`:        `the server says "…"`,
	} {
		if got := discreet(said); got != want || strings.Contains(got, "Jane") {
			t.Errorf("%s is told as %s, want %s", said, got, want)
		}
	}
}
