package outputs

import (
	"encoding/binary"
	"maps"
	"slices"
	"testing"
)

// madeFont builds a font file of boxes: the glyph of the n-th character is a box
// of n × 10 + 500 units, so that no two are alike. A change may alter a table
// before the file is put together.
func madeFont(characters string, change func(tables map[string][]byte)) []byte {
	put16 := func(b []byte, values ...int) []byte {
		for _, v := range values {
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
		return b
	}
	runes := []rune(characters)
	var glyf, hmtx []byte
	var ends = []int{0}
	var pairs []charRange
	for i := range len(runes) + 1 { // 0 stands for a missing character
		side := 500 + 10*i
		box := put16(nil, 1, 50, 0, 50+side, side, 3, 2) // a contour of four points, with two bytes of instructions
		box = append(box, 0x4F, 0x4F, 1, 1, 1, 1)        // no points of a short form
		box = put16(box, 50, side, 0, -side)             // to the right and back
		box = put16(box, 0, 0, side, 0)                  // and up
		glyf = append(glyf, box...)
		ends = append(ends, len(glyf))
		hmtx = put16(hmtx, 1000, 50)
		if i > 0 {
			pairs = append(pairs, charRange{first: runes[i-1], last: runes[i-1], glyph: i})
		}
	}
	loca, long := locations(ends)
	head := make([]byte, 54)
	copy(head[18:], put16(nil, 1000)) // units per em
	copy(head[36:], put16(nil, 0, 0, 1000, 1000))
	copy(head[50:], put16(nil, long))
	hhea := make([]byte, 36)
	copy(hhea[4:], put16(nil, 900, -100))
	copy(hhea[34:], put16(nil, len(runes)+1))
	maxp := make([]byte, 32)
	copy(maxp, put16(nil, 1, 0, len(runes)+1))
	tables := map[string][]byte{
		"OS/2": make([]byte, 96), "cmap": writeCharMap(pairs), "fpgm": {0x4F}, "glyf": glyf, "head": head,
		"hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": maxp,
	}
	if change != nil {
		change(tables)
	}
	if len(tables["head"]) < 54 {
		return putTogether(tables)
	}
	return writeTables(tables)
}

// putTogether is for tables that are not whole.
func putTogether(tables map[string][]byte) []byte {
	file := binary.BigEndian.AppendUint16([]byte{0, 1, 0, 0}, uint16(len(tables)))
	file = append(file, make([]byte, 6)...)
	at := fontHead + fontEntry*len(tables)
	var body []byte
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		file = append(file, name...)
		file = append(file, 0, 0, 0, 0)
		file = binary.BigEndian.AppendUint32(file, uint32(at+len(body)))
		file = binary.BigEndian.AppendUint32(file, uint32(len(tables[name])))
		body = append(body, tables[name]...)
	}
	return append(file, body...)
}

// aComposite makes the glyph of the first character one that is made of those of
// the second and the third, with instructions.
func aComposite(tables map[string][]byte) {
	parts := []byte{
		0xFF, 0xFF, 0, 50, 0, 0, 4, 0, 4, 0,
		0, argumentsAreWords | moreComponents, 0, 2, 0, 10, 0, 20,
		1, oneScale, 0, 3, 30, 40, 0x40, 0, // the high byte: it has instructions
		0, 2, 0x4F, 0x4F,
	}
	at := len(tables["glyf"]) / (len(tables["loca"])/2 - 1) // where the first character's glyph begins
	tables["glyf"] = slices.Concat(tables["glyf"][:at], parts, tables["glyf"][2*at:])
	for i := 2; 2*i < len(tables["loca"]); i++ {
		loca := tables["loca"][2*i:]
		binary.BigEndian.PutUint16(loca, binary.BigEndian.Uint16(loca)+uint16((len(parts)-at)/2))
	}
}

func TestAMadeFontIsOne(t *testing.T) {
	for _, file := range [][]byte{madeFont("节点𠮷", nil), madeFont("ĀBC", aComposite)} {
		if err := CheckFont("made.ttf", file); err != nil {
			t.Error(err)
		}
	}
}
