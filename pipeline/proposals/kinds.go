package proposals

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// stages are the rows of the desk's table that are stages, in their order.
var stages = []string{"applied", "training", "probation", "certified"}

// application proposes the stages that an applicant has reached, and, once pay
// begins, the operator with its tier.
func (d *draft) application() error {
	id := d.need("operator_id", "Operator id")
	name := d.ask("name", "Name or company")
	if name.value == "" && name.line > 0 && !d.wrong("Name or company") {
		name = d.ask("name", "Handle")
	}
	certified := d.stage("certified")
	operator := d.value("operators", id)
	for _, dataset := range []string{"operators", "stages"} {
		if err := d.foreign(dataset, "operator_id", operator); err != nil {
			return err
		}
	}
	joined := d.ask("joined_on", "First active day")
	wallet, chain, months := d.ask("wallet", "Wallet"), d.ask("chain", "Chain"), d.ask("commitment_months", "Commitment in months")
	chain.value, months.value = chains(chain.value), none(months.value)
	change := d.owns("operators", "operator_id", operator)
	cells := []cell{id, name, d.ask("region", "Region you want to serve"), joined, wallet, chain,
		{column: "certified_on", value: certified.value, label: certified.label, line: certified.line}, months}
	first := ""
	if d.value("operators", joined) != "" || change {
		d.row("operators", change, cells...)
		first = d.Rows[0].Value("joined_on") // "" when it is no day
	} else {
		d.notYet(cells)
	}
	d.stages(id, name)
	return d.tier(id, first)
}

// notYet tells the row of operators that waits for the day on which pay begins:
// whoever gives the day at acceptance has seen the wallet.
func (d *draft) notYet(cells []cell) {
	rows, problems, bars := d.Rows, d.Problems, maps.Clone(d.bars)
	d.row("operators", false, cells...)
	would := d.Rows[len(d.Rows)-1]
	d.Rows, d.Problems, d.bars = rows, problems, bars // what it lacks bars nothing yet
	d.bars["First active day"] = true                 // unless it is empty, somebody meant a day
	d.note("no row of operators yet: First active day is empty; once pay begins, fill it in in the form, or give it with --set joined_on=VALUE; the row is then %s", would)
}

// stages proposes a row for each stage that has a day. Of two on one day the later
// one counts.
func (d *draft) stages(id, name cell) {
	var names []string
	var days []cell
	for _, stage := range stages {
		day := d.stage(stage)
		d.bars[stage], d.bars[day.label] = true, true
		if stage == "applied" && day.value == "" {
			day.value = d.filed()
		}
		if day.value != "" {
			names, days = append(names, stage), append(days, day)
		}
	}
	for i, day := range days {
		if i+1 < len(days) && days[i+1].value == day.value {
			d.note("stage %s: begins on the day of %s, so it has no row", names[i], names[i+1])
			continue
		}
		day.needed = true
		d.row("stages", false, id, cell{column: "stage", value: names[i]}, day, name)
	}
}

// stage takes the day of a stage from the desk's table.
func (d *draft) stage(name string) cell {
	a := d.form.Cell(name, "date")
	return cell{column: "from_on", value: strings.Join(strings.Fields(a.Text), " "), label: name + ", date", line: a.Line}
}

// tier proposes the operator's tier from its first active day on.
func (d *draft) tier(id cell, first string) error {
	tier := d.ask("tier", "Tier")
	value := d.value("tiers", tier)
	if value == "" {
		return nil
	}
	from := cell{column: "from_on", value: first}
	if d.value("tiers", from) == "" {
		d.note("no row of tiers yet: a tier begins with the first active day")
		return nil
	}
	d.row("tiers", false, id, tier, from)
	row := &d.Rows[len(d.Rows)-1]
	row.needs = slices.DeleteFunc(row.needs, func(column string) bool { return column == "tier" }) // without one there is no row
	return nil
}

// none reads the word of a form that stands for nothing.
func none(text string) string {
	if strings.EqualFold(text, "none") {
		return ""
	}
	return text
}

