package outputs

import (
	"slices"
	"strings"

	"fleetpay/rules"
)

// paid sets the lines that pay or charge, by category, and their sum.
func (s *statementPage) paid() {
	var lines []rules.Line
	for _, l := range s.st.lines {
		if l.Status != rules.NotEarned {
			lines = append(lines, l)
		}
	}
	c := s.c
	month := monthName(s.st.month.Period)
	s.table("Earned in "+month, "How it is computed", lines)
	if len(lines) == 0 {
		c.at(whatX, c.y, value.in(grey), "No line pays or charges anything.")
		c.y += value.leading + rowPadding
	}
	c.ensure(total.leading + 10)
	c.rule(marginX, textRight, c.y, 0.8, accent)
	c.y += 5
	c.at(whatX, c.y, total, "Earned in "+month)
	c.right(textRight, c.y, total, s.st.payout.Earned.String())
	c.y += total.leading
}

// notEarned sets the lines that pay nothing, with the reason of each.
func (s *statementPage) notEarned() {
	var lines []rules.Line
	for _, l := range s.st.lines {
		if l.Status == rules.NotEarned {
			lines = append(lines, l)
		}
	}
	if len(lines) > 0 {
		s.table("Not earned, and why", "Why", lines)
	}
}

// table sets a heading and lines under it; middle heads the second column. The
// headings come again on each further page.
func (s *statementPage) table(title, middle string, lines []rules.Line) {
	c := s.c
	c.y += sectionGap
	c.ensure(section.leading + tableHead.leading + 80) // never a heading alone at the foot
	c.at(marginX, c.y, section, title)
	c.y += section.leading + 4
	heads := func() {
		c.at(whatX, c.y, tableHead, "What for")
		c.at(basisX, c.y, tableHead, middle)
		c.right(textRight, c.y, tableHead, "Amount, USD")
		c.y += tableHead.leading + 3
		c.rule(marginX, textRight, c.y, 0.8, accent)
		c.y += rowPadding + 2
	}
	heads()
	c.onBreak = func() {
		c.at(marginX, c.y, section, title+" (continued)")
		c.y += section.leading + 4
		heads()
	}
	category := rules.Category("")
	for i, l := range lines {
		newGroup := l.Category != category
		category = l.Category
		s.row(l, newGroup, i > 0)
	}
	c.onBreak = nil
}

// categoryWords heads the lines of a category.
var categoryWords = map[rules.Category]string{
	rules.Base: "Base", rules.Bonus: "Bonuses", rules.Penalty: "Penalties",
	rules.RevenueShare: "Revenue share", rules.Commission: "Commission", rules.Adjusting: "Adjustments",
}

// setLine is a line of text with its face.
type setLine struct {
	face typeface
	text string
}

func (s *statementPage) setLines(f typeface, text string, span float64) []setLine {
	if text == "" {
		return nil
	}
	var lines []setLine
	for _, t := range s.c.wrap(f, text, span) {
		lines = append(lines, setLine{f, t})
	}
	return lines
}

// row sets a line: what it is for, its arithmetic, its amount, and under them
// why. Of a line that pays nothing, the reason and the arithmetic change places. It is kept on
// one page unless it is taller than a page.
func (s *statementPage) row(l rules.Line, newGroup, ruled bool) {
	c := s.c
	what := s.setLines(lineLabel, lineTitle(l), whatSpan)
	basis := s.st.words.basis(l)
	middle, note := s.setLines(value, basis, basisSpan), s.st.words.why(l)
	if l.Status == rules.NotEarned {
		middle, note = s.setLines(value, l.Reason, basisSpan), joinWords(s.st.words.about(l), basis)
	}
	notes := s.setLines(lineNote, note, noteSpan)
	if beside := s.setLines(lineNote, note, whatSpan); len(what)+len(beside) <= len(middle) { // there is room beside
		what, notes = append(what, beside...), nil
	}
	side := max(len(what), len(middle))
	height := float64(side)*lineLabel.leading + float64(len(notes))*lineNote.leading + 2*rowPadding
	if newGroup {
		height += group.leading + rowPadding
	}
	page := c.pdf.PageNo()
	if height < pageHeight-marginTop-marginBottom-60 {
		c.ensure(height)
	}
	ruled = ruled && c.pdf.PageNo() == page // a new page begins with the headings' rule
	if newGroup {
		if ruled {
			c.y += rowPadding
		}
		c.at(whatX, c.y, group, categoryTitle(l.Category))
		c.y += group.leading + 1
	} else if ruled {
		c.rule(marginX, textRight, c.y-rowPadding/2, 0.3, hairCol)
		c.y += rowPadding / 2
	}
	for i := range side {
		c.ensure(lineLabel.leading)
		if i < len(what) {
			c.at(whatX, c.y, what[i].face, what[i].text)
		}
		if i < len(middle) {
			c.at(basisX, c.y, middle[i].face, middle[i].text)
		}
		if i == 0 {
			c.right(textRight, c.y, amountFace(l), l.Amount.String())
		}
		c.y += lineLabel.leading
	}
	for _, n := range notes {
		c.ensure(n.face.leading)
		c.at(whatX, c.y, n.face, n.text)
		c.y += n.face.leading
	}
	c.y += rowPadding
}

func categoryTitle(c rules.Category) string {
	if words := categoryWords[c]; words != "" {
		return words
	}
	return string(c)
}

// joinWords sets texts side by side, and leaves out the empty ones.
func joinWords(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), " · ")
}

func amountFace(l rules.Line) typeface {
	switch {
	case l.Amount.Sign() < 0:
		return amount.in(bad)
	case l.Status == rules.NotEarned:
		return amount.in(grey)
	}
	return amount
}
