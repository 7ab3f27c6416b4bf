package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"

	"fleetpay/pipeline/signing"
	"fleetpay/rules"
)

// ApproveOptions says who approves, with what, and when. Exactly one of Key and
// Signature is given.
type ApproveOptions struct {
	As         string // the approver's name in the list of allowed signers
	Key        string // file of the SSH key that signs; a .pub file means the SSH agent
	Signature  string // file of a signature made elsewhere
	Passphrase func() ([]byte, error)
	At         time.Time
	Progress   func(Progress)
}

// Approved is an approval that was just given, or was there already.
type Approved struct {
	Period   string `json:"period"`
	Approver string `json:"approver"`
	Key      string `json:"key"`
	File     string `json:"file"`
	Already  bool   `json:"already"` // nothing was written
	Payments int    `json:"payments"`
	Amount   string `json:"amount"`
	Sums     string `json:"sha256sums"` // SHA-256 of what was signed
	Needed   int    `json:"needed"`
	Counted  int    `json:"counted"` // approvals that count, this one among them
	Standing string `json:"-"`
}

// Approve signs a closed period. Before that it recomputes the period from its
// own folder: nobody signs what the inputs do not give. The signature is written
// once it verifies, and only if it counts.
func Approve(ctx context.Context, ws *Workspace, p rules.Period, opt ApproveOptions) (*Approved, error) {
	if err := signing.SafeName(opt.As); err != nil {
		return nil, &UsageError{fmt.Errorf("--as: %w", err)}
	}
	c, release, err := hold(ws.Closes, "approve "+p.String())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.mustBeClosed(p); err != nil {
		return nil, err
	}
	m, err := c.paidMonth(p)
	if err != nil {
		return nil, err
	}
	signers, _, err := ws.signersList()
	if err != nil {
		return nil, err
	}
	if signing.Prepared(opt.As, m.record.PreparedBy) {
		return nil, refuse("%s: %s prepared this close, and who prepares does not approve; let somebody else approve: %s", p, m.record.PreparedBy, approveAgain(p.String()))
	}
	if _, err := Rerun(ctx, m.dir, opt.Progress); err != nil {
		return nil, err
	}
	a := &approving{c, ws, m, signers, opt}
	return a.sign()
}

// approving is an approval on its way.
type approving struct {
	closes
	ws      *Workspace
	month   *paidMonth
	signers *signing.Signers
	opt     ApproveOptions
}

// sign makes or takes the signature, holds it against the list, and writes it.
func (a *approving) sign() (*Approved, error) {
	sums, err := os.ReadFile(filepath.Join(a.month.dir, sumsName))
	if err != nil {
		return nil, err
	}
	if hashBytes(sums) != a.month.hash {
		return nil, fmt.Errorf("%s: changed while it was approved", filepath.Join(a.month.dir, sumsName))
	}
	signature, err := a.signature(sums)
	if err != nil {
		return nil, err
	}
	if _, err := a.signers.Verify(a.opt.As, sums, signature, a.opt.At); err != nil {
		return nil, refuse("%s: not approved: %w", a.month.period, err)
	}
	file := a.approvalFile(a.month.period, a.opt.As, a.month.hash)
	already, err := a.already(file, sums)
	if err != nil {
		return nil, err
	}
	if !already {
		if err := a.counts(sums, signature, file); err != nil {
			return nil, err
		}
		if err := a.write(file, signature); err != nil {
			return nil, err
		}
	}
	return a.approved(file, already)
}

// signature signs with the key, or reads what was signed elsewhere.
func (a *approving) signature(sums []byte) ([]byte, error) {
	if a.opt.Signature != "" {
		data, err := readPlain(a.opt.Signature)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, refuse("%s: there is no such file; make it with ssh-keygen -Y sign -n %s -f KEY %s",
				a.opt.Signature, signing.Namespace, filepath.Join(a.month.dir, sumsName))
		}
		return data, err
	}
	key, closer, err := signing.LoadKey(a.opt.Key, a.opt.Passphrase)
	if err != nil {
		return nil, refused(err)
	}
	defer closer.Close()
	fingerprint := ssh.FingerprintSHA256(key.PublicKey())
	if len(a.signers.Holders(fingerprint)) == 0 {
		return nil, refuse("%s: its key %s is not in %s; list it there, or sign with one that is", a.opt.Key, fingerprint, a.ws.Paying.Signers)
	}
	data, err := signing.Sign(key, sums)
	return data, refused(err)
}

// already tells whether this approver has approved these bytes.
func (a *approving) already(file string, sums []byte) (bool, error) {
	data, err := readPlainUpTo(file, largestSignature)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, inFolder(file, err)
	}
	if _, err := a.signers.Verify(a.opt.As, sums, data, a.opt.At); err != nil {
		return false, refuse("%s: is there and does not hold: %w; find out who changed it, and move it away", file, err)
	}
	return true, nil
}

// counts refuses an approval that would not count, and says why.
func (a *approving) counts(sums, signature []byte, file string) error {
	before, err := a.ws.approvalsOf(a.month, a.opt.At)
	if err != nil {
		return err
	}
	key, err := a.signers.Verify(a.opt.As, sums, signature, a.opt.At)
	if err != nil {
		return refused(err)
	}
	var valid []signing.Approval
	for _, one := range before.Counted {
		valid = append(valid, signing.Approval{Principal: one.Approver, Fingerprint: one.Key})
	}
	people, counted := a.signers.Count(append(valid, signing.Approval{Principal: a.opt.As, Fingerprint: key}), a.month.record.PreparedBy)
	if people > len(before.Counted) {
		return nil
	}
	return refuse("%s: %s's approval would not count: %s", a.month.period, a.opt.As, counted[len(counted)-1].Why)
}

// write puts the signature in its place, whole or not at all.
func (a *approving) write(file string, signature []byte) error {
	staging := filepath.Join(a.dir, stagingPrefix+filepath.Base(file))
	if err := replaceFrom(staging, file, signature, 0); err != nil {
		return err
	}
	return syncPath(a.dir)
}

// approved says where the approvals stand now.
func (a *approving) approved(file string, already bool) (*Approved, error) {
	now, err := a.ws.approvalsOf(a.month, a.opt.At)
	if err != nil {
		return nil, err
	}
	for _, one := range slices.Concat(now.Counted, now.Others) {
		if one.File == file {
			control := a.month.manifest.Control
			return &Approved{
				a.month.period.String(), one.Approver, one.Key, file, already, control.Count, control.Amount,
				a.month.hash, now.Needed, len(now.Counted), now.Standing(),
			}, nil
		}
	}
	return nil, fmt.Errorf("%s: can't be read back", file)
}
