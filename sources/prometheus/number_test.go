package prometheus

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTimesAreReadExactly(t *testing.T) {
	for _, c := range []struct {
		text    string
		ms      int64
		problem timeProblem
	}{
		{"1790812800", 1_790_812_800_000, timeGood},
		{"1790812799.999", 1_790_812_799_999, timeGood}, // as a float times 1000, some of these lose a millisecond
		{"1790812800.5", 1_790_812_800_500, timeGood},
		{"1790812800.500000000000000000000000", 1_790_812_800_500, timeGood},
		{"1.7908128005e9", 1_790_812_800_500, timeGood},
		{"1.7908128005E+09", 1_790_812_800_500, timeGood},
		{"17908128005e-1", 1_790_812_800_500, timeGood},
		{"-0.001", -1, timeGood},
		{"0", 0, timeGood},
		{"0e999", 0, timeGood},
		{"0.0000", 0, timeGood},
		{"1790812800.0001", 0, timeFine},
		{"1e-4", 0, timeFine},
		{"1e999", 0, timeBad},
		{"1e9999", 0, timeBad},
		{"99999999999999999999", 0, timeBad},
		{"1e", 0, timeBad},
		{"", 0, timeBad},
		{"-", 0, timeBad},
		{"1.2.3", 0, timeBad},
		{"null", 0, timeBad},
	} {
		if ms, problem := parseSeconds([]byte(c.text)); ms != c.ms || problem != c.problem {
			t.Errorf("%s: %d, %d", c.text, ms, problem)
		}
	}
}

func TestSecondsAreReadAsExactFractionsAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := fmt.Sprint(rapid.Int64Range(-1e10, 1e10).Draw(t, "whole"))
		if rapid.Bool().Draw(t, "point") {
			text += "." + rapid.StringMatching(`[0-9]{1,6}`).Draw(t, "fraction")
		}
		if rapid.Bool().Draw(t, "exponent") {
			text += fmt.Sprintf("e%d", rapid.IntRange(-5, 3).Draw(t, "power"))
		}
		exact, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatal(text)
		}
		exact.Mul(exact, big.NewRat(1000, 1))
		ms, problem := parseSeconds([]byte(text))
		switch {
		case exact.IsInt() && (problem != timeGood || exact.Num().Int64() != ms):
			t.Errorf("%s is %s ms, read as %d (%d)", text, exact.Num(), ms, problem)
		case !exact.IsInt() && problem != timeFine:
			t.Errorf("%s is finer than a millisecond, read as %d (%d)", text, ms, problem)
		}
	})
}

func TestMillisecondsAreWholeAndOfOurYears(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "-1": -1, "1790812800001": 1_790_812_800_001,
		"-2208988800000": -2_208_988_800_000, "7258118399999": 7_258_118_399_999, // 1900-01-01 and the last of 2199
	} {
		if ms, ok := parseMillis([]byte(text)); !ok || ms != want {
			t.Errorf("%s: %d, %v", text, ms, ok)
		}
	}
	for _, text := range []string{"", "-", "+1", "1.0", "1e3", " 1", "-2208988800001", "7258118400000", strings.Repeat("0", 16)} {
		if ms, ok := parseMillis([]byte(text)); ok {
			t.Errorf("%q: %d", text, ms)
		}
	}
}
