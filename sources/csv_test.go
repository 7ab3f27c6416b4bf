package sources

import (
	"fmt"
	"strings"
	"testing"
)

const tierHeader = "operator_id,tier,from_on\n"

func TestCSVSaysWhatIsWrong(t *testing.T) {
	const tierColumns = "the columns of tiers are operator_id*, tier*, from_on* (* = required)"
	long := strings.Repeat("x", MaxRecordBytes)
	for _, c := range []struct {
		name, content, want string
		read, bad           int64
	}{
		{"every bad cell of a row, in the dataset's order", "from_on,tier,operator_id\n2026-02-30,4,a b\nx,1,ok\n2026-01-01,3,ok\n", `
data/t.csv:2: operator_id: "a b" is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit
data/t.csv:2: tier: "4" is not allowed; write 1, 2 or 3
data/t.csv:2: from_on: "2026-02-30" is not a date; write it as 2026-10-05
data/t.csv:3: from_on: "x" is not a date; write it as 2026-10-05`, 3, 2},
		{"a required cell that is empty", tierHeader + "a,,2026-01-01\n", `
data/t.csv:2: tier: empty; every row needs one`, 1, 1},
		{"a line of commas alone", tierHeader + ",,\n", `
data/t.csv:2: operator_id: empty; every row needs one
data/t.csv:2: tier: empty; every row needs one
data/t.csv:2: from_on: empty; every row needs one`, 1, 1},
		{"empty lines are no rows, and lines stay true", "\n\r\n" + tierHeader + "\r\n\na,1,x\n\n", `
data/t.csv:6: from_on: "x" is not a date; write it as 2026-10-05`, 1, 1},
		{"a line of blanks is one", tierHeader + "  \n", `
data/t.csv:2: 1 instead of 3 cells; write one per column of the header`, 1, 1},
		{"a short and a long record; the next goes on", tierHeader + "a,1\na,1,2026-01-01,more\nb,1,2026-01-01\n", `
data/t.csv:2: 2 instead of 3 cells; write one per column of the header
data/t.csv:3: 4 instead of 3 cells; write one per column of the header, and in quotes what holds a comma`, 3, 2},
		{"a bare quote", tierHeader + "a\"b,1,2026-01-01\nb,1,2026-01-01\n", `
data/t.csv:2: a quote stands inside a cell that is not quoted; quote the whole cell and double the quote: "12"" rack"`, 2, 1},
		{"text behind a closing quote", tierHeader + "\"a\"b,1,2026-01-01\nb,1,2026-01-01\n", `
data/t.csv:2: text follows a closing quote; double a quote that belongs to the cell: "12"" rack"`, 2, 1},
		{"a forgotten quote that another one closes", tierHeader + "\"a,1,2026-01-01\nb,1,2026-01-01\n\"c\",1,2026-01-01\nd,1,2026-01-01\n", `
data/t.csv:2: text follows a closing quote; double a quote that belongs to the cell: "12"" rack" (the record runs on to line 4)`, 2, 1},
		{"a quote that never closes", tierHeader + "a,1,2026-01-01\nb,1,\"2026-01-01\nc,1,2026-01-01\n", `
data/t.csv:3: a quote opened on this line is never closed; close it`, 1, 0},
		{"a second quote that never closes, behind a cell of two lines", tierHeader + "\"a\nb\",1,\"2026-01-01\n\n\n", `
data/t.csv:3: a quote opened on this line is never closed; close it`, 0, 0},
		{"doubled quotes do not close", tierHeader + "\"a\"\"\nb\"\"\",\"\"\"", `
data/t.csv:3: a quote opened on this line is never closed; close it`, 0, 0},
		{"a line over the limit", tierHeader + "a,1,2026-01-01\n" + long + "\n", `
data/t.csv:3: the line is longer than 1 MiB (1048576 bytes); is a line end missing?`, 1, 0},
		{"a record over the limit", tierHeader + "\n\"" + strings.Repeat("xxxxxxx\n", MaxRecordBytes/8) + "\",1,2026-01-01\n", `
data/t.csv:3: a quote opened on this line is not closed within 1 MiB (1048576 bytes); close it`, 0, 0},
		{"no header", "", `
data/t.csv:1: the file is empty; its first line must name the columns of tiers: operator_id*, tier*, from_on* (* = required)`, 0, 0},
		{"a byte order mark and empty lines only", "\ufeff\n\n", `
data/t.csv:1: the file is empty; its first line must name the columns of tiers: operator_id*, tier*, from_on* (* = required)`, 0, 0},
		{"everything wrong with a header at once", "operator_id,tier,tier,tear,\n", `
data/t.csv:1: column "tier" stands twice, unknown column "tear", a column has no name, missing column from_on; ` + tierColumns, 0, 0},
		{"a header with blanks", "operator_id, tier,from_on\n", `
data/t.csv:1: unknown column " tier", missing column tier; ` + tierColumns, 0, 0},
		{"semicolons", "operator_id;tier;from_on\na;1;2026-01-01\n", `
data/t.csv:1: the header holds ";" and no comma: the file seems to have it between its cells; save it with commas`, 0, 0},
		{"tabs", "operator_id\ttier\tfrom_on\n", `
data/t.csv:1: the header holds "\t" and no comma: the file seems to have it between its cells; save it with commas`, 0, 0},
		{"a malformed header", "operator_id,ti\"er,from_on\n", `
data/t.csv:1: the header is malformed: a quote stands inside a cell that is not quoted; quote the whole cell and double the quote: "12"" rack"`, 0, 0},
		{"another kind of file", "PAR1xxxx", `
data/t.csv: is Parquet inside; let its name end in .parquet`, 0, 0},
		{"a workbook", "PK\x03\x04xxxx", `
data/t.csv: is a zip archive or a workbook inside; export it as CSV`, 0, 0},
		{"gzip without its ending", gzipped(t, tierHeader), `
data/t.csv: is gzip data inside; let its name end in .gz`, 0, 0},
		{"UTF-16", "\xff\xfeo\x00", `
data/t.csv: is UTF-16; save it as UTF-8`, 0, 0},
		{"UTF-16 without its mark", "o\x00p\x00,\x00\n\x00", `
data/t.csv:1: the header holds the character NUL, as UTF-16 text does; save the file as UTF-8`, 0, 0},
		{"lines that end as they once did", "operator_id,tier,from_on\ra,1,2026-01-01\r", `
data/t.csv:1: the header holds a bare carriage return: the lines seem to end in one; end them with a line feed, or with both`, 0, 0},
		{"a header of another dataset", strings.Repeat("x,", 20) + "y\n", `
data/t.csv:1: unknown column "x", column "x" stands twice` + strings.Repeat(`, column "x" stands twice`, 10) + `, and 12 more; ` + tierColumns, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, "tiers", "t.csv", c.content)
			equal(t, "messages", "\n"+d.said(), c.want)
			if d.counts != (Counts{c.read, c.bad}) || d.counts.Read != int64(len(d.rows))+d.counts.Bad {
				t.Errorf("counts %+v with %d rows, want read %d, bad %d", d.counts, len(d.rows), c.read, c.bad)
			}
		})
	}
}

