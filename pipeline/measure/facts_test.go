package measure

import (
	"reflect"
	"testing"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

const minute = 60 * 1_000_000 // microseconds

// day writes a date of a test.
func day(s string) rules.Date {
	d, err := rules.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func operator(t *testing.T, f *rules.Facts, id string) rules.Operator {
	t.Helper()
	for _, o := range f.Operators {
		if o.ID == id {
			return o
		}
	}
	t.Fatalf("no operator %s", id)
	return rules.Operator{}
}

func TestAnIncidentCountsOncePerOperatorWhoseNodeWasActiveThatDay(t *testing.T) {
	f := master(t) // n1: op-1 up to the 9th, op-2 from the 10th up to the 19th; n2: op-1
	f.lines("incidents", "incident_id,node_ids,severity,opened_at,acknowledged_at,resolved_at",
		"i-1,n1;n2,critical,2026-10-05T09:00:00Z,2026-10-05T09:07:00Z,2026-10-05T11:00:00Z", // op-1 once
		"i-2,n1;n2,P1,2026-10-10T00:00:00Z,,2026-10-10T00:13:00Z",                           // op-1 and op-2
		"i-3,n2,P2,2026-10-31T23:59:59Z,2026-11-03T00:00:59Z,",                              // answered after the month
		"i-4,n1,P3,2026-10-20T00:00:00Z,,",                                                  // n1 is nobody's
		"i-5,n2,warning,2026-10-06T02:00:00+02:00,,",                                        // never answered
		"i-6,n2,P0,2026-10-07T00:00:00Z,,",                                                  // nor this one
		"i-7,n9;n2,P0,2026-11-01T00:00:00Z,,",                                               // next month
		"i-8,n9;n8,P0,2026-10-01T00:00:00Z,,",                                               // unknown nodes
		"i-9,n9;n2,P2,2026-10-02T00:00:00Z,2026-10-02T00:11:00Z,2026-10-02T00:05:00Z")       // resolved first
	facts := f.measure("2026-10").Facts
	want := rules.Incidents{
		Count: 6, Unanswered: 2, FirstUnanswered: "i-5",
		ResponseSum: (7 + 13 + 2*24*60 + 1 + 5) * minute, // i-1, i-2, i-3 (two days and a minute), i-9
		ResponseMax: (2*24*60 + 1) * minute, Slowest: "i-3",
		Resolved: 3, ResolveSum: (120 + 13 + 5) * minute, // i-1, i-2, i-9
	}
	if got := operator(t, facts, "op-1").Incidents; got != want {
		t.Errorf("op-1\n got %+v\nwant %+v", got, want)
	}
	want = rules.Incidents{
		Count: 3, Unanswered: 1, FirstUnanswered: "i-6", // i-1, i-2, i-6
		ResponseSum: (7 + 13) * minute, ResponseMax: 13 * minute, Slowest: "i-2",
		Resolved: 2, ResolveSum: (120 + 13) * minute,
	}
	if got := operator(t, facts, "op-1").Critical; got != want {
		t.Errorf("op-1, critical\n got %+v\nwant %+v", got, want)
	}
	want = rules.Incidents{Count: 1, ResponseSum: 13 * minute, ResponseMax: 13 * minute, Slowest: "i-2", Resolved: 1, ResolveSum: 13 * minute}
	if got := operator(t, facts, "op-2"); got.Incidents != want || got.Critical != want {
		t.Errorf("op-2\n got %+v and %+v\nwant %+v", got.Incidents, got.Critical, want)
	}
	unknown := []rules.UnknownNode{{NodeID: "n8", Dataset: "incidents", Count: 1}, {NodeID: "n9", Dataset: "incidents", Count: 2}}
	if !reflect.DeepEqual(facts.UnknownNodes, unknown) {
		t.Errorf("unknown nodes %+v, want %+v", facts.UnknownNodes, unknown)
	}
	unmatched := []rules.Unmatched{
		{Dataset: "incidents", Subject: "i-4", Message: "names no node that was active on 2026-10-20"},
		{Dataset: "incidents", Subject: "i-8", Message: "names no node that was active on 2026-10-01"},
	}
	if !reflect.DeepEqual(facts.Unmatched, unmatched) {
		t.Errorf("unmatched %+v, want %+v", facts.Unmatched, unmatched)
	}
}

func TestWhatIsDatedCountsInItsMonthAlone(t *testing.T) {
	f := master(t)
	f.lines("tasks", "task_id,operator_id,dispatched_at,status",
		"t-1,op-1,2026-10-01T00:00:00Z,succeeded",
		"t-2,op-1,2026-10-31T23:59:59.999999999Z,failed",
		"t-3,op-1,2026-11-01T00:00:00Z,failed",
		"t-4,op-1,2026-10-01T01:59:59+02:00,failed", // still September in UTC
		"t-5,op-2,2026-10-25T00:00:00Z,expired",     // op-2 has left: counted all the same
		"t-6,op-2,2026-10-25T00:00:00Z,cancelled")
	f.lines("leads", "lead_id,source_kind,source_id,channel,created_on,qualified_on,converted_on,revenue",
		"l-1,operator,op-1,web,2026-09-01,2026-10-01,2026-10-31,1000.000001",
		"l-2,operator,op-1,web,2026-09-01,2026-09-30,2026-10-02,",
		"l-3,partner,p-1,web,2026-01-01,2026-02-28,,",
		"l-4,partner,p-1,web,2026-01-01,2026-02-01,2026-11-01,7",
		"l-5,partner,p-1,web,2026-01-01,2026-10-31,2026-10-31,0.10",
		"l-6,partner,p-1,web,2026-01-01,2026-11-01,,",
		"l-7,direct,,web,2026-10-01,2026-10-01,2026-10-01,9")
	f.lines("reviews", "operator_id,quarter,score", "op-1,2026-Q4,0.875", "op-1,2026-Q3,1", "op-2,2026-Q3,0.5")
	f.lines("trainings", "training_id,operator_id,completed_on,kind,hours",
		"tr-1,op-1,2026-10-01,course,1.25", "tr-2,op-1,2026-10-31,course,2.5", "tr-3,op-1,2026-11-01,course,8")
	f.lines("revenue", "revenue_id,region,booked_on,amount",
		"rv-1,emea,2026-10-01,0.1", "rv-2,emea,2026-10-31,0.2", "rv-3,emea,2026-11-01,5", "rv-4,apac,2026-10-05,-999999999999999.999999")
	f.lines("mentorships", "mentorship_id,mentor_id,mentee_id,starts_on,ends_on,onboarded_on",
		"m-1,op-1,op-2,2026-01-01,2026-02-01,", "m-2,op-1,op-2,2027-01-01,,2027-02-01")
	f.lines("adjustments", "adjustment_id,payee_kind,payee_id,period,amount,reason,approved_by,for_period",
		"a-1,operator,op-1,2026-10,-12.3,late,cfo,2026-08",
		"a-2,partner,p-1,2026-09,5,early,cfo,",
		"a-3,partner,p-1,2026-11,5,later,cfo,")
	f.lines("returns", "return_id,payment_id,period,reason,approved_by",
		"r-2,FP-202608-0123456789ABCDEF,2026-10,lost keys,cfo",
		"r-1,FP-202609-00000000000000AA,2026-10,\"a, b\",cfo",
		"r-3,FP-202606-00000000000000BB,2026-09,too late,cfo",
		"r-4,FP-202606-00000000000000CC,2026-11,later,cfo")
	result := f.measure("2026-10")
	facts := result.Facts
	one, two, p := operator(t, facts, "op-1"), operator(t, facts, "op-2"), facts.Partners[0]
	check := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v\nwant %+v", what, got, want)
		}
	}
	check("tasks of op-1", one.Tasks, rules.Tasks{Succeeded: 1, Failed: 1})
	check("tasks of op-2", two.Tasks, rules.Tasks{Expired: 1, Cancelled: 1})
	check("leads of op-1", [2]int64{one.QualifiedLeads, one.ConvertedLeads}, [2]int64{1, 2})
	check("leads of p-1", p.ConvertedLeads, int64(1))
	check("qualified leads of p-1", p.QualifiedLeads, []rules.MonthCount{
		{Period: rules.Period{Year: 2026, Month: 2}, Count: 2}, {Period: rules.Period{Year: 2026, Month: 10}, Count: 1},
	})
	var leads []string
	for _, l := range facts.ConvertedLeads {
		text := l.ID + " " + string(l.SourceKind) + " " + l.SourceID
		if l.Revenue != nil {
			text += " " + l.Revenue.String()
		}
		leads = append(leads, text)
	}
	check("converted leads", leads, []string{"l-1 operator op-1 1000.000001", "l-2 operator op-1", "l-5 partner p-1 0.1"})
	check("review of op-1", one.Review.String(), "0.875")
	check("review of op-2", two.Review, (*decimal.Decimal)(nil))
	check("training of op-1", one.TrainingHours.String(), "3.75") // 1.25 + 2.5
	check("revenue", facts.Revenue[0].Region+" "+facts.Revenue[0].Amount.String(), "apac -999999999999999.999999")
	check("revenue", facts.Revenue[1].Region+" "+facts.Revenue[1].Amount.String(), "emea 0.3") // 0.1 + 0.2
	check("mentorships", len(one.Mentorships), 2)
	check("adjustments", facts.Adjustments[0].ID+" "+facts.Adjustments[0].Amount.String()+" "+facts.Adjustments[0].ForPeriod.String(), "a-1 -12.30 2026-08")
	check("missed adjustments", len(facts.Missed), 1)
	october, september := rules.Period{Year: 2026, Month: 10}, rules.Period{Year: 2026, Month: 9}
	check("returns", facts.Returns, []rules.Return{
		{ID: "r-1", PaymentID: "FP-202609-00000000000000AA", Period: october, Reason: "a, b", ApprovedBy: "cfo"},
		{ID: "r-2", PaymentID: "FP-202608-0123456789ABCDEF", Period: october, Reason: "lost keys", ApprovedBy: "cfo"},
	})
	check("missed returns", facts.MissedReturns, []rules.Return{
		{ID: "r-3", PaymentID: "FP-202606-00000000000000BB", Period: september, Reason: "too late", ApprovedBy: "cfo"},
	})
	check("absent", [2]bool{facts.Absent["heartbeats"], facts.Absent["leads"]}, [2]bool{true, false})
	for _, c := range result.Counts {
		want, ok := map[string]Counts{
			"tasks":       {Read: 6, Used: 4, Outside: 2},
			"leads":       {Read: 7, Used: 7},
			"reviews":     {Read: 3, Used: 1, Outside: 2},
			"trainings":   {Read: 3, Used: 2, Outside: 1},
			"revenue":     {Read: 4, Used: 3, Outside: 1},
			"mentorships": {Read: 2, Used: 1, Outside: 1},
			"adjustments": {Read: 3, Used: 1, Outside: 2},
			"returns":     {Read: 4, Used: 2, Outside: 2},
		}[c.Dataset]
		if want.Dataset, want.Name = c.Dataset, c.Name; ok {
			check("counts", c, want)
		}
	}
}

