package rules

// churnMonths is the length of a year of churn.
const churnMonths = 12

// size is what a network's cost is divided by.
type size struct {
	nodes int64 // on the period's last day
	hours Exact // up
}

// people adds who and what is there: operators, churn, nodes and uptime.
func (on about) people(operators []*Operator) size {
	period := on.s.facts.Period
	first, last := period.First(), period.Last()
	var active, certified, joined, left, nodes, nodeDays int64
	var slots Slots
	for _, o := range operators {
		if o.ActiveOn(last) {
			active++
			if o.CertifiedOn != 0 && o.CertifiedOn <= last {
				certified++
			}
		}
		if first <= o.JoinedOn && o.JoinedOn <= last {
			joined++
		}
		if first <= o.LastActiveDay && o.LastActiveDay <= last {
			left++
		}
		for _, d := range o.NodeDays {
			nodeDays += int64(d.Nodes)
			if d.Day == last {
				nodes += int64(d.Nodes)
			}
		}
		slots = slots.Add(o.Slots)
	}
	on.pieces(OperatorsActive, active)
	on.pieces(OperatorsCertified, certified)
	on.pieces(OperatorsJoined, joined)
	on.pieces(OperatorsLeft, left)
	on.churn(operators)
	on.pieces(NodesActive, nodes)
	on.pieces(NodeDays, nodeDays)
	return size{nodes, on.slots(slots)}
}

// slots adds what was up, and returns it in hours.
func (on about) slots(sum Slots) (hours Exact) {
	expected := sum.Expected
	if on.s.book.Missing == MissingIgnore {
		expected -= sum.Missing
	}
	const secondsPerHour = 60 * 60
	hours = ExactInt(sum.Up).Mul(Ratio(on.s.facts.Settings.SlotSeconds, secondsPerHour))
	on.pieces(SlotsExpected, expected)
	on.pieces(SlotsUp, sum.Up)
	on.add(Uptime, percentOf(ExactInt(sum.Up), ExactInt(expected)))
	on.add(UptimeHours, hours.Cut(figurePlaces))
	return hours
}

// churn adds who left in a year, against the mean of who was there at the ends of
// its months.
func (on about) churn(operators []*Operator) {
	var left, atMonthsEnds int64
	for n := range churnMonths {
		month := on.s.facts.Period.Add(-n)
		first, last := month.First(), month.Last()
		for _, o := range operators {
			if first <= o.LastActiveDay && o.LastActiveDay <= last {
				left++
			}
			if o.ActiveOn(last) {
				atMonthsEnds++
			}
		}
	}
	mean := Ratio(atMonthsEnds, churnMonths)
	on.pieces(ChurnLeft, left)
	on.add(ChurnMean, mean.Cut(figurePlaces))
	on.add(Churn, percentOf(ExactInt(left), mean))
}
