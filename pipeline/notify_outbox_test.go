package pipeline

import (
	"bufio"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

// hide takes a close away while a test looks at what is told without it.
func (w *notified) hide(p rules.Period, do func()) {
	w.Helper()
	at := closes{w.ws.Closes}.folder(p)
	away := filepath.Join(w.dir, "away")
	if err := os.Rename(at, away); err != nil {
		w.Fatal(err)
	}
	do()
	if err := os.Rename(away, at); err != nil {
		w.Fatal(err)
	}
}

// killedIn names the workspace whose events this program tells until it is killed,
// when a test has started it again for that.
const killedIn = "FLEETPAY_TEST_KILLED_IN"

// TestNotifyUntilItIsKilled is the run of TestWhatAKilledRunHadToTellIsToldByTheNext.
func TestNotifyUntilItIsKilled(t *testing.T) {
	dir := os.Getenv(killedIn)
	if dir == "" {
		t.Skip("it is started by another test")
	}
	ws, err := OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	ws.Notify(t.Context(), eventsOf(closedJuly()), slog.Default())
}

func TestWhatAKilledRunHadToTellIsToldByTheNext(t *testing.T) {
	w := newNotified(t)
	asked, held := make(chan struct{}), make(chan struct{})
	w.hook.set(func(http.ResponseWriter, int) {
		close(asked)
		<-held
	})
	run := exec.Command(os.Args[0], "-test.run=^TestNotifyUntilItIsKilled$")
	run.Env = append(os.Environ(), killedIn+"="+w.dir)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	// While it hangs, another run files what it has, and leaves the telling to it.
	w.ws.Notify(t.Context(), eventsOf(failedAugust(noon.Add(time.Hour), ExitRefused, "no rates")), slog.New(slog.NewTextHandler(&w.log, nil)))
	w.logged("another run is telling the webhook")
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = run.Wait() // it was killed
	close(held)
	_, before := w.hook.since()
	w.waiting(3)
	// A part of a file, as a run leaves it that is killed while it writes.
	part := filepath.Join(w.ws.Closes, outboxName, "20260805T120000Z-2026-07-closed-x.json.half.part")
	if err := os.WriteFile(part, []byte(`{"ev`), 0o666); err != nil {
		t.Fatal(err)
	}
	w.hook.answers(http.StatusOK)
	got := w.tell(closedJuly(), noon.Add(2*time.Hour), "closed 2026-07", "held 2026-07", "failed 2026-08")
	if got[0].body != before[0].body {
		t.Errorf("the repeat is another:\n%s\n%s", got[0].body, before[0].body)
	}
	w.waiting(0)
	if exists(part) {
		t.Error("the part is left")
	}
}

func TestAKillBeforeItIsNotedTellsNothingTwice(t *testing.T) {
	w := newNotified(t)
	w.hook.answers(http.StatusServiceUnavailable)
	w.limits.tries = 1
	failed := failedAugust(noon, ExitRefused, "no rates")
	w.tell(failed, noon, "failed 2026-08")
	if err := os.Remove(outbox{closes{w.ws.Closes}.outbox()}.toldFile("2026-08")); err != nil {
		t.Fatal(err)
	}
	w.hook.answers(http.StatusOK)
	w.tell(failedAugust(noon.Add(time.Hour), ExitRefused, "no rates"), noon.Add(time.Hour), "failed 2026-08")
	w.tell(failedAugust(noon.Add(2*time.Hour), ExitRefused, "no rates"), noon.Add(2*time.Hour))
}

func TestABrokenOutboxIsLoggedAndTheEventsAreToldAllTheSame(t *testing.T) {
	w := newNotified(t)
	if err := os.WriteFile(closes{w.ws.Closes}.outbox(), []byte("in the way"), 0o666); err != nil {
		t.Fatal(err)
	}
	w.tell(closedJuly(), noon, "closed 2026-07", "held 2026-07")
	w.logged("the outbox can't be locked", "only what this run closes is told", "an event can't be kept; it is told now, or not at all by this run")
	w.tell(failedAugust(noon, ExitSurroundings, "the disk is full"), noon, "failed 2026-08")
	// What was closed before it can be written again is old.
	if err := os.Remove(closes{w.ws.Closes}.outbox()); err != nil {
		t.Fatal(err)
	}
	w.tell(&DueRun{}, noon.Add(time.Hour))
	w.tell(&DueRun{}, noon.Add(2*time.Hour))
}

func TestWhatIsNoEventOfOursIsLoggedAndLeftAlone(t *testing.T) {
	w := newNotified(t)
	w.hook.answers(http.StatusServiceUnavailable)
	w.limits.tries = 1
	w.tell(closedJuly(), noon, "closed 2026-07")
	dir := closes{w.ws.Closes}.outbox()
	for name, text := range w.outboxFiles() {
		if strings.Contains(name, "-closed-") { // a number that somebody changed
			if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(text, `"withdrawn": 0`, `"withdrawn": 7`, 1)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "000.json"), []byte(`{"event":`), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "001.json"), 0o777); err != nil {
		t.Fatal(err)
	}
	w.log.Reset()
	w.hook.answers(http.StatusOK)
	w.tell(&DueRun{}, noon.Add(time.Hour), "held 2026-07")
	w.waiting(3)
	w.logged("its id is not that of what it tells; look what it is, and move it away", "000.json: is no event that waits", "001.json: is a directory")
}

