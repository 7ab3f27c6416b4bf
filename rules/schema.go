package rules

import (
	"encoding/json"
	"reflect"
	"strings"

	"fleetpay/rules/strict"
)

// Schema returns the JSON Schema of rule files, made from the types of the
// vocabulary, so that editors complete and check them. It accepts every file
// that LoadVersion accepts, when its numbers stand without quotes, and refuses what can be told from the form alone;
// what needs the sense of a file (a rule that stands further down, say) only
// LoadVersion finds.
func Schema() []byte {
	s := schemaMaker{defs: map[string]any{}}
	root := s.object(reflect.TypeFor[Version]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "fleetpay rule version"
	root["description"] = "A version of the incentive program. specs/rules.md describes every key and measure, with examples."
	root["$defs"] = s.defs
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic("rules: " + err.Error()) // maps of strings, numbers and lists can't fail
	}
	return append(text, '\n')
}

type schemaMaker struct{ defs map[string]any }

type schema = map[string]any

// oneOfKeys lists the keys of which exactly one is given, by type.
var oneOfKeys = map[string][]string{
	"Amount":    {"rate", "share"},
	"Of":        {"category", "rule", "measure", "full_month_at_exit"},
	"Window":    {"first_months", "after_months"},
	"Condition": {"above", "below", "at_least", "at_most", "is"},
	"Cap":       {"category", "rules"},
	"Flag":      {"when", "unless"},
}

// anyOfKeys lists the keys of which at least one is given, by type.
var anyOfKeys = map[string][]string{
	"SeverityTarget": {"response", "resolution"},
}

// fieldSchemas describes the fields whose type says less than the vocabulary
// allows.
func fieldSchemas(field string) schema {
	switch field {
	case "Version.version":
		return schema{"type": []string{"string", "number"}}
	case "Rule.id", "Cap.id", "Requirement.id", "Flag.id":
		return schema{"type": "string", "pattern": idForm.String(), "maxLength": maxID}
	case "Parameter.id":
		return schema{"type": "string", "pattern": parameterForm.String()}
	case "Condition.measure":
		return schema{"enum": measureNames(func(MeasureDef) bool { return true })}
	case "Times.measure":
		return schema{"enum": measureNames(func(m MeasureDef) bool { return m.Countable || m.Unit == UnitShare })}
	case "Of.measure":
		return schema{"enum": measureNames(func(m MeasureDef) bool { return m.Unit == UnitMoney })}
	case "Amount.per":
		return schema{"enum": append([]string{perOperatorMonth, perNodeMonth}, measureNames(func(m MeasureDef) bool { return m.Countable })...)}
	case "Amount.each":
		return schema{"enum": []string{"tier"}}
	case "Amount.split":
		return schema{"enum": []string{"evenly"}}
	case "Exit.kind":
		return schema{"enum": exitKinds}
	case "Amount.rate", "Rule.at_most", "Cap.at_most":
		return oneOrByTier(schema{"anyOf": []schema{{"type": "number", "minimum": 0}, parameterSchema}})
	case "Amount.share":
		return oneOrByTier(schema{"anyOf": []schema{percentSchema, parameterSchema}})
	case "Targets.uptime", "Targets.churn", "Targets.lead_share":
		return percentSchema
	case "SeverityTarget.severity":
		return schema{"enum": severities}
	case "Times.shortfall_below":
		return schema{"anyOf": []schema{percentSchema, parameterSchema}}
	case "Rule.tiers", "Cap.tiers", "Requirement.tiers", "Flag.tiers", "Mentees.tiers":
		return schema{"type": "array", "minItems": 1, "items": schema{"enum": tierWords()}}
	}
	return nil
}

var (
	parameterSchema = schema{"type": "string", "pattern": parameterForm.String()}
	percentSchema   = schema{"type": "string", "pattern": `^[0-9]{1,3}(\.[0-9]{1,6})?%$`}
)

// tierWords lists the tiers; the numbered ones may stand without quotes.
func tierWords() []any {
	var words []any
	for i, t := range operatorTiers {
		words = append(words, t, i+1)
	}
	for _, t := range partnerTiers {
		words = append(words, t)
	}
	return words
}

// oneOrByTier is a value, or a mapping from tiers to such values.
func oneOrByTier(value schema) schema {
	tiers := schema{}
	for _, t := range append(append([]string(nil), operatorTiers...), partnerTiers...) {
		tiers[t] = value
	}
	return schema{"anyOf": []schema{value, {
		"type": "object", "properties": tiers, "additionalProperties": false, "minProperties": 1,
	}}}
}

func measureNames(include func(MeasureDef) bool) []string {
	var names []string
	for _, m := range measures {
		if include(m) {
			names = append(names, m.Name)
		}
	}
	return names
}

// object describes a struct by its fields' tags.
func (s schemaMaker) object(t reflect.Type) schema {
	properties, required := schema{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		described := schema{}
		of := fieldSchemas(t.Name() + "." + name)
		if of == nil {
			of = s.of(f.Type)
		}
		for k, v := range of {
			described[k] = v
		}
		described["description"] = f.Tag.Get("doc")
		properties[name] = described
		if f.Tag.Get("required") == "true" {
			required = append(required, name)
		}
	}
	made := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		made["required"] = required
	}
	for word, keys := range map[string][]string{"oneOf": oneOfKeys[t.Name()], "anyOf": anyOfKeys[t.Name()]} {
		var choices []schema
		for _, key := range keys {
			choices = append(choices, schema{"required": []string{key}})
		}
		if choices != nil {
			made[word] = choices
		}
	}
	return made
}

// of describes a type.
func (s schemaMaker) of(t reflect.Type) schema {
	switch {
	case t.Kind() == reflect.Pointer:
		return s.of(t.Elem())
	case t == reflect.TypeFor[Date]():
		return schema{"type": "string", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	case t == reflect.TypeFor[Within]():
		return schema{"type": "string", "pattern": withinForm.String()}
	case t == reflect.TypeFor[Threshold]():
		return oneOrByTier(schema{"anyOf": []schema{{"type": "number"}, {"type": "string", "pattern": strings.Replace(quantityForm.String(), "?:", "", 1)}}})
	}
	if words, ok := reflect.Zero(t).Interface().(strict.Enum); ok {
		return schema{"enum": words.Allowed()}
	}
	switch t.Kind() {
	case reflect.Struct:
		if _, made := s.defs[t.Name()]; !made {
			s.defs[t.Name()] = schema{}
			s.defs[t.Name()] = s.object(t)
		}
		return schema{"$ref": "#/$defs/" + t.Name()}
	case reflect.Slice:
		list := schema{"type": "array", "items": s.of(t.Elem())}
		switch t.Elem() {
		case reflect.TypeFor[Parameter](), reflect.TypeFor[Cap](), reflect.TypeFor[Requirement](), reflect.TypeFor[Flag](), reflect.TypeFor[SeverityTarget]():
		default:
			list["minItems"] = 1
		}
		return list
	case reflect.Int:
		return schema{"type": "integer", "minimum": 0}
	case reflect.Bool:
		return schema{"type": "boolean"}
	}
	return schema{"type": "string", "minLength": 1}
}
