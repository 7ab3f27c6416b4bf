package sources

var all = compile([]*Dataset{
	{
		Name: "operators", Master: true, Needed: true,
		Columns: []Column{
			req("operator_id", ID), req("name", Text), req("region", Word), req("joined_on", Date),
			opt("wallet", Wallet), opt("chain", Text), opt("certified_on", Date), opt("last_active_day", Date),
			optChoice("exit_kind", "voluntary", "for_cause"), opt("notice_on", Date),
			opt("commitment_months", Whole), opt("agreement", Text),
		},
		rules: []rowRule{notBefore("last_active_day", "joined_on")},
	},
	{
		Name: "tiers", Master: true,
		Columns: []Column{req("operator_id", ID), reqChoice("tier", "1", "2", "3"), req("from_on", Date)},
		Key:     []string{"operator_id", "from_on"},
	},
	{
		Name: "nodes", Master: true, Needed: true,
		Columns: []Column{
			req("node_id", ID), req("operator_id", ID), req("active_from", Date),
			opt("last_active_day", Date), opt("location", Text),
		},
		Key:   []string{"node_id", "active_from"},
		rules: []rowRule{notBefore("last_active_day", "active_from")},
	},
	{
		Name: "heartbeats", Needed: true,
		Columns: []Column{req("node_id", ID), req("sampled_at", Instant), req("up", Flag)},
		Key:     noKey,
	},
	{
		Name: "maintenance",
		Columns: []Column{
			req("window_id", ID), req("scope", Scope), req("starts_at", Instant), req("ends_at", Instant),
			opt("reason", Text),
		},
		rules: []rowRule{after("ends_at", "starts_at")},
	},
	{
		Name: "incidents",
		Columns: []Column{
			req("incident_id", ID), req("node_ids", IDList),
			reqChoice("severity", "P0", "P1", "P2", "P3", "critical", "warning"),
			req("opened_at", Instant), opt("acknowledged_at", Instant), opt("resolved_at", Instant),
			opt("cause", Text), opt("resolution", Text),
		},
		rules: []rowRule{notBefore("acknowledged_at", "opened_at"), notBefore("resolved_at", "opened_at")},
	},
	{
		Name: "tasks",
		Columns: []Column{
			req("task_id", ID), req("operator_id", ID), req("dispatched_at", Instant),
			reqChoice("status", "succeeded", "failed", "expired", "cancelled"), opt("finished_at", Instant),
		},
	},
	{
		Name: "partners", Master: true,
		Columns: []Column{
			req("partner_id", ID), req("name", Text), req("region", Word), req("since", Date),
			opt("operator_id", ID), opt("wallet", Wallet), opt("chain", Text), opt("agreement", Text),
		},
	},
	{
		Name: "partner_tiers", Master: true,
		Columns: []Column{
			req("partner_id", ID), reqChoice("tier", "bronze", "silver", "gold"), req("from_on", Date),
		},
		Key: []string{"partner_id", "from_on"},
	},
	{
		Name: "referrals", Master: true,
		Columns: []Column{
			req("referral_id", ID), req("partner_id", ID), req("operator_id", ID), req("referred_on", Date),
		},
	},
	{
		Name: "leads",
		Columns: []Column{
			req("lead_id", ID), reqChoice("source_kind", "operator", "partner", "direct"), opt("source_id", ID),
			req("channel", Text), req("created_on", Date), opt("qualified_on", Date), opt("converted_on", Date),
			opt("customer", Text), opt("revenue", Amount),
		},
		rules: []rowRule{leadSource("source_id", "source_kind")},
	},
	{
		Name: "mentorships",
		Columns: []Column{
			req("mentorship_id", ID), req("mentor_id", ID), req("mentee_id", ID), req("starts_on", Date),
			opt("ends_on", Date), opt("onboarded_on", Date),
		},
		rules: []rowRule{differs("mentee_id", "mentor_id"), notBefore("ends_on", "starts_on")},
	},
	{
		Name:    "reviews",
		Columns: []Column{req("operator_id", ID), req("quarter", Quarter), req("score", Score)},
		Key:     []string{"operator_id", "quarter"},
	},
	{
		Name:    "revenue",
		Columns: []Column{req("revenue_id", ID), req("region", Word), req("booked_on", Date), req("amount", Amount)},
	},
	{
		Name: "adjustments", Master: true,
		Columns: []Column{
			req("adjustment_id", ID), reqChoice("payee_kind", "operator", "partner"), req("payee_id", ID),
			req("period", Month), reqCents("amount"), req("reason", Text), req("approved_by", Text),
			opt("for_period", Month),
		},
	},
	{
		Name: "returns", Master: true,
		Columns: []Column{
			req("return_id", ID), req("payment_id", PaymentID), req("period", Month), req("reason", Text),
			req("approved_by", Text),
		},
	},
	{
		Name: "trainings",
		Columns: []Column{
			req("training_id", ID), req("operator_id", ID), req("completed_on", Date),
			reqChoice("kind", "course", "certification", "recertification"), req("hours", Hours), opt("title", Text),
		},
	},
	{
		Name: "activities",
		Columns: []Column{
			req("activity_id", ID), req("partner_id", ID), req("held_on", Date),
			reqChoice("kind", "event", "training", "post", "collateral", "campaign"), opt("title", Text),
		},
	},
	{
		Name: "notes",
		Columns: []Column{
			req("partner_id", ID), req("period", Month),
			reqChoice("section", "highlights", "concerns", "initiatives", "goals", "support", "notes"),
			req("text", Text),
		},
		Key: noKey,
	},
	{
		Name: "confirmations", Master: true,
		Columns: []Column{
			req("confirmation_id", ID), reqChoice("payee_kind", "operator", "partner"), req("payee_id", ID),
			req("chain", Text), req("wallet", Wallet), req("confirmed_by", Text), req("confirmed_on", Date),
			opt("note", Text),
		},
	},
	{
		Name: "stages", // of applicants, too, who are in no other dataset yet
		Columns: []Column{
			req("operator_id", ID), reqChoice("stage", "applied", "training", "probation", "certified"),
			req("from_on", Date), opt("name", Text),
		},
		Key: []string{"operator_id", "from_on"},
	},
	{
		Name: "balances", Master: true,
		Columns: []Column{
			reqChoice("payee_kind", "operator", "partner"), req("payee_id", ID), reqCents("amount"),
		},
		Key: []string{"payee_kind", "payee_id"},
	},
})

