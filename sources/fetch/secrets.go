package fetch

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode"
)

const (
	leastSecret = 3   // bytes; a shorter text would be found in any other
	leastCore   = 8   // characters of base64 that are looked for in the middle of more
	mostShown   = 300 // characters of a server's own words
	hidden      = "…"
)

// Secrets takes texts that nobody may read out of others. It finds them as they
// are, in base64, also within more, and with any character written as URLs, JSON
// or HTML would, one within the other, too. The zero value hides nothing.
type Secrets struct {
	texts []string
}

// NewSecrets makes Secrets of texts; one of less than 3 bytes can't be hidden.
func NewSecrets(texts ...string) *Secrets {
	var all []string
	for _, text := range append(slices.Clone(texts), cores(texts)...) {
		if len(text) < leastSecret {
			continue
		}
		all = append(all, text)
		all = append(all, base64Forms(text)...)
	}
	slices.Sort(all)
	return &Secrets{texts: slices.Compact(all)}
}

// cores returns the texts without the blanks and the like around them, which HTTP and
// servers drop.
func cores(texts []string) []string {
	var cores []string
	for _, text := range texts {
		core := strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
		if core != text {
			cores = append(cores, core)
		}
	}
	return cores
}

// base64Forms returns how base64 writes a text alone, and the characters of it
// that stay the same wherever the text stands in a longer one.
func base64Forms(text string) []string {
	var forms []string
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		alone := encoding.EncodeToString([]byte(text))
		forms = append(forms, alone, strings.TrimRight(alone, "="))
		for before := range 3 {
			longer := encoding.EncodeToString(append(make([]byte, before), text...))
			begins, ends := (before*8+5)/6, (before+len(text))*8/6
			if core := longer[begins:ends]; len(core) >= leastCore {
				forms = append(forms, core)
			}
		}
	}
	return forms
}

// Hide puts "…" in the place of each secret.
func (s *Secrets) Hide(text string) string {
	if s == nil || len(s.texts) == 0 {
		return text
	}
	secret := make([]bool, len(text)) // byte by byte
	for _, r := range readingsOf(text) {
		for _, form := range s.texts {
			for at := 0; ; {
				found := strings.Index(r.text[at:], form)
				if found < 0 {
					break
				}
				at += found
				for i := r.spans[at].from; i < r.spans[at+len(form)-1].to; i++ {
					secret[i] = true
				}
				at++ // the next may overlap it
			}
		}
	}
	var b strings.Builder
	for i := range len(text) {
		switch {
		case !secret[i]:
			b.WriteByte(text[i])
		case i == 0 || !secret[i-1]:
			b.WriteString(hidden)
		}
	}
	return b.String()
}

// Line makes a text fit for a message: without secrets, printable and on one line.
func (s *Secrets) Line(text string) string {
	return s.Hide(onePrintableLine(s.Hide(text))) // again, as what is not printable may have parted a secret
}

// Clean makes a server's own words fit for a message: as Line, and short.
func (s *Secrets) Clean(text string) string { return shorten(s.Line(text)) }

// Printable makes a text fit for a message: printable, on one line and at most
// 300 characters long.
func Printable(text string) string { return shorten(onePrintableLine(text)) }

func onePrintableLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "")))
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > mostShown {
		return strings.TrimSpace(string(runes[:mostShown])) + "…"
	}
	return text
}
