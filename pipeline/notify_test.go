package pipeline

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAClosedMonthAndItsHeldPayeesAreToldOnce(t *testing.T) {
	w := newNotified(t)
	got := w.tell(closedJuly(), noon, "closed 2026-07", "held 2026-07")
	record, err := readRecord(closes{w.ws.Closes}.folder(july))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := hashFile(closes{w.ws.Closes}.folder(july) + "/" + sumsName)
	if err != nil {
		t.Fatal(err)
	}
	closed, held := got[0].Event, got[1].Event
	if closed.Schema != "fleetpay.event/1" || closed.Program != "Script Fleet" || closed.At != "2026-08-05T12:00:00Z" ||
		closed.Closed.SHA256SUMS != sum || closed.Closed.Totals != record.Totals || closed.Closed.Exceptions != (Severities{1, 1, 2}) || closed.Closed.Rules != "2026-07" || closed.Closed.Ends != nil {
		t.Errorf("got %s", got[0].body)
	}
	// Birch carries out all that July does not pay.
	if held.Held.Count != 1 || held.Held.Sum.String() != record.Totals.CarriedOut || len(held.Held.Payees) != 1 || held.Held.Payees[0] != (HeldPayee{"operator", "birch"}) {
		t.Errorf("got %s", got[1].body)
	}
	if stamp := got[0].head.Get("X-Fleetpay-Timestamp"); stamp != "1785931200" { // 2026-08-05T12:00:00Z
		t.Errorf("the timestamp is %s", stamp)
	}
	if got[0].uri != "/hooks/"+pathKey+"?token="+queryKey {
		t.Errorf("it was sent to %s", got[0].uri)
	}
	w.waiting(0)
	w.logged("told the webhook", "event=closed period=2026-07 delivery="+closed.ID)
	w.tell(closedJuly(), noon.Add(time.Hour))
	w.tell(&DueRun{State: RunDone, Closed: []*Outcome{{Period: july, AlreadyClosed: true}}}, noon.Add(2*time.Hour))
}

func TestTheSignatureIsThatOfOpenssl(t *testing.T) {
	// printf '%s' '1793685600.{"event":"closed"}' | openssl dgst -sha256 -hmac hunter2-s3cr3t
	const want = "sha256=67e4e35e412c48b390aa6efa144ce660460fc51d8998e9ca4e2a071b8ddb233e"
	if got := signature([]byte("hunter2-s3cr3t"), "1793685600", []byte(`{"event":"closed"}`)); got != want {
		t.Errorf("got %s", got)
	}
}

func TestAFailureIsToldOncePerProblem(t *testing.T) {
	w := newNotified(t)
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	w.tell(failedAugust(hour(0), ExitRefused, "august: 3 bad rows"), hour(0), "failed 2026-08")
	w.tell(failedAugust(hour(1), ExitRefused, "august: 3 bad rows"), hour(1))
	w.tell(&DueRun{State: RunRunning}, hour(2))
	w.tell(failedAugust(hour(3), ExitRefused, "august: 3 bad rows"), hour(3))
	w.tell(failedAugust(hour(4), ExitRefused, "august: 5 bad rows"), hour(4), "failed 2026-08") // it changed
	w.tell(failedAugust(hour(5), ExitRefused, "august: 3 bad rows"), hour(5), "failed 2026-08") // and is another again
	w.tell(failedAugust(hour(6), ExitSurroundings, "no answer (it asks to wait 7s)"), hour(6), "failed 2026-08")
	w.tell(failedAugust(hour(7), ExitSurroundings, "no answer (it asks to wait 11s)"), hour(7)) // the same trouble
	w.tell(failedAugust(hour(8), ExitSurroundings, "rows.csv: write closes/.staging-2026-08/rows.csv: no space left on device"), hour(8), "failed 2026-08")
	w.tell(failedAugust(hour(9), ExitSurroundings, "close.json: write closes/.staging-2026-08/close.json: no space left on device"), hour(9))
	w.tell(failedAugust(hour(10), ExitSurroundings, "http://metrics.example:9090: GET /a: no answer"), hour(10), "failed 2026-08")
	w.tell(failedAugust(hour(11), ExitSurroundings, "http://loss.example:9090: GET /a: no answer"), hour(11), "failed 2026-08") // another server
}

func TestAFailureThatIsOverIsToldWithTheClose(t *testing.T) {
	w := newNotified(t)
	failed := &DueRun{State: RunFailed, Failed: &Attempt{Period: "2026-07", At: instant(noon), Status: ExitRefused, Problems: []string{"no rates"}}}
	// July failed while its folder was elsewhere.
	w.hide(july, func() { w.tell(failed, noon, "failed 2026-07") })
	got := w.tell(closedJuly(), noon.Add(time.Hour), "closed 2026-07", "held 2026-07")
	if ends := got[0].Event.Closed.Ends; !ends.same(&FailedEvent{ExitRefused, 1, []string{"no rates"}}) {
		t.Errorf("got %s", got[0].body)
	}
	// After it was withdrawn, the old problem is new.
	w.hide(july, func() { w.tell(failed, noon.Add(2*time.Hour), "failed 2026-07") })
}

