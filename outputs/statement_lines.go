package outputs

import (
	"fmt"
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
// why. Of a line that pays nothing, the reason stands beside it. It is kept on
// one page unless it is taller than a page.
func (s *statementPage) row(l rules.Line, newGroup, ruled bool) {
	c := s.c
	what := s.setLines(lineLabel, lineTitle(l), whatSpan)
	var middle, notes []setLine
	if l.Status == rules.NotEarned {
		what = append(what, s.setLines(lineNote, joinWords(subjectWords(l), l.Basis), whatSpan)...)
		middle = s.setLines(value, l.Reason, basisSpan)
	} else {
		middle = s.setLines(value, l.Basis, basisSpan)
		notes = s.setLines(lineNote, whyWords(l), noteSpan)
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

// whyWords says what a line is about and why it is as it is, without saying
// the first twice.
func whyWords(l rules.Line) string {
	subject := subjectWords(l)
	if strings.HasPrefix(l.Reason, subject) {
		return l.Reason
	}
	return joinWords(subject, l.Reason)
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

func lineTitle(l rules.Line) string {
	if l.Label != "" {
		return l.Label
	}
	return l.Rule
}

// subjectWords says what a line is about: tier:2 is tier 2.
func subjectWords(l rules.Line) string {
	if l.Subject == "" {
		return ""
	}
	kind, name, ok := strings.Cut(l.Subject, ":")
	if ok && slices.Contains([]string{"tier", "region"}, kind) {
		return kind + " " + name
	}
	return "for " + l.Subject
}

// measured sets the figures that an operator's lines rest on.
func (s *statementPage) measured() {
	o := s.st.operator
	if o == nil {
		return
	}
	absent := s.st.month.Facts.Absent
	nodeDays := int64(0)
	for _, d := range o.NodeDays {
		nodeDays += int64(d.Nodes)
	}
	facts := []namedText{{"Node-days", fmt.Sprintf("%d on %d days", nodeDays, len(o.NodeDays))}}
	uptime := "not measured"
	if o.Slots.Expected > 0 {
		uptime = Percentage(o.Slots.Up, o.Slots.Expected) + "%"
	}
	facts = append(facts, namedText{"Uptime", uptime},
		namedText{"Slots up of expected", fmt.Sprintf("%d of %d", o.Slots.Up, o.Slots.Expected)},
		namedText{"Down · missing · maintenance", fmt.Sprintf("%d · %d · %d", o.Slots.Down(), o.Slots.Missing, o.Slots.Maintenance)})
	c := s.c
	c.y += sectionGap
	c.ensure(section.leading + 8 + 2*(label.leading+value.leading) + 8)
	c.at(marginX, c.y, section, "Measured in "+monthName(s.st.month.Period))
	c.y += section.leading + 4
	s.columns(facts)
	facts = nil
	if !absent["incidents"] {
		facts = append(facts, namedText{"Incidents (critical)", fmt.Sprintf("%d (%d)", o.Incidents.Count, o.Critical.Count)},
			namedText{"Unanswered", fmt.Sprint(o.Incidents.Unanswered)})
	}
	if !absent["tasks"] {
		t := o.Tasks
		facts = append(facts, namedText{"Tasks succeeded", fmt.Sprintf("%d of %d", t.Succeeded, t.Succeeded+t.Failed+t.Expired)})
	}
	if !absent["trainings"] {
		facts = append(facts, namedText{"Training hours", o.TrainingHours.String()})
	}
	if len(facts) > 0 {
		for len(facts) < 4 {
			facts = append(facts, namedText{})
		}
		c.y += 6
		s.columns(facts)
	}
}