// exit proposes the last day of an operator that is there.
func (d *draft) exit() error {
	id := d.need("operator_id", "Operator id")
	last := d.need("last_active_day", "Last day on which your nodes run")
	kind := d.need("exit_kind", "Kind")
	kind.value = options(kind.value, "voluntary", "for_cause")
	notice := d.need("notice_on", "Notice given on")
	if notice.value == "" && notice.line > 0 && !d.wrong("Notice given on") {
		notice.value = d.filed()
	}
	if err := d.known("operators", "operator_id", d.value("operators", id), "operator_id=VALUE"); err != nil {
		return err
	}
	d.row("operators", true, id, last, kind, notice)
	return nil
}

// referral proposes a row of referrals, when an operator is brought, or of leads,
// when a customer is.
func (d *draft) referral() error {
	who, by := d.need("partner_id", "Your id"), d.ask("source_kind", "You are a")
	by.value = options(by.value, "partner", "operator")
	on := d.need("referred_on", "Referred on")
	if on.value == "" && on.line > 0 && !d.wrong("Referred on") {
		on.value = d.filed()
	}
	kind := d.ask("", "Kind")
	row := d.ask("", "Id of the row")
	switch kind.value = options(kind.value, "operator", "customer"); kind.value {
	case "operator":
		return d.operatorReferral(who, by, on, row)
	case "customer":
		return d.customerReferral(who, by, on, row)
	}
	d.bars["Kind"] = true
	if !d.wrong("Kind") {
		d.problem("%s", fmt.Sprintf("line %d: Kind: %q is neither operator nor customer; correct the form", kind.line, kind.value))
	}
	return nil
}

// wrong tells whether the form has a problem of its own with a label.
func (d *draft) wrong(label string) bool {
	for _, p := range d.form.Problems {
		if p.Label == label {
			return true
		}
	}
	return false
}

func (d *draft) operatorReferral(who, by, on, row cell) error {
	row.column, row.value = "referral_id", cmp.Or(row.value, fmt.Sprintf("referral-%d", d.issue.Number))
	operator := d.need("operator_id", "Operator id, when it is an operator")
	if by.value != "partner" && by.value != "" {
		d.problem("line %d: You are a: %q; an operator is referred by a partner, so correct the form", by.line, by.value)
	}
	d.row("referrals", false, row, who, operator, on)
	made := d.Rows[len(d.Rows)-1]
	if err := d.foreign("referrals", "referral_id", made.Value("referral_id")); err != nil {
		return err
	}
	if err := d.referredOnce(made); err != nil {
		return err
	}
	if err := d.known("partners", "partner_id", made.Value("partner_id"), "partner_id=VALUE"); err != nil {
		return err
	}
	return d.known("operators", "operator_id", made.Value("operator_id"), "operator_id=VALUE, or accept its application first")
}

// referredOnce refuses a second referral of one operator, which would stop the close.
func (d *draft) referredOnce(made Row) error {
	table, err := d.books.Table("referrals")
	if err != nil || table == nil || made.Value("operator_id") == "" {
		return err
	}
	for _, i := range table.Find(map[string]string{"operator_id": made.Value("operator_id")}) {
		if other := table.Cell(i, "referral_id"); other != made.Value("referral_id") {
			d.problem("%s: operator %s is referred already, by %s in %s; an operator has one referral, so decline one of them",
				table.Name, made.Value("operator_id"), table.Cell(i, "partner_id"), other)
		}
	}
	return nil
}

func (d *draft) customerReferral(who, by, on, row cell) error {
	row.column, row.value = "lead_id", cmp.Or(row.value, fmt.Sprintf("lead-%d", d.issue.Number))
	who.column, on.column, by.needed = "source_id", "created_on", true
	d.row("leads", false, row, by, who, d.need("channel", "Channel"), on,
		d.ask("qualified_on", "Qualified on"), d.ask("customer", "Name or handle of the customer"))
	made := d.Rows[len(d.Rows)-1]
	if made.Value("source_kind") == "direct" {
		d.problem("line %d: You are a: direct is nobody; write partner or operator", by.line)
	}
	if err := d.foreign("leads", "lead_id", made.Value("lead_id")); err != nil {
		return err
	}
	switch made.Value("source_kind") {
	case "partner":
		return d.known("partners", "partner_id", made.Value("source_id"), "source_id=VALUE")
	case "operator":
		return d.known("operators", "operator_id", made.Value("source_id"), "source_id=VALUE")
	}
	return nil
}