func TestTheExitDayIsTheLatestWithANodeInAllHistory(t *testing.T) {
	f := newFolder(t)
	f.lines("operators", "operator_id,name,region,joined_on,last_active_day",
		"op-1,N,emea,2026-01-01,2026-10-20",
		"op-2,S,emea,2026-01-01,2026-10-20",
		"op-3,W,emea,2026-01-01,2026-10-20",
		"op-4,E,emea,2026-01-01,")
	f.lines("nodes", "node_id,operator_id,active_from,last_active_day",
		"n1,op-1,2026-01-01,", "n2,op-1,2026-10-20,", "n3,op-1,2026-10-21,", // cut off at the operator's last day: n1, n2
		"n4,op-2,2025-12-01,2026-03-31", "n5,op-2,2026-02-01,2026-03-31", "n6,op-2,2026-03-01,2026-03-30", // long ago: n4, n5
		"n7,op-3,2025-01-01,2025-12-31", // before it joined: none
		"n8,op-4,2026-01-01,2026-02-01") // still active: no exit
	facts := f.measure("2026-10").Facts
	for id, want := range map[string]*rules.NodeDay{
		"op-1": {Day: day("2026-10-20"), Nodes: 2},
		"op-2": {Day: day("2026-03-31"), Nodes: 2},
		"op-3": nil,
		"op-4": nil,
	} {
		if got := operator(t, facts, id).Exit; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
	}
}

