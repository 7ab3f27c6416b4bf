package outputs

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fleetpay/rules"
)

func TestTheScorecardHoldsFiguresToTheirTargets(t *testing.T) {
	rows := rowsOf(t, opened(t, workbookOf(t, fullMonth())), "Scorecard")
	for _, want := range [][]string{
		// this month, the month before, change, target, bounds, variance, met
		{"Active certified operators", "2", "3", "-1", "3 to 5", "3", "5", "-1", "no"},
		{"Annual churn", "0.3333333", "0", "33.33333", "below 10%", "", "0.1", "23.33333", "no"},             // a difference of percentages is in points
		{"Fleet uptime", "0.9948611", "0.9971103", "-0.22492", "above 99.7%", "0.997", "", "-0.21389", "no"}, // the workspace's target, not the version's
		{"Leads from partners", "0.3125", "0.2857142", "2.67858", "above 30%", "0.3", "", "1.25000", "yes"},
		{"P0", "1", "1", "15 min", "1.0", "", "4 h", "60.0"},
		{"critical", "0", "", "30 min"},
		{"warning", "3"}, // without a target
	} {
		found := slices.ContainsFunc(rows, func(row []string) bool { return reflect.DeepEqual(row, want) })
		if !found {
			t.Errorf("no row %q in\n%q", want, rows)
		}
	}
	var months []string
	for _, row := range rows {
		if len(row) > 0 && strings.HasPrefix(row[0], "2026-") {
			months = append(months, row[0])
		}
	}
	if want := []string{"2026-07", "2026-08", "2026-09", "2026-10"}; !reflect.DeepEqual(months, want) {
		t.Errorf("the trend shows %q", months)
	}
}

func TestAVarianceIsHowFarAFigureIsFromItsRange(t *testing.T) {
	for _, c := range []struct{ name, certified, variance, met string }{
		{"below the range", "1", "-2", "no"}, {"its least", "3", "0", "yes"}, {"its most", "5", "0", "yes"}, {"above the range", "7", "2", "no"},
	} {
		m := fullMonth()
		m.Figures = rules.NewFigures(m.Period, []rules.Figure{{Period: m.Period, Kind: rules.OfTheFleet, ID: rules.FleetID, Name: rules.OperatorsCertified, Value: c.certified}})
		if got := targetsOf(m)[0].cells(m, m.Period.Prev()); got[7] != c.variance || got[8] != c.met {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	m := fullMonth()
	for value, met := range map[string]string{"99.7": "no", "99.70001": "yes", "99.69999": "no"} { // at the target is not above it
		m.Figures = rules.NewFigures(m.Period, []rules.Figure{{Period: m.Period, Kind: rules.OfTheFleet, ID: rules.FleetID, Name: rules.Uptime, Value: value}})
		if got := targetsOf(m)[2].cells(m, m.Period.Prev()); got[8] != met {
			t.Errorf("uptime %s: %q", value, got)
		}
	}
}

func TestADifferenceOfPercentagesIsShownInPoints(t *testing.T) {
	f := opened(t, workbookOf(t, fullMonth()))
	for cell, want := range map[string]string{
		"B6": "33.33333%", "D6": "33.33333 pts", "H6": "23.33333 pts", // churn
		"D7": "-0.22492 pts", "H8": "1.25000 pts",
		"D5": "-1", "H5": "-1", // operators
	} {
		if got, err := f.GetCellValue("Scorecard", cell, excelize.Options{}); err != nil || got != want {
			t.Errorf("%s shows %q, want %q; %v", cell, got, want, err)
		}
	}
}

func TestSecondsBecomeMinutesCutToOnePlace(t *testing.T) {
	for seconds, want := range map[string]string{
		"0": "0.0", "5": "0.0", "6": "0.1", "1083": "18.0", "1085": "18.0", "1086": "18.1", // 18 × 60 = 1080
		"": "", "9223372036854775807": "9223372036854775807",
	} {
		if got := minutesOf(seconds); got != want {
			t.Errorf("%q is %q, want %q", seconds, got, want)
		}
	}
}
