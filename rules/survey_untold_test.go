package rules

import "testing"

func TestAnIncidentWhoseSeverityNobodyCouldTellCountsAmongAllOnly(t *testing.T) {
	s := newSurveyed(t)
	opened := Instant(s.f.Period.First().Time().UnixMicro())
	s.e.Incidents = []Incident{
		answered("i-1", "", opened, 0, 40*minute),
		answered("i-2", "P0", opened+1, 10*minute, 20*minute),
	}
	figures := mustSurvey(t, s)
	for _, c := range []struct {
		kind   FigureKind
		id     string
		figure FigureName
		want   string
	}{
		{OfTheFleet, FleetID, IncidentsOpened, "2"},
		{OfTheFleet, FleetID, MTTR, "1800"}, // (40 + 20) / 2 minutes
		{OfSeverity, "P0", IncidentsOpened, "1"},
		{OfSeverity, "", IncidentsOpened, ""},
	} {
		if got, _ := figures.Of(c.kind, c.id, c.figure); got != c.want {
			t.Errorf("%s %s of %q is %q, want %q", c.kind, c.figure, c.id, got, c.want)
		}
	}
}
