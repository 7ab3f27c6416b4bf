package rules

import (
	"fmt"
	"io"
	"strings"
)

// Diff writes what one version changes against another: what is added, what is
// removed and, for what is in both, the sentences that were and the ones that
// are.
func Diff(w io.Writer, a, b Shown) error {
	var out strings.Builder
	fmt.Fprintf(&out, "From %s (%s)\nto   %s (%s)\n", a.Name, a.Title, b.Name, b.Title)
	before, after := a.sections(), b.sections()
	same := true
	for i := range before {
		if changes := diffSection(before[i], after[i]); changes != "" {
			fmt.Fprintf(&out, "\n%s\n%s", before[i].title, changes)
			same = false
		}
	}
	if same {
		out.WriteString("\nNothing differs.\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// diffSection words the changes of a section: what the later version says, in
// its order, then what it no longer says.
func diffSection(before, after section) string {
	var out strings.Builder
	was := map[string]item{}
	for _, i := range before.items {
		was[i.key] = i
	}
	kept := map[string]bool{}
	for _, is := range after.items {
		old, there := was[is.key]
		kept[is.key] = there
		switch {
		case !there:
			out.WriteString(marked("added", is))
		case old.heading != is.heading || strings.Join(old.sentences, "\n") != strings.Join(is.sentences, "\n"):
			out.WriteString(changed(old, is))
		}
	}
	for _, i := range before.items {
		if !kept[i.key] {
			out.WriteString(marked("removed", i))
		}
	}
	if before.numbered {
		out.WriteString(reordered(before.items, after.items))
	}
	return out.String()
}

func marked(mark string, i item) string {
	return fmt.Sprintf("\n  %s: %s\n%s", mark, i.heading, indented("    ", i.sentences))
}

// changed shows both wordings of what differs and leaves out what does not.
func changed(old, is item) string {
	out := "\n  changed: " + is.heading + "\n"
	if old.heading != is.heading {
		out += "    was: " + old.heading + "\n"
		out += "    is:  " + is.heading + "\n"
	}
	return out +
		indented("    was: ", without(old.sentences, is.sentences)) +
		indented("    is:  ", without(is.sentences, old.sentences))
}

func without(list, others []string) []string {
	var rest []string
	for _, s := range list {
		if !isOneOf(s, others) {
			rest = append(rest, s)
		}
	}
	return rest
}

func indented(margin string, sentences []string) string {
	var out string
	for _, s := range sentences {
		out += margin + beneath(strings.Repeat(" ", len(margin)), s) + "\n"
	}
	return out
}

// reordered tells when what is in both stands in another order: lines follow it.
func reordered(before, after []item) string {
	common := func(list, other []item) []string {
		var keys []string
		for _, i := range list {
			for _, j := range other {
				if i.key == j.key {
					keys = append(keys, i.key)
				}
			}
		}
		return keys
	}
	was, is := common(before, after), common(after, before)
	if strings.Join(was, " ") == strings.Join(is, " ") {
		return ""
	}
	return fmt.Sprintf("\n  another order\n    was: %s\n    is:  %s\n", strings.Join(was, ", "), strings.Join(is, ", "))
}
