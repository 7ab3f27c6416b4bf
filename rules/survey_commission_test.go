package rules

import "testing"

func TestACapTakesFromTheFirstMonthsAsFarAsTheyReach(t *testing.T) {
	for _, c := range []struct {
		name                       string
		first, ongoing, capped     string
		wantFirst, wantOngoingPart string
	}{
		{"the first months reach", "700.00", "300.00", "-100.00", "600.00", "300.00"},           // 700 - 100
		{"they reach just so", "100.00", "300.00", "-100.00", "0.00", "300.00"},                 // 100 - 100
		{"the rest is taken from what goes on", "40.00", "300.00", "-101.00", "0.00", "239.00"}, // 300 - (101 - 40)
		{"there are none", "0.00", "1239.00", "-239.00", "0.00", "1000.00"},                     // 1239 - 239
		{"a cap that gives back", "-50.00", "0.00", "7.00", "-43.00", "0.00"},                   // -50 + 7
		{"what is below zero stays where it is", "-50.00", "20.00", "-3.00", "-53.00", "20.00"}, // -50 - 3
		{"no cap", "1.00", "2.00", "0.00", "1.00", "2.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sum := func(s string) Money {
				m, err := ParseMoney(s)
				if err != nil {
					t.Fatal(err)
				}
				return m
			}
			got := commission{first: sum(c.first), ongoing: sum(c.ongoing)}
			got.takeBack(sum(c.capped))
			if got.first.String() != c.wantFirst || got.ongoing.String() != c.wantOngoingPart {
				t.Errorf("first %s, ongoing %s; want %s and %s", got.first, got.ongoing, c.wantFirst, c.wantOngoingPart)
			}
		})
	}
}
