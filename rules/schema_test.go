package rules

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var update = flag.Bool("update", false, "write the files that are generated")

const schemaFile = "../specs/rules.schema.json"

func TestSchema(t *testing.T) {
	made := Schema()
	if *update {
		if err := os.WriteFile(schemaFile, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != string(made) {
		t.Errorf("%s is not what the types say; run go test ./rules -run TestSchema -update", schemaFile)
	}
}

func TestSchemaAcceptsTheShippedVersionsAndTheExample(t *testing.T) {
	versions, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"plain": []byte(plain)}
	for _, v := range versions {
		files[v.File] = v.Source
	}
	for file, source := range files {
		if problems := validate(t, source); len(problems) > 0 {
			t.Errorf("%s: %s", file, strings.Join(problems, "\n"))
		}
	}
}

func TestSchemaRefusesWhatTheFormTells(t *testing.T) {
	for _, c := range []struct{ name, old, new string }{
		{"an unknown key", "missing: down", "missing: down\ncolour: red"},
		{"a missing key", "title: A version for tests\n", ""},
		{"a category that does not exist", "category: penalty", "category: fine"},
		{"a measure that does not exist", "measure: mean-response", "measure: response"},
		{"a percentage without its sign", "share: 3%", "share: 3"},
		{"a rate and a share", "amount: {rate: 53.00}", "amount: {rate: 53.00, share: 5%}"},
		{"neither of them", "amount: {rate: 53.00}", "amount: {per: mentees}"},
		{"a tier that does not exist", "{1: 99.5%, 2: 99.8%, 3: 99.9%}", "{4: 99.5%}"},
		{"an id in capitals", "id: mentor-bonus", "id: Mentor"},
		{"a word where a list should stand", "tiers: [1]", "tiers: 1"},
	} {
		if !strings.Contains(plain, c.old) {
			t.Fatalf("%q does not stand in the version", c.old)
		}
		if problems := validate(t, []byte(strings.Replace(plain, c.old, c.new, 1))); len(problems) == 0 {
			t.Errorf("%s is accepted", c.name)
		}
	}
}

// validate checks a rule file against the schema, for the keywords that the
// schema uses.
func validate(t *testing.T, source []byte) []string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	var file any
	if err := yaml.Unmarshal(source, &file); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	v := validator{defs: root["$defs"].(map[string]any)}
	return v.check("", root, value)
}

type validator struct{ defs map[string]any }

func (v validator) check(at string, s map[string]any, value any) (problems []string) {
	wrong := func(format string, args ...any) {
		problems = append(problems, at+": "+fmt.Sprintf(format, args...))
	}
	for keyword, want := range s {
		switch keyword {
		case "$schema", "$defs", "title", "description":
		case "$ref":
			name := strings.TrimPrefix(want.(string), "#/$defs/")
			problems = append(problems, v.check(at, v.defs[name].(map[string]any), value)...)
		case "type":
			if !hasType(want, value) {
				wrong("%v is not %v", value, want)
			}
		case "enum":
			found := false
			for _, w := range want.([]any) {
				found = found || reflect.DeepEqual(w, value)
			}
			if !found {
				wrong("%v is not one of %v", value, want)
			}
		case "pattern":
			if text, ok := value.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
				wrong("%q does not match %s", text, want)
			}
		case "minLength", "maxLength":
			if text, ok := value.(string); ok && (keyword == "minLength") != (float64(len(text)) >= want.(float64)) && float64(len(text)) != want.(float64) {
				wrong("%q breaks %s %v", text, keyword, want)
			}
		case "minimum":
			if n, ok := value.(float64); ok && n < want.(float64) {
				wrong("%v is below %v", n, want)
			}
		case "minItems":
			if list, ok := value.([]any); ok && float64(len(list)) < want.(float64) {
				wrong("an empty list")
			}
		case "minProperties":
			if object, ok := value.(map[string]any); ok && float64(len(object)) < want.(float64) {
				wrong("an empty object")
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				problems = append(problems, v.check(fmt.Sprintf("%s[%d]", at, i), want.(map[string]any), item)...)
			}
		case "properties":
			object, _ := value.(map[string]any)
			for key, inner := range object {
				if described, known := want.(map[string]any)[key]; known {
					problems = append(problems, v.check(at+"."+key, described.(map[string]any), inner)...)
				}
			}
		case "additionalProperties":
			object, _ := value.(map[string]any)
			for key := range object {
				if _, known := s["properties"].(map[string]any)[key]; !known {
					wrong("the key %s is not known", key)
				}
			}
		case "required":
			object, _ := value.(map[string]any)
			for _, key := range want.([]any) {
				if _, given := object[key.(string)]; !given {
					wrong("the key %s is missing", key)
				}
			}
		case "anyOf", "oneOf":
			fits := 0
			for _, choice := range want.([]any) {
				if len(v.check(at, choice.(map[string]any), value)) == 0 {
					fits++
				}
			}
			if fits == 0 || keyword == "oneOf" && fits > 1 {
				wrong("%v fits %d of %s", value, fits, keyword)
			}
		default:
			panic("the validator does not know " + keyword)
		}
	}
	return problems
}

func hasType(want, value any) bool {
	if list, ok := want.([]any); ok {
		for _, w := range list {
			if hasType(w, value) {
				return true
			}
		}
		return false
	}
	switch value := value.(type) {
	case map[string]any:
		return want == "object"
	case []any:
		return want == "array"
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && value == float64(int64(value))
	}
	return false
}
