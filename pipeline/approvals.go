package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"fleetpay/pipeline/signing"
	"fleetpay/rules"
)

// Approvals are the signatures over a closed period, as they stand at one time.
type Approvals struct {
	Needed  int        `json:"needed"`  // distinct people; 0: fleetpay.yaml does not say
	Counted []Approval `json:"counted"` // by name
	Others  []Approval `json:"others"`  // that do not count, each with its reason

	period  rules.Period
	signers []byte // of the list that they were held against
	listed  int    // people whom the list names, other than who prepared the close
	bounded bool   // the list names no more than them
}

// Approval is a signature over a closed period's SHA256SUMS.
type Approval struct {
	Approver string `json:"approver"`
	Key      string `json:"key"`           // SHA256:…; "" when the signature does not hold
	File     string `json:"file"`          // its path
	Why      string `json:"why,omitempty"` // why it does not count

	signature []byte
}

// keyDigits is how many digits of the hash of SHA256SUMS a signature's name
// bears: a close that was withdrawn and made again asks for new approvals, and
// the old ones stay beside them.
const keyDigits = 16

// largestSignature is far more than an armored signature takes.
const largestSignature = 64 << 10

// signatureName is alice@example.org.0123456789abcdef.sig.
var signatureName = regexp.MustCompile(`^(.+)\.([0-9a-f]{16})\.sig$`)

func (c closes) approvalFile(p rules.Period, approver, hash string) string {
	return filepath.Join(c.dir, p.String()+approvalsSuffix, approver+"."+hash[:keyDigits]+".sig")
}

// signersList reads the list of who may approve.
func (ws *Workspace) signersList() (*signing.Signers, []byte, error) {
	if ws.Paying.Needed == 0 {
		return nil, nil, refuse("%s: does not say who approves payments; write under payments:\n"+
			"    approvals: {signers: allowed_signers, needed: 2}\n"+
			"  and list each approver's SSH key in that file, as ssh-keygen -Y verify reads it", filepath.Join(ws.Dir, configName))
	}
	data, err := readPlain(ws.Paying.Signers)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, refuse("%s: there is no such file; list each approver's SSH key in it, a line each: NAME KEY-TYPE KEY", ws.Paying.Signers)
	}
	if err != nil {
		return nil, nil, err
	}
	signers, err := signing.ParseSigners(ws.Paying.Signers, data)
	return signers, data, refused(err)
}

// approvalsOf reads and verifies the approvals of a closed period, at an instant:
// a key that has expired by then signs nothing any more.
func (ws *Workspace) approvalsOf(m *paidMonth, at time.Time) (*Approvals, error) {
	a := &Approvals{Needed: ws.Paying.Needed, Counted: []Approval{}, Others: []Approval{}, period: m.period}
	if ws.Paying.Needed == 0 {
		return a, nil
	}
	signers, list, err := ws.signersList()
	if err != nil {
		return nil, err
	}
	a.signers = list
	sums, err := readKept(filepath.Join(m.dir, sumsName))
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(ws.Closes, m.period.String()+approvalsSuffix)
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, inFolder(dir, err)
	}
	var valid []signing.Approval
	byName := map[string]Approval{}
	for _, e := range entries {
		one, err := readApproval(m.period, signers, filepath.Join(dir, e.Name()), m.hash, sums, at)
		if err != nil {
			return nil, err
		}
		if one.Why != "" {
			a.Others = append(a.Others, one)
			continue
		}
		byName[one.Approver] = one
		valid = append(valid, signing.Approval{Principal: one.Approver, Fingerprint: one.Key})
	}
	a.listed, a.bounded = signers.Listed(m.record.PreparedBy)
	_, counted := signers.Count(valid, m.record.PreparedBy)
	for _, c := range counted {
		one := byName[c.Principal]
		if one.Why = c.Why; one.Why == "" {
			a.Counted = append(a.Counted, one)
		} else {
			a.Others = append(a.Others, one)
		}
	}
	return a, nil
}

// readApproval verifies one file of the approvals; Why says what is wrong with it.
func readApproval(p rules.Period, signers *signing.Signers, path, hash string, sums []byte, at time.Time) (Approval, error) {
	one := Approval{File: path}
	name := signatureName.FindStringSubmatch(filepath.Base(path))
	if name == nil {
		one.Why = "is no approval; move it away"
		return one, nil
	}
	one.Approver = name[1]
	data, err := readPlainUpTo(path, largestSignature)
	var no *Refusal
	if errors.As(err, &no) {
		one.Why = "is no file that a signature can be in; move it away"
		return one, nil
	}
	if err != nil {
		return one, err
	}
	one.signature = data
	if name[2] != hash[:keyDigits] {
		one.Why = fmt.Sprintf("is over another close of this period than the one that is there; approve this one: %s", approveAgain(p.String()))
		return one, nil
	}
	if one.Key, err = signers.Verify(one.Approver, sums, data, at); err != nil {
		one.Key, one.Why = "", err.Error()
	}
	return one, nil
}

// Standing says how far the approvals are: 1 of 2 approvals.
func (a *Approvals) Standing() string {
	if a.Needed == 0 {
		return "nobody is named who approves payments"
	}
	return fmt.Sprintf("%d of %s", len(a.Counted), count(a.Needed, "approval"))
}

// approveAgain is the command with which one more person approves.
func approveAgain(period string) string {
	return fmt.Sprintf("fleetpay approve %s --as NAME --key FILE", period)
}

// enough refuses to pay on too few approvals, and says what is wrong with those
// that do not count.
func (a *Approvals) enough(ws *Workspace) error {
	if a.Needed == 0 {
		_, _, err := ws.signersList() // says what to write
		return err
	}
	if len(a.Counted) >= a.Needed {
		return nil
	}
	text := fmt.Sprintf("%s: %s; ask for more: %s", a.period, a.Standing(), approveAgain(a.period.String()))
	if a.bounded && a.listed < a.Needed {
		text = fmt.Sprintf("%s: %s, and %s names only %s who may approve this close; list the others there, or mend needed under payments: approvals in %s",
			a.period, a.Standing(), ws.Paying.Signers, persons(a.listed), filepath.Join(ws.Dir, configName))
	}
	for _, one := range a.Others {
		text += fmt.Sprintf("\n  %s: does not count: %s", one.File, one.Why)
	}
	return refuse("%s", text)
}

// persons words a number of people: 1 person, 3 people.
func persons(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}