func TestANodeHandedOverCountsForEachOperatorOnItsDays(t *testing.T) {
	f := master(t)
	f.lines("heartbeats", "node_id,sampled_at,up",
		"n1,2026-10-09T23:59:59Z,1",      // op-1
		"n1,2026-10-10T00:00:00Z,0",      // op-2
		"n1,2026-10-10T02:00:30+02:00,1", // the same minute, from another scraper
		"n1,2026-10-20T00:00:00Z,1",      // nobody's
		"n1,2026-09-30T23:59:59Z,1",      // outside
		"n3,2026-10-10T00:00:00Z,1")      // unknown
	result := f.measure("2026-10")
	const dayMinutes, minute = 24 * 60, 60
	want := []rules.Node{
		{ID: "n1", OperatorID: "op-1", Days: 9, Samples: 1, Slots: rules.Slots{Expected: 9 * dayMinutes, Up: 1, Missing: 9*dayMinutes - 1}, LongestGap: (9*dayMinutes - 1) * minute, LongGaps: 1},
		{ID: "n1", OperatorID: "op-2", Days: 10, Samples: 2, Slots: rules.Slots{Expected: 10 * dayMinutes, Up: 1, Missing: 10*dayMinutes - 1}, LongestGap: (10*dayMinutes - 1) * minute, LongGaps: 1},
		{ID: "n2", OperatorID: "op-1", Days: 31, Slots: rules.Slots{Expected: 31 * dayMinutes, Missing: 31 * dayMinutes}, LongestGap: 31 * dayMinutes * minute, LongGaps: 1},
	}
	if !reflect.DeepEqual(result.Facts.Nodes, want) {
		t.Errorf("got %+v\nwant %+v", result.Facts.Nodes, want)
	}
	counts := Counts{Dataset: "heartbeats", Name: "heartbeats.csv", Read: 6, Used: 3, Outside: 1, Unmatched: 2}
	if got := result.Counts[2]; got != counts {
		t.Errorf("got %+v, want %+v", got, counts)
	}
}
