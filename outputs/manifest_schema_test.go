package outputs

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const manifestSchemaFile = "../specs/payments-1.schema.json"

func manifestSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(manifestSchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validates(t *testing.T, schema *jsonschema.Schema, manifest string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(manifest))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestEveryManifestThatIsKeptIsOfTheSchema(t *testing.T) {
	schema := manifestSchema(t)
	read := 0
	err := filepath.WalkDir("../testdata/golden", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(filepath.ToSlash(path), "payments/usdc.json") {
			return err
		}
		manifest, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		if err := validates(t, schema, string(manifest)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || read < 2 {
		t.Errorf("%d manifests were read; %v", read, err)
	}
}

// aManifest is that of a month with payments, a held and a carried balance, and
// with a close before it.
func aManifest(t *testing.T) string {
	t.Helper()
	m := smallMonth()
	m.Previous = strings.Repeat("3f0a", 16)
	SetPaymentIDs(m)
	return written(t, func(b *bytes.Buffer) error { return WriteManifest(b, m) })
}

func TestTheSchemaRefusesWhatNoManifestSays(t *testing.T) {
	schema, right := manifestSchema(t), aManifest(t)
	if err := validates(t, schema, right); err != nil {
		t.Fatal(err)
	}
	payments := strings.Index(right, `"payments"`)
	for _, c := range []struct{ name, old, replacement string }{
		{"another version", `"fleetpay.payments/1"`, `"fleetpay.payments/2"`},
		{"no period", `"period": "2026-10",`, ``},
		{"a month 13", `"2026-10"`, `"2026-13"`},
		{"a local time", `"2026-11-02T08:30:00Z"`, `"2026-11-02T08:30:00+01:00"`},
		{"withdrawn less than never", `"withdrawn": 0`, `"withdrawn": -1`},
		{"half a withdrawal", `"withdrawn": 0`, `"withdrawn": 0.5`},
		{"a short hash", `"previous": "3f0a`, `"previous": "3f0`},
		{"another asset", `"USDC"`, `"USDT"`},
		{"no control", `"control"`, `"controls"`},
		{"a total of three decimals", `"1529.28"`, `"1529.280"`},
		{"a total that is a number", `"1529.28"`, `1529.28`},
		{"a count that is a text", `"count": 2`, `"count": "2"`},
		{"chains that are none", `"chains": [`, `"chains": null, "was": [`},
		{"a chain's id as a text", `"chain_id": 8453`, `"chain_id": "8453"`},
		{"a chain in upper case", `"chain": "polygon"`, `"chain": "Polygon"`},
		{"18 decimals", `"decimals": 6`, `"decimals": 18`},
		{"a payment without its id", `"payment_id"`, `"paymentId"`},
		{"an id of another form", `"FP-202610-`, `"FP-2026-10-`},
		{"a payee of no kind", `"payee_kind": "operator"`, `"payee_kind": "vendor"`},
		{"a payee without an id", `"payee_id": "alpha"`, `"payee_id": ""`},
		{"a wallet without 0x", `"0x5aAeb6`, `"5aAeb6`},
		{"a wallet of 39 digits", `"0x5aAeb6`, `"0x5aAeb`},
		{"a wallet of 41 digits", `"0x5aAeb6`, `"0x5aAeb66`},
		{"a wallet with a letter that is no digit", `"0x5aAeb6`, `"0x5aAebg`},
		{"a wallet with a space behind", `BeAed"`, `BeAed "`},
		{"a wallet that is a name", `"` + walletA + `"`, `"alpha.eth"`},
		{"no wallet", `"` + walletA + `"`, `""`},
		{"an amount of three decimals", `"1507.31"`, `"1507.310"`},
		{"an amount of one decimal", `"1507.31"`, `"1507.3"`},
		{"an amount below zero", `"1507.31"`, `"-1507.31"`},
		{"an amount of nothing", `"1507.31"`, `"0.00"`},
		{"an amount with a leading zero", `"1507.31"`, `"01507.31"`},
		{"an amount with a comma", `"1507.31"`, `"1,507.31"`},
		{"an amount that is a number", `"1507.31"`, `1507.31`},
		{"an amount with a line end", `"1507.31"`, `"1507.31\n"`},
		{"units below zero", `"1507310000"`, `"-1507310000"`},
		{"units that are a number", `"1507310000"`, `1507310000`},
		{"units that are cents", `"1507310000"`, `"150731"`},
		{"units with an exponent", `"1507310000"`, `"150731e4"`},
		{"no due date", `"due_on"`, `"due"`},
		{"a due date that is an instant", `"2026-11-09"`, `"2026-11-09T00:00:00Z"`},
		{"no payments on a chain", right[payments : payments+strings.Index(right[payments:], "]")+1], `"payments": []`},
		{"a held balance that is carried", `"status": "held"`, `"status": "below_minimum"`},
		{"a carried balance that is held", `"status": "negative"`, `"status": "held"`},
		{"a balance of one decimal", `"48.39"`, `"48.4"`},
		{"a held balance without a reason", `"wallet missing"`, `""`},
		{"no held balances", `"held": [`, `"hold": [`},
		{"no carried balances", `"carried": [`, `"carry": [`},
	} {
		wrong := strings.Replace(right, c.old, c.replacement, 1)
		if wrong == right {
			t.Errorf("%s: %s is not there", c.name, c.old)
		} else if err := validates(t, schema, wrong); err == nil {
			t.Errorf("%s passes:\n%s", c.name, wrong)
		}
	}
}

// What a schema can't tell, a reader must, and ours does: one address in some
// thousands is rightly in lower case, and sums are no form.
func TestWhatTheSchemaCannotSeeTheReaderRefuses(t *testing.T) {
	schema, right := manifestSchema(t), aManifest(t)
	for name, wrong := range map[string]string{
		"a wallet in lower case": strings.Replace(right, walletA, strings.ToLower(walletA), 1),
		"another sum":            strings.Replace(right, `"1507310000"`, `"1507320000"`, 1),
		"another payment id":     strings.Replace(right, `"FP-202610-`, `"FP-202611-`, 1),
	} {
		if err := validates(t, schema, wrong); err != nil {
			t.Errorf("%s: the schema sees it after all: %v", name, err)
		}
		if _, err := ReadManifest(strings.NewReader(wrong)); err == nil || wrong == right {
			t.Errorf("%s is read", name)
		}
	}
}

// A field that a later fleetpay adds leaves the version as it is.
func TestTheSchemaLetsAddedFieldsPass(t *testing.T) {
	schema := manifestSchema(t)
	for _, field := range []string{`"schema"`, `"count"`, `"chain_id"`, `"payment_id"`, `"carried_out"`} {
		more := strings.Replace(aManifest(t), field, `"added": {"later": true}, `+field, 1)
		if err := validates(t, schema, more); err != nil {
			t.Errorf("beside %s: %v", field, err)
		}
	}
}

// Every field that we write is described and required, and nothing else is.
func TestTheSchemaDescribesEveryField(t *testing.T) {
	data, err := os.ReadFile(manifestSchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	type object struct {
		Description string
		Required    []string
		Properties  map[string]json.RawMessage
		Defs        map[string]json.RawMessage `json:"$defs"`
	}
	parse := func(data []byte) (o object) {
		if err := json.Unmarshal(data, &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	root := parse(data)
	for name, c := range map[string]struct {
		schema object
		is     any
	}{
		"the manifest": {root, Manifest{}},
		"control":      {parse(root.Defs["control"]), ManifestControl{}},
		"chain":        {parse(root.Defs["chain"]), ManifestChain{}},
		"payment":      {parse(root.Defs["payment"]), Payment{}},
		"unpaid":       {parse(root.Defs["unpaid"]), Unpaid{}},
	} {
		var fields []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(c.is)) {
			fields = append(fields, f.Tag.Get("json"))
		}
		if !slices.Equal(fields, c.schema.Required) {
			t.Errorf("%s: required are %q; the fields are %q", name, c.schema.Required, fields)
		}
		if len(c.schema.Properties) != len(fields) {
			t.Errorf("%s: %d fields are described of %d", name, len(c.schema.Properties), len(fields))
		}
		for _, f := range fields {
			var field struct {
				Description string
				Ref         string `json:"$ref"`
			}
			if err := json.Unmarshal(c.schema.Properties[f], &field); err != nil {
				t.Errorf("%s: %s: %v", name, f, err)
			}
			target := parse(definitionOf(root.Defs[strings.TrimPrefix(field.Ref, "#/$defs/")]))
			if field.Description == "" && target.Description == "" {
				t.Errorf("%s: %s is not described", name, f)
			}
		}
	}
}

func definitionOf(definition json.RawMessage) []byte {
	if definition == nil {
		return []byte("{}")
	}
	return definition
}
