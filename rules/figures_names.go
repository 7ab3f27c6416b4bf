package rules

import (
	"slices"
	"strings"
)

// FigureName names a figure within its kind.
type FigureName string

// The figures. figureDefs says of each what it is of, and defines it exactly.
const (
	OperatorsActive    FigureName = "operators_active"
	OperatorsCertified FigureName = "operators_certified"
	OperatorsJoined    FigureName = "operators_joined"
	OperatorsLeft      FigureName = "operators_left"
	OperatorsReferred  FigureName = "operators_referred"
	ChurnLeft          FigureName = "churn_left"
	ChurnMean          FigureName = "churn_mean_active"
	Churn              FigureName = "churn"
	NodesActive        FigureName = "nodes_active"
	NodeDays           FigureName = "node_days"
	SlotsExpected      FigureName = "slots_expected"
	SlotsUp            FigureName = "slots_up"
	Uptime             FigureName = "uptime"
	UptimeHours        FigureName = "uptime_hours"

	LeadsCreated      FigureName = "leads_created"
	LeadsQualified    FigureName = "leads_qualified"
	LeadsConverted    FigureName = "leads_converted"
	ConversionRate    FigureName = "conversion_rate"
	LeadsFromPartners FigureName = "leads_from_partners"
	LeadShare         FigureName = "lead_share"
	Deals             FigureName = "deals"
	DealRevenue       FigureName = "deal_revenue"

	FigureEarned     FigureName = "earned"
	FigureReturned   FigureName = "returned"
	FigurePayable    FigureName = "payable"
	FigureCarriedIn  FigureName = "carried_in"
	FigureCarriedOut FigureName = "carried_out"
	YearSince        FigureName = "ytd_since"

	Cost              FigureName = "cost"
	CostPerNode       FigureName = "cost_per_node"
	CostPerUptimeHour FigureName = "cost_per_uptime_hour"
	CostOperators     FigureName = "cost_operators"

	CommissionFirst   FigureName = "commission_first_year"
	CommissionOngoing FigureName = "commission_ongoing"
	CommissionOn      FigureName = "commission_on"
	CommissionShare   FigureName = "commission_share"

	CommissionMonths     FigureName = "commission_months"
	CommissionUntil      FigureName = "commission_until"
	CommissionMonthsLeft FigureName = "commission_months_left"

	IncidentsOpened  FigureName = "incidents"
	IncidentsSolved  FigureName = "incidents_resolved"
	MTTR             FigureName = "mttr"
	MeanResponse     FigureName = "mean_response"
	ResponseWithin   FigureName = "response_within"
	ResolutionWithin FigureName = "resolution_within"
)

// EarnedIn is the sum of a payee's lines of a category, or of the fleet's.
// Returned payments are no earnings: their sum has a name of its own.
func EarnedIn(c Category) FigureName {
	if c == Returned {
		return FigureReturned
	}
	return "earned_" + FigureName(c)
}

// CostOf is what the program paid for a network by category.
func CostOf(c Category) FigureName { return "cost_" + FigureName(c) }

// YearToDate is a sum from the beginning of the year.
func YearToDate(n FigureName) FigureName { return n + "_ytd" }

// Growth is a sum of money against the same of a year before, in percent of
// that.
func Growth(n FigureName) FigureName { return n + "_growth" }

// categories are the categories of what is earned, in the order of figures.
var categories = [...]Category{Base, Bonus, Penalty, RevenueShare, Commission, Adjusting}

// Categories lists the categories of what is earned, in the order of figures:
// those of all lines but of returned payments.
func Categories() []Category { return slices.Clone(categories[:]) }

// eachCategory stands in a definition's name for the categories, one figure for
// each.
const eachCategory Category = "CATEGORY"

// figureDef is the one definition of a figure: figures.csv takes its order and
// unit from it, and the documentation is made of it.
type figureDef struct {
	name FigureName
	unit FigureUnit
	of   []FigureKind
	doc  string
}

var (
	ofNetworks     = []FigureKind{OfTheFleet, OfPartner}
	ofLeads        = []FigureKind{OfTheFleet, OfPartner, OfChannel}
	ofPayees       = []FigureKind{OfTheFleet, OfOperator, OfPartner}
	ofIncidents    = []FigureKind{OfTheFleet, OfSeverity, OfPartner, OfPartnersIncident}
	ofSeverities   = []FigureKind{OfSeverity, OfPartnersIncident}
	ofFleet        = []FigureKind{OfTheFleet}
	ofPartners     = []FigureKind{OfPartner}
	ofDeals        = []FigureKind{OfPartner, OfLead}
	ofOperators    = []FigureKind{OfOperator}
	ofNodes        = []FigureKind{OfNode}
	ofPartnerRules = []FigureKind{OfPartnerRule}
)