func TestCSVReadsWhatToolsWrite(t *testing.T) {
	want := "2 n-1|2026-01-01||\n3 n-2|2026-01-01||Rack \"12\",\nrow 3\n5 n-3|2026-01-01|2026-01-31|fra1\n"
	plain := "node_id,active_from,last_active_day,location,operator_id\n" +
		"n-1,2026-01-01,,,north\n" +
		"n-2,2026-01-01,\"\",\"Rack \"\"12\"\",\nrow 3\",north\n" +
		"\"n-3\",2026-01-01,2026-01-31,fra1,north\n"
	for _, c := range []struct{ name, file, content string }{
		{"as it stands", "n.csv", plain},
		{"an ending in capitals", "N.CSV", plain},
		{"a byte order mark", "n.csv", "\ufeff" + plain},
		{"CRLF", "n.csv", strings.ReplaceAll(plain, "\n", "\r\n")},
		{"no last line end", "n.csv", strings.TrimSuffix(plain, "\n")},
		{"a carriage return at the end", "n.csv", strings.TrimSuffix(plain, "\n") + "\r"},
		{"compressed", "n.csv.gz", gzipped(t, plain)},
		{"compressed in two parts", "n.csv.gz", gzipped(t, plain[:80]) + gzipped(t, plain[80:])},
		{"a quoted header", "n.csv", strings.Replace(plain, "node_id", `"node_id"`, 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, "nodes", c.file, c.content)
			equal(t, "messages", d.said(), "")
			var b strings.Builder
			for _, r := range d.rows {
				v := r.Values
				fmt.Fprintf(&b, "%d %s|%s|%s|%s\n", r.Line, v[0].Text, v[2].Text, v[3].Text, v[4].Text)
			}
			equal(t, "rows", b.String(), want)
		})
	}
}

func TestCompressedFilesThatAreDamaged(t *testing.T) {
	rows := tierHeader
	for i := range 200_000 {
		rows += fmt.Sprintf("op-%d,%d,2026-01-%02d\n", i*7919%100_003, i%3+1, i*31%28+1)
		if len(rows) > 200_000 {
			break
		}
	}
	whole := gzipped(t, rows)
	wrongSum := []byte(whole)
	wrongSum[len(wrongSum)-6] ^= 1
	for _, c := range []struct{ name, content, want string }{
		{"cut short", whole[:len(whole)/2], "data/t.csv.gz: the gzip data ends too early, after line *; fetch the file again"},
		{"without its last byte", whole[:len(whole)-1], "data/t.csv.gz: the gzip data ends too early, after line *; fetch the file again"},
		{"another checksum", string(wrongSum), "data/t.csv.gz: the gzip data is damaged after line *; fetch the file again"},
		{"rubbish behind it", whole + "rubbish, and more rubbish", "data/t.csv.gz: the gzip data is damaged after line *; fetch the file again"},
		{"no gzip at all", rows, "data/t.csv.gz: does not begin as gzip data, though it ends in .gz; compress it or rename it"},
		{"nothing", "", "data/t.csv.gz: does not begin as gzip data, though it ends in .gz; compress it or rename it"},
		{"compressed twice", gzipped(t, whole), "data/t.csv.gz: is compressed twice; compress it once"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, "tiers", "t.csv.gz", c.content)
			before, after, cut := strings.Cut(c.want, "*")
			said := d.said()
			if !strings.HasPrefix(said, before) || !strings.HasSuffix(said, after) || !cut && said != c.want {
				t.Errorf("\n got: %s\nwant: %s", said, c.want)
			}
			if d.counts.Read != int64(len(d.rows)) || d.counts.Bad != 0 {
				t.Errorf("counts %+v with %d rows", d.counts, len(d.rows))
			}
		})
	}
}
