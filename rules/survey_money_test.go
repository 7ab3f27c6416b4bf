package rules

import (
	"testing"

	"github.com/shopspring/decimal"
)

// earnings gives two operators and a partner their lines and payouts.
func earnings(t testing.TB, s *surveyed) {
	ada := s.operator(t, "ada", "2030-01-01", "", "")
	ada.NodeDays = []NodeDay{{given(t, "2031-05-31"), 3}}
	ada.Slots = Slots{Expected: 1000, Up: 907}
	bee := s.operator(t, "bee", "2030-01-01", "", "")
	bee.NodeDays = []NodeDay{{given(t, "2031-05-31"), 4}}
	bee.Slots = Slots{Expected: 1000, Up: 401}
	s.operator(t, "own", "2030-01-01", "", "")
	s.partner(t, "hub", "own", "own", "ada")
	s.b.Payouts = nil
	s.line(t, OperatorPayee, "ada", "stipend", Base, "", "101.01")
	s.line(t, OperatorPayee, "ada", "bonus", Bonus, "", "53.03")
	s.line(t, OperatorPayee, "ada", "rebate", Penalty, "", "-7.00")
	s.line(t, OperatorPayee, "bee", "stipend", Base, "", "211.00")
	s.line(t, OperatorPayee, "bee", "bonus", Bonus, "", "0.00")
	s.line(t, PartnerPayee, "hub", "early", Commission, "ada", "10.10")
	s.line(t, PartnerPayee, "hub", "late", Commission, "ada", "5.05")
	s.line(t, PartnerPayee, "hub", "late", Commission, "own", "0.00") // self-referral
	s.line(t, PartnerPayee, "hub", "late-cap", Commission, "", "-1.00")
	s.line(t, PartnerPayee, "hub", "lead", Commission, "ada", "3.00") // a lead of that id
	s.line(t, PartnerPayee, "hub", "all-cap", Commission, "", "-2.00")
	s.line(t, PartnerPayee, "hub", "adjustment", Adjusting, "adj-1", "19.00")
	s.payout(t, OperatorPayee, "ada", "-23.00", "147.04", "124.04", "0.00") // 101.01 + 53.03 − 7
	s.payout(t, OperatorPayee, "bee", "0.00", "211.00", "0.00", "211.00")
	s.payout(t, OperatorPayee, "own", "0.00", "0.00", "0.00", "0.00")
	s.payout(t, PartnerPayee, "hub", "2.00", "34.15", "36.15", "0.00") // 10.10 + 5.05 − 1 + 3 − 2 + 19
}

