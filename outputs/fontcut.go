package outputs

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"slices"
)

// programTables hold what the instructions of a font's glyphs rest on.
var programTables = []string{"cvt ", "fpgm", "prep"}

// cut makes a font file of some characters, which the font has, with what a
// reader of PDF needs of them. Without hints, the glyphs' instructions are left
// out: readers that set text at a screen's resolution smooth it, and print has no
// use for hints. They would be more than half of the file.
func (f *trueType) cut(runes []rune, hints bool) []byte {
	glyphs := []int{0}
	place := map[int]int{0: 0} // in the cut font, by glyph
	add := func(glyph int) {
		if _, there := place[glyph]; !there {
			place[glyph] = len(glyphs)
			glyphs = append(glyphs, glyph)
		}
	}
	for _, r := range runes {
		add(f.glyphOf(r))
	}
	for i := 0; i < len(glyphs); i++ { // which grows
		for c := range components(f.outline(glyphs[i])) {
			add(c.glyph)
		}
	}
	tables := map[string][]byte{}
	if hints {
		for _, name := range programTables {
			if len(f.tables[name]) > 0 {
				tables[name] = f.tables[name]
			}
		}
	}
	var glyf, hmtx []byte
	ends := []int{0}
	for _, g := range glyphs {
		glyf = appendOutline(glyf, f.outline(g), place, hints)
		ends = append(ends, len(glyf))
		advance, bearing := f.metrics(g)
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(advance))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(bearing))
	}
	loca, long := locations(ends)
	tables["glyf"], tables["loca"], tables["hmtx"] = glyf, loca, hmtx
	tables["head"] = slices.Clone(f.tables["head"][:54])
	binary.BigEndian.PutUint16(tables["head"][50:], uint16(long))
	tables["hhea"] = slices.Clone(f.tables["hhea"][:36])
	binary.BigEndian.PutUint16(tables["hhea"][34:], uint16(len(glyphs)))
	tables["maxp"] = slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint16(tables["maxp"][4:], uint16(len(glyphs)))
	byGlyph := map[int]rune{}
	pairs := make([]charRange, len(runes))
	for i, r := range runes {
		pairs[i] = charRange{first: r, last: r, glyph: place[f.glyphOf(r)]}
		byGlyph[pairs[i].glyph] = r
	}
	tables["cmap"] = writeCharMap(pairs)
	tables["post"] = writeNames(len(glyphs), byGlyph)
	return writeTables(tables)
}

// appendOutline copies a glyph's description, with its parts where they are now.
func appendOutline(glyf, outline []byte, place map[int]int, hints bool) []byte {
	from := len(glyf)
	switch {
	case len(outline) == 0: // a space
		return glyf
	case signed16(outline, 0) < 0:
		glyf = append(glyf, outline...)
		end := len(outline)
		for c := range components(outline) {
			part := glyf[from+c.at:]
			binary.BigEndian.PutUint16(part[2:], uint16(place[c.glyph]))
			if !hints {
				binary.BigEndian.PutUint16(part, uint16(c.flags&^hasInstructions))
				end = c.end
			}
		}
		glyf = glyf[:from+end]
	case hints || len(outline) < outlineHead+2*signed16(outline, 0)+2:
		glyf = append(glyf, outline...)
	default:
		end := outlineHead + 2*signed16(outline, 0)
		glyf = append(glyf, outline[:end]...)
		glyf = append(glyf, 0, 0) // no instructions
		glyf = append(glyf, outline[end+2+at16(outline, end):]...)
	}
	return append(glyf, make([]byte, -len(glyf)&1)...)
}

// locations writes where the glyphs are, in the short form if it reaches.
func locations(ends []int) (loca []byte, long int) {
	if ends[len(ends)-1] > 2*0xFFFF {
		for _, end := range ends {
			loca = binary.BigEndian.AppendUint32(loca, uint32(end))
		}
		return loca, 1
	}
	for _, end := range ends {
		loca = binary.BigEndian.AppendUint16(loca, uint16(end/2))
	}
	return loca, 0
}

// writeCharMap writes a table cmap of single characters: the first 65536 in the
// form that every reader knows, and all of them when there are others.
func writeCharMap(pairs []charRange) []byte {
	slices.SortFunc(pairs, func(a, b charRange) int { return int(a.first - b.first) })
	basic := pairs
	for len(basic) > 0 && basic[len(basic)-1].first >= 0xFFFF {
		basic = basic[:len(basic)-1]
	}
	const windows, windowsBasic, windowsFull = 3, 1, 10
	put16 := binary.BigEndian.AppendUint16
	put32 := binary.BigEndian.AppendUint32
	small := format4(basic)
	if len(basic) == len(pairs) {
		head := put32(put16(put16(put16(put16(nil, 0), 1), windows), windowsBasic), 12)
		return append(head, small...)
	}
	small = append(small, make([]byte, -len(small)&3)...)
	table := put32(put16(put16(put16(put16(nil, 0), 2), windows), windowsBasic), 20)
	table = put32(put16(put16(table, windows), windowsFull), uint32(20+len(small)))
	table = append(table, small...)
	table = put32(put32(put32(put16(put16(table, 12), 0), uint32(16+12*len(pairs))), 0), uint32(len(pairs)))
	for _, p := range pairs {
		table = put32(put32(put32(table, uint32(p.first)), uint32(p.last)), uint32(p.glyph))
	}
	return table
}

