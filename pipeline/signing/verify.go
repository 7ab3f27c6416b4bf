package signing

import (
	"fmt"
	"strings"
	"time"
)

// shown is how errors write an instant.
const shown = "2006-01-02 15:04:05Z"

// Verify tells whether armored is principal's signature over message, made in
// Namespace with a key that the list gives to that name and that is valid at the
// instant at. It returns the key's fingerprint (SHA256:…).
func (s *Signers) Verify(principal string, message, armored []byte, at time.Time) (fingerprint string, err error) {
	if err := SafeName(principal); err != nil {
		return "", err
	}
	signature, err := unarmor(armored)
	if err != nil {
		return "", err
	}
	if err := checkKey(signature.PublicKey); err != nil {
		return "", err
	}
	if signature.Namespace != Namespace {
		return "", fmt.Errorf("the signature is for %q and not for %q; %s", signature.Namespace, Namespace, signAgain)
	}
	lines, err := s.linesOf(principal, signature.fingerprint)
	if err != nil {
		return "", err
	}
	if err := signature.covers(message); err != nil {
		return "", fmt.Errorf("the signature of key %s is not over these bytes: what it approved was something else, or one of the two was changed (%w); look at what changed, and then %s",
			signature.fingerprint, err, signAgain)
	}
	for _, e := range lines {
		refusal := s.permits(e, at)
		if refusal == nil {
			return signature.fingerprint, nil
		}
		if err == nil {
			err = refusal
		}
	}
	return "", err
}

// linesOf returns the lines that give a key to a name.
func (s *Signers) linesOf(principal, fingerprint string) ([]entry, error) {
	var lines []entry
	for _, e := range s.entries {
		if e.fingerprint == fingerprint && matches(e.names, principal) {
			lines = append(lines, e)
		}
	}
	if len(lines) > 0 {
		return lines, nil
	}
	if holders := s.Holders(fingerprint); len(holders) > 0 {
		return nil, fmt.Errorf("the signature is of key %s, which %s lists for %s and not for %s; approve under that name, or list the key for %s",
			fingerprint, s.name, strings.Join(holders, ", "), principal, principal)
	}
	return nil, fmt.Errorf("the signature is of key %s, which %s does not list; find out whose it is, and list it for %s only if it is theirs",
		fingerprint, s.name, principal)
}

// permits tells whether a line allows an approval at an instant; both its ends
// belong to the time in which the key is valid.
func (s *Signers) permits(e entry, at time.Time) error {
	switch {
	case e.namespaces != nil && !matches(e.namespaces, Namespace):
		return fmt.Errorf("%s:%d: key %s may not sign approvals; add %s to its namespaces, or sign with another key", s.name, e.line, e.fingerprint, Namespace)
	case !e.after.IsZero() && at.Unix() < e.after.Unix():
		return fmt.Errorf("%s:%d: key %s is not valid before %s, and it is asked for at %s; sign with another key, or correct valid-after",
			s.name, e.line, e.fingerprint, e.after.Format(shown), at.UTC().Format(shown))
	case !e.before.IsZero() && at.Unix() > e.before.Unix():
		return fmt.Errorf("%s:%d: key %s expired at %s, and it is asked for at %s; list a newer key and sign with that",
			s.name, e.line, e.fingerprint, e.before.Format(shown), at.UTC().Format(shown))
	}
	return nil
}
