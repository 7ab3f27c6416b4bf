package signing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// cutOptions takes the options from the start of text: all up to the first blank
// outside quotes. Inside them, \" is a quote.
func cutOptions(text string) (given, rest string, err error) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && text[i+1] == '"':
			i++
		case c == '"':
			quoted = !quoted
		case (c == ' ' || c == '\t') && !quoted:
			return text[:i], strings.TrimLeft(text[i:], " \t"), nil
		}
	}
	if quoted {
		return "", "", errors.New(`a quote is not closed; write options as namespaces="a,b"`)
	}
	return text, "", nil
}

// parseOptions reads options with commas between them. Their names may be in any
// case; each may stand once.
func parseOptions(text string) (options, error) {
	var o options
	var seen []string
	for {
		name := strings.ToLower(text[:len(text)-len(strings.TrimLeft(text, letters))])
		text = text[len(name):]
		if slices.Contains(seen, name) {
			return o, fmt.Errorf("%s stands twice; keep one", name)
		}
		seen = append(seen, name)
		switch name {
		case "cert-authority":
			return o, errors.New("cert-authority: certificates are not supported; list each approver's key itself")
		case "namespaces", "valid-after", "valid-before":
		default:
			return o, fmt.Errorf("%s is no option of this file; namespaces, valid-after and valid-before are, and the key comes after them as KEYTYPE KEY", firstOption(name+text))
		}
		value, rest, ok := cutQuoted(text)
		if !ok {
			return o, fmt.Errorf(`%s has no value in quotes; write %s="…"`, name, name)
		}
		if err := o.set(name, value); err != nil {
			return o, err
		}
		if rest == "" {
			break
		}
		if text, ok = strings.CutPrefix(rest, ","); !ok || text == "" {
			return o, fmt.Errorf("%q stands after %s; put one comma between options, none after the last, and a blank before the key", rest, name)
		}
	}
	if !o.after.IsZero() && !o.before.IsZero() && !o.after.Before(o.before) {
		return o, errors.New("valid-before is not later than valid-after; correct one of them")
	}
	return o, nil
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"

// firstOption shows the first of some options, as it is written.
func firstOption(text string) string {
	if end := strings.IndexAny(text, ",= "); end >= 0 {
		text = text[:end]
	}
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	return fmt.Sprintf("%q", text)
}

// cutQuoted takes ="value" from the start of text.
func cutQuoted(text string) (value, rest string, ok bool) {
	if text, ok = strings.CutPrefix(text, `="`); !ok {
		return "", "", false
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == '"':
			i++
			b.WriteByte('"')
		case text[i] == '"':
			return b.String(), text[i+1:], true
		default:
			b.WriteByte(text[i])
		}
	}
	return "", "", false
}

// set takes the value of an option.
func (o *options) set(name, value string) (err error) {
	switch name {
	case "namespaces":
		if value == "" {
			return errors.New("namespaces is empty, so that the key may sign nothing; name " + Namespace + ", or remove the option")
		}
		o.namespaces = parsePatterns(value)
		for _, p := range o.namespaces {
			if len(p.glob) > longestPattern {
				return fmt.Errorf("a namespace of more than %d bytes; shorten it", longestPattern)
			}
		}
	case "valid-after":
		o.after, err = parseTime(name, value)
	case "valid-before":
		o.before, err = parseTime(name, value)
	}
	return err
}

// parseTime reads YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, each with a Z or
// without: nothing here depends on a time zone, so that both are UTC.
func parseTime(name, value string) (time.Time, error) {
	digits := strings.TrimSuffix(value, "Z")
	layout := map[int]string{8: "20060102", 12: "200601021504", 14: "20060102150405"}[len(digits)]
	at, err := time.Parse(layout, digits)
	if layout == "" || err != nil || strings.Trim(digits, "0123456789") != "" || at.Unix() <= 0 {
		return time.Time{}, fmt.Errorf("%s is %q, which is no time after 1970; write 20261105Z, 202611051430Z or 20261105143000Z", name, value)
	}
	return at, nil
}