// format4 has a segment for each stretch of characters and glyphs.
func format4(pairs []charRange) []byte {
	var segments []charRange
	for _, p := range pairs {
		if last := len(segments) - 1; last >= 0 && segments[last].last+1 == p.first &&
			segments[last].glyph+int(p.first-segments[last].first) == p.glyph {
			segments[last].last = p.last
			continue
		}
		segments = append(segments, p)
	}
	segments = append(segments, charRange{first: 0xFFFF, last: 0xFFFF, glyph: 0})
	count, power, shift := searchHead(len(segments))
	words := []int{4, 16 + 8*count, 0, 2 * count, 2 * power, shift, 2 * (count - power)}
	for _, s := range segments {
		words = append(words, int(s.last))
	}
	words = append(words, 0)
	for _, s := range segments {
		words = append(words, int(s.first))
	}
	for _, s := range segments {
		words = append(words, s.glyph-int(s.first))
	}
	words = append(words, make([]int, count)...)
	var b []byte
	for _, w := range words {
		b = binary.BigEndian.AppendUint16(b, uint16(w))
	}
	return b
}

// searchHead is what TrueType's tables say for a binary search: the number of
// entries, the largest power of two in it, and its exponent.
func searchHead(n int) (count, power, shift int) {
	power = 1
	for power*2 <= n {
		power, shift = power*2, shift+1
	}
	return n, power, shift
}

// writeNames writes a table post that names each character's glyph, for readers
// that go by the names of the encoding.
func writeNames(glyphs int, byGlyph map[int]rune) []byte {
	const standard, space = 258, 3 // of the names that need not be written; the one of the space
	b := make([]byte, 32)
	b[1] = 2 // the version: 2.0
	b = binary.BigEndian.AppendUint16(b, uint16(glyphs))
	var names []byte
	written := 0
	for g := range glyphs {
		index := 0 // .notdef, and what only composite glyphs need
		if r, ok := byGlyph[g]; ok && ' ' <= r && r <= '~' {
			index = space + int(r-' ')
		} else if ok {
			index = standard + written
			written++
			name := glyphName(r)
			names = append(append(names, byte(len(name))), name...)
		}
		b = binary.BigEndian.AppendUint16(b, uint16(index))
	}
	return append(b, names...)
}

// writeTables puts a font file together.
func writeTables(tables map[string][]byte) []byte {
	const adjustment = 8 // offset of head's checksum of the whole file
	clear(tables["head"][adjustment : adjustment+4])
	var names []string
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	count, power, shift := searchHead(len(names))
	file := []byte{0, 1, 0, 0}
	for _, n := range []int{count, power * fontEntry, shift, (count - power) * fontEntry} {
		file = binary.BigEndian.AppendUint16(file, uint16(n))
	}
	offset := fontHead + fontEntry*count
	var body []byte
	head := 0
	for _, name := range names {
		if name == "head" {
			head = offset + len(body)
		}
		table := tables[name]
		file = append(file, name...)
		for _, n := range []uint32{checksum(table), uint32(offset + len(body)), uint32(len(table))} {
			file = binary.BigEndian.AppendUint32(file, n)
		}
		body = append(body, table...)
		body = append(body, make([]byte, -len(table)&3)...)
	}
	file = append(file, body...)
	binary.BigEndian.PutUint32(file[head+adjustment:], 0xB1B0AFBA-checksum(file))
	return file
}

// checksum is the sum of a table's 32-bit words.
func checksum(table []byte) (sum uint32) {
	for len(table) >= 4 {
		sum += binary.BigEndian.Uint32(table)
		table = table[4:]
	}
	var last [4]byte
	copy(last[:], table)
	return sum + binary.BigEndian.Uint32(last[:])
}

// deflated compresses as small as it gets; it is done once per page of a font.
func deflated(b []byte) []byte {
	var z bytes.Buffer
	zw, _ := zlib.NewWriterLevel(&z, zlib.BestCompression) // the level is valid
	_, _ = zw.Write(b)                                     // a buffer takes everything
	_ = zw.Close()
	return z.Bytes()
}
