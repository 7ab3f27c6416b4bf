package outputs

import (
	"errors"
	"sort"
)

// charMap finds the glyphs of characters: stretches of characters, ascending.
type charMap []charRange

// charRange is a stretch of characters. Its glyphs follow one another from
// glyph on, or, in the older form, are listed.
type charRange struct {
	first, last rune
	glyph       int
	delta       int    // added to what is listed
	list        []byte // from the first character's entry to the table's end; nil without
}

// readCharMap reads a font's table cmap. Of several maps it takes the one with
// the most of Unicode.
func readCharMap(cmap []byte) (charMap, error) {
	broken := damaged(errors.New(`table "cmap" is cut short or out of order`))
	if len(cmap) < 4 || len(cmap) < 4+8*at16(cmap, 2) {
		return nil, broken
	}
	var best []byte
	worth := 0
	for i := range at16(cmap, 2) {
		entry := cmap[4+8*i:]
		platform, encoding, offset := at16(entry, 0), at16(entry, 2), at32(entry, 4)
		if offset+2 > len(cmap) {
			return nil, broken
		}
		const unicodePlatform, windows, windowsBasic, windowsFull = 0, 3, 1, 10
		w := 0
		switch format := at16(cmap, offset); {
		case format == 12 && (platform == windows && encoding == windowsFull || platform == unicodePlatform):
			w = 2
		case format == 4 && (platform == windows && encoding == windowsBasic || platform == unicodePlatform):
			w = 1
		}
		if w > worth {
			best, worth = cmap[offset:], w
		}
	}
	var m charMap
	var ok bool
	switch worth {
	case 0:
		return nil, errors.New("the font does not say which characters its glyphs are (no Unicode map in table cmap); choose another font")
	case 1:
		m, ok = readFormat4(best)
	case 2:
		m, ok = readFormat12(best)
	}
	for i := 1; i < len(m); i++ {
		ok = ok && m[i-1].last < m[i].first
	}
	if !ok {
		return nil, broken
	}
	return m, nil
}

// readFormat4 reads the map of the first 65536 characters. The length that it
// states is not looked at: it has 16 bits, and large fonts have more.
func readFormat4(b []byte) (m charMap, ok bool) {
	if len(b) < 16 {
		return nil, false
	}
	size := at16(b, 6) &^ 1
	ends, starts, deltas, offsets := 14, 16+size, 16+2*size, 16+3*size
	if offsets+size > len(b) {
		return nil, false
	}
	for i := 0; i < size; i += 2 {
		r := charRange{first: rune(at16(b, starts+i)), last: rune(at16(b, ends+i))}
		if r.first == 0xFFFF { // ends every map
			continue
		}
		if r.first > r.last {
			return nil, false
		}
		delta := at16(b, deltas+i)
		if offset := at16(b, offsets+i); offset != 0 {
			r.delta, r.list = delta, b[min(offsets+i+offset, len(b)):]
		} else {
			r.glyph, r.delta = int(r.first), delta
		}
		m = append(m, r)
	}
	return m, true
}

// readFormat12 reads the map of all characters.
func readFormat12(b []byte) (m charMap, ok bool) {
	const head, group = 16, 12
	if len(b) < head || at32(b, 12) > (len(b)-head)/group {
		return nil, false
	}
	for i := range at32(b, 12) {
		g := b[head+group*i:]
		first, last := at32(g, 0), at32(g, 4)
		if first > last || last > 0x10FFFF {
			return nil, false
		}
		m = append(m, charRange{first: rune(first), last: rune(last), glyph: at32(g, 8)})
	}
	return m, true
}

// find gives a character's glyph; 0 for none.
func (m charMap) find(r rune) int {
	i := sort.Search(len(m), func(i int) bool { return m[i].last >= r })
	if i == len(m) || m[i].first > r {
		return 0
	}
	c, n := m[i], int(r-m[i].first)
	switch {
	case c.list == nil && c.delta == 0:
		return c.glyph + n
	case c.list == nil:
		return (c.glyph + n + c.delta) & 0xFFFF
	case 2*n+2 > len(c.list) || at16(c.list, 2*n) == 0:
		return 0
	}
	return (at16(c.list, 2*n) + c.delta) & 0xFFFF
}
