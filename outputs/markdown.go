package outputs

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// How a document is set as Markdown: lines of prose of at most 80 columns, pipe
// tables whose columns stand under each other, so that it reads as plain text
// too. Charts and calendars are left out: tables say the same.

// proseColumns is the width of a line of prose.
const proseColumns = 80

// widestColumn is how wide a column of a table is made at most. A longer cell
// hangs over, so that one long text does not make every row as long.
const widestColumn = 60

// signatureColumns is the length of a line to be filled in by hand.
const signatureColumns = 40

// writeMarkdown sets blocks one after the other, a blank line between them.
func writeMarkdown(w io.Writer, blocks []block) error {
	b := bufio.NewWriter(w)
	first := true
	for _, x := range blocks {
		text := markdownOf(x)
		if text == "" {
			continue
		}
		if !first {
			fmt.Fprintln(b)
		}
		first = false
		if _, err := b.WriteString(text); err != nil {
			return err
		}
	}
	return b.Flush()
}

// markdownOf sets a block: whole lines, or "" for what Markdown leaves out.
func markdownOf(x block) string {
	var b strings.Builder
	switch x := x.(type) {
	case heading:
		b.WriteString(strings.Repeat("#", x.level) + " " + markdownHeading(x.text) + "\n")
	case prose:
		lead := ""
		if x.tone == caution || x.tone == alarm {
			lead = "> "
		}
		markdownLines(&b, lead, lead, markdownText(x.text))
	case items:
		lead := "- "
		if x.boxes {
			lead = "- [ ] "
		}
		for _, text := range x.texts {
			markdownLines(&b, lead, "  ", markdownText(text))
		}
	case pairs:
		for _, p := range x.list {
			markdownLines(&b, "- ", "  ", markdownText(p.label)+": "+markdownText(p.value))
		}
	case signatures:
		for _, label := range x.labels {
			b.WriteString("- " + markdownText(label) + ": " + strings.Repeat("_", signatureColumns) + "\n")
		}
	case *grid:
		markdownGrid(&b, x)
	case barChart, uptimeChart, calendar:
	default:
		panic(fmt.Sprintf("outputs: no Markdown for a %T", x))
	}
	return b.String()
}

// markdownLines breaks a text at its spaces. A word that is wider than a line
// has a line of its own.
func markdownLines(b *strings.Builder, lead, further, text string) {
	line, width := lead, displayWidth(lead)
	begun, first := false, true
	for _, word := range strings.Fields(text) {
		w := displayWidth(word)
		if begun && width+1+w > proseColumns {
			b.WriteString(line + "\n")
			line, width, begun, first = further, displayWidth(further), false, false
		}
		if begun {
			line += " "
			width++
		} else {
			word = escapeLineStart(word, first)
		}
		line += word
		width += w
		begun = true
	}
	if begun {
		b.WriteString(line + "\n")
	}
}

// markdownGrid sets a table. Groups are rows with their first cell alone, and
// notes a column of their own.
func markdownGrid(b *strings.Builder, g *grid) {
	if g.length == 0 && len(g.foot) == 0 {
		if g.empty != "" {
			markdownLines(b, "", "", markdownText(g.empty))
		}
		return
	}
	rows, noted := markdownRows(g)
	heads := make([]string, len(g.columns))
	right := make([]bool, len(g.columns))
	for i, c := range g.columns {
		heads[i] = markdownText(c.head)
		right[i] = c.form.rightAligned()
	}
	if noted {
		heads, right = append(heads, "Note"), append(right, false)
	}
	widths := make([]int, len(heads))
	for _, row := range append([][]string{heads}, rows...) {
		for i := range widths {
			widths[i] = max(widths[i], min(displayWidth(row[i]), max(g.widest, widestColumn)), 3)
		}
	}
	markdownRow(b, heads, widths, right)
	rule := make([]string, len(widths))
	for i, w := range widths {
		rule[i] = strings.Repeat("-", w)
		if right[i] {
			rule[i] = rule[i][1:] + ":"
		}
	}
	markdownRow(b, rule, widths, right)
	for _, row := range rows {
		markdownRow(b, row, widths, right)
	}
}

// markdownRows lists a grid's rows as cells, with a last one for notes when
// there are any.
func markdownRows(g *grid) (rows [][]string, noted bool) {
	add := func(r gridRow) {
		if r.group != "" {
			row := make([]string, len(g.columns)+1)
			row[0] = markdownText(r.group)
			rows = append(rows, row)
		}
		row := make([]string, len(g.columns)+1)
		for i, text := range r.cells {
			row[i] = markdownText(text)
		}
		row[len(g.columns)] = markdownText(r.note)
		noted = noted || r.note != ""
		rows = append(rows, row)
	}
	for i := range g.length {
		add(g.row(i))
	}
	for _, r := range g.foot {
		add(r)
	}
	return rows, noted
}

func markdownRow(b *strings.Builder, cells []string, widths []int, right []bool) {
	for i, w := range widths {
		pad := strings.Repeat(" ", max(0, w-displayWidth(cells[i])))
		if right[i] {
			b.WriteString("| " + pad + cells[i] + " ")
		} else {
			b.WriteString("| " + cells[i] + pad + " ")
		}
	}
	b.WriteString("|\n")
}
