package rules

import "github.com/shopspring/decimal"

// The vocabulary of a rule file. These types are the only definition of it: the
// strict loader decodes into them, the JSON Schema is generated from them, and
// `rules show` words them. A `doc` tag is the sentence that people read.

// Version is one rule file: the program as it stands from one day on.
type Version struct {
	Name         string        `yaml:"version" required:"true" doc:"Name of the version; an operator's or partner's agreement may pin it."`
	Title        string        `yaml:"title" required:"true" doc:"One line that tells people what this version is."`
	From         Date          `yaml:"from" required:"true" doc:"First day in force, the first of a month. A version ends where the next one begins."`
	To           Date          `yaml:"to" doc:"Last day in force, when finance wants it stated. It must be the day before the next version begins."`
	Missing      Missing       `yaml:"missing" required:"true" doc:"What a slot without a sample counts as: down, or ignore to leave it out of the expected slots."`
	Due          Due           `yaml:"due" required:"true" doc:"When a payment of this version is due."`
	Parameters   []Parameter   `yaml:"parameters" doc:"Values that the workspace must give before this version can run."`
	Rules        []Rule        `yaml:"rules" required:"true" doc:"What is paid and taken, in the order in which statements show it."`
	Caps         []Cap         `yaml:"caps" doc:"Limits on the sum of a payee's lines."`
	Requirements []Requirement `yaml:"requirements" doc:"What a payee must fulfil, and what happens when it does not."`
	Flags        []Flag        `yaml:"flags" doc:"What people should look at. A flag withholds nothing."`
	Report       Report        `yaml:"report" doc:"How the monthly reports look, and what they hold figures against. Nothing is paid by it."`

	// File is where the version was read: a path, or built-in for one that comes
	// with the program.
	File string `yaml:"-"`
	// Source is the rule file's bytes, which the close keeps.
	Source []byte `yaml:"-"`
}

// Missing says what a slot without a sample counts as.
type Missing string

// The ways to count a slot without a sample.
const (
	MissingDown   Missing = "down"
	MissingIgnore Missing = "ignore"
)

// Due says when payments fall due: so many days after the period's last day, or
// after the day of closing.
type Due struct {
	Days  int      `yaml:"days" required:"true" doc:"Number of days."`
	After DueAfter `yaml:"after" required:"true" doc:"What the days count from: period (its last day) or close (the day of closing)."`
}

// DueAfter names the day that Due counts from.
type DueAfter string

// The days that Due can count from.
const (
	AfterPeriod DueAfter = "period"
	AfterClose  DueAfter = "close"
)

// Parameter is a value that a version leaves to the workspace's configuration.
type Parameter struct {
	ID    string        `yaml:"id" required:"true" doc:"Name under which rules and the configuration refer to the value."`
	Kind  ParameterKind `yaml:"kind" required:"true" doc:"amount (US dollars) or share (a percentage, or a decimal from 0 to 1)."`
	Label string        `yaml:"label" required:"true" doc:"What the value is, for people."`
}

// ParameterKind is what a parameter holds.
type ParameterKind string

// The kinds of parameter.
const (
	ParameterAmount ParameterKind = "amount"
	ParameterShare  ParameterKind = "share"
)

// Category is what a line is, for totals and for rules that build on others.
type Category string

// The categories of lines. Adjustments and returned payments come from datasets
// of their own, never from a rule.
const (
	Base         Category = "base"
	Bonus        Category = "bonus"
	Penalty      Category = "penalty"
	RevenueShare Category = "revenue-share"
	Commission   Category = "commission"
	Adjusting    Category = "adjustment"
	Returned     Category = "return" // gives back what an earlier period counted: no earning and no cost
)

// Payee says who receives a rule's lines.
type Payee string

// The payees of rules, and the further subjects of flags.
const (
	ToOperator   Payee = "operator"
	ToPartner    Payee = "partner"
	ToLeadSource Payee = "lead-source" // the operator or partner a lead came from
	OfRegion     Payee = "region"      // flags only
	OfFleet      Payee = "fleet"       // flags only
)

