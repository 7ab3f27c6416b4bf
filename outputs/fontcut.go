package outputs

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"slices"

	"github.com/jung-kurt/gofpdf"
)

// neededTables are the tables that a reader of PDF needs of an embedded
// TrueType font, in the order of their names. The others are names, metrics for
// desktops, and the programs of hints: readers that set text at a screen's
// resolution smooth it, and print has no use for hints. They would be more than
// half of the file.
var neededTables = []string{"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"}

// cutGlyphs cuts a font down to some characters and to what a PDF needs.
func cutGlyphs(ttf []byte, characters string) []byte {
	cut := readTables(gofpdf.UTF8CutFont(ttf, characters))
	tables := map[string][]byte{}
	for _, name := range neededTables {
		tables[name] = slices.Clone(cut[name])
	}
	tables["glyf"], tables["loca"] = dropHints(cut)
	return writeTables(tables)
}

// dropHints returns the tables glyf and loca without the glyphs' instructions.
func dropHints(font map[string][]byte) (glyf, loca []byte) {
	const headLocaFormat, maxpGlyphs, contours = 50, 4, 10 // offsets of a field, and where a glyph's contours begin
	if at16(font["head"], headLocaFormat) != 0 {
		panic("outputs: a cut font is larger than its short offsets reach") // the fonts are part of the program
	}
	for i := range at16(font["maxp"], maxpGlyphs) {
		loca = binary.BigEndian.AppendUint16(loca, uint16(len(glyf)/2))
		outline := font["glyf"][2*at16(font["loca"], 2*i) : 2*at16(font["loca"], 2*i+2)]
		if len(outline) == 0 { // a space
			continue
		}
		n := int(int16(binary.BigEndian.Uint16(outline)))
		if n < 0 {
			panic("outputs: a glyph is made of other glyphs, and its instructions can't be dropped")
		}
		end := contours + 2*n
		glyf = append(glyf, outline[:end]...)
		glyf = append(glyf, 0, 0) // no instructions
		glyf = append(glyf, outline[end+2+at16(outline, end):]...)
		if len(glyf)%2 != 0 {
			glyf = append(glyf, 0)
		}
	}
	return glyf, binary.BigEndian.AppendUint16(loca, uint16(len(glyf)/2))
}

func at16(b []byte, offset int) int { return int(binary.BigEndian.Uint16(b[offset:])) }
func at32(b []byte, offset int) int { return int(binary.BigEndian.Uint32(b[offset:])) }

// The sizes of a font file's head and of an entry of its directory.
const (
	fontHead  = 12
	fontEntry = 16
)

func readTables(font []byte) map[string][]byte {
	tables := map[string][]byte{}
	for i := range at16(font, 4) {
		entry := font[fontHead+fontEntry*i:]
		offset := at32(entry, 8)
		tables[string(entry[:4])] = font[offset : offset+at32(entry, 12)]
	}
	return tables
}

// writeTables puts a font file together from the needed tables.
func writeTables(tables map[string][]byte) []byte {
	const adjustment = 8 // offset of head's checksum of the whole file
	clear(tables["head"][adjustment : adjustment+4])
	count, power, shift := len(neededTables), 1, 0
	for power*2 <= count {
		power, shift = power*2, shift+1
	}
	file := []byte{0, 1, 0, 0}
	for _, n := range []int{count, power * fontEntry, shift, (count - power) * fontEntry} {
		file = binary.BigEndian.AppendUint16(file, uint16(n))
	}
	offset := fontHead + fontEntry*count
	var body []byte
	head := 0
	for _, name := range neededTables {
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