func TestARunThatCameToNoMonthIsToldUntilItIsOver(t *testing.T) {
	w := newNotified(t)
	failed := func(at time.Time) *DueRun {
		return &DueRun{State: RunFailed, Failed: &Attempt{At: instant(at), Status: ExitRefused, Problems: []string{"closes: is in the way"}}}
	}
	w.tell(failed(noon), noon, "failed")
	w.tell(failed(noon.Add(time.Hour)), noon.Add(time.Hour))
	w.tell(&DueRun{State: RunDone}, noon.Add(2*time.Hour))
	w.tell(failed(noon.Add(3*time.Hour)), noon.Add(3*time.Hour), "failed")
}

func TestClosesOfBeforeTheWebhookAreNotTold(t *testing.T) {
	w := newNotified(t)
	w.tell(&DueRun{State: RunDone}, noon)
	w.tell(&DueRun{State: RunDone}, noon.Add(time.Hour))
	w.waiting(0)
}

func TestACloseWhoseRunWasKilledIsToldAlsoWhenItWasTheFirst(t *testing.T) {
	w := newNotified(t)
	w.hide(july, func() { w.ws.beginTelling(slog.Default()) })
	w.tell(&DueRun{State: RunDone}, noon.Add(time.Hour), "closed 2026-07", "held 2026-07")
}

// A kill leaves only a part of the note of what was there, which is none.
func TestAKillWhileOldClosesAreNotedTellsNoneOfThem(t *testing.T) {
	w := newNotified(t)
	part := filepath.Join(closes{w.ws.Closes}.outbox(), toldName+".half"+partSuffix)
	if err := os.MkdirAll(filepath.Join(part, toldName), 0o777); err != nil {
		t.Fatal(err)
	}
	w.tell(&DueRun{State: RunDone}, noon)
	w.tell(&DueRun{State: RunDone}, noon.Add(time.Hour))
	if exists(part) {
		t.Error("the part is left")
	}
}

func TestACloseWhoseRunWasKilledIsToldByTheNext(t *testing.T) {
	w := newNotified(t)
	w.hide(july, func() { w.tell(&DueRun{State: RunWaiting}, noon) })
	// The run that closed July told nobody.
	w.tell(&DueRun{State: RunDone}, noon.Add(time.Hour), "closed 2026-07", "held 2026-07")
}

func TestAWebhookThatDoesNotTakeAnEventGetsItAgain(t *testing.T) {
	say := func(status int, header ...string) func(http.ResponseWriter, int) {
		return func(rw http.ResponseWriter, _ int) {
			if len(header) == 2 {
				rw.Header().Set(header[0], header[1])
			}
			rw.WriteHeader(status)
			rw.Write([]byte("cannot POST /hooks/" + pathKey + " with " + queryKey + " and " + signingKey))
		}
	}
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, int)
		told   int // requests of the first run, of two events
		left   int
		log    string
	}{
		{"it takes it at the second try", func(rw http.ResponseWriter, n int) {
			if n == 1 {
				rw.WriteHeader(http.StatusServiceUnavailable)
			}
		}, 3, 0, "told the webhook"},
		{"any success will do", say(http.StatusAccepted), 2, 0, "told the webhook"},
		{"it is broken", say(http.StatusBadGateway), 2, 2, "the webhook takes nothing now; the next run tries again"},
		{"it is busy for an hour", say(http.StatusTooManyRequests, "Retry-After", "3600"), 1, 2, "it asks to wait 1h0m0s"},
		{"it breaks by each event", say(http.StatusInternalServerError), 4, 2, "the webhook refuses an event; the next run tries again"},
		{"it is gone", say(http.StatusGone), 2, 2, "the webhook refuses an event; the next run tries again"},
		{"it wants another key", say(http.StatusUnauthorized), 2, 2, "renew what is in the environment variable FLEETPAY_TEST_HOOK or the environment variable FLEETPAY_TEST_SIGNING, or"},
		{"it leads elsewhere, where nothing is sent", say(http.StatusPermanentRedirect, "Location", "/moved/"+pathKey), 2, 2, "a redirect to http://127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newNotified(t)
			w.hook.set(c.answer)
			events := eventsOf(closedJuly())
			w.ws.notifyWithin(t.Context(), events, slog.New(slog.NewJSONHandler(&w.log, nil)), w.limits)
			_, first := w.hook.since()
			if len(first) != c.told {
				t.Errorf("%d requests, want %d", len(first), c.told)
			}
			w.waiting(c.left)
			w.logged(c.log)
			w.hook.answers(http.StatusOK)
			if c.left == 0 {
				w.tell(&DueRun{}, noon.Add(time.Hour))
				return
			}
			again := w.tell(&DueRun{}, noon.Add(time.Hour), "closed 2026-07", "held 2026-07")
			if again[0].body != first[0].body || again[0].Event.ID != first[0].Event.ID {
				t.Errorf("the repeat is another:\n%s\n%s", again[0].body, first[0].body)
			}
			if again[0].head.Get("X-Fleetpay-Timestamp") == first[0].head.Get("X-Fleetpay-Timestamp") {
				t.Error("the repeat has the time of the first")
			}
			w.waiting(0)
		})
	}
}

