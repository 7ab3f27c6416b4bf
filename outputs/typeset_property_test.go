package outputs

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawBlocks draws documents with all kinds of blocks, long words and large
// figures.
func drawBlocks(t *rapid.T) []block {
	word := rapid.OneOf(rapid.SampledFrom([]string{"a", "node", "uptime", "n-000001@operator", walletA, "of", "in"}),
		rapid.StringOfN(rapid.RuneFrom([]rune("abcdWim-._0123456789")), 1, 90, -1))
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, rapid.SampledFrom([]int{3, 12, 60}).Draw(t, "longest")).Draw(t, "words"), " ")
	})
	tones := rapid.SampledFrom([]tone{plain, muted, fine, caution, alarm})
	slots := rapid.Custom(func(t *rapid.T) uptimeDay {
		n := rapid.SampledFrom([]int64{0, 0, 1, 17, 1440})
		return uptimeDay{label: "1", up: n.Draw(t, "up"), down: n.Draw(t, "down"), missing: n.Draw(t, "missing"), maintenance: n.Draw(t, "maintenance"),
			incidents: rapid.IntRange(0, 120).Draw(t, "incidents")}
	})
	table := rapid.Custom(func(t *rapid.T) block {
		var columns []gridColumn
		for range rapid.IntRange(1, 12).Draw(t, "columns") {
			columns = append(columns, gridColumn{text.Draw(t, "head"), cellForm(rapid.IntRange(int(textCell), int(instantCell)).Draw(t, "form")), rapid.Float64Range(0, 3).Draw(t, "share")})
		}
		row := rapid.Custom(func(t *rapid.T) gridRow {
			r := gridRow{tone: tones.Draw(t, "tone")}
			for range columns {
				r.cells = append(r.cells, text.Draw(t, "cell"))
			}
			if rapid.Bool().Draw(t, "noted") {
				r.note, r.group = text.Draw(t, "note"), word.Draw(t, "group")
			}
			return r
		})
		g := gridOf(columns, rapid.SliceOfN(row, 0, 12).Draw(t, "rows"))
		g.foot, g.empty = rapid.SliceOfN(row, 0, 2).Draw(t, "foot"), "none"
		return g
	})
	chart := rapid.Custom(func(t *rapid.T) block {
		b := barChart{title: text.Draw(t, "title"), cents: rapid.Bool().Draw(t, "cents")}
		for range rapid.IntRange(1, 4).Draw(t, "series") {
			b.series = append(b.series, "series")
		}
		for range rapid.IntRange(0, 14).Draw(t, "bars") {
			x := bar{label: word.Draw(t, "label"), text: rapid.SampledFrom([]string{"", "1.00", "123456789.00"}).Draw(t, "text")}
			for range b.series {
				x.parts = append(x.parts, rapid.Int64Range(-1e12, 1e14).Draw(t, "part"))
			}
			b.bars = append(b.bars, x)
		}
		return b
	})
	days := rapid.SliceOfN(slots, 0, 31)
	any := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) block { return heading{rapid.IntRange(1, 3).Draw(t, "level"), text.Draw(t, "text")} }),
		rapid.Custom(func(t *rapid.T) block { return prose{text.Draw(t, "text"), tones.Draw(t, "tone")} }),
		rapid.Custom(func(t *rapid.T) block {
			return items{rapid.SliceOfN(text, 0, 5).Draw(t, "items"), rapid.Bool().Draw(t, "boxes")}
		}),
		rapid.Custom(func(t *rapid.T) block {
			var p pairs
			for range rapid.IntRange(0, 9).Draw(t, "pairs") {
				p.list = append(p.list, pair{word.Draw(t, "label"), text.Draw(t, "value")})
			}
			return p
		}),
		rapid.Custom(func(t *rapid.T) block { return signatures{rapid.SliceOfN(text, 0, 5).Draw(t, "labels")} }),
		table, chart,
		rapid.Custom(func(t *rapid.T) block { return uptimeChart{text.Draw(t, "title"), days.Draw(t, "days")} }),
		rapid.Custom(func(t *rapid.T) block {
			var k calendar
			for range rapid.IntRange(0, 90).Draw(t, "nodes") {
				k.rows = append(k.rows, calendarRow{word.Draw(t, "node"), days.Draw(t, "days"), "99.865%"})
			}
			return k
		}),
	)
	return rapid.SliceOfN(any, 0, 8).Draw(t, "blocks")
}

// Whatever a document has, all of it stands between the margins.
func TestAnyDocumentStaysBetweenTheMargins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := drawBlocks(t)
		pdf := pdfOf(t, blocks...)
		pages := readPages(t, pdf)
		const hair = 0.06 // lengths are written in hundredths of a point
		for i, p := range pages {
			for _, s := range p.texts {
				if s.x < marginX-hair || s.right > textRight+hair || s.y-s.size*baselineOff < marginTop-hair || s.y > footerY+small.size {
					t.Fatalf("page %d: %q stands from %.2f to %.2f at %.2f in %.2f points", i+1, s.text, s.x, s.right, s.y, s.size)
				}
			}
			if r := p.reach; r.left < markX-hair || r.right > textRight+hair || r.top < marginTop-hair || r.bottom > footerY {
				t.Fatalf("page %d: lines reach to %+v", i+1, r)
			}
		}
		if !bytes.Equal(pdf, pdfOf(t, blocks...)) {
			t.Fatal("the bytes differ")
		}
	})
}
