package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fleetpay/rules"
)

// Withdrawal is the record of a close that was taken back, as it lies beside the
// withdrawn folder and as the next close of the period cites it.
type Withdrawal struct {
	Period     string `json:"period"`
	Folder     string `json:"folder"`     // below the closes folder: withdrawn/2026-10-1
	SHA256SUMS string `json:"sha256sums"` // SHA-256 of the folder's SHA256SUMS
	Reason     string `json:"reason"`
	By         string `json:"by"`
	At         string `json:"at"` // RFC 3339, UTC
}

// WithdrawOptions says who takes a close back, why and when.
type WithdrawOptions struct {
	Reason, By string
	At         time.Time
}

// Withdrawn is a close that was just taken back, with the payments that must not
// be made any more.
type Withdrawn struct {
	Withdrawal
	Payments int    `json:"payments"`
	Payable  string `json:"payable"` // US dollars, of all of them
}

// Withdraw moves the latest close aside, whole, and leaves a record beside it.
// It is refused once closes/PERIOD.exports holds a file, which is where payments
// that were given out are recorded: what stands in somebody's hands can only be
// corrected by an adjustment. Nothing else tells whether a payment was made.
func Withdraw(ws *Workspace, p rules.Period, opt WithdrawOptions) (*Withdrawn, error) {
	c, release, err := hold(ws.Closes, "withdraw "+p.String())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.withdrawable(p); err != nil {
		return nil, err
	}
	record, err := readRecord(c.folder(p))
	if err != nil {
		return nil, err
	}
	before, err := c.withdrawals(p)
	if err != nil {
		return nil, err
	}
	n := 1
	for _, w := range before {
		n = max(n, withdrawalNumber(w.Folder)+1)
	}
	for exists(c.withdrawn(p, n)) {
		n++
	}
	sums, err := hashFile(filepath.Join(c.folder(p), sumsName))
	if err != nil {
		return nil, err
	}
	w := Withdrawal{
		Period: p.String(), Folder: fmt.Sprintf("%s/%s-%d", withdrawnName, p, n), SHA256SUMS: sums,
		Reason: opt.Reason, By: opt.By, At: instant(opt.At),
	}
	// Before the close moves: afterwards a try that it outlived would tell of the next.
	if err := c.sweepAttempts(p); err != nil {
		return nil, err
	}
	if err := c.moveAside(p, n, &w); err != nil {
		return nil, err
	}
	return &Withdrawn{w, record.Totals.Payments, record.Totals.Payable}, nil
}

// withdrawable refuses any close but the latest, and one whose payments were
// given out.
func (c closes) withdrawable(p rules.Period) error {
	closed, err := c.list()
	if err != nil {
		return err
	}
	if len(closed) == 0 {
		return refuse("%s: is not closed, nor is any other period", p)
	}
	last := closed[len(closed)-1]
	at, err := c.placeOf(p)
	switch {
	case err == nil && !at.closed, err != nil && !p.Before(last):
		return refuse("%s: is not closed; the latest close is %s", p, last)
	case p != last:
		return refuse("%s: only the latest close, %s, can be withdrawn; correct %s by an adjustment in the open period", p, last, p)
	}
	given, err := c.givenOut(p)
	if err == nil && given != "" {
		err = refuse("%s: payments were given out (%s); correct them by an adjustment in the open period", p, given)
	}
	return err
}

// neverGivenOut refuses to close a period of which payments were given out: its
// close was lost, and another one could pay the same work again.
func (c closes) neverGivenOut(p rules.Period) error {
	given, err := c.givenOut(p)
	if err == nil && given != "" {
		err = refuse("%s: payments of it were given out (%s), but its close is not there; restore %s from a copy", p, given, c.folder(p))
	}
	return err
}

// givenOut says what tells that payments of a period were given out: something in
// its exports, or in its settlement, which nothing but an export leads to. "" when
// nothing does.
func (c closes) givenOut(p rules.Period) (string, error) {
	for _, j := range []journal{c.exports(p), c.settlement(p)} {
		names, err := j.names()
		if err != nil {
			return "", err
		}
		if len(names) > 0 {
			return j.dir() + " holds " + names[0], nil
		}
	}
	return "", nil
}

// moveAside writes the record first and then moves the folder with one rename: a
// record without its folder tells the next run that nothing was withdrawn.
func (c closes) moveAside(p rules.Period, n int, w *Withdrawal) error {
	data, err := marshalRecord(w)
	if err != nil {
		return err
	}
	folder := c.withdrawn(p, n)
	record := folder + ".json"
	if err := replaceFrom(record+partSuffix, record, data, 0); err != nil {
		return err
	}
	if err := os.Rename(c.folder(p), folder); err != nil {
		return err
	}
	if err := syncPath(filepath.Dir(folder)); err != nil {
		return err
	}
	return syncPath(c.dir)
}
