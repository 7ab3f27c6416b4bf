package rules

import (
	"errors"
	"strings"
	"testing"

	"fleetpay/rules/strict"
)

// plain is a version in which each case below makes one slip.
const plain = `version: 2031-07
title: A version for tests
from: 2031-07-01
missing: down
due: {days: 7, after: close}
parameters:
  - {id: node_rate, kind: amount, label: Rate per node}
  - {id: lead_share, kind: share, label: Share of a lead}
rules:
  - id: stipend
    label: Stipend
    category: base
    amount: {rate: {1: node_rate, 2: 503.00, 3: 701.00}, per: node-month}
  - id: uplift
    label: Uplift
    category: base
    tiers: [2, 3]
    amount: {share: {2: 11%, 3: 13%}, of: {rule: [stipend]}, each: tier}
  - id: uptime-bonus
    label: Uptime bonus
    category: bonus
    cadence: quarterly
    earned:
      - {measure: uptime, above: {1: 99.5%, 2: 99.8%, 3: 99.9%}}
    amount: {rate: 53.00}
    at_most: 41.00
  - id: mentor-bonus
    label: Mentor bonus
    category: bonus
    applies:
      - {measure: active-on-last-day, is: true}
    earned:
      - {measure: mean-response, below: 15 min, none: met}
    amount: {rate: 29.00, per: mentees, mentees: {tiers: [1]}}
  - id: revenue-part
    label: Part of the revenue
    category: revenue-share
    amount: {share: 3%, of: {measure: region-revenue}, split: evenly}
  - id: leaver-fee
    label: Leaver's fee
    category: penalty
    exit: {within_months: 7}
    amount: {share: 17%, of: {full_month_at_exit: [stipend, uplift]}, times: {measure: months-served}}
  - id: commission
    label: Commission
    category: commission
    payee: partner
    amount: {share: {bronze: 5%, silver: 7%, gold: 11%}, of: {category: [base, bonus]}}
    window: {first_months: 7}
  - id: lead-commission
    label: Lead commission
    category: commission
    payee: lead-source
    amount: {share: lead_share, of: {measure: lead-revenue}}
caps:
  - {id: bonus-cap, label: Cap on bonuses, category: bonus, at_most: 97.00}
  - {id: base-cap, label: Cap on base, rules: [stipend, uplift], at_most: {1: 1009.00, 2: 2003.00}}
requirements:
  - id: own-nodes
    label: five nodes of its own
    payee: partner
    category: [commission]
    conditions: [{measure: own-nodes, at_least: 5}]
    unmet: withhold
flags:
  - id: look
    label: look at it
    tiers: [1]
    when: [{measure: tenure, below: 6 months}]
  - id: short-notice
    label: short notice
    exit: {kind: voluntary}
    unless: [{measure: notice, at_least: 30 days}]
report:
  layout: referrals
  severities:
    - {severity: P0, response: 7 min, resolution: 3 h}
    - {severity: critical, response: 90 s}
    - {severity: P3, resolution: 2 days}
  targets:
    active_operators: {from: 7, to: 11}
    uptime: 99.7%
    churn: 13%
    lead_share: 31%
    active_nodes: 43
    leads: 17
    qualified_leads: 5
    new_operators: 1
    incidents: 0
  recertification_months: 11
  mentorship_days: 29
`