// noKey marks a dataset whose rows may repeat; compile turns it into nil. A
// dataset that names no key has its first column as key.
var noKey = []string{}

func req(name string, t Type) Column { return Column{Name: name, Type: t, Required: true} }

func opt(name string, t Type) Column { return Column{Name: name, Type: t} }

func reqChoice(name string, choices ...string) Column {
	return Column{Name: name, Type: Choice, Required: true, Choices: choices}
}

func optChoice(name string, choices ...string) Column {
	return Column{Name: name, Type: Choice, Choices: choices}
}

// reqCents is a required amount that becomes a posting as it stands, so it
// can't be finer than a cent.
func reqCents(name string) Column {
	return Column{Name: name, Type: Amount, Required: true, Places: 2}
}

// compile fills in what the list above leaves to a rule: keys, places and the
// columns' places in a row. A rule that names no column of its dataset panics
// when the program starts, and so in every test.
func compile(datasets []*Dataset) []*Dataset {
	for _, ds := range datasets {
		ds.index = make(map[string]int, len(ds.Columns))
		for i := range ds.Columns {
			c := &ds.Columns[i]
			ds.index[c.Name] = i
			if c.Places == 0 {
				c.Places = defaultPlaces[c.Type]
			}
		}
		switch {
		case ds.Key == nil:
			ds.Key = []string{ds.Columns[0].Name}
		case len(ds.Key) == 0:
			ds.Key = nil
		}
		for i := range ds.rules {
			r := &ds.rules[i]
			r.at, r.otherAt = ds.Index(r.column), ds.Index(r.other)
			if r.at < 0 || r.otherAt < 0 {
				panic("sources: a row rule of " + ds.Name + " names an unknown column")
			}
		}
	}
	return datasets
}
