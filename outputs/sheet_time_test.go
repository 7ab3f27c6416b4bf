package outputs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// A spreadsheet shows the second that is nearest to a number of days.
func TestEverySecondOfADayIsANumberThatShowsIt(t *testing.T) {
	for second := range secondsPerDay {
		text := fmt.Sprintf("2026-10-03 %02d:%02d:%02d", second/3600, second/60%60, second%60)
		number, ok := instantNumber(text)
		_, fraction, _ := strings.Cut(number, ".")
		if !ok || !strings.HasPrefix(number, "46298.") { // days since 1899-12-30
			t.Fatalf("%s is %q", text, number)
		}
		back := decimal.RequireFromString("0." + fraction).Mul(decimal.NewFromInt(secondsPerDay))
		if off := back.Sub(decimal.NewFromInt(int64(second))).Abs(); off.GreaterThan(decimal.RequireFromString("0.00001")) {
			t.Fatalf("%s is %s, which is %s s off", text, number, off)
		}
	}
	for text, want := range map[string]string{"2026-10-03 14:05": "46298.5868055556", "2026-10-03": "", "": "", "–": ""} {
		if got, ok := instantNumber(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", text, got, ok)
		}
	}
}

func TestAResponseIsToTheFirstOfAcknowledgementAndResolution(t *testing.T) {
	at := func(d time.Duration) rules.Instant {
		return instant("2026-10-03 14:00:00") + rules.Instant(d.Microseconds())
	}
	for _, c := range []struct {
		name         string
		acknowledged rules.Instant
		resolved     rules.Instant
		want         string
	}{
		{"acknowledged first", at(61 * time.Second), at(time.Hour), "1.0"}, // 1.01 min, cut
		{"resolved first", at(time.Hour), at(119 * time.Second), "1.9"},    // 1.98 min
		{"only resolved", 0, at(2 * time.Hour), "120.0"},
		{"only acknowledged", at(0), 0, "0.0"},
		{"never answered", 0, 0, ""},
	} {
		if got := responseText(rules.Incident{OpenedAt: at(0), AcknowledgedAt: c.acknowledged, ResolvedAt: c.resolved}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
