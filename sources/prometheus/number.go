package prometheus

import "math"

// How a time may be written.
type timeProblem int

const (
	timeGood timeProblem = iota
	timeBad              // not a number, or beyond any year
	timeFine             // finer than a millisecond
)

// parseSeconds reads a JSON number of seconds as milliseconds, digit by digit:
// through a float, the last millisecond could be lost.
func parseSeconds(text []byte) (ms int64, problem timeProblem) {
	const most = (math.MaxInt64 - 9) / 10
	i, negative := 0, false
	if i < len(text) && text[i] == '-' {
		i, negative = i+1, true
	}
	shift, zeros, digits, point := 3, 0, 0, false // the value is ms × 10^(shift+zeros) milliseconds
	for ; i < len(text); i++ {
		b := text[i]
		if b == '.' && !point {
			point = true
			continue
		}
		if b < '0' || b > '9' {
			break
		}
		digits++
		if point {
			shift--
		}
		if b == '0' { // it may turn out to be one at the end
			zeros++
			continue
		}
		for ; zeros > 0; zeros-- {
			if ms > most {
				return 0, timeBad
			}
			ms *= 10
		}
		if ms > most {
			return 0, timeBad
		}
		ms = ms*10 + int64(b-'0')
	}
	if digits == 0 {
		return 0, timeBad
	}
	if i < len(text) {
		exponent, ok := parseExponent(text[i:])
		if !ok {
			return 0, timeBad
		}
		shift += exponent
	}
	shift += zeros
	for ; shift > 0 && ms != 0; shift-- {
		if ms > math.MaxInt64/100 {
			return 0, timeBad
		}
		ms *= 10
	}
	if shift < 0 && ms != 0 {
		return 0, timeFine
	}
	if negative {
		ms = -ms
	}
	return ms, timeGood
}

// parseExponent reads e9, E+9, e-3.
func parseExponent(text []byte) (int, bool) {
	if text[0] != 'e' && text[0] != 'E' {
		return 0, false
	}
	text = text[1:]
	sign := 1
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 3 {
		return 0, false
	}
	n := 0
	for _, b := range text {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = n*10 + int(b-'0')
	}
	return sign * n, true
}

// parseMillis reads a whole number of milliseconds from the year 1900 to 2199,
// the years of the dataset.
func parseMillis(text []byte) (ms int64, ok bool) {
	i, negative := 0, false
	if len(text) > 0 && text[0] == '-' {
		i, negative = 1, true
	}
	if len(text) == i || len(text) > 15 {
		return 0, false
	}
	for ; i < len(text); i++ {
		b := text[i]
		if b < '0' || b > '9' {
			return 0, false
		}
		ms = ms*10 + int64(b-'0')
	}
	if negative {
		ms = -ms
	}
	const y1900, y2200 = -2_208_988_800_000, 7_258_118_400_000
	return ms, ms >= y1900 && ms < y2200
}