// figureDefs are the figures in the order of figures.csv.
var figureDefs = []figureDef{
	{OperatorsActive, InPieces, ofNetworks, "Operators that are active on the month's last day."},
	{OperatorsCertified, InPieces, ofNetworks, "Those of `operators_active` with a `certified_on` on or before that day."},
	{OperatorsJoined, InPieces, ofNetworks, "Operators whose `joined_on` is in the month."},
	{OperatorsLeft, InPieces, ofNetworks, "Operators whose `last_active_day` is in the month."},
	{OperatorsReferred, InPieces, ofPartners, "The operators of the network, those that have left or not yet begun too."},
	{ChurnLeft, InPieces, ofNetworks, "Operators whose `last_active_day` is in the month or in one of the 11 before."},
	{ChurnMean, InPieces, ofNetworks, "The mean, over the last days of these 12 months, of the operators active on that day; cut to 5 places. Every month is counted from what this close knows."},
	{Churn, InPercent, ofNetworks, "Annual churn: `churn_left` / the exact mean. No row when the mean is 0."},
	{NodesActive, InPieces, ofNetworks, "Nodes that are active on the month's last day."},
	{NodeDays, InPieces, ofNetworks, "The sum, over the month's days, of the active nodes on that day."},
	{SlotsExpected, InPieces, ofNetworks, "Slots that an uptime is taken of, as the version in force counts them: without those in maintenance, and without missing ones where the version says `missing: ignore`."},
	{SlotsUp, InPieces, ofNetworks, "Slots with a sample that says up."},
	{Uptime, InPercent, ofNetworks, "`slots_up` / `slots_expected`: weighted by time, never a mean of percentages. No row without an expected slot."},
	{UptimeHours, InHours, ofNetworks, "`slots_up` × the length of a slot."},

	{LeadsCreated, InPieces, ofLeads, "Leads with `created_on` in the month: all of the fleet's, or those whose source is the partner."},
	{LeadsQualified, InPieces, ofLeads, "Of the same leads, whenever created, those with `qualified_on` in the month."},
	{LeadsConverted, InPieces, ofLeads, "Likewise those with `converted_on` in the month."},
	{ConversionRate, InPercent, ofLeads, "`leads_converted` / `leads_created`. Leads may convert in a later month than they are created in, so it can be above 100. No row when none was created."},
	{LeadsFromPartners, InPieces, ofFleet, "Those of `leads_created` whose source is a partner, any of them."},
	{LeadShare, InPercent, ofNetworks, "The fleet: `leads_from_partners` / `leads_created`. A partner: its `leads_created` / the fleet's. No row when the fleet has none."},
	{Deals, InPieces, ofPartners, "The partner's leads with `converted_on` in the month."},
	{DealRevenue, InDollars, ofDeals, "A lead: its `revenue`, rounded once, to cents, when it converted in the month; no row without one. A partner: the sum of these for its `deals`, so it is the sum of what is shown; a row also when it is 0.00."},

	{YearToDate(LeadsCreated), InPieces, ofNetworks, "`leads_created` from `ytd_since` to this month."},
	{YearToDate(LeadsQualified), InPieces, ofNetworks, "`leads_qualified` from `ytd_since` to this month."},
	{YearToDate(LeadsConverted), InPieces, ofNetworks, "`leads_converted` from `ytd_since` to this month."},
	{YearToDate(DealRevenue), InDollars, ofPartners, "`deal_revenue` from `ytd_since` to this month."},

	{FigureEarned, InDollars, ofPayees, "The sum of the lines, but for those of category return: of the payee, or of all payees. `earned` + `returned` is what `payouts.csv` calls earned. A row also when it is 0.00."},
	{EarnedIn(eachCategory), InDollars, ofPayees, "The part of `earned` that lines of the category make. A row when it or its year to date is not 0.00; `earned_commission` of a partner always."},
	{FigureReturned, InDollars, ofPayees, "The sum of the lines of category return: payments of earlier months that could not be made and are owed again. What they were for was earned in those months. A row when it or its year to date is not 0.00."},
	{FigurePayable, InDollars, ofPayees, "What is paid now, returned payments too. A row also when it is 0.00."},
	{FigureCarriedIn, InDollars, ofPayees, "What the month began with. A row also when it is 0.00."},
	{FigureCarriedOut, InDollars, ofPayees, "What the next month begins with. A row also when it is 0.00."},
	{Growth(FigureEarned), InPercent, ofNetworks, "(`earned` − that of the same month a year before) / that of a year before. No row unless that is above 0.00."},
	{Growth(EarnedIn(Commission)), InPercent, ofPartners, "The same of `earned_commission`."},
	{YearSince, AsText, ofFleet, "The first month in the year's sums, as `2026-04`: January, or the first one of the chain of closes that has figures."},
	{YearToDate(FigureEarned), InDollars, ofPayees, "`earned` from `ytd_since` to this month. Who has nothing to settle any more keeps its row until the year ends."},
	{YearToDate(EarnedIn(eachCategory)), InDollars, ofPayees, "The same of `earned_CATEGORY`; a row when it or the month's sum is not 0.00, `earned_commission_ytd` of a partner always."},
	{YearToDate(FigureReturned), InDollars, ofPayees, "`returned` from `ytd_since` to this month. A row when it or the month's sum is not 0.00."},
	{YearToDate(FigurePayable), InDollars, ofPayees, "`payable` − `returned` from `ytd_since` to this month: what was given out to be paid, less what came back in that time. It is below 0.00 when more of an earlier year came back than was payable since."},

	{Cost, InDollars, []FigureKind{OfTheFleet, OfPartner, OfPartnerRule}, "What the program pays. The fleet: all lines but those of category return. A partner: the same of its network's operators, and its own lines of category commission, those of its leads too; no row without the `referrals` dataset, which names the network. A rule: those of these lines that are of the rule, a cap or an adjustment; a row for each that has a line. A row also when it is 0.00."},
	{CostOf(eachCategory), InDollars, ofNetworks, "The part of `cost` that lines of the category make. A row when it is not 0.00."},
	{CostPerNode, InDollars, ofNetworks, "`cost` / `nodes_active`, rounded to cents. No row without a node."},
	{CostPerUptimeHour, InDollars, ofNetworks, "`cost` / the exact hours of `uptime_hours`, rounded to cents. No row when that is 0."},
	{CostOperators, InPieces, ofPartnerRules, "Operators of the network with a line of the rule that is not 0.00: a line of their own, or one of the partner's commission on them. No row for a rule that is about no operator, as for leads."},

	{CommissionFirst, InDollars, ofPartners, "The part of `earned_commission` that comes from rules for an operator's first months, or without a window, as for leads. What a cap takes back is taken from it as far as it reaches and from `commission_ongoing` after that, unless the cap limits only rules for the months after. A row also when it is 0.00."},
	{CommissionOngoing, InDollars, ofPartners, "The rest of `earned_commission`: rules for the months after an operator's first ones. A row also when it is 0.00."},
	{YearToDate(CommissionFirst), InDollars, ofPartners, "`commission_first_year` from `ytd_since` to this month."},
	{YearToDate(CommissionOngoing), InDollars, ofPartners, "`commission_ongoing` from `ytd_since` to this month."},
	{CommissionOn, InDollars, ofOperators, "The sum of the partner's commission lines on this operator, before caps. A row for every operator that is referred, its partner's own record too, also when it is 0.00."},
	{CommissionShare, InDollars, ofNodes, "The node's part of its operator's `commission_on`: divided by node-days, cents cut, the leftover cents one each in byte order of node id. A row for each node of a referred operator with a day in the month."},
	{CommissionMonths, InPieces, ofPartners, "Over how many months from its `joined_on` a referred operator's first window lasts: the most `first_months` of the rules that pay this partner on operators, under its own version and tier; without a tier, of all tiers. No row without such a rule."},
	{CommissionUntil, AsText, ofOperators, "The last day of that window, as `2026-11-14`: the day before `joined_on` + `commission_months`. A row for every operator of a network whose partner has such a rule."},
	{CommissionMonthsLeft, InPieces, ofOperators, "Months after this one that have a day in the window, up to the operator's `last_active_day` where it has one; 0 when there is none."},

	{IncidentsOpened, InPieces, ofIncidents, "Incidents opened in the month, of all severities or of one. Of a partner: those on a node that was active under one of its network's operators that day; one incident counts once. A severity has rows when it has an incident, or a target in the version in force."},
	{IncidentsSolved, InPieces, ofIncidents, "Those of them with a `resolved_at`, in the month or after it."},
	{MTTR, InSeconds, ofIncidents, "Mean time to recovery: the mean of `resolved_at` − `opened_at` over `incidents_resolved`, cut to whole seconds. No row when none is resolved."},
	{MeanResponse, InSeconds, ofIncidents, "The mean, over the incidents that were answered, of `opened_at` to the earlier of `acknowledged_at` and `resolved_at`; cut to whole seconds. No row when none was."},
	{ResponseWithin, InPieces, ofSeverities, "Incidents answered within the response target: not later than it. No row without a target."},
	{ResolutionWithin, InPieces, ofSeverities, "Incidents resolved within the resolution target: not later than it. No row without a target."},
}

// figureInfo is what a name implies.
type figureInfo struct {
	place int
	unit  FigureUnit
}

// figureByName has every figure's place and unit, those by category one by one.
var figureByName = func() map[FigureName]figureInfo {
	byName := map[FigureName]figureInfo{}
	for _, def := range figureDefs {
		for _, name := range def.names() {
			byName[name] = figureInfo{len(byName), def.unit}
		}
	}
	return byName
}()

// names lists the figures of a definition.
func (d figureDef) names() []FigureName {
	if !strings.Contains(string(d.name), string(eachCategory)) {
		return []FigureName{d.name}
	}
	var names []FigureName
	for _, c := range categories {
		names = append(names, FigureName(strings.Replace(string(d.name), string(eachCategory), string(c), 1)))
	}
	return names
}

func (n FigureName) place() int {
	if info, known := figureByName[n]; known {
		return info.place
	}
	return len(figureByName)
}
