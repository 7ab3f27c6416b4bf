package signing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/crypto/ssh"
)

// Signers is a list of who may sign, read from a file in the format of
// ssh-keygen's allowed_signers.
type Signers struct {
	name    string // of the file, as its user knows it
	entries []entry
}

// entry is one line: these names may sign with this key.
type entry struct {
	line        int
	principals  string // as written, without quotes
	names       []pattern
	fingerprint string // SHA256:…
	options
}

// options narrow a line down.
type options struct {
	namespaces []pattern // nil: any
	after      time.Time // first instant at which the key is valid; zero: always was
	before     time.Time // last one; zero: for ever
}

const howToList = `write a line as NAME KEYTYPE KEY, with the line of the approver's .pub file after the name`

// ParseSigners reads a list of allowed signers. name is what errors call the file;
// all that is wrong is told at once, each as name:line: ….
//
// Times without a Z, which ssh-keygen reads in the time zone of the machine, are
// UTC here. Certificate authorities are refused, and so are options that are not
// known, weak keys and all that ssh-keygen would pass over in silence.
func ParseSigners(name string, data []byte) (*Signers, error) {
	s := &Signers{name: name}
	var wrong []error
	if strings.Contains(string(data), "PRIVATE KEY-----") {
		return nil, fmt.Errorf("%s: holds a private key; keep that where nobody else reads it, and %s", name, howToList)
	}
	line := 0
	for text := range strings.SplitSeq(string(data), "\n") {
		line++
		text = strings.Trim(strings.TrimSuffix(text, "\r"), " \t")
		if text == "" || text[0] == '#' {
			continue
		}
		e, err := parseEntry(text)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", name, line, err))
			continue
		}
		e.line = line
		s.entries = append(s.entries, e)
	}
	if len(s.entries) == 0 && len(wrong) == 0 {
		return nil, fmt.Errorf("%s: lists nobody; %s", name, howToList)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return s, nil
}

// parseEntry reads a line: names, options if there are any, key, comment.
func parseEntry(text string) (entry, error) {
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\t' || r == '\ufeff' }); i >= 0 {
		return entry{}, errors.New("holds a control character or a byte order mark; save the file as plain text")
	}
	principals, rest, err := cutPrincipals(text)
	if err != nil {
		return entry{}, err
	}
	e := entry{principals: principals, names: parsePatterns(principals)}
	for _, p := range e.names {
		if len(p.glob) > longestPattern {
			return entry{}, fmt.Errorf("a name of more than %d bytes; shorten it", longestPattern)
		}
	}
	if word, _ := cutWord(rest); word != "" && !isKeyType(word) {
		given, after, err := cutOptions(rest)
		if err != nil {
			return entry{}, err
		}
		if e.options, err = parseOptions(given); err != nil {
			return entry{}, err
		}
		rest = after
	}
	switch kind, _ := cutWord(rest); {
	case rest == "":
		return entry{}, errors.New("has no key; " + howToList)
	case !isKeyType(kind):
		return entry{}, fmt.Errorf("%q is no key type, such as ssh-ed25519; %s", kind, howToList)
	}
	key, err := parseKey(rest)
	if err != nil {
		return entry{}, err
	}
	e.fingerprint = ssh.FingerprintSHA256(key)
	return e, nil
}

// cutPrincipals takes the names from the start of a line; quotes may stand around
// all of them.
func cutPrincipals(text string) (principals, rest string, err error) {
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		principals, rest, ok = strings.Cut(quoted, `"`)
		if !ok {
			return "", "", errors.New(`a quote is not closed; write "NAME,NAME" KEYTYPE KEY, or leave the quotes out`)
		}
		if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			return "", "", errors.New("no blank stands after the closing quote; put one there")
		}
		rest = strings.TrimLeft(rest, " \t")
	} else {
		principals, rest = cutWord(text)
	}
	switch {
	case isKeyType(principals):
		return "", "", fmt.Errorf("starts with the key, and has no name; %s", howToList)
	case principals == "":
		return "", "", fmt.Errorf("has an empty name; %s", howToList)
	case strings.ContainsAny(principals, " \t"):
		return "", "", fmt.Errorf("a name with a blank in it matches nobody: %q; put commas between names, and no blanks", principals)
	case strings.Contains(principals, `"`):
		return "", "", errors.New("a quote stands amid the names; put quotes around all of them, or leave them out")
	}
	return principals, rest, nil
}

// Holders returns the names under which a key is listed, as written (patterns may
// be among them), in the order of the file.
func (s *Signers) Holders(fingerprint string) []string {
	var holders []string
	for _, e := range s.entries {
		for _, p := range e.names {
			if e.fingerprint == fingerprint && !p.negated && !slices.Contains(holders, p.glob) {
				holders = append(holders, p.glob)
			}
		}
	}
	return holders
}