// Each case replaces old by new in plain, and wants exactly these problems,
// without their excerpts.
var loadErrors = []struct{ name, old, new, want string }{
	{"a version name with a space", "version: 2031-07", "version: July 2031",
		`v.yaml:1:10: version: "July 2031" is not a version name; use letters, digits, points, hyphens and underscores, at most 64`},
	{"no version name", `version: 2031-07
`, "",
		`v.yaml:1:1: the key "version" is missing; add it`},
	{"a title of two lines", "title: A version for tests", `title: "one\ntwo"`,
		"v.yaml:2:8: title: the text has more than one line; write it on one"},
	{"a title that is too long", "title: A version for tests", "title: long long long long long long long long long long long long long long long long long long long long long long long long long .",
		"v.yaml:2:8: title: the text has 126 characters; at most 120 fit"},
	{"a title with a space around it", "title: A version for tests", `title: " A version"`,
		"v.yaml:2:8: title: the text begins or ends with a space; remove it"},
	{"an empty title", "title: A version for tests", `title: ""`,
		"v.yaml:2:8: title: the text is empty; write it or leave the key out"},
	{"a title without a value", "title: A version for tests", "title:",
		"v.yaml:2:1: title: there is no value; give one or leave the key out"},
	{"a first day in mid-month", "from: 2031-07-01", "from: 2031-07-02",
		"v.yaml:3:7: from: 2031-07-02 is not the first day of a month; write 2031-07-01"},
	{"a day that is none", "from: 2031-07-01", "from: 2031-02-30",
		`v.yaml:3:7: from: "2031-02-30" is not a date; write it as 2026-10-05`},
	{"a year of two digits", "from: 2031-07-01", "from: 0031-07-01",
		"v.yaml:3:7: from: 0031-07-01 is before the year 2000; write the year in full"},
	{"a last day in mid-month", "from: 2031-07-01", `from: 2031-07-01
to: 2031-08-30`,
		"v.yaml:4:5: to: 2031-08-30 is not the last day of a month; write 2031-08-31"},
	{"a last day before the first", "from: 2031-07-01", `from: 2031-07-01
to: 2031-06-30`,
		"v.yaml:4:5: to: 2031-06-30 is before the first day, 2031-07-01; write a later day or leave it out"},
	{"an unknown way to count missing slots", "missing: down", "missing: up",
		`v.yaml:4:10: missing: "up" is not allowed; allowed are down, ignore`},
	{"due days out of range", "days: 7, after", "days: 366, after",
		"v.yaml:5:13: due.days: 366 is not from 0 to 365; write a number of days"},
	{"due days that are no number", "days: 7, after", "days: a week, after",
		`v.yaml:5:13: due.days: "a week" is not a whole number; write it in digits, as 12`},
	{"due days with a sign", "days: 7, after", "days: +7, after",
		`v.yaml:5:13: due.days: "+7" is not a whole number; write it in digits, as 12`},
	{"due after something unknown", "after: close", "after: closing",
		`v.yaml:5:23: due.after: "closing" is not allowed; allowed are period, close`},
	{"due without a start", "{days: 7, after: close}", "{days: 7}",
		`v.yaml:5:6: due: the key "after" is missing; add it`},
	{"an unknown key", "missing: down", `missing: down
reqirements: []`,
		`v.yaml:5:1: reqirements: the key "reqirements" is not known here; did you mean "requirements"?`},
	{"an unknown key that is like no other", "missing: down", `missing: down
colour: red`,
		`v.yaml:5:1: colour: the key "colour" is not known here; allowed are version, title, from, to, missing, due, parameters, rules, caps, requirements, flags, report`},
	{"a key twice", "missing: down", `missing: down
missing: ignore`,
		`v.yaml:5:1: the key "missing" stands here twice, first on line 4; remove one`},
	{"a list where keys should stand", "due: {days: 7, after: close}", "due: [7, close]",
		"v.yaml:5:6: due: a list instead of keys with values; write it as {key: value} or with a key on each line"},
	{"a value where a list should stand", `tiers: [1]
    when`, `tiers: 1
    when`,
		`v.yaml:68:12: flags[look].tiers: "1" instead of a list; write it as [a, b] or with a dash before each item`},
	{"keys where a value should stand", "label: Stipend", "label: {en: Stipend}",
		"v.yaml:11:12: rules[stipend].label: keys with values instead of a single value; write one value"},
	{"a parameter's name with a hyphen", "id: node_rate", "id: node-rate",
		`v.yaml:7:10: parameters[node-rate].id: "node-rate" is not a parameter's name; use lower-case words joined by underscores, such as node_rate
v.yaml:13:24: rules[stipend].amount.rate.1: the parameter "node_rate" is not declared; declare it under parameters, or write a number`},
	{"a parameter twice", "  - {id: lead_share", `  - {id: node_rate, kind: amount, label: Again}
  - {id: lead_share`,
		`v.yaml:8:10: parameters[2].id: the parameter "node_rate" stands here twice, first on line 7; remove one`},
	{"a parameter of an unknown kind", "kind: amount, label: Rate per node", "kind: money, label: Rate per node",
		`v.yaml:7:27: parameters[node_rate].kind: "money" is not allowed; allowed are amount, share`},
	{"a parameter that nothing uses", "  - {id: lead_share", `  - {id: other, kind: amount, label: Other}
  - {id: lead_share`,
		`v.yaml:8:10: parameters[other].id: no rule or cap uses the parameter "other"; remove it, or name it as a rate or share`},
	{"a parameter that is not declared", "{1: node_rate,", "{1: node_rat,",
		`v.yaml:13:24: rules[stipend].amount.rate.1: the parameter "node_rat" is not declared; declare it under parameters, or write a number`},
	{"an amount's parameter as a share", "share: lead_share", "share: node_rate",
		`v.yaml:54:21: rules[lead-commission].amount.share: the parameter "node_rate" is declared as an amount, and a share is needed here; use another or change its kind`},
	{"a share's parameter as an amount", "1: node_rate", "1: lead_share",
		`v.yaml:13:24: rules[stipend].amount.rate.1: the parameter "lead_share" is declared as a share, and an amount is needed here; use another or change its kind`},
	{"no rule at all", plain[strings.Index(plain, "rules:\n"):strings.Index(plain, "caps:\n")], `rules: []
`,
		`v.yaml:9:8: rules: there is no rule; add one
v.yaml:11:54: caps[bonus-cap].category: no rule pays an operator in category bonus; the cap limits nothing
v.yaml:12:48: caps[base-cap].rules[1]: there is no rule "stipend"; there is none here
v.yaml:12:57: caps[base-cap].rules[2]: there is no rule "uplift"; there is none here
v.yaml:17:16: requirements[own-nodes].category[1]: no rule pays a partner in category commission; nothing would be withheld`},
	{"a rule's id in capitals", "id: mentor-bonus", "id: Mentor-Bonus",
		`v.yaml:27:9: rules[Mentor-Bonus].id: "Mentor-Bonus" is not an id; use lower-case words joined by hyphens, such as uptime-bonus`},
	{"a rule twice", "id: mentor-bonus", "id: uptime-bonus",
		`v.yaml:27:9: rules[4].id: the rule "uptime-bonus" stands here twice, first on line 19; rename one`},
	{"a rule named as adjustments are", "id: mentor-bonus", "id: adjustment",
		`v.yaml:27:9: rules[adjustment].id: "adjustment" is the name of adjustment lines; choose another`},
	{"a rule named as returned payments are", "id: mentor-bonus", "id: return",
		`v.yaml:27:9: rules[return].id: "return" is the name of the lines of returned payments; choose another`},
	{"a category that does not exist", "category: penalty", "category: fine",
		`v.yaml:41:15: rules[leaver-fee].category: "fine" is not allowed; allowed are base, bonus, penalty, revenue-share, commission`},
	{"the category of adjustments", "category: penalty", "category: adjustment",
		`v.yaml:41:15: rules[leaver-fee].category: "adjustment" is not allowed; allowed are base, bonus, penalty, revenue-share, commission`},
	{"the category of returned payments", "category: penalty", "category: return",
		`v.yaml:41:15: rules[leaver-fee].category: "return" is not allowed; allowed are base, bonus, penalty, revenue-share, commission`},
	{"a payee that does not exist", `payee: partner
    amount`, `payee: partners
    amount`,
		`v.yaml:47:12: rules[commission].payee: "partners" is not allowed; did you mean "partner"?`},
	{"a rule for a region", `payee: partner
    amount`, `payee: region
    amount`,
		"v.yaml:47:12: rules[commission].payee: a rule can't pay a region; write operator, partner or lead-source"},
	{"a tier that does not exist", "tiers: [2, 3]", "tiers: [2, 3, 4]",
		`v.yaml:17:19: rules[uplift].tiers[3]: "4" is not a tier here; the tiers are 1, 2, 3`},
	{"an operator's tier for a partner", "{bronze: 5%, silver: 7%, gold: 11%}", "{1: 5%, silver: 7%, gold: 11%}",
		`v.yaml:48:25: rules[commission].amount.share.1: "1" is not a tier here; the tiers are bronze, silver, gold`},
	{"a tier twice", `tiers: [1]
    when`, `tiers: [1, 1]
    when`,
		`v.yaml:68:16: flags[look].tiers[2]: the tier "1" stands here twice; remove one`},
	{"an empty list of tiers", `tiers: [1]
    when`, `tiers: []
    when`,
		"v.yaml:68:12: flags[look].tiers: no tier is named; name one or leave it out"},
	{"tiers for a lead's source", "payee: lead-source", `payee: lead-source
    tiers: [1]`,
		"v.yaml:54:12: rules[lead-commission].tiers: payee lead-source has no tiers; leave it out"},
	{"a tier twice in a rate", "2: 503.00, 3: 701.00", "2: 503.00, 2: 701.00",
		`v.yaml:13:46: the key "2" stands here twice, first on line 13; remove one`},
	{"a rate for a tier that the rule is not for", "tiers: [2, 3]", "tiers: [2]",
		"v.yaml:18:33: rules[uplift].amount.share.3: the rule is not for tier 3; leave it out here, or add it to tiers"},
	{"a tier of the rule without a rate", "share: {2: 11%, 3: 13%}", "share: {2: 11%}",
		"v.yaml:17:16: rules[uplift].tiers[2]: the share names no tier 3; add it there, or leave it out here"},
	{"a rate by tier without a tier", "rate: 53.00", "rate: {}",
		"v.yaml:25:20: rules[uptime-bonus].amount.rate: no tier is named; write one value, or one by tier as {1: 150.00, 2: 200.00}"},
	{"an unknown cadence", "cadence: quarterly", "cadence: weekly",
		`v.yaml:22:14: rules[uptime-bonus].cadence: "weekly" is not allowed; allowed are monthly, quarterly, yearly`},
	{"neither rate nor share", "amount: {rate: 53.00}", "amount: {per: mentees}",
		"v.yaml:25:13: rules[uptime-bonus].amount: one of rate, share is missing; give exactly one"},
	{"rate and share together", "amount: {rate: 53.00}", "amount: {rate: 53.00, share: 5%, of: {rule: [stipend]}}",
		"v.yaml:25:34: rules[uptime-bonus].amount.share: rate and share stand here together; give exactly one of rate, share"},
	{"a percentage without its sign", "share: 3%", "share: 3",
		"v.yaml:38:21: rules[revenue-part].amount.share: 3 has no percent sign; write a percentage, such as 20%"},
	{"an amount with a percent sign", "rate: 53.00", "rate: 53%",
		"v.yaml:25:20: rules[uptime-bonus].amount.rate: 53% is a percentage, and dollars are needed here; write them as 150.00"},
	{"a share above 100%", "share: 3%", "share: 101%",
		"v.yaml:38:21: rules[revenue-part].amount.share: 101% is above 100%; write at most 100%"},
	{"a negative amount", "rate: 53.00", "rate: -53.00",
		`v.yaml:25:20: rules[uptime-bonus].amount.rate: "-53.00" is negative; write it without the sign, for what a penalty takes away too`},
	{"a negative share", "share: 3%", "share: -3%",
		`v.yaml:38:21: rules[revenue-part].amount.share: "-3%" is negative; write it without the sign, for what a penalty takes away too`},
	{"an amount with a separator", "rate: 53.00", `rate: "1,053.00"`,
		`v.yaml:25:20: rules[uptime-bonus].amount.rate: "1,053.00" has a separator in it; write it as 1200.00`},
	{"an amount with a currency sign", "rate: 53.00", "rate: $53.00",
		`v.yaml:25:20: rules[uptime-bonus].amount.rate: "$53.00" has a currency sign; write the dollars as 150.00`},
	{"an amount with seven places", "rate: 53.00", "rate: 53.0000001",
		`v.yaml:25:20: rules[uptime-bonus].amount.rate: "53.0000001" has more than 6 decimal places; write fewer`},
	{"an amount with an exponent", "rate: 53.00", "rate: 5.3e1",
		`v.yaml:25:20: rules[uptime-bonus].amount.rate: "5.3e1" is not a number; write it in digits, such as 150.00`},
	{"an amount in words", "rate: 53.00", "rate: Fifty dollars",
		`v.yaml:25:20: rules[uptime-bonus].amount.rate: "Fifty dollars" is not a number; write it in digits, such as 150.00`},
	{"an amount without a value", "rate: 53.00", "rate: ~",
		"v.yaml:25:14: rules[uptime-bonus].amount.rate: there is no value; give one or leave the key out"},
	{"a rate per something unknown", "per: node-month", "per: node-months",
		`v.yaml:13:63: rules[stipend].amount.per: there is no measure "node-months"; did you mean "node-month"?`},
	{"a rate per percentage", "per: mentees, mentees: {tiers: [1]}", "per: uptime",
		"v.yaml:34:32: rules[mentor-bonus].amount.per: uptime can't be counted; use it in a condition"},
	{"a rate per measure of another payee", "per: mentees, mentees: {tiers: [1]}", "per: referred-operators",
		"v.yaml:34:32: rules[mentor-bonus].amount.per: referred-operators is not measured for payee operator, only for partner; use another measure"},
	{"a rate per node for a partner", `{share: {bronze: 5%, silver: 7%, gold: 11%}, of: {category: [base, bonus]}}
    window: {first_months: 7}`, "{rate: 5.00, per: node-month}",
		"v.yaml:48:31: rules[commission].amount.per: node-month is for operators; with payee partner name a measure or leave it out"},
	{"a range of nodes with a flat sum", "amount: {rate: 53.00}", "amount: {rate: 53.00, from: 6, to: 10}",
		`v.yaml:25:33: rules[uptime-bonus].amount.from: from has no meaning without per: node-month; leave it out
v.yaml:25:40: rules[uptime-bonus].amount.to: to has no meaning without per: node-month; leave it out`},
	{"a range from node 0", "per: node-month", "per: node-month, from: 0",
		"v.yaml:13:81: rules[stipend].amount.from: 0 is not from 1 to 1000000; the first node of a day is 1"},
	{"a range that ends before it begins", "per: node-month", "per: node-month, from: 6, to: 5",
		"v.yaml:13:88: rules[stipend].amount.to: 5 is not from 6 to 1000000; the last node can't come before the first"},
	{"mentees narrowed where none are counted", "amount: {rate: 53.00}", "amount: {rate: 53.00, mentees: {onboarded: true}}",
		"v.yaml:25:36: rules[uptime-bonus].amount.mentees: mentees has no meaning without per: mentees; leave it out"},
	{"mentees of a tier that does not exist", "mentees: {tiers: [1]}", "mentees: {tiers: [gold]}",
		`v.yaml:34:59: rules[mentor-bonus].amount.mentees.tiers[1]: "gold" is not a tier here; the tiers are 1, 2, 3`},
	{"a rate of something", "amount: {rate: 53.00}", "amount: {rate: 53.00, of: {rule: [stipend]}}",
		"v.yaml:25:31: rules[uptime-bonus].amount.of: of has no meaning with a rate; leave it out"},
	{"a share per something", "share: 3%, of", "share: 3%, per: mentees, of",
		"v.yaml:38:30: rules[revenue-part].amount.per: per has no meaning with a share; leave it out"},
	{"a share of nothing", "amount: {rate: 53.00}", "amount: {share: 5%}",
		`v.yaml:25:13: rules[uptime-bonus].amount: the key "of" is missing; say what the share is taken of`},
	{"a share of two things", "of: {rule: [stipend]}, each: tier", "of: {rule: [stipend], category: [base]}, each: tier",
		"v.yaml:18:50: rules[uplift].amount.of.rule: category and rule stand here together; give exactly one of category, rule, measure, full_month_at_exit"},
	{"a share of an empty list", "of: {rule: [stipend]}, each: tier", "of: {rule: []}, each: tier",
		"v.yaml:18:50: rules[uplift].amount.of.rule: the list is empty; name at least one"},
	{"a share of a rule that does not exist", "of: {rule: [stipend]}", "of: {rule: [stipends]}",
		`v.yaml:18:51: rules[uplift].amount.of.rule[1]: there is no rule "stipends" above; did you mean "stipend"?`},
	{"a share of a rule that stands further down", "amount: {rate: 53.00}", "amount: {share: 5%, of: {rule: [mentor-bonus]}}",
		`v.yaml:25:37: rules[uptime-bonus].amount.of.rule[1]: the rule "mentor-bonus" stands further down; move it above this one`},
	{"a share of the rule itself", "amount: {rate: 53.00}", "amount: {share: 5%, of: {rule: [uptime-bonus]}}",
		"v.yaml:25:37: rules[uptime-bonus].amount.of.rule[1]: the rule builds on itself; name one that stands above it"},
	{"a share of one rule twice", "of: {rule: [stipend]}", "of: {rule: [stipend, stipend]}",
		"v.yaml:18:60: rules[uplift].amount.of.rule[2]: stipend stands here twice; remove one"},
	{"a share of a rule that pays partners", "amount: {share: lead_share, of: {measure: lead-revenue}}", "amount: {share: lead_share, of: {rule: [commission]}}",
		"v.yaml:54:44: rules[lead-commission].amount.of.rule: payee lead-source has a share of lead-revenue only; write of: {measure: lead-revenue}"},
	{"a share of the rule's own category", "of: {rule: [stipend]}", "of: {category: [base]}",
		"v.yaml:18:55: rules[uplift].amount.of.category[1]: the rule is of category base itself; name the rules it builds on with of: {rule: [...]}"},
	{"a share of a category with rules further down", "rate: 29.00, per: mentees, mentees: {tiers: [1]}", "share: 5%, of: {category: [revenue-share]}",
		`v.yaml:34:41: rules[mentor-bonus].amount.of.category[1]: the rule "revenue-part" of category revenue-share stands further down; move it above this one`},
	{"a share of a category that no rule above has", "rate: {1: node_rate, 2: 503.00, 3: 701.00}, per: node-month", "share: lead_share, of: {category: [bonus]}",
		`v.yaml:7:10: parameters[node_rate].id: no rule or cap uses the parameter "node_rate"; remove it, or name it as a rate or share
v.yaml:13:49: rules[stipend].amount.of.category[1]: the rule "uptime-bonus" of category bonus stands further down; move it above this one`},
	{"a share of penalties", "of: {measure: region-revenue}, split: evenly", "of: {category: [penalty]}",
		"v.yaml:38:41: rules[revenue-part].amount.of.category[1]: payee operator has no share of penalty lines; take it of base, bonus and revenue-share"},
	{"a commission on revenue shares", `of: {category: [base, bonus]}}
    window`, `of: {category: [base, revenue-share]}}
    window`,
		"v.yaml:48:80: rules[commission].amount.of.category[2]: payee partner has no share of revenue-share lines; take it of base and bonus"},
	{"a commission on a penalty", `of: {category: [base, bonus]}}
    window`, `of: {rule: [leaver-fee]}}
    window`,
		`v.yaml:48:70: rules[commission].amount.of.rule[1]: the rule "leaver-fee" is of category penalty, of which payee partner has no share; take it of base and bonus`},
	{"a share of one category twice", `of: {category: [base, bonus]}}
    window`, `of: {category: [base, base]}}
    window`,
		"v.yaml:48:80: rules[commission].amount.of.category[2]: base stands here twice; remove one"},
	{"a share of a measure that is not money", "of: {measure: region-revenue}", "of: {measure: uptime}",
		`v.yaml:38:39: rules[revenue-part].amount.of.measure: uptime is not money; a share is taken of lines or of revenue
v.yaml:38:55: rules[revenue-part].amount.split: split has no meaning but with a share of region-revenue or fleet-revenue; leave it out`},
	{"a share of a measure that does not exist", "of: {measure: region-revenue}", "of: {measure: region-income}",
		`v.yaml:38:39: rules[revenue-part].amount.of.measure: there is no measure "region-income"; did you mean "region-uptime"?`},
	{"a split of lines", "of: {measure: region-revenue}, split: evenly", "of: {rule: [stipend]}, split: evenly",
		"v.yaml:38:55: rules[revenue-part].amount.split: split has no meaning but with a share of region-revenue or fleet-revenue; leave it out"},
	{"a split of a share by tier", "share: 3%, of", "share: {2: 3%, 3: 5%}, of",
		"v.yaml:38:75: rules[revenue-part].amount.split: a share by tier makes several sums, and split divides one among all; write one share, and list the tiers under tiers"},
	{"an amount with a thousands separator, between brackets", "amount: {rate: 53.00}", "amount: {rate: 1,053.00}",
		`v.yaml:25:22: rules[uptime-bonus].amount.053.00: "053.00" looks like the end of a number; write it without thousands separators, as 1200.00`},
	{"amounts by tier with a thousands separator", "2: 503.00", "2: 1,503.00",
		`v.yaml:13:40: rules[stipend].amount.rate.503.00: "503.00" looks like the end of a number; write it without thousands separators, as 1200.00`},
	{"a requirement named as what the program raises itself", "id: own-nodes", "id: receivable",
		`v.yaml:59:9: requirements[receivable].id: "receivable" is the kind of an exception that the program raises itself; choose another`},
	{"a flag named as what the program raises itself", "id: look", "id: held",
		`v.yaml:66:9: flags[held].id: "held" is the kind of an exception that the program raises itself; choose another`},
	{"a requirement that withholds an empty list", "category: [commission]\n    conditions", "category: []\n    conditions",
		"v.yaml:62:15: requirements[own-nodes].category: the list is empty; say which lines are withheld"},
	{"an unknown split", "split: evenly", "split: equally",
		`v.yaml:38:63: rules[revenue-part].amount.split: "equally" is not known here; write evenly`},
	{"a line for each something unknown", "each: tier", "each: node",
		`v.yaml:18:68: rules[uplift].amount.each: "node" is not known here; write tier`},
	{"a line per tier of revenue", "split: evenly", "each: tier",
		"v.yaml:38:62: rules[revenue-part].amount.each: each has no meaning but with an operator's share of lines; leave it out"},
	{"a line per tier of a rule without tiers", "2: 503.00, 3: 701.00}, per: node-month", "2: 503.00, 3: 701.00}",
		`v.yaml:18:68: rules[uplift].amount.each: the rule "stipend" leaves no line per tier; give it a rate by tier, or leave each out`},
	{"a factor that is a length of time", "times: {measure: months-served}", "times: {measure: mean-response}",
		"v.yaml:43:88: rules[leaver-fee].amount.times.measure: mean-response can't be a factor; use a count or a percentage"},
	{"a factor for partners", `of: {category: [base, bonus]}}
    window`, `of: {category: [base, bonus]}, times: {measure: own-nodes}}
    window`,
		"v.yaml:48:96: rules[commission].amount.times: a further factor is for operators; leave times out with payee partner"},
	{"a shortfall of a count", "times: {measure: months-served}", "times: {measure: months-served, shortfall_below: 5%}",
		"v.yaml:43:120: rules[leaver-fee].amount.times.shortfall_below: months-served is not a percentage, so nothing falls short of one; leave it out"},
	{"a shortfall below an amount", "times: {measure: months-served}", "times: {measure: uptime, shortfall_below: 99.5}",
		"v.yaml:43:113: rules[leaver-fee].amount.times.shortfall_below: 99.5 has no percent sign; write a percentage, such as 20%"},
	{"a full month at exit without an exit", `    exit: {within_months: 7}
`, "",
		"v.yaml:42:51: rules[leaver-fee].amount.of.full_month_at_exit: only a rule for operators with exit has it; add exit, or take the share of something else"},
	{"a full month at exit of a bonus", "[stipend, uplift]}, times", "[stipend, uptime-bonus]}, times",
		`v.yaml:43:61: rules[leaver-fee].amount.of.full_month_at_exit[2]: the rule "uptime-bonus" does not follow from nodes and tier alone; name base rules with a rate by day, a flat sum or a share of such lines`},
	{"a full month at exit of one rule twice", "[stipend, uplift]}, times", "[stipend, stipend]}, times",
		"v.yaml:43:61: rules[leaver-fee].amount.of.full_month_at_exit[2]: stipend stands here twice; remove one"},
	{"an exit of a partner", "    window: {first_months: 7}", "    exit: {}",
		"v.yaml:49:11: rules[commission].exit: only operators leave; leave exit out with payee partner"},
	{"an exit within 0 months", "within_months: 7", "within_months: 0",
		"v.yaml:42:27: rules[leaver-fee].exit.within_months: 0 is not from 1 to 1200; write a number of months"},
	{"an exit of an unknown kind", "exit: {kind: voluntary}", "exit: {kind: voluntarily}",
		`v.yaml:72:18: flags[short-notice].exit.kind: "voluntarily" is not an exit_kind; did you mean "voluntary"?`},
	{"a window of an operator", "    cadence: quarterly", "    window: {first_months: 7}",
		"v.yaml:22:13: rules[uptime-bonus].window: window has no meaning but with a partner's share of lines; leave it out"},
	{"a window with both ends", "window: {first_months: 7}", "window: {first_months: 7, after_months: 7}",
		"v.yaml:49:45: rules[commission].window.after_months: first_months and after_months stand here together; give exactly one of first_months, after_months"},
	{"a window without an end", "window: {first_months: 7}", "window: {}",
		"v.yaml:49:13: rules[commission].window: one of first_months, after_months is missing; give exactly one"},
	{"a window of 0 months", "window: {first_months: 7}", "window: {first_months: 0}",
		"v.yaml:49:28: rules[commission].window.first_months: 0 is not from 1 to 1200; write a number of months"},
	{"a limit with a percent sign", "at_most: 41.00", "at_most: 41%",
		"v.yaml:26:14: rules[uptime-bonus].at_most: 41% is a percentage, and dollars are needed here; write them as 150.00"},
	{"a lead's source in another category", `category: commission
    payee: lead-source`, `category: bonus
    payee: lead-source`,
		"v.yaml:52:15: rules[lead-commission].category: payee lead-source is for category commission; write that"},
	{"a lead's source with a condition", "payee: lead-source", `payee: lead-source
    earned: [{measure: converted-leads, above: 2}]`,
		"v.yaml:54:13: rules[lead-commission].earned: earned has no meaning with payee lead-source, who may be an operator or a partner; leave it out"},
	{"a lead's source with a rate per measure", "share: lead_share, of: {measure: lead-revenue}", "rate: node_rate, per: converted-leads",
		`v.yaml:8:10: parameters[lead_share].id: no rule or cap uses the parameter "lead_share"; remove it, or name it as a rate or share
v.yaml:54:36: rules[lead-commission].amount.per: per has no meaning with payee lead-source, who may be an operator or a partner; leave it out`},
	{"a measure that does not exist", "measure: mean-response", "measure: mean-respose",
		`v.yaml:33:19: rules[mentor-bonus].earned[1].measure: there is no measure "mean-respose"; did you mean "mean-response"?`},
	{"a measure of another payee", "measure: own-nodes", "measure: nodes-on-last-day",
		"v.yaml:63:28: requirements[own-nodes].conditions[1].measure: nodes-on-last-day is not measured for payee partner, only for operator; use another measure"},
	{"a condition without a comparison", "{measure: mean-response, below: 15 min, none: met}", "{measure: mean-response, none: met}",
		"v.yaml:33:9: rules[mentor-bonus].earned[1]: one of above, below, at_least, at_most, is is missing; give exactly one"},
	{"a condition with two comparisons", "below: 15 min", "below: 15 min, above: 1 min",
		"v.yaml:33:41: rules[mentor-bonus].earned[1].below: above and below stand here together; give exactly one of above, below, at_least, at_most, is"},
	{"true or false of a number", "below: 15 min", "is: true",
		"v.yaml:33:38: rules[mentor-bonus].earned[1].is: mean-response is a number, not true or false; compare it with above, below, at_least or at_most"},
	{"a number of true or false", "is: true", "above: 1",
		"v.yaml:31:46: rules[mentor-bonus].applies[1].above: active-on-last-day is true or false, not a number; write is: true"},
	{"neither true nor false", "is: true", "is: yes",
		`v.yaml:31:43: rules[mentor-bonus].applies[1].is: "yes" is neither true nor false; write one of them`},
	{"a threshold of a share without its sign", "3: 99.9%}", "3: 99.9}",
		"v.yaml:24:58: rules[uptime-bonus].earned[1].above.3: 99.9 is not in the unit of uptime; write a percentage, such as 99.5%"},
	{"a threshold of a share above 100%", "3: 99.9%}", "3: 999%}",
		"v.yaml:24:58: rules[uptime-bonus].earned[1].above.3: 999% is above 100%; write at most 100%"},
	{"a threshold of time without its unit", "below: 15 min", "below: 15",
		"v.yaml:33:41: rules[mentor-bonus].earned[1].below: 15 is not in the unit of mean-response; write a length of time, such as 15 min, 4 h or 30 s"},
	{"a threshold in an unknown unit", "below: 15 min", "below: 15 minutes",
		`v.yaml:33:41: rules[mentor-bonus].earned[1].below: "minutes" is not a unit; write %, s, min, h, months, days, hours or USD, or no unit for a plain number`},
	{"a threshold of a count with a unit", "at_least: 5", "at_least: 5 months",
		"v.yaml:63:49: requirements[own-nodes].conditions[1].at_least: 5 months is not in the unit of own-nodes; write a plain number, such as 2"},
	{"a threshold of months in days", "below: 6 months", "below: 180 days",
		"v.yaml:69:37: flags[look].when[1].below: 180 days is not in the unit of tenure; write months, such as 6 months"},
	{"a threshold of months that is not whole", "below: 6 months", "below: 6.5 months",
		"v.yaml:69:37: flags[look].when[1].below: tenure is compared with whole numbers; write one"},
	{"a threshold of days without its unit", "at_least: 30 days", "at_least: 30",
		"v.yaml:73:42: flags[short-notice].unless[1].at_least: 30 is not in the unit of notice; write days, such as 30 days"},
	{"hours of training with the sign for lengths of time", "{measure: tenure, below: 6 months}", "{measure: training-hours, below: 4 h}",
		"v.yaml:69:45: flags[look].when[1].below: 4 h is not in the unit of training-hours; write hours, such as 4 hours"},
	{"money without its unit", "{measure: tenure, below: 6 months}", "{measure: region-revenue, below: 1000.00}",
		"v.yaml:69:45: flags[look].when[1].below: 1000.00 is not in the unit of region-revenue; write dollars, such as 1000.00 USD"},
	{"a negative threshold", "below: 15 min", "below: -15 min",
		`v.yaml:33:41: rules[mentor-bonus].earned[1].below: "-15 min" is negative; no measure but revenue ever is`},
	{"a threshold in words", "below: 15 min", "below: a quarter of an hour",
		`v.yaml:33:41: rules[mentor-bonus].earned[1].below: "a quarter of an hour" is not a number with its unit; write it as 99.5%, 15 min, 4 h, 6 months, 30 days, 4 hours, 1000.00 USD or 2`},
	{"a threshold by tier that lacks one", "{1: 99.5%, 2: 99.8%, 3: 99.9%}", "{1: 99.5%, 2: 99.8%}",
		"v.yaml:24:34: rules[uptime-bonus].earned[1].above: there is no threshold for tier 3; name every tier concerned: 1, 2, 3"},
	{"a threshold for a tier that does not exist", "2: 99.8%, 3: 99.9%}", "2: 99.8%, 3: 99.9%, 4: 100%}",
		`v.yaml:24:68: rules[uptime-bonus].earned[1].above.4: "4" is not a tier here; the tiers are 1, 2, 3`},
	{"a threshold by tier without a tier", "{1: 99.5%, 2: 99.8%, 3: 99.9%}", "{}",
		"v.yaml:24:34: rules[uptime-bonus].earned[1].above: no tier is named; write one threshold, or one by tier as {1: 99.5%, 2: 99.8%}"},
	{"months of a measure of the period", "{measure: tenure, below: 6 months}", "{measure: tenure, below: 6 months, months: 3}",
		"v.yaml:69:55: flags[look].when[1].months: tenure of payee operator is known for the period only; leave it out"},
	{"trailing months of an operator's leads", "{measure: tenure, below: 6 months}", "{measure: qualified-leads, below: 6, months: 3}",
		"v.yaml:69:57: flags[look].when[1].months: qualified-leads of payee operator is known for the period only; leave it out"},
	{"more months than are kept", "{measure: tenure, below: 6 months}", "{measure: uptime, below: 97%, months: 25}",
		"v.yaml:69:50: flags[look].when[1].months: 25 is not from 1 to 24; write a number of months"},
	{"nothing to measure where there always is", "{measure: tenure, below: 6 months}", "{measure: tenure, below: 6 months, none: met}",
		"v.yaml:69:53: flags[look].when[1].none: tenure never has nothing to measure in data that are there; leave it out"},
	{"an unknown meaning of nothing", "none: met", "none: unknown",
		`v.yaml:33:55: rules[mentor-bonus].earned[1].none: "unknown" is not allowed; allowed are met, unmet`},
	{"an empty list of conditions", "when: [{measure: tenure, below: 6 months}]", "when: []",
		"v.yaml:69:11: flags[look].when: the list is empty; name a condition or leave it out"},
	{"a cap of a category and rules", "category: bonus, at_most: 97.00", "category: bonus, rules: [uptime-bonus], at_most: 97.00",
		"v.yaml:56:68: caps[bonus-cap].rules: category and rules stand here together; give exactly one of category, rules"},
	{"a cap of neither", "category: bonus, at_most: 97.00", "at_most: 97.00",
		"v.yaml:56:5: caps[bonus-cap]: one of category, rules is missing; give exactly one"},
	{"a cap named as a rule", "id: bonus-cap", "id: uptime-bonus",
		`v.yaml:56:10: caps[uptime-bonus].id: "uptime-bonus" is the name of a rule too; rename one, for both leave lines`},
	{"a cap twice", "id: base-cap", "id: bonus-cap",
		`v.yaml:57:10: caps[2].id: the cap "bonus-cap" stands here twice; rename one`},
	{"a cap of a rule that does not exist", "rules: [stipend, uplift]", "rules: [stipend, uplifts]",
		`v.yaml:57:57: caps[base-cap].rules[2]: there is no rule "uplifts"; did you mean "uplift"?`},
	{"a cap of rules of two categories", "rules: [stipend, uplift]", "rules: [stipend, uptime-bonus]",
		`v.yaml:57:57: caps[base-cap].rules[2]: the rule "uptime-bonus" is of category bonus, and the others are of base; make a cap for each category`},
	{"a cap of another payee's rule", "rules: [stipend, uplift]", "rules: [stipend, commission]",
		`v.yaml:57:57: caps[base-cap].rules[2]: the rule "commission" pays a partner, and the cap is for an operator; leave it out`},
	{"a cap of a rule twice", "rules: [stipend, uplift]", "rules: [stipend, stipend]",
		"v.yaml:57:57: caps[base-cap].rules[2]: stipend stands here twice; remove one"},
	{"a cap of an empty list", "rules: [stipend, uplift]", "rules: []",
		"v.yaml:57:47: caps[base-cap].rules: the list is empty; name at least one rule"},
	{"a cap of a category that no rule has", "label: Cap on bonuses, category: bonus", "label: Cap on bonuses, payee: partner, category: bonus",
		"v.yaml:56:70: caps[bonus-cap].category: no rule pays a partner in category bonus; the cap limits nothing"},
	{"a cap for a region", "label: Cap on bonuses,", "label: Cap on bonuses, payee: region,",
		"v.yaml:56:51: caps[bonus-cap].payee: a cap is for an operator or a partner; write one of them"},
	{"a cap with a share", "at_most: 97.00", "at_most: 97%",
		"v.yaml:56:70: caps[bonus-cap].at_most: 97% is a percentage, and dollars are needed here; write them as 150.00"},
	{"a cap for a tier that does not exist", "{1: 1009.00, 2: 2003.00}", "{1: 1009.00, gold: 2003.00}",
		`v.yaml:57:94: caps[base-cap].at_most.gold: "gold" is not a tier here; the tiers are 1, 2, 3`},
	{"a cap of a category and a missing sum", ", at_most: 97.00", "",
		`v.yaml:56:5: caps[bonus-cap]: the key "at_most" is missing; add it`},
	{"a requirement of a region", `payee: partner
    category: [commission]`, `payee: region
    category: [commission]`,
		"v.yaml:61:12: requirements[own-nodes].payee: a requirement is for an operator or a partner; write one of them"},
	{"a requirement that withholds nothing", `    category: [commission]
`, "",
		`v.yaml:59:5: requirements[own-nodes]: the key "category" is missing; say which lines are withheld`},
	{"a requirement that flags and withholds", "unmet: withhold", "unmet: flag",
		"v.yaml:62:15: requirements[own-nodes].category: category has no meaning with unmet: flag, which withholds nothing; leave it out"},
	{"a requirement on a category that pays no partner", `category: [commission]
    conditions`, `category: [bonus]
    conditions`,
		"v.yaml:62:16: requirements[own-nodes].category[1]: no rule pays a partner in category bonus; nothing would be withheld"},
	{"a requirement twice", "flags:", `  - id: own-nodes
    label: again
    payee: partner
    conditions: [{measure: own-nodes, at_least: 7}]
    unmet: flag
flags:`,
		`v.yaml:65:9: requirements[2].id: the requirement "own-nodes" stands here twice for tier bronze, gold, silver; rename one, or give each tiers of its own`},
	{"a flag with when and unless", "unless: [{measure: notice, at_least: 30 days}]", `unless: [{measure: notice, at_least: 30 days}]
    when: [{measure: tenure, below: 6 months}]`,
		"v.yaml:73:13: flags[short-notice].unless: when and unless stand here together; give exactly one of when, unless"},
	{"a flag with neither", `    when: [{measure: tenure, below: 6 months}]
`, "",
		"v.yaml:66:5: flags[look]: one of when, unless is missing; give exactly one"},
	{"a flag twice for a tier", "id: short-notice", "id: look",
		`v.yaml:70:9: flags[2].id: the flag "look" stands here twice for tier 1; rename one, or give each tiers of its own`},
	{"a flag about a lead's source", "    label: short notice", `    label: short notice
    payee: lead-source`,
		"v.yaml:72:12: flags[short-notice].payee: a flag is about an operator, a partner, a region or the fleet; write one of them"},
	{"a flag of a region with tiers", "    label: look at it", `    label: look at it
    payee: region`,
		`v.yaml:69:12: flags[look].tiers: payee region has no tiers; leave it out
v.yaml:70:22: flags[look].when[1].measure: tenure is not measured for payee region, only for operator; use another measure`},
}

