package pipeline

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"fleetpay/sources/fetch"
)

// notifyLimits bound what telling a webhook may take of a run.
type notifyLimits struct {
	all     time.Duration // for all that a run sends
	stopped time.Duration // the same, of a run that was stopped: whoever did so kills it soon
	answer  time.Duration // for one answer; all tries fit into all, so that what is wrong is said and not that time is up
	tries   int           // of one event in a run
	refuse  time.Duration // for which a webhook may refuse an event before it is laid aside
}

var usualNotifyLimits = notifyLimits{all: 30 * time.Second, stopped: 5 * time.Second, answer: 8 * time.Second, tries: 3, refuse: 7 * dayLength}

// The headers of a request, beside its Content-Type and User-Agent.
const (
	headerEvent     = "X-Fleetpay-Event"
	headerDelivery  = "X-Fleetpay-Delivery"
	headerTimestamp = "X-Fleetpay-Timestamp"
	headerSignature = "X-Fleetpay-Signature"
)

// Notify tells the configured webhook of events, and of what earlier runs could not
// tell. It files each event in closes/.outbox first, so that none is lost when the
// webhook is away or the run is killed. It has no error, as no close may hang on it:
// what goes wrong is logged. An event that is told already is not told again.
// Without a webhook it does nothing.
func (ws *Workspace) Notify(ctx context.Context, events []Event, log *slog.Logger) {
	ws.notifyWithin(ctx, events, log, usualNotifyLimits)
}

// beginTelling comes before a run closes anything. When a webhook is configured for
// the first time, it notes the closes that are there: nobody is told of them. So any
// that comes later is told, also when its run is killed before it calls [Workspace.Notify].
func (ws *Workspace) beginTelling(log *slog.Logger) {
	if ws.notify.Webhook != nil {
		n := &notifier{ws: ws, box: outbox{closes{ws.Closes}.outbox()}, log: log}
		n.begin(nil)
	}
}

func (ws *Workspace) notifyWithin(ctx context.Context, events []Event, log *slog.Logger, limits notifyLimits) {
	if ws.notify.Webhook == nil {
		return
	}
	n := &notifier{ws: ws, box: outbox{closes{ws.Closes}.outbox()}, log: log, limits: limits}
	release, alone := n.lock()
	defer release()
	n.file(events)
	if !alone {
		log.Info("another run is telling the webhook; it, or the next run, tells what is new")
		return
	}
	n.send(ctx)
}

// notifier is one run's telling.
type notifier struct {
	ws      *Workspace
	box     outbox
	log     *slog.Logger
	limits  notifyLimits
	begun   bool    // there is a folder of what was told
	unfiled []Event // which the disk did not take, in their order; they are sent from memory
}

// problem logs what went wrong, with what the system's own words leave out.
func (n *notifier) problem(what string, err error, more ...any) {
	if advice := Advice(err); advice != "" {
		more = append(more, "advice", advice)
	}
	n.log.Error(what, append([]any{"problem", err.Error()}, more...)...)
}

// send posts what waits, oldest first, while there is time. A webhook that can't be
// reached or is busy is not asked for the next event; one that refuses an event is.
func (n *notifier) send(ctx context.Context) {
	waiting := n.waiting()
	if len(waiting) == 0 {
		return
	}
	hook, err := n.ws.notify.Webhook.open(n.ws.Dir, n.limits)
	if err != nil {
		n.problem("the webhook can't be told; what is new waits for the next run", err, "waiting", len(waiting))
		return
	}
	now, err := Now() // not when the run began, hours ago perhaps: old requests are refused
	if err != nil {
		n.problem("the time can't be told, so the webhook isn't either", err)
		return
	}
	limit := n.limits.all
	if ctx.Err() != nil { // a run that is stopped each time would never tell that
		ctx, limit = context.WithoutCancel(ctx), n.limits.stopped
	}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for i, entry := range waiting {
		err := hook.post(timed, now, entry.Event)
		about := []any{"event", entry.Event.Kind, "period", entry.Event.Period, "delivery", entry.Event.ID}
		var refused fetch.StatusError
		switch {
		case err == nil:
			n.log.Info("told the webhook", about...)
			n.delivered(entry)
		case timed.Err() != nil:
			n.log.Warn("no time was left to tell the webhook; the next run tells it", append(about, "waiting", len(waiting)-i, "host", hook.to.Host)...)
			return
		case errors.As(err, &refused) && (!fetch.MayWorkLater(err) || refused.Status == http.StatusInternalServerError): // one that breaks by this event alone, too
			n.refused(entry, err, now, about)
		default:
			n.problem("the webhook takes nothing now; the next run tries again", err, append(about, "waiting", len(waiting)-i)...)
			return
		}
	}
}

// post sends an event. The errors show of the address the host alone.
func (h *webhook) post(ctx context.Context, now time.Time, e Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	_, err = h.client.Do(ctx, fetch.Request{
		Method: http.MethodPost, URL: h.to.String(), Body: body, Type: "application/json",
		Headers: map[string]string{
			headerEvent: e.Kind, headerDelivery: e.ID, headerTimestamp: stamp, headerSignature: signature(h.key, stamp, body),
		},
	}, nil)
	return err
}

// signature signs a body with the second at which it is sent, so that nobody can send
// an old one again much later.
func signature(key []byte, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
