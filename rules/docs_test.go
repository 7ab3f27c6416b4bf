package rules

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

const documentation = "../specs/rules.md"

func readDocumentation(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(documentation)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDocumentationListsEveryKeyAndMeasure(t *testing.T) {
	text := readDocumentation(t)
	made := between(t, between(t, text, "keys", keyTables()), "measures", measureTable())
	if *update {
		if err := os.WriteFile(documentation, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != made {
		t.Errorf("%s does not list what the types and the registry say; run go test ./rules -run TestDocumentation -update", documentation)
	}
}

func TestDocumentationExplainsEveryKeyAndWord(t *testing.T) {
	text, _, _ := strings.Cut(readDocumentation(t), "## All keys")
	explained := func(word string) {
		if !strings.Contains(text, word) {
			t.Errorf("%s does not explain %s", documentation, word)
		}
	}
	for _, v := range vocabulary {
		for i := range v.NumField() {
			if key := v.Field(i).Tag.Get("yaml"); key != "" && key != "-" {
				explained(key)
			}
		}
	}
	for _, words := range [][]string{
		Category("").Allowed(), Payee("").Allowed(), Cadence("").Allowed(), Missing("").Allowed(), DueAfter("").Allowed(),
		ParameterKind("").Allowed(), None("").Allowed(), Unmet("").Allowed(), exitKinds, operatorTiers, partnerTiers,
		Layout("").Allowed(), severities,
		{perOperatorMonth, perNodeMonth, "evenly"},
	} {
		for _, w := range words {
			explained(w)
		}
	}
}

// vocabulary lists the types of a rule file, from the outside in.
var vocabulary = []reflect.Type{
	reflect.TypeFor[Version](), reflect.TypeFor[Due](), reflect.TypeFor[Parameter](), reflect.TypeFor[Rule](),
	reflect.TypeFor[Amount](), reflect.TypeFor[Of](), reflect.TypeFor[Times](), reflect.TypeFor[Mentees](),
	reflect.TypeFor[Condition](), reflect.TypeFor[Exit](), reflect.TypeFor[Window](), reflect.TypeFor[Cap](),
	reflect.TypeFor[Requirement](), reflect.TypeFor[Flag](), reflect.TypeFor[Report](), reflect.TypeFor[SeverityTarget](),
	reflect.TypeFor[Targets](), reflect.TypeFor[Span](),
}

func keyTables() string {
	var b strings.Builder
	for _, v := range vocabulary {
		title := map[string]string{"Version": "The file", "Rule": "An item of rules", "Amount": "amount", "Cap": "An item of caps",
			"Parameter": "An item of parameters", "Requirement": "An item of requirements", "Flag": "An item of flags",
			"Condition": "A condition (in applies, earned, conditions, when, unless)", "Report": "report",
			"SeverityTarget": "An item of severities", "Targets": "targets", "Span": "A range (active_operators)"}[v.Name()]
		if title == "" {
			title = map[string]string{"Due": "due", "Of": "of", "Times": "times", "Mentees": "mentees", "Exit": "exit", "Window": "window"}[v.Name()]
		}
		fmt.Fprintf(&b, "\n### %s\n\n| key | must | what it says |\n|---|---|---|\n", title)
		for i := range v.NumField() {
			f := v.Field(i)
			key := f.Tag.Get("yaml")
			if key == "" || key == "-" {
				continue
			}
			must := ""
			if f.Tag.Get("required") == "true" {
				must = "yes"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", key, must, f.Tag.Get("doc"))
		}
	}
	return b.String()
}

func measureTable() string {
	var b strings.Builder
	b.WriteString("\n| measure | unit | for | dataset | counts | none | definition |\n|---|---|---|---|---|---|---|\n")
	yes := map[bool]string{true: "yes"}
	for _, m := range Measures() {
		unit := string(m.Unit)
		if m.Unit == UnitCount {
			unit = "number"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", m.Name, unit, joinPayees(m.For), m.Dataset, yes[m.Countable], yes[m.None], m.Doc)
	}
	return b.String()
}

// between replaces what stands between two markers of the documentation.
func between(t *testing.T, text, name, with string) string {
	t.Helper()
	begin := fmt.Sprintf("<!-- %s: written by go test ./rules -run TestDocumentation -update -->\n", name)
	end := fmt.Sprintf("<!-- end of %s -->", name)
	before, rest, ok := strings.Cut(text, begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks the markers of %s", documentation, name)
	}
	return before + begin + with + "\n" + end + after
}

// block returns the first block of YAML of the documentation that begins with a
// text.
func block(t *testing.T, begins string) string {
	t.Helper()
	for _, b := range strings.Split(readDocumentation(t), "```yaml\n")[1:] {
		b, _, _ = strings.Cut(b, "```")
		if strings.HasPrefix(b, begins) && strings.Contains(b, "\nrules:\n") {
			return b
		}
	}
	t.Fatalf("%s has no example that begins with %q", documentation, begins)
	return ""
}