func TestEverySlipInARuleFileIsNamedAtItsPlace(t *testing.T) {
	if _, err := LoadVersion("v.yaml", []byte(plain)); err != nil {
		t.Fatalf("the version without a slip: %v", err)
	}
	for _, c := range loadErrors {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(plain, c.old) == 0 {
				t.Fatalf("%q does not stand in the version", c.old)
			}
			v, err := LoadVersion("v.yaml", []byte(strings.Replace(plain, c.old, c.new, 1)))
			if got := withoutExcerpts(err); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if v != nil {
				t.Error("a version was given beside the error")
			}
		})
	}
}

func withoutExcerpts(err error) string {
	var list *strict.Error
	if !errors.As(err, &list) {
		return ""
	}
	var texts []string
	for _, p := range list.Problems {
		p.Excerpt = ""
		texts = append(texts, p.String())
	}
	return strings.Join(texts, "\n")
}

// A close of a version that had no returns, or no stages, may have been made with a
// rule or flag of that name; a workspace can't name one so any more.
func TestAClosedFolderKeepsNamesThatTheProgramTookLater(t *testing.T) {
	file := func(rule, kind string) []byte {
		return []byte("version: kept\ntitle: Kept\nfrom: 2026-01-01\nmissing: down\ndue: {days: 7, after: close}\n" +
			"rules: [{id: " + rule + ", label: Kept, category: base, amount: {rate: 11.00}}]\n" +
			"flags: [{id: " + kind + ", label: Kept, when: [{measure: node-days, above: 3}]}]\n")
	}
	for _, kind := range []string{"return-missed", "returned-payment", "returned-same-wallet", "stage", "unmapped-incident"} {
		if _, err := LoadKept("kept.yaml", file("return", kind)); err != nil {
			t.Error(err)
		}
		if _, err := LoadVersion("kept.yaml", file("return", kind)); err == nil || strings.Count(err.Error(), "choose another") != 2 {
			t.Errorf("%s: got %v", kind, err)
		}
	}
	if _, err := LoadKept("kept.yaml", file("adjustment", "held")); err == nil || strings.Count(err.Error(), "choose another") != 2 {
		t.Errorf("got %v", err)
	}
}
