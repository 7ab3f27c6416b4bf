package pipeline

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"fleetpay/pipeline/signing"
)

// giveOut writes an export of some payees' payments, as the export command does
// when all else permits it, on the approval of one person.
func giveOut(t *testing.T, ws *Workspace, period string, at time.Time, payees ...string) *Exported {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := closes{ws.Closes}
	l, err := c.ledger()
	must(err)
	m := l.months[month(t, period)]
	x := &exporting{closes: c, ws: ws, ledger: l, month: m, judged: l.Judge(), opt: ExportOptions{By: "R. Finance", At: at}}
	for _, p := range paymentsOf(m) {
		switch {
		case !slices.Contains(payees, p.PayeeID):
			x.leftOut = append(x.leftOut, LeftOut{p.ID, "left out by R. Finance"})
		default:
			x.chosen = append(x.chosen, p)
			if x.judged.Standing(p.ID).State == "missing" {
				x.again, x.opt.Reason = append(x.again, p.ID), "the batch was rejected"
			}
		}
	}
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	must(err)
	sums, err := os.ReadFile(filepath.Join(m.dir, sumsName))
	must(err)
	signature, err := signing.Sign(key, sums)
	must(err)
	x.approvals = &Approvals{
		Needed: 1, signers: append([]byte("alice "), ssh.MarshalAuthorizedKey(key.PublicKey())...),
		Counted: []Approval{{Approver: "alice", Key: ssh.FingerprintSHA256(key.PublicKey()), signature: signature}},
	}
	made, err := x.write(nil)
	must(err)
	return made
}