// Rule is one reason to pay or to take money. A penalty's amounts are written as
// positive numbers and taken away.
type Rule struct {
	ID       string      `yaml:"id" required:"true" doc:"Name of the rule on every line it leaves: lower-case words joined by hyphens."`
	Label    string      `yaml:"label" required:"true" doc:"Name of the rule on statements."`
	Category Category    `yaml:"category" required:"true" doc:"base, bonus, penalty (taken away), revenue-share or commission."`
	Payee    Payee       `yaml:"payee" doc:"Who gets the lines: operator (the default), partner, or lead-source."`
	Tiers    []string    `yaml:"tiers" doc:"Tiers that the rule is for; all, when left out. A rate that is given by tier names them too."`
	Cadence  Cadence     `yaml:"cadence" doc:"monthly (the default), quarterly (March, June, September, December) or yearly (December)."`
	Exit     *Exit       `yaml:"exit" doc:"The rule is only for operators whose last active day is in the period."`
	Applies  []Condition `yaml:"applies" doc:"Conditions that must hold for the rule to apply at all: no line otherwise."`
	Earned   []Condition `yaml:"earned" doc:"Conditions that must hold for the line to pay: a line of 0.00 with the reason otherwise."`
	Amount   Amount      `yaml:"amount" required:"true" doc:"How much."`
	Window   *Window     `yaml:"window" doc:"For commissions: the part of the referred operator's days that counts."`
	AtMost   Rates       `yaml:"at_most" doc:"The most that one line of the rule can be, one sum or a sum by tier."`
}

// Cadence says in which months a rule applies.
type Cadence string

// The cadences.
const (
	Monthly   Cadence = "monthly"
	Quarterly Cadence = "quarterly"
	Yearly    Cadence = "yearly"
)

// Exit restricts a rule or flag to operators who leave in the period.
type Exit struct {
	WithinMonths     int    `yaml:"within_months" doc:"Only who left before having served this many months."`
	WithinCommitment bool   `yaml:"within_commitment" doc:"Only who left before having served its own commitment_months."`
	Kind             string `yaml:"kind" doc:"Only this exit_kind: voluntary or for_cause; any, when left out."`
}

// Amount is the form of a rule's amount: a rate in dollars times a quantity, or
// a share of something, and then times a further factor.
type Amount struct {
	Rate  Rates    `yaml:"rate" doc:"Dollars: a number, a parameter's name, or one of these by tier. Exactly one of rate and share is given."`
	Share Rates    `yaml:"share" doc:"A percentage such as 20%, a parameter's name, or one of these by tier."`
	Per   string   `yaml:"per" doc:"What a rate is multiplied with: operator-month and node-month (both by day), or a measure such as qualified-leads. Left out: a flat sum."`
	From  int      `yaml:"from" doc:"With per node-month: the first node of the day that counts, from 1."`
	To    int      `yaml:"to" doc:"With per node-month: the last node of the day that counts."`
	Of    *Of      `yaml:"of" doc:"What a share is taken of."`
	Times *Times   `yaml:"times" doc:"A further factor."`
	Each  string   `yaml:"each" doc:"tier: with a share of lines, a line per tier, each a share of that tier's lines."`
	Split string   `yaml:"split" doc:"evenly: with a share of revenue, the rounded amount is divided among all to whom the rule applies. The share is one, not one by tier."`
	Count *Mentees `yaml:"mentees" doc:"With per mentees: which mentees count."`
}

// Rates is one value, or one by tier. Which it is shows in One.
type Rates struct {
	One    *Rate
	ByTier []TierRate // in the file's order
}

// TierRate is the value for a tier.
type TierRate struct {
	Tier string
	Rate Rate
}

// Rate is a number or the name of a parameter that stands for one.
type Rate struct {
	Value     decimal.Decimal
	Share     bool   // written as a percentage: Value is the fraction, 0.2 for 20%
	Parameter string // "" when Value is given
}

// Of is what a share is taken of: exactly one of its fields is given.
type Of struct {
	Category  []Category `yaml:"category" doc:"The payee's lines of these categories; for a partner, those of each referred operator."`
	Rule      []string   `yaml:"rule" doc:"The payee's lines of these rules; for a partner, those of each referred operator."`
	Measure   string     `yaml:"measure" doc:"region-revenue, fleet-revenue, or lead-revenue with a line per lead."`
	ExitMonth []string   `yaml:"full_month_at_exit" doc:"What these rules would give for a whole month with the nodes and the tier of the latest day with a node, before at_most and caps and not rounded."`
}

// Times is a further factor: a measure's value or, with below, how far a share
// falls short of a threshold.
type Times struct {
	Measure string `yaml:"measure" required:"true" doc:"The measure."`
	Below   *Rate  `yaml:"shortfall_below" doc:"The factor is this percentage less the measure, and never less than 0."`
}

// Mentees narrows the mentees that per mentees counts.
type Mentees struct {
	Tiers     []string `yaml:"tiers" doc:"Only mentees of these tiers on their last active day in the period."`
	Onboarded bool     `yaml:"onboarded" doc:"Only mentees whose onboarded_on is in or before the period."`
}

// Window is the part of a referred operator's days that a commission counts:
// the first M months after joined_on, or what comes after them.
type Window struct {
	FirstMonths int `yaml:"first_months" doc:"Days within this many months from joined_on."`
	AfterMonths int `yaml:"after_months" doc:"Days after this many months from joined_on."`
}