var moneyCases = []surveyCase{
	{
		name:  "every payee has its sums, by category where there is one, and the fleet has all of them",
		given: earnings,
		of:    "fleet fleet\noperator ada\noperator bee\noperator own\npartner hub",
		names: "earned earned_base earned_bonus earned_penalty earned_revenue-share earned_commission earned_adjustment payable carried_in carried_out ytd_since earned_growth",
		want: `
			fleet fleet earned 392.19          // 147.04 + 211 + 34.15
			fleet fleet earned_base 312.01     // 101.01 + 211
			fleet fleet earned_bonus 53.03
			fleet fleet earned_penalty -7.00
			fleet fleet earned_commission 15.15
			fleet fleet earned_adjustment 19.00
			fleet fleet payable 160.19         // 124.04 + 36.15
			fleet fleet carried_in -21.00      // −23 + 2
			fleet fleet carried_out 211.00
			fleet fleet ytd_since 2031-05
			operator ada earned 147.04
			operator ada earned_base 101.01
			operator ada earned_bonus 53.03
			operator ada earned_penalty -7.00
			operator ada payable 124.04
			operator ada carried_in -23.00
			operator ada carried_out 0.00
			operator bee earned 211.00
			operator bee earned_base 211.00
			operator bee payable 0.00
			operator bee carried_in 0.00
			operator bee carried_out 211.00
			operator own earned 0.00
			operator own payable 0.00
			operator own carried_in 0.00
			operator own carried_out 0.00
			partner hub earned 34.15
			partner hub earned_commission 15.15
			partner hub earned_adjustment 19.00
			partner hub payable 36.15
			partner hub carried_in 2.00
			partner hub carried_out 0.00
		`,
	},
	{
		name: "a returned payment is no earning and no cost, and was payable once already",
		given: func(t testing.TB, s *surveyed) {
			earnings(t, s)
			s.line(t, OperatorPayee, "ada", "return", Returned, "FP-203104-00000000000000A1", "29.00")
			s.b.Payouts[0].Earned, s.b.Payouts[0].Payable = sumOf(t, "176.04"), sumOf(t, "153.04") // 147.04 + 29; 124.04 + 29
			s.past = []Figure{
				{Period{2031, 4}, OfTheFleet, FleetID, YearSince, "2031-04", AsText},
				{Period{2031, 4}, OfOperator, "ada", YearToDate(FigureEarned), "61.00", InDollars},
				{Period{2031, 4}, OfOperator, "ada", FigureReturned, "3.00", InDollars},
				{Period{2031, 4}, OfOperator, "ada", YearToDate(FigureReturned), "3.00", InDollars},
				{Period{2031, 4}, OfOperator, "ada", YearToDate(FigurePayable), "31.00", InDollars},
				{Period{2030, 5}, OfTheFleet, FleetID, FigureEarned, "392.19", InDollars},
			}
		},
		of:    "fleet fleet\noperator ada\npartner hub\npartner-rule hub:return",
		names: "earned earned_base returned payable earned_growth earned_ytd returned_ytd payable_ytd cost cost_base cost_per_node",
		want: `
			fleet fleet earned 392.19          // as without the return
			fleet fleet earned_base 312.01
			fleet fleet returned 29.00
			fleet fleet payable 189.19         // 153.04 + 36.15
			fleet fleet earned_growth 0
			fleet fleet earned_ytd 392.19
			fleet fleet returned_ytd 29.00
			fleet fleet payable_ytd 160.19     // 189.19 − 29
			fleet fleet cost 392.19
			fleet fleet cost_base 312.01
			fleet fleet cost_per_node 56.03    // 392.19 / 7
			operator ada earned 147.04
			operator ada earned_base 101.01
			operator ada returned 29.00
			operator ada payable 153.04
			operator ada earned_ytd 208.04     // 61 + 147.04
			operator ada returned_ytd 32.00    // 3 + 29
			operator ada payable_ytd 155.04    // 31 + 153.04 − 29
			partner hub earned 34.15
			partner hub payable 36.15
			partner hub earned_ytd 34.15
			partner hub payable_ytd 36.15
			partner hub cost 162.19            // 147.04 + 10.10 + 5.05 − 1 + 3 − 2
			partner hub cost_base 101.01
			partner hub cost_per_node 54.06    // 162.19 / 3
		`},
	{
		name:  "a network costs its operators' lines and the partner's commission, divided by nodes and hours",
		given: earnings,
		of:    "fleet fleet\npartner hub\npartner-rule hub:stipend\npartner-rule hub:bonus\npartner-rule hub:rebate\npartner-rule hub:early\npartner-rule hub:late\npartner-rule hub:lead\npartner-rule hub:all-cap\npartner-rule hub:adjustment",
		names: "cost cost_base cost_bonus cost_penalty cost_commission cost_adjustment cost_per_node cost_per_uptime_hour cost_operators",
		want: `
			fleet fleet cost 392.19                // all lines
			fleet fleet cost_base 312.01
			fleet fleet cost_bonus 53.03
			fleet fleet cost_penalty -7.00
			fleet fleet cost_commission 15.15
			fleet fleet cost_adjustment 19.00
			fleet fleet cost_per_node 56.03        // 392.19 / 7 = 56.027…
			fleet fleet cost_per_uptime_hour 17.99 // 392.19 / (1308/60) = 17.990…
			partner hub cost 162.19                // 147.04 + 15.15
			partner hub cost_base 101.01
			partner hub cost_bonus 53.03
			partner hub cost_penalty -7.00
			partner hub cost_commission 15.15
			partner hub cost_per_node 54.06        // 162.19 / 3 = 54.063…
			partner hub cost_per_uptime_hour 10.73 // 162.19 / (907/60) = 10.729…
			partner-rule hub:all-cap cost -2.00    // about no operator
			partner-rule hub:bonus cost 53.03
			partner-rule hub:bonus cost_operators 1
			partner-rule hub:early cost 10.10
			partner-rule hub:early cost_operators 1
			partner-rule hub:late cost 5.05
			partner-rule hub:late cost_operators 1 // ada; nothing on its own record
			partner-rule hub:lead cost 3.00        // about no operator
			partner-rule hub:rebate cost -7.00
			partner-rule hub:rebate cost_operators 1
			partner-rule hub:stipend cost 101.01
			partner-rule hub:stipend cost_operators 1
		`,
	},
	{
		name:  "a commission is of the first year or goes on, as its rule or what its cap limits; leads are of the first year",
		given: earnings,
		of:    "partner hub\noperator ada\noperator bee\noperator own",
		names: "commission_first_year commission_ongoing commission_first_year_ytd commission_ongoing_ytd commission_on",
		want: `
			operator ada commission_on 15.15          // 10.10 + 5.05; the lead of that id is not on it
			operator own commission_on 0.00           // referred, and nothing is earned on it
			partner hub commission_first_year 11.10   // 10.10 + 3 − 2
			partner hub commission_ongoing 4.05       // 5.05 − 1
			partner hub commission_first_year_ytd 11.10
			partner hub commission_ongoing_ytd 4.05
		`,
	},
	{
		name: "the window of an operator's first months ends before its day in the last of them, and nothing is left of it for who leaves",
		given: func(t testing.TB, s *surveyed) {
			s.operator(t, "ada", "2030-05-14", "", "")           // over in the month
			s.operator(t, "bee", "2030-06-01", "", "")           // over with the month
			s.operator(t, "cid", "2030-06-02", "", "")           // a day of June is left
			s.operator(t, "dot", "2030-01-31", "", "")           // over
			s.operator(t, "eve", "2031-07-09", "", "")           // still to come
			s.operator(t, "fay", "2031-03-02", "", "2031-08-07") // will leave
			s.operator(t, "gus", "2031-03-02", "", "2031-05-07") // leaves
			s.operator(t, "own", "2031-03-02", "", "")
			s.operator(t, "zoe", "2031-03-02", "", "") // nobody's
			s.partner(t, "hub", "own", "ada", "bee", "cid", "dot", "eve", "fay", "gus", "own")
			s.partner(t, "nil", "")
			for i := range s.b.Payouts {
				s.b.Payouts[i].Version = "2031-01"
			}
		},
		of:    "operator ada\noperator bee\noperator cid\noperator dot\noperator eve\noperator fay\noperator gus\noperator own\noperator zoe\npartner hub\npartner nil",
		names: "commission_months commission_until commission_months_left",
		want: `
			operator ada commission_until 2031-05-13
			operator ada commission_months_left 0
			operator bee commission_until 2031-05-31
			operator bee commission_months_left 0
			operator cid commission_until 2031-06-01
			operator cid commission_months_left 1
			operator dot commission_until 2031-01-30
			operator dot commission_months_left 0
			operator eve commission_until 2032-07-08
			operator eve commission_months_left 13 // July to July; June has no day of it
			operator fay commission_until 2032-03-01
			operator fay commission_months_left 3  // June, July, August
			operator gus commission_until 2032-03-01
			operator gus commission_months_left 0
			partner hub commission_months 12
			partner nil commission_months 12
		`,
	},
	{
		name: "a window is the longest of the rules for the partner's tier, in its own version",
		given: func(t testing.TB, s *surveyed) {
			other, err := LoadVersion("other.yaml", []byte(`
version: other
title: Windows by tier
from: 2031-02-01
missing: down
due: {days: 7, after: close}
rules:
  - {id: stipend, label: Stipend, category: base, amount: {rate: 101.00, per: node-month}}
  - {id: short, label: Short, category: commission, payee: partner, amount: {share: 10%, of: {category: [base]}}, window: {first_months: 3}}
  - {id: long, label: Long, category: commission, payee: partner, amount: {share: {silver: 1%, gold: 2%}, of: {category: [base]}}, window: {first_months: 7}}
  - {id: late, label: Late, category: commission, payee: partner, amount: {share: 5%, of: {category: [base]}}, window: {after_months: 24}}
`))
			if err != nil {
				t.Fatal(err)
			}
			if s.rb, err = NewRulebook([]*Version{s.rb.Version("2031-01"), other}); err != nil {
				t.Fatal(err)
			}
			for _, tier := range []string{"bronze", "silver", ""} {
				s.operator(t, "of-"+tier, "2031-01-01", "", "")
				p := s.partner(t, "pa-"+tier, "", "of-"+tier)
				if tier != "" {
					p.Tiers = []TierSince{{tier, given(t, "2031-01-01")}}
				}
			}
			s.partner(t, "pa-first", "")
			for i := range s.b.Payouts {
				s.b.Payouts[i].Version = "other"
			}
			s.b.Payouts[len(s.b.Payouts)-1].Version = "2031-01"
		},
		of:    "operator of-bronze\noperator of-silver\noperator of-\npartner pa-bronze\npartner pa-silver\npartner pa-\npartner pa-first",
		names: "commission_months commission_until commission_months_left",
		want: `
			operator of- commission_until 2031-07-31 // without a tier, of all tiers
			operator of- commission_months_left 2
			operator of-bronze commission_until 2031-03-31
			operator of-bronze commission_months_left 0
			operator of-silver commission_until 2031-07-31
			operator of-silver commission_months_left 2
			partner pa- commission_months 7
			partner pa-bronze commission_months 3
			partner pa-first commission_months 12
			partner pa-silver commission_months 7
		`,
	},
	{
		name: "a commission is divided over nodes by node-days, leftover cents from the first id on",
		given: func(t testing.TB, s *surveyed) {
			earnings(t, s)
			s.f.Nodes = []Node{
				{ID: "n-9", OperatorID: "ada", Days: 31},
				{ID: "n-1", OperatorID: "ada", Days: 31},
				{ID: "n-5", OperatorID: "ada", Days: 11},
				{ID: "n-7", OperatorID: "ada", Days: 0},
				{ID: "n-1", OperatorID: "bee", Days: 7}, // not referred
				{ID: "n-2", OperatorID: "own", Days: 7},
			}
		},
		of:    "node n-1@ada\nnode n-5@ada\nnode n-7@ada\nnode n-9@ada\nnode n-1@bee\nnode n-2@own",
		names: "commission_share",
		want: `
			node n-1@ada commission_share 6.44 // 15.15 × 31/73 = 6.4335…, and the leftover cent
			node n-2@own commission_share 0.00
			node n-5@ada commission_share 2.28 // 15.15 × 11/73 = 2.2828…
			node n-9@ada commission_share 6.43 // 6.43 + 2.28 + 6.43 = 15.14: one cent is left over
		`,
	},
	{
		name: "the year goes on from the month before, also for who has nothing to settle any more",
		given: func(t testing.TB, s *surveyed) {
			earnings(t, s)
			s.past = s.figures(`
				2031-04 fleet fleet ytd_since 2031-03
				2031-04 fleet fleet earned 1000.00
				2031-04 fleet fleet earned_ytd 3000.00
				2031-04 fleet fleet earned_base_ytd 2000.00
				2031-04 fleet fleet earned_revenue-share_ytd 29.00
				2031-04 fleet fleet payable_ytd 2500.00
				2031-04 operator ada earned 200.00
				2031-04 operator ada earned_ytd 300.00
				2031-04 operator ada earned_penalty_ytd 7.00
				2031-04 operator ada payable_ytd 100.00
				2031-04 operator gus earned 59.00
				2031-04 operator gus earned_ytd 61.00
				2031-04 operator gus earned_base_ytd 67.00
				2031-04 operator gus earned_bonus_ytd 0.00
				2031-04 operator gus payable_ytd 71.00
				2031-04 partner hub earned 20.00
				2031-04 partner hub earned_ytd 40.00
				2031-04 partner hub earned_commission_ytd 37.00
				2031-04 partner hub payable_ytd 41.00
				2031-04 partner hub commission_first_year_ytd 30.00
				2031-04 partner hub commission_ongoing_ytd 7.00
				2031-04 partner hop earned_ytd 43.00
				2031-04 partner hop commission_ongoing_ytd 43.00
				2031-04 partner hop earned_commission_ytd 0.00
				2030-05 partner hub earned 30.00
				2030-05 partner hub earned_commission 0.00
				2030-05 fleet fleet earned 400.00
			`)
		},
		of:    "fleet fleet\noperator ada\noperator bee\noperator gus\npartner hub\npartner hop\n2031-04 operator gus\n2030-05 fleet fleet",
		names: "ytd_since earned earned_penalty earned_growth earned_commission_growth earned_ytd earned_base_ytd earned_bonus_ytd earned_penalty_ytd earned_revenue-share earned_revenue-share_ytd earned_commission_ytd payable_ytd commission_first_year commission_first_year_ytd commission_ongoing_ytd",
		want: `
			2030-05 fleet fleet earned 400.00
			2031-04 operator gus earned 59.00
			fleet fleet earned 392.19
			fleet fleet earned_penalty -7.00
			fleet fleet earned_revenue-share 0.00     // nothing this month, something this year
			fleet fleet earned_growth -1.9525         // −7.81 / 400
			fleet fleet ytd_since 2031-03
			fleet fleet earned_ytd 3392.19            // 3000 + 392.19
			fleet fleet earned_base_ytd 2312.01       // 2000 + 312.01
			fleet fleet earned_bonus_ytd 53.03
			fleet fleet earned_penalty_ytd -7.00
			fleet fleet earned_revenue-share_ytd 29.00
			fleet fleet earned_commission_ytd 15.15
			fleet fleet payable_ytd 2660.19           // 2500 + 160.19
			operator ada earned 147.04
			operator ada earned_penalty -7.00
			operator ada earned_ytd 447.04            // 300 + 147.04
			operator ada earned_base_ytd 101.01
			operator ada earned_bonus_ytd 53.03
			operator ada earned_penalty_ytd 0.00      // 7 − 7
			operator ada payable_ytd 224.04           // 100 + 124.04
			operator bee earned 211.00
			operator bee earned_ytd 211.00
			operator bee earned_base_ytd 211.00
			operator bee payable_ytd 0.00
			operator gus earned_ytd 61.00
			operator gus earned_base_ytd 67.00
			operator gus payable_ytd 71.00
			partner hop earned_ytd 43.00
			partner hop earned_commission_ytd 0.00
			partner hop commission_ongoing_ytd 43.00
			partner hub earned 34.15
			partner hub earned_growth 13.83333        // 4.15 / 30; of no commission there is no growth
			partner hub earned_ytd 74.15              // 40 + 34.15
			partner hub earned_commission_ytd 52.15   // 37 + 15.15
			partner hub payable_ytd 77.15             // 41 + 36.15
			partner hub commission_first_year 11.10
			partner hub commission_first_year_ytd 41.10
			partner hub commission_ongoing_ytd 11.05
		`,
	},
	{
		name: "the year's leads go on, also in a month without the dataset and for a partner that has ended",
		given: func(t testing.TB, s *surveyed) {
			s.partner(t, "hub", "")
			s.f.Absent["leads"] = true
			s.past = s.figures(`
				2031-04 fleet fleet ytd_since 2031-01
				2031-04 fleet fleet leads_created_ytd 41
				2031-04 partner hub leads_qualified_ytd 13
				2031-04 partner hub deal_revenue_ytd 17.00
				2031-04 partner hop leads_converted_ytd 19
			`)
		},
		of:    "fleet fleet\npartner hub\npartner hop",
		names: "leads_created leads_created_ytd leads_qualified_ytd leads_converted_ytd deal_revenue_ytd",
		want: `
			fleet fleet leads_created_ytd 41
			partner hop leads_converted_ytd 19
			partner hub leads_qualified_ytd 13
			partner hub deal_revenue_ytd 17.00
		`,
	},
	{
		name: "the year's leads are those before and this month's",
		given: func(t testing.TB, s *surveyed) {
			s.partner(t, "hub", "")
			revenue := decimal.RequireFromString("23.5")
			day := given(t, "2031-05-02")
			s.e.Leads = []Lead{
				{ID: "1", SourceKind: "partner", SourceID: "hub", Channel: "web", CreatedOn: day, QualifiedOn: day, ConvertedOn: day, Revenue: &revenue},
				{ID: "2", SourceKind: "direct", Channel: "web", CreatedOn: day},
			}
			s.past = s.figures(`
				2031-04 fleet fleet ytd_since 2031-01
				2031-04 fleet fleet leads_created_ytd 41
				2031-04 partner hub leads_created_ytd 11
				2031-04 partner hub deal_revenue_ytd 17.00
			`)
		},
		of:    "fleet fleet\npartner hub",
		names: "leads_created_ytd leads_qualified_ytd leads_converted_ytd deal_revenue_ytd",
		want: `
			fleet fleet leads_created_ytd 43   // 41 + 2
			fleet fleet leads_qualified_ytd 1
			fleet fleet leads_converted_ytd 1
			partner hub leads_created_ytd 12   // 11 + 1
			partner hub leads_qualified_ytd 1
			partner hub leads_converted_ytd 1
			partner hub deal_revenue_ytd 40.50 // 17 + 23.5
		`,
	},
	{
		name: "a year begins with January",
		given: func(t testing.TB, s *surveyed) {
			s.f.Period, s.b.Period = Period{2031, 1}, Period{2031, 1}
			s.payout(t, OperatorPayee, "ada", "0.00", "11.00", "11.00", "0.00")
			s.past = s.figures(`
				2030-12 fleet fleet ytd_since 2030-01
				2030-12 fleet fleet earned 13.00
				2030-12 fleet fleet earned_ytd 999.00
				2030-12 operator ada earned 13.00
				2030-12 operator ada earned_ytd 999.00
				2030-12 operator gus earned_ytd 999.00
			`)
		},
		of:    "fleet fleet\noperator ada\noperator gus",
		names: "ytd_since earned_ytd",
		want: `
			fleet fleet ytd_since 2031-01
			fleet fleet earned_ytd 11.00
			operator ada earned_ytd 11.00
		`,
	},
	{
		name: "figures of earlier months go on as far as reports show them",
		given: func(_ testing.TB, s *surveyed) {
			s.past = s.figures(`
				2029-04 fleet fleet earned 1.00
				2029-05 fleet fleet earned 2.00
				2029-05 severity P0 mttr 3
				2029-05 partner hub uptime 5
				2029-05 partner hub slots_up 7
				2031-03 operator ada earned 11.00
				2031-04 fleet fleet ytd_since 2031-04
				2031-04 operator ada earned 13.00
				2031-04 operator ada carried_in 17.00
				2031-04 partner hub slots_up 19
				2031-04 node n-1@ada commission_share 23.00
				2031-04 channel hub:web leads_created 29
			`)
		},
		of: `2029-04 fleet fleet
			2029-05 fleet fleet
			2029-05 severity P0
			2029-05 partner hub
			2031-03 operator ada
			2031-04 operator ada
			2031-04 partner hub
			2031-04 node n-1@ada
			2031-04 channel hub:web`,
		names: "earned mttr uptime slots_up carried_in commission_share leads_created",
		want: `
			2029-05 fleet fleet earned 2.00
			2029-05 severity P0 mttr 3
			2029-05 partner hub uptime 5
			2031-04 operator ada earned 13.00
			2031-04 partner hub slots_up 19
		`,
	},
}
