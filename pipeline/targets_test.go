package pipeline

import (
	"reflect"
	"strings"
	"testing"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// allTargets names every target of a rule file once, and two of one partner.
const allTargets = `targets:
  active_operators: {from: 3, to: 7}
  uptime: 99.73%
  churn: 11%
  lead_share: 31.5%
  active_nodes: 13
  leads: 17
  qualified_leads: 5
  new_operators: 2
  incidents: 0
  partners:
    mill: {uptime: 99.9%, leads: 0}
    pine: {}
`

func TestTargetsAreRecordedAndReadAgain(t *testing.T) {
	ws, err := parseWorkspace("fleet", "fleet/fleetpay.yaml", []byte(plain+allTargets))
	if err != nil {
		t.Fatal(err)
	}
	all := reflect.ValueOf(ws.targets.all)
	for i := range all.NumField() {
		if all.Field(i).IsNil() {
			t.Errorf("%s is not read", all.Type().Field(i).Name)
		}
	}
	data, err := marshalRecord(ws.settings())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"active_operators": {` + "\n        \"from\": 3,\n        \"to\": 7\n", `"lead_share": "31.5%"`, `"incidents": 0`,
		`"mill": {` + "\n          \"uptime\": \"99.9%\",\n          \"leads\": 0\n", `"pine": {}`,
	} {
		want = strings.ReplaceAll(want, "\n        ", "\n      ") // settings stand two blanks further in than here
		if !strings.Contains(string(data), want) {
			t.Errorf("got\n%s\nwithout\n%s", data, want)
		}
	}
	path := t.TempDir() + "/settings.json"
	if err := writeFile(path, data); err != nil {
		t.Fatal(err)
	}
	var read RecordedSettings
	if err := readJSON(path, &read); err != nil {
		t.Fatal(err)
	}
	again, err := marshalRecord(read)
	if err != nil || string(again) != string(data) {
		t.Errorf("%v; written again it is\n%s\nwant\n%s", err, again, data)
	}
	gotAll, gotOwn := read.Targets.targets()
	if !sameTargets(gotAll, ws.targets.all) || len(gotOwn) != 2 || !sameTargets(gotOwn["mill"], ws.targets.partners["mill"]) {
		t.Errorf("got %+v and %+v", gotAll, gotOwn)
	}
	if got := gotAll.Uptime.Value.String(); got != "0.9973" {
		t.Errorf("uptime is to be above %s", got)
	}
}

// sameTargets compares what people read of targets.
func sameTargets(a, b rules.Targets) bool {
	x, errX := marshalRecord(recordTarget(a))
	y, errY := marshalRecord(recordTarget(b))
	return errX == nil && errY == nil && string(x) == string(y)
}

func TestWhatIsNotConfiguredIsNotRecorded(t *testing.T) {
	for _, extra := range []string{"", "targets: {}\n"} {
		ws, err := parseWorkspace("fleet", "fleet/fleetpay.yaml", []byte(plain+extra))
		if err != nil {
			t.Fatal(err)
		}
		if s := ws.settings(); s.Contact != nil || s.Targets != nil {
			t.Errorf("%q: recorded %+v and %+v", extra, s.Contact, s.Targets)
		}
	}
}

func TestARecordedTargetThatIsNoPercentageIsRefused(t *testing.T) {
	path := t.TempDir() + "/settings.json"
	if err := writeFile(path, []byte(`{"targets": {"uptime": "99.73"}}`)); err != nil {
		t.Fatal(err)
	}
	err := readJSON(path, &RecordedSettings{})
	if ExitStatus(err) != ExitRefused || !strings.Contains(err.Error(), `"99.73" is not a percentage`) {
		t.Errorf("got %v", err)
	}
}

func TestQuestionsAreTakenForSoManyDaysAfterTheClose(t *testing.T) {
	ws, err := parseWorkspace("fleet", "fleet/fleetpay.yaml", []byte(plain+"contact: {ask: \"Finance desk, finance@fleet.example\", days: 17}\n"))
	if err != nil {
		t.Fatal(err)
	}
	closedOn, err := rules.ParseDate("2026-10-20")
	if err != nil {
		t.Fatal(err)
	}
	got := ws.settings().Contact.of(closedOn)
	if got.Ask != "Finance desk, finance@fleet.example" || got.Until.String() != "2026-11-06" { // 11 days to 31 October, and 6
		t.Errorf("got %q until %s", got.Ask, got.Until)
	}
	if got := (&RecordedContact{Ask: "Desk"}).of(closedOn); got != (outputs.Contact{Ask: "Desk"}) {
		t.Errorf("without days: %+v", got)
	}
	if got := (*RecordedContact)(nil).of(closedOn); got != (outputs.Contact{}) {
		t.Errorf("without a contact: %+v", got)
	}
}

func TestATargetOfAPartnerThatThereIsNotIsTold(t *testing.T) {
	f := &rules.Facts{
		Partners: []rules.Partner{{ID: "mill"}},
		Settings: rules.Settings{PartnersOwn: map[string]rules.Targets{"pine": {}, "mill": {}, "oak": {}}},
	}
	got := unknownTargets(f)
	if len(got) != 2 || got[0].Subject != "partner:oak" || got[1].Subject != "partner:pine" ||
		got[0].Kind != "unknown-target" || got[0].Severity != rules.SeverityWarning {
		t.Errorf("got %+v", got)
	}
}
