package outputs

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// OFAC names the currency before each address: "Digital Currency Address - ETH
// 0x…" in a remark or a text, <idType>Digital Currency Address - ETH</idType>
// <idNumber>0x…</idNumber> in the XML list. The advanced XML list numbers the
// names first, <FeatureType ID="345">Digital Currency Address - ETH</FeatureType>,
// and later has <Feature FeatureTypeID="345"> with the address in its
// <VersionDetail>. Lists in text break lines between the words.

// isOFACStyle tells whether a list speaks of a Digital Currency Address, in any
// case, outside the comments of a plain list.
func isOFACStyle(data []byte) bool {
	var p phrase
	for len(data) > 0 {
		var line []byte
		line, data, _ = bytes.Cut(data, []byte("\n"))
		if before, _, ok := bytes.Cut(line, []byte("#")); ok && isListLine(bytes.TrimSpace(before)) {
			line = before
		}
		for start, end := nextWord(line, 0); start < end; start, end = nextWord(line, end) {
			if p.next(line[start:end]) {
				return true
			}
		}
	}
	return false
}

// isListLine tells whether what stands before a # is of a plain list, be it
// mistyped: nothing, one word, or what begins with 0x.
func isListLine(before []byte) bool {
	start, end := nextWord(before, 0)
	return is0x(before) || end-start == len(before)
}

// phrase follows the words of a text, and tells when they say Digital Currency
// Address, or Addresses.
type phrase int

func (p *phrase) next(word []byte) bool {
	words := [...]string{"digital", "currency", "address"}
	switch {
	case bytes.EqualFold(word, []byte(words[*p])), *p == 2 && bytes.EqualFold(word, []byte("addresses")):
		*p++
	case bytes.EqualFold(word, []byte(words[0])):
		*p = 1
	default:
		*p = 0
	}
	if int(*p) == len(words) {
		*p = 0
		return true
	}
	return false
}

// nextWord finds the next run of letters, digits and underscores at or after i;
// an empty one at the end.
func nextWord(data []byte, i int) (start, end int) {
	for i < len(data) {
		n, in := wordRune(data[i:])
		if in {
			break
		}
		i += n
	}
	start = i
	for i < len(data) {
		n, in := wordRune(data[i:])
		if !in {
			break
		}
		i += n
	}
	return start, i
}