func TestADamagedNoteOfWhatWasToldTellsAgainWithTheSameID(t *testing.T) {
	w := newNotified(t)
	first := w.tell(closedJuly(), noon, "closed 2026-07", "held 2026-07")
	if err := os.WriteFile(outbox{closes{w.ws.Closes}.outbox()}.toldFile("2026-07"), []byte(`{"peri`), 0o666); err != nil {
		t.Fatal(err)
	}
	again := w.tell(&DueRun{}, noon.Add(time.Hour), "closed 2026-07", "held 2026-07")
	w.logged("does not say what was told", "it is written anew")
	if first[0].Event.ID != again[0].Event.ID || first[1].Event.ID != again[1].Event.ID {
		t.Error("the ids are others")
	}
	w.tell(&DueRun{}, noon.Add(2*time.Hour))
}

func TestAnEventIsReadBackAsItWasKept(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		ws := &Workspace{Program: rapid.StringMatching(`[A-Za-z"<&é ]{1,20}`).Draw(r, "program")}
		e, err := ws.seal(eventOfFailure(&Attempt{
			Period: "2026-08", At: instant(noon.Add(time.Duration(rapid.IntRange(0, 1e6).Draw(r, "seconds")) * time.Second)),
			Status: ExitRefused, Problems: rapid.SliceOfN(rapid.String(), 1, 7).Draw(r, "problems"),
		}))
		if err != nil {
			r.Fatal(err)
		}
		b := outbox{dir}
		if err := b.put(outboxEntry{Event: e, Refused: instant(noon)}); err != nil {
			r.Fatal(err)
		}
		got, err := b.read(e.name())
		if err != nil || !got.Event.Failed.same(e.Failed) || got.Event.ID != e.ID || got.Refused != instant(noon) {
			r.Fatalf("%+v, %v", got, err)
		}
	})
}

func TestWhatAMessageCitesNeverLeaves(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		cited := rapid.StringMatching(`[A-Z][a-z]{3,9} [A-Z][a-z]{3,9}`).Draw(r, "name")
		wallet := rapid.StringMatching(`0x[0-9a-fA-F]{40}`).Draw(r, "wallet")
		line := "operators.csv:7: " + rapid.SampledFrom([]string{`"` + cited + `"`, `"say \"` + cited + `\" now"`, `"` + cited}).Draw(r, "cites") + " x"
		if got := discreet("wallet " + wallet + " is not that of " + line); strings.Contains(got, cited) || strings.Contains(got, wallet[2:]) {
			r.Fatal(got)
		}
	})
}

func FuzzOutboxEntry(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"event":{}}`, `{"event":{"schema":"fleetpay.event/1","event":"failed","failed":null}}`,
		`{"event":{"schema":"fleetpay.event/1","id":"7","event":"held","period":"2026-07","at":"2026-08-05T12:00:00Z","held":{"count":1,"sum":"7.00","payees":[]}},"refused_at":"x"}`,
		`{"event":{"event":"closed","closed":{"totals":{}},"failed":{}}} 7`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		entry, err := decodeEntry(data)
		if err != nil {
			return
		}
		id, err := entry.Event.digest()
		if err != nil || id != entry.Event.ID {
			t.Errorf("%s was taken, and its content is %s, %v", entry.Event.ID, id, err)
		}
	})
}

// lines counts lines; a log of many would tell the same trouble many times.
func lines(text string) int {
	n := 0
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		n++
	}
	return n
}

func TestAWebhookThatIsAwayIsAskedOncePerRun(t *testing.T) {
	w := newNotified(t)
	w.hook.Close()
	w.tell(closedJuly(), noon)
	if n := lines(w.log.String()); n != 1 {
		t.Errorf("%d lines", n)
	}
	w.logged("no answer (dial tcp", "; check the address and the network", "waiting=2")
	w.waiting(2)
}