func TestASlowWebhookTakesNoMoreThanItsTime(t *testing.T) {
	w := newNotified(t)
	w.limits.all = 200 * time.Millisecond
	held := make(chan struct{})
	w.hook.set(func(http.ResponseWriter, int) { <-held })
	w.tell(closedJuly(), noon, "closed 2026-07")
	close(held) // after it: that the limit of all ended it, and not that of one answer, is what the log says
	w.waiting(2)
	w.logged("no time was left to tell the webhook; the next run tells it", "waiting=2")
	w.limits.all = time.Minute
	w.hook.answers(http.StatusOK)
	w.tell(&DueRun{}, noon.Add(time.Hour), "closed 2026-07", "held 2026-07")
}

// A scheduler stops a run that takes too long, and does so with each.
func TestARunThatIsStoppedTellsThatInAMoment(t *testing.T) {
	w := newNotified(t)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	tell := func(run *DueRun) {
		w.ws.notifyWithin(stopped, eventsOf(run), slog.New(slog.NewTextHandler(&w.log, nil)), w.limits)
	}
	tell(failedAugust(noon, ExitSurroundings, "the run was stopped before it ended"))
	if list, _ := w.hook.since(); len(list) != 1 {
		t.Errorf("told %q; the log:\n%s", list, &w.log)
	}
	w.limits.stopped = 200 * time.Millisecond
	held := make(chan struct{})
	w.hook.set(func(http.ResponseWriter, int) { <-held })
	tell(failedAugust(noon, ExitRefused, "no rates"))
	close(held)
	w.logged("no time was left to tell the webhook; the next run tells it", "waiting=1")
	w.waiting(1)
}

// A run may pull for hours before it has anything to tell.
func TestARequestIsDatedWhenItIsSent(t *testing.T) {
	w := newNotified(t)
	run := closedJuly()
	got := w.tell(run, noon.Add(6*time.Hour), "closed 2026-07", "held 2026-07")
	if stamp := got[0].head.Get("X-Fleetpay-Timestamp"); stamp != "1785952800" || got[0].Event.At != "2026-08-05T12:00:00Z" { // 18:00
		t.Errorf("the timestamp is %s, the event's time %s", stamp, got[0].Event.At)
	}
}

func TestWhatIsRefusedForAWeekIsLaidAside(t *testing.T) {
	w := newNotified(t)
	w.hook.set(func(rw http.ResponseWriter, n int) {
		if n == 1 { // the close, which stays refused alone
			rw.WriteHeader(http.StatusGone)
		}
	})
	w.tell(closedJuly(), noon, "closed 2026-07", "held 2026-07") // the second is not held up by the first
	w.waiting(1)
	w.hook.answers(http.StatusGone)
	w.log.Reset()
	w.tell(&DueRun{}, noon.Add(7*dayLength-time.Second), "closed 2026-07")
	w.waiting(1)
	w.logged("the webhook refuses an event; the next run tries again")
	w.tell(&DueRun{}, noon.Add(7*dayLength), "closed 2026-07")
	w.waiting(0)
	w.logged("level=ERROR", "has refused an event since 2026-08-05T12:00:00Z, so it is kept and not tried any more", "HTTP status 410 (Gone)")
	w.tell(&DueRun{}, noon.Add(8*dayLength))
	kept := 0
	for name := range w.outboxFiles() {
		if strings.HasPrefix(name, "refused/20260805T120000Z-2026-07-closed-") {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("the outbox holds %v", w.outboxFiles())
	}
}

func TestWithoutAWebhookNothingIsKept(t *testing.T) {
	w := newNotified(t)
	w.ws.notify.Webhook = nil
	w.tell(closedJuly(), noon)
	if exists(closes{w.ws.Closes}.outbox()) {
		t.Error("there is an outbox")
	}
}

func TestASecretThatIsNotSetKeepsTheEvents(t *testing.T) {
	w := newNotified(t)
	t.Setenv("FLEETPAY_TEST_SIGNING", "")
	w.tell(closedJuly(), noon)
	w.waiting(2)
	w.logged("the webhook can't be told; what is new waits for the next run", "the environment variable FLEETPAY_TEST_SIGNING is empty; put the secret there")
	t.Setenv("FLEETPAY_TEST_SIGNING", signingKey)
	w.tell(&DueRun{}, noon.Add(time.Hour), "closed 2026-07", "held 2026-07")
}
