package strict

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Problem is one thing that is wrong with a file, at its place.
type Problem struct {
	File    string
	Line    int    // from 1
	Column  int    // from 1, in characters
	Key     string // rules[uptime-bonus].amount.rate; "" for the file as a whole
	Message string // what is wrong; what to do
	Excerpt string // the line, and a caret under the column; "" when there is no such line
}

// String writes `file:line:column: key: what is wrong; what to do` and, below
// it, the excerpt.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	if p.Excerpt != "" {
		b.WriteString("\n" + p.Excerpt)
	}
	return b.String()
}

// Error is everything that is wrong with a file, from its top to its bottom.
type Error struct{ Problems []Problem }

// Error writes all problems, one below the other.
func (e *Error) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}

// excerptWidth is how much of a long line an excerpt shows.
const excerptWidth = 100

// excerpt shows a line of the file with a caret under a column. Of a long line
// it shows the part around the column.
func excerpt(line string, number, column int) string {
	if !utf8.ValidString(line) {
		line = strings.ToValidUTF8(line, "\uFFFD")
	}
	runes := []rune(line)
	for i, r := range runes {
		if r < ' ' || r == 0x7f {
			runes[i] = ' ' // a tab, say: one place wide, so that the caret fits
		}
	}
	at := max(0, min(column-1, len(runes)))
	from := 0
	if at > excerptWidth*3/4 {
		from = at - excerptWidth/2
	}
	to := min(len(runes), from+excerptWidth)
	margin := fmt.Sprintf("%4d | ", number)
	return margin + string(runes[from:to]) + "\n" + strings.Repeat(" ", len(margin)-2) + "| " + strings.Repeat(" ", at-from) + "^"
}

// byPlace sorts problems from the top of the file to its bottom.
func byPlace(problems []Problem) {
	sort.SliceStable(problems, func(i, j int) bool {
		if problems[i].Line != problems[j].Line {
			return problems[i].Line < problems[j].Line
		}
		return problems[i].Column < problems[j].Column
	})
}

// nearest finds the name that was probably meant: one that is few edits away.
func nearest(word string, names []string) (string, bool) {
	best, distance := "", max(1, len(word)/3)
	for _, name := range names {
		if d := edits(word, name, distance); d <= distance && (best == "" || d < distance) {
			best, distance = name, d
		}
	}
	return best, best != ""
}

// Suggest words which names are allowed, the likeliest first: `did you mean
// "rate"?`, or all of them when none is near.
func Suggest(word string, names []string) string {
	if name, ok := nearest(word, names); ok {
		return fmt.Sprintf("did you mean %q?", name)
	}
	if len(names) == 0 {
		return "there is none here"
	}
	return "allowed are " + strings.Join(names, ", ")
}

// edits counts the insertions, deletions and replacements between two words;
// more than limit are not counted exactly.
func edits(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
