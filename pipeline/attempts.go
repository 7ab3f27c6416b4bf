package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"fleetpay/rules"
)

// attemptsName is the folder in which the last try to close a month stands that came
// to nothing, a file per month. No close rests on it.
const attemptsName = ".attempts"

// Attempt is a close that failed: closes/.attempts/PERIOD.json. It stays until the
// month is closed, or tried again. Of a closed month it tells nothing, whatever left it
// there.
type Attempt struct {
	Period   string   `json:"period"`
	At       string   `json:"at"`       // RFC 3339, UTC, whole seconds
	By       string   `json:"by"`       // who ran it
	Status   int      `json:"status"`   // with which the close ended: ExitSurroundings, ExitRefused
	Problems []string `json:"problems"` // what stopped it; at least one
	Rejects  []string `json:"rejects"`  // the first bad rows that it was refused for; they stay where the close ran
	Kept     []string `json:"kept"`     // what was pulled and is there for the next run: folders below the closes folder
}

// largestAttempt is more than what stopped any close takes, in bytes.
const largestAttempt = 1 << 24

func (c closes) attemptFile(p rules.Period) string {
	return filepath.Join(c.dir, attemptsName, p.String()+".json")
}

// attempt reads the last try to close a period that failed; nil when there is none.
func (c closes) attempt(p rules.Period) (*Attempt, error) {
	path := c.attemptFile(p)
	data, err := readPlainUpTo(path, largestAttempt)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, badAttempt(path, p, err)
	}
	a, err := readAttempt(data)
	if err == nil && a.Period != p.String() {
		err = fmt.Errorf("it is of %s", a.Period)
	}
	if err != nil {
		return nil, badAttempt(path, p, err)
	}
	return a, nil
}

// badAttempt says what to do about a file that tells no try. It holds no money and
// no evidence: the next try writes it anew.
func badAttempt(path string, p rules.Period, err error) error {
	return refuse("%s: does not tell how the last try to close %s failed: %w; remove it, and run fleetpay close %s", path, p, err, p)
}

// readAttempt reads a try strictly: what noteAttempt does not write is of another program.
func readAttempt(data []byte) (*Attempt, error) {
	var a Attempt
	if err := strictJSON(data, &a); err != nil {
		return nil, err
	}
	return &a, a.check()
}

// String tells of a try: when it was, and on lines of their own what stopped it.
func (a *Attempt) String() string {
	return fmt.Sprintf("tried at %s by %s: %s", a.At, a.By, strings.Join(append(slices.Clone(a.Problems), a.Rejects...), "\n"))
}

// next is what to do after a try that failed.
func (a *Attempt) next(p rules.Period) string {
	if a.Status == ExitSurroundings {
		return "fleetpay close --due tries again"
	}
	return fmt.Sprintf("once it is mended: fleetpay check %s, then fleetpay close --due", p)
}

// tried lists the periods that have a failed try, in order.
func (c closes) tried() ([]rules.Period, error) {
	entries, err := os.ReadDir(filepath.Join(c.dir, attemptsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var list []rules.Period
	for _, e := range entries {
		p, err := rules.ParsePeriod(strings.TrimSuffix(e.Name(), ".json"))
		if err == nil && e.Name() == filepath.Base(c.attemptFile(p)) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, comparePeriods)
	return list, nil
}

// check refuses what noteAttempt does not write.
func (a *Attempt) check() error {
	p, err := rules.ParsePeriod(a.Period)
	if err == nil && p.String() != a.Period {
		err = fmt.Errorf("%q is not a month; write it as %s", a.Period, p)
	}
	if err != nil {
		return fmt.Errorf("period: %w", err)
	}
	if _, err := readInstant(a.At); err != nil {
		return fmt.Errorf("at: %w", err)
	}
	if a.Status <= ExitDone || a.Status > ExitDiffers {
		return fmt.Errorf("status: %d is not how a close fails", a.Status)
	}
	if len(a.Problems) == 0 {
		return errors.New("problems: nothing says what stopped it")
	}
	return nil
}

// noteAttempt keeps a try that failed in the place of the one before, with what was
// pulled and is kept. Whoever reads it at the same time sees either.
func (c closes) noteAttempt(p rules.Period, a Attempt) error {
	a.Period = p.String()
	kept, err := c.keptPulls(p)
	if err != nil {
		return err
	}
	a.Kept = kept
	if a.Rejects == nil {
		a.Rejects = []string{}
	}
	if err := a.check(); err != nil {
		return fmt.Errorf("the try to close %s: %w", p, err)
	}
	data, err := marshalRecord(a)
	if err != nil {
		return err
	}
	return replaceFile(c.attemptFile(p), data)
}

// pastAttempts lists, of what lies among the tries, what no run needs any more: those
// of months up to the latest close, and what a killed run left of writing one.
func (c closes) pastAttempts(last rules.Period) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(c.dir, attemptsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var past []string
	for _, e := range entries {
		name := attemptName.FindStringSubmatch(e.Name())
		if name == nil {
			continue
		}
		p, err := rules.ParsePeriod(name[1])
		if err == nil && (name[2] != "" || !last.Before(p)) {
			past = append(past, filepath.Join(c.dir, attemptsName, e.Name()))
		}
	}
	return past, nil
}

// attemptName is the name of a try, and of one half written.
var attemptName = regexp.MustCompile(`^(\d{4}-\d{2})\.json(\.[A-Z2-7]+\.part)?$`)

// sweepAttempts removes past tries: a run may be killed when its close is in place and
// its try not forgotten, or the close may have come from elsewhere. The caller holds
// the lock.
func (c closes) sweepAttempts(last rules.Period) error {
	past, err := c.pastAttempts(last)
	if err != nil {
		return err
	}
	for _, file := range past {
		if gone := os.Remove(file); gone != nil {
			err = errors.Join(err, fmt.Errorf("%w; remove it by hand", gone))
		}
	}
	_ = os.Remove(filepath.Join(c.dir, attemptsName)) // unless another month's try is in it
	return err
}

// keptPulls lists what is kept of pulls of a period that broke off, as folders below
// the closes folder, in byte order; never nil.
func (c closes) keptPulls(p rules.Period) ([]string, error) {
	entries, err := os.ReadDir(c.pulled(p))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	kept := []string{}
	for _, e := range entries {
		kept = append(kept, path.Join(pulledName, p.String(), e.Name()))
	}
	return kept, nil
}