// Condition compares a measure with one threshold.
type Condition struct {
	Measure string     `yaml:"measure" required:"true" doc:"What is compared; specs/rules.md lists the measures."`
	Above   *Threshold `yaml:"above" doc:"The measure is strictly greater."`
	Below   *Threshold `yaml:"below" doc:"The measure is strictly less."`
	AtLeast *Threshold `yaml:"at_least" doc:"The measure is greater or equal."`
	AtMost  *Threshold `yaml:"at_most" doc:"The measure is less or equal."`
	Is      *bool      `yaml:"is" doc:"For measures that are true or false."`
	Months  int        `yaml:"months" doc:"With uptime: in each of this many consecutive months, this one and those before it. With qualified-leads of a partner: the number of trailing months counted."`
	None    None       `yaml:"none" doc:"What nothing to measure means (no incident, say): met or unmet (the default)."`
}

// None says whether a condition holds when its data are there and nothing
// happened.
type None string

// The meanings of nothing to measure.
const (
	NoneMet   None = "met"
	NoneUnmet None = "unmet"
)

// Threshold is one value or one by tier: 99.5%, 15 min, 6 months, 2.
type Threshold struct {
	One    *Quantity
	ByTier []TierQuantity // in the file's order
}

// TierQuantity is the threshold for a tier.
type TierQuantity struct {
	Tier     string
	Quantity Quantity
}

// Quantity is a number with its unit. A share is kept as its fraction, a
// duration in seconds.
type Quantity struct {
	Value decimal.Decimal
	Unit  Unit
}

// Unit is the unit of a measure and of its thresholds.
type Unit string

// The units. A threshold must carry its measure's unit.
const (
	UnitCount    Unit = ""       // 2
	UnitShare    Unit = "%"      // 99.5%
	UnitDuration Unit = "min"    // 15 min, 4 h, 30 s
	UnitMonths   Unit = "months" // 6 months
	UnitDays     Unit = "days"   // 30 days
	UnitHours    Unit = "hours"  // 4 hours of training
	UnitMoney    Unit = "USD"    // 1000.00 USD
	UnitFlag     Unit = "flag"   // is: true
)

// Cap limits the sum of a payee's lines of a category or of some rules. What is
// over it is taken back by a line of its own, named after the cap.
type Cap struct {
	ID       string   `yaml:"id" required:"true" doc:"Name of the cap on the line that takes back what is over it."`
	Label    string   `yaml:"label" required:"true" doc:"Name of the cap on statements."`
	Payee    Payee    `yaml:"payee" doc:"operator (the default) or partner."`
	Tiers    []string `yaml:"tiers" doc:"Tiers that the cap is for; all, when left out."`
	Category Category `yaml:"category" doc:"The category whose sum is limited. Exactly one of category and rules is given."`
	Rules    []string `yaml:"rules" doc:"The rules, all of one category, whose sum is limited."`
	AtMost   Rates    `yaml:"at_most" required:"true" doc:"The most in dollars, one sum or a sum by tier."`
}

// Requirement is what a payee must fulfil for its lines of some categories.
type Requirement struct {
	ID         string      `yaml:"id" required:"true" doc:"Name of the requirement; it is the kind of the exception when unmet."`
	Label      string      `yaml:"label" required:"true" doc:"The requirement in words."`
	Payee      Payee       `yaml:"payee" required:"true" doc:"operator or partner."`
	Tiers      []string    `yaml:"tiers" doc:"Tiers that the requirement is for; all, when left out."`
	Category   []Category  `yaml:"category" doc:"With unmet withhold: the categories that pay nothing while it is unmet."`
	Conditions []Condition `yaml:"conditions" required:"true" doc:"All must hold."`
	Unmet      Unmet       `yaml:"unmet" required:"true" doc:"withhold (the lines are not earned) or flag (people are told, nothing is withheld)."`
}

// Unmet says what follows from an unmet requirement.
type Unmet string

// What follows from an unmet requirement.
const (
	Withhold Unmet = "withhold"
	FlagOnly Unmet = "flag"
)

// Flag marks something for people to look at: when all of its conditions hold,
// or unless all of them hold.
type Flag struct {
	ID     string      `yaml:"id" required:"true" doc:"The exception's kind."`
	Label  string      `yaml:"label" required:"true" doc:"What is wrong and what to do, in a few words."`
	Payee  Payee       `yaml:"payee" doc:"What is looked at: operator (the default), partner, region or fleet."`
	Tiers  []string    `yaml:"tiers" doc:"Tiers that the flag is for; all, when left out."`
	Exit   *Exit       `yaml:"exit" doc:"Only operators whose last active day is in the period."`
	When   []Condition `yaml:"when" doc:"Flagged when all of these hold. Exactly one of when and unless is given."`
	Unless []Condition `yaml:"unless" doc:"Flagged when one of these does not hold."`
}
