package sources

import "testing"

func TestCellsOfOneRowAgree(t *testing.T) {
	for _, c := range []struct{ name, dataset, content, want string }{
		{"an operator leaves before it joined", "operators", `operator_id,name,region,joined_on,last_active_day
a,A,emea,2026-02-01,2026-01-31
b,B,emea,2026-02-01,2026-02-01
`, `data/x.csv:2: last_active_day: "2026-01-31" is before joined_on "2026-02-01"; it may be the same or later`},
		{"a node leaves before it started", "nodes", `node_id,operator_id,active_from,last_active_day
a,A,2026-02-01,2026-01-31
`, `data/x.csv:2: last_active_day: "2026-01-31" is before active_from "2026-02-01"; it may be the same or later`},
		{"a window that ends as it starts", "maintenance", `window_id,scope,starts_at,ends_at
a,fleet,2026-02-01T00:00:00Z,2026-02-01T01:00:00+01:00
b,fleet,2026-02-01T00:00:00Z,2026-02-01T00:00:00.000000001Z
`, `data/x.csv:2: ends_at: "2026-02-01T01:00:00+01:00" is not after starts_at "2026-02-01T00:00:00Z"; it must be later`},
		{"an incident answered before it opened", "incidents", `incident_id,node_ids,severity,opened_at,acknowledged_at,resolved_at
a,n1,P1,2026-02-01T10:00:00Z,2026-02-01T09:59:59Z,2026-02-01T09:00:00Z
b,n1,P1,2026-02-01T10:00:00Z,2026-02-01T11:00:00+01:00,2026-02-01T10:00:00Z
`, `data/x.csv:2: acknowledged_at: "2026-02-01T09:59:59Z" is before opened_at "2026-02-01T10:00:00Z"; it may be the same or later
data/x.csv:2: resolved_at: "2026-02-01T09:00:00Z" is before opened_at "2026-02-01T10:00:00Z"; it may be the same or later`},
		{"who mentors itself", "mentorships", `mentorship_id,mentor_id,mentee_id,starts_on,ends_on
a,x,x,2026-02-01,2026-01-01
`, `data/x.csv:2: mentee_id: "x" is the mentor_id too; name another
data/x.csv:2: ends_on: "2026-01-01" is before starts_on "2026-02-01"; it may be the same or later`},
		{"a lead's source", "leads", `lead_id,source_kind,source_id,channel,created_on
a,direct,north,web,2026-02-01
b,direct,,web,2026-02-01
c,operator,,web,2026-02-01
d,partner,,web,2026-02-01
e,partner,quay,web,2026-02-01
`, `data/x.csv:2: source_id: "north" names a source, but the lead is direct; leave it empty
data/x.csv:4: source_id: empty; a lead whose source_kind is operator needs the operator's id
data/x.csv:5: source_id: empty; a lead whose source_kind is partner needs the partner's id`},
		{"a cell that is bad by itself is blamed once", "leads", `lead_id,source_kind,source_id,channel,created_on
a,partner,q u,web,2026-02-01
b,friend,,web,2026-02-01
`, `data/x.csv:2: source_id: "q u" is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit
data/x.csv:3: source_kind: "friend" is not allowed; write operator, partner or direct`},
		{"what becomes a posting has cents", "adjustments", `adjustment_id,payee_kind,payee_id,period,amount,reason,approved_by
a,operator,x,2026-10,1.005,r,b
b,operator,x,2026-10,-1.05,r,b
`, `data/x.csv:2: amount: "1.005" has 3 places after the point; at most 2 are allowed`},
		{"and so has an opening balance", "balances", `payee_kind,payee_id,amount
operator,x,0.001
`, `data/x.csv:2: amount: "0.001" has 3 places after the point; at most 2 are allowed`},
		{"a bad wallet is no bad row", "operators", `operator_id,name,region,joined_on,wallet,chain
a,A,emea,2026-02-01,0xnothing,dogecoin
`, ``},
		{"a lead may be qualified on any day", "leads", `lead_id,source_kind,channel,created_on,qualified_on,converted_on
a,direct,web,2026-02-01,2026-01-01,2025-12-01
`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			equal(t, "messages", decode(t, c.dataset, "x.csv", c.content).said(), c.want)
		})
	}
}