func wordRune(data []byte) (size int, in bool) {
	if c := data[0]; c < utf8.RuneSelf {
		return 1, c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	r, size := utf8.DecodeRune(data)
	return size, unicode.IsLetter(r) || unicode.IsDigit(r)
}

// ofacList is an OFAC-style list while it is read, once from begin to end.
type ofacList struct {
	name     string
	data     []byte
	line, at int // line is the number of that in which at stands

	words  phrase
	place  wordPlace
	tag    string // with behindTag
	tagged int    // where the name ended, with behindName

	typeID  string            // of the FeatureType that is open
	types   map[string]string // tags by FeatureType ID
	feature string            // FeatureTypeID of the Feature that is open

	list []BlockedWallet
	errs blockedErrors
}

// wordPlace is where the next word stands.
type wordPlace int

const (
	anywhere   wordPlace = iota
	behindName           // of Digital Currency Address, where the tag or the address is to be
	behindTag            // where the address is to be
)

func parseOFAC(name string, data []byte) ([]BlockedWallet, error) {
	o := &ofacList{name: name, data: data, line: 1, types: map[string]string{}}
	for i := 0; i < len(data); {
		if end := markupEnd(data, i); end > i {
			o.markup(i, end)
			i = end
			continue
		}
		size, in := wordRune(data[i:])
		if in {
			start, end := nextWord(data, i)
			o.word(start, end)
			size = end - i
		}
		i += size
	}
	if len(o.list) == 0 && len(o.errs.told) == 0 {
		return nil, fmt.Errorf("%s:%d: the list speaks of digital currency addresses, and there is no 0x address in it to its end; it is cut or another list: get it again", name, o.lineOf(len(data)))
	}
	return o.list, o.errs.join(name, "more words that are no whole address")
}

// word reads a word outside markup.
func (o *ofacList) word(start, end int) {
	w := o.data[start:end]
	stands := o.place
	o.place = anywhere
	if o.words.next(w) {
		o.place, o.tag, o.tagged = behindName, "", end
		o.nameType()
		return
	}
	isTag := !is0x(w) && !is0xMistyped(w) && !gluedAddress(w)
	if stands == behindName && isTag && bytes.ContainsAny(o.data[o.tagged:start], "-:–—") {
		o.place, o.tag = behindTag, shortened(string(w))
		o.nameType()
		return
	}
	o.address(start, end, stands != anywhere)
}

// nameType keeps the tag of the FeatureType that is open.
func (o *ofacList) nameType() {
	if o.typeID != "" {
		o.types[o.typeID] = o.tag
	}
}

// address takes a word if it is an address, and refuses it if it should be one.
func (o *ofacList) address(start, end int, tagged bool) {
	w := o.data[start:end]
	tag := ""
	if tagged {
		tag = o.tag
	}
	switch {
	case isAddress(w):
		o.list = append(o.list, blockedWallet(o.name, o.lineOf(start), w, tag))
	case is0x(w) && isHash(w) && !tagged:
	case is0x(w) && (tagged || nearlyAddress(w) || o.alone(start, end)),
		tagged && is0xMistyped(w),
		gluedAddress(w):
		o.errs.add(o.name, o.lineOf(start), "%q is not a whole address, 0x and 40 hex digits; correct it, or get the list again, best as XML", shortened(string(w)))
	}
}

// isHash tells whether a word is long enough for the hash of a transaction.
func isHash(w []byte) bool {
	const hashDigits = 64
	return len(w) == len("0x")+hashDigits && isHex(w[len("0x"):])
}

// nearlyAddress tells whether a word that begins with 0x is about as long as an
// address, so that it is one that was cut or mistyped. Addresses of other kinds
// don't begin so.
func nearlyAddress(w []byte) bool {
	const off = 6
	n := len(w) - len("0x")
	return n >= addressDigits-off && n <= addressDigits+off
}

// is0xMistyped tells whether a word is the 40 digits of an address behind a 0x
// that lacks its zero or all, or has the letter O in its place.
func is0xMistyped(w []byte) bool {
	head := len(w) - addressDigits
	if head < 0 || !isHex(w[head:]) {
		return false
	}
	for _, typed := range []string{"", "x", "ox"} {
		if bytes.EqualFold(w[:head], []byte(typed)) {
			return true
		}
	}
	return false
}

// gluedAddress tells whether a whole address stands in a word behind something
// else, such as a tag without a space.
func gluedAddress(w []byte) bool {
	for i := 1; i+len("0x")+addressDigits <= len(w); i++ {
		if isAddress(w[i : i+len("0x")+addressDigits]) {
			return true
		}
	}
	return false
}

// alone tells whether a word is all that its line says, but for a comment.
func (o *ofacList) alone(start, end int) bool {
	isSpace := func(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }
	for start > 0 && isSpace(o.data[start-1]) {
		start--
	}
	for end < len(o.data) && isSpace(o.data[end]) {
		end++
	}
	return (start == 0 || o.data[start-1] == '\n') && (end == len(o.data) || o.data[end] == '\n' || o.data[end] == '#')
}

// lineOf numbers the line in which a later place than the last one stands.
func (o *ofacList) lineOf(at int) int {
	o.line += bytes.Count(o.data[o.at:at], []byte("\n"))
	o.at = at
	return o.line
}

// markupEnd returns where the XML markup that begins at i ends, or i when there
// is none: a < that another < follows before a > is text.
func markupEnd(data []byte, i int) int {
	if data[i] != '<' || i+1 == len(data) {
		return i
	}
	if c := data[i+1]; c != '/' && c != '!' && c != '?' && (c|0x20 < 'a' || c|0x20 > 'z') {
		return i
	}
	n := bytes.IndexAny(data[i+1:], "<>")
	if n < 0 || data[i+1+n] == '<' {
		return i
	}
	return i + 1 + n + 1
}

// markup reads markup. It stands between a tag and its address without parting
// them.
func (o *ofacList) markup(from, to int) {
	m := o.data[from:to]
	switch tagName(m) {
	case "FeatureType":
		o.typeID = attribute(m, "ID")
	case "/FeatureType":
		o.typeID, o.place = "", anywhere
	case "Feature":
		o.feature = attribute(m, "FeatureTypeID")
	case "/Feature":
		o.feature = ""
	case "VersionDetail":
		if tag, ok := o.types[o.feature]; ok {
			o.place, o.tag = behindTag, tag
		}
	case "/VersionDetail":
		o.place = anywhere
	}
	for start, end := nextWord(m, 0); start < end; start, end = nextWord(m, end) {
		o.address(from+start, from+end, false)
	}
}

// tagName returns the name in a piece of markup, with / before it when it closes,
// and without its namespace.
func tagName(markup []byte) string {
	name := markup[1 : len(markup)-1]
	if i := bytes.IndexAny(name, " \t\r\n"); i >= 0 {
		name = name[:i]
	}
	closes := bytes.HasPrefix(name, []byte("/"))
	if _, local, ok := bytes.Cut(name, []byte(":")); ok {
		name = local
	} else if closes {
		name = name[1:]
	}
	if closes {
		return "/" + string(name)
	}
	return string(name)
}

// attribute returns what a piece of markup gives an attribute, or "".
func attribute(markup []byte, name string) string {
	for _, field := range bytes.Fields(markup) {
		value, ok := bytes.CutPrefix(field, []byte(name+"="))
		if ok {
			return string(bytes.Trim(value, `"'/>`))
		}
	}
	return ""
}
