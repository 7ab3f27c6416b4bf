package demo

import (
	"slices"
	"strings"
	"time"

	"fleetpay/rules"
)

const (
	minutesPerDay = 24 * 60
	// longOutage is from how many minutes on an outage makes an incident.
	longOutage = 15
)

// minute counts minutes since 1970-01-01T00:00Z.
type minute int64

func minuteOf(day rules.Date) minute { return minute(day.Time().Unix() / 60) }
func (m minute) time() time.Time     { return time.Unix(int64(m)*60, 0).UTC() }
func minuteAt(instant string) minute { return minute(mustTime(instant).Unix() / 60) }
func mustTime(instant string) time.Time {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		panic("demo: " + err.Error()) // the instants are literals of this package
	}
	return t
}

// outage is a stretch in which a node is down: it says so, or, when silent, says
// nothing at all.
type outage struct {
	node, operator string
	from, to       minute // to is the first minute after it
	silent         bool
}

// downtime is how many minutes a month a node of the operator is down on
// average, April to September: the operators' characters, so to speak. A month
// has about 43,800 minutes; 99.5% leaves 219 of them, 99.8% 88 and 99.9% 44.
var downtime = map[string][6]int{
	"aurora":   {10, 20, 12, 15, 60, 14},
	"borealis": {40, 40, 30, 20, 95, 30},
	"cedar":    {150, 100, 120, 70, 60, 30},
	"delta":    {60, 30, 190, 30, 95, 45},
	"ember":    {250, 100, 180, 150, 300, 120},
	"fjord":    {90, 60, 80, 35, 110, 190},
	"granit":   {400, 60, 260, 240, 230, 150},
	"ivory":    {100, 90, 60, 0, 0, 0},
	"jade":     {80, 0, 0, 0, 0, 0},
	"kestrel":  {500, 1600, 1750, 1700, 2000, 0},
	"lumen":    {0, 0, 0, 20, 60, 15},
	"monsoon":  {150, 60, 60, 200, 240, 90},
}

// drawOutages draws each node's outages month by month, long ones and short
// ones, and adds those of the written incidents.
func (f *fleet) drawOutages() {
	for i, s := range f.stays {
		for m, month := range months {
			first, last := max(s.from, month.First()), min(s.to, month.Last())
			if first > last {
				continue
			}
			days := int(last-first) + 1
			c := newChance(uint64(1000 + i*len(months) + m))
			left := downtime[s.operator][m] * c.between(70, 130) * days / (100 * month.Days())
			for left > 0 {
				length := c.between(1, 4)
				if left > 40 && c.in100(35) {
					length = c.between(longOutage, min(left, 180))
				}
				length = min(length, left)
				start := minuteOf(first) + minute(c.below(days*minutesPerDay-length+1))
				f.outages = append(f.outages, outage{s.node, s.operator, start, start + minute(length), c.in100(30)})
				left -= length
			}
		}
	}
	for _, w := range written {
		for node := range strings.SplitSeq(w.nodes, ";") {
			start := minuteAt(w.opened) - 2
			if operator := f.operatorOf(node, rules.DateOf(start.time())); operator != "" {
				f.outages = append(f.outages, outage{node, operator, start, start + minute(w.minutes), false})
			}
		}
	}
	slices.SortStableFunc(f.outages, func(a, b outage) int {
		if a.node != b.node {
			return strings.Compare(a.node, b.node)
		}
		return int(a.from - b.from)
	})
}

// operatorOf returns who ran a node on a day, "" for nobody.
func (f *fleet) operatorOf(node string, day rules.Date) string {
	for _, s := range f.stays {
		if s.node == node && s.from <= day && day <= s.to {
			return s.operator
		}
	}
	return ""
}
