package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const configuration = `program: Bench
sources:
  operators: {file: data/operators.csv}
  tiers: {file: data/tiers.csv}
  nodes: {file: data/nodes.csv}
  heartbeats: {file: "data/heartbeats-{period}.parquet"}
  maintenance: {file: data/maintenance.csv}
  incidents: {file: data/incidents.csv}
  tasks: {file: data/tasks.csv}
  partners: {file: data/partners.csv}
  partner_tiers: {file: data/partner_tiers.csv}
  referrals: {file: data/referrals.csv}
payments:
  default_chain: base
`

// writeWorkspace writes all of the measured workspace but its heartbeats:
// operators of ten nodes, a partner for every ten operators, some incidents and
// forty tasks for each operator. No maintenance window, so that the plain
// queries count the same slots.
func writeWorkspace(dir string, nodes int) error {
	if nodes <= 0 || nodes%nodesPerOperator != 0 {
		return fmt.Errorf("%d nodes; give a multiple of %d", nodes, nodesPerOperator)
	}
	tables := map[string]*strings.Builder{}
	line := func(table, format string, args ...any) {
		if tables[table] == nil {
			tables[table] = &strings.Builder{}
		}
		fmt.Fprintf(tables[table], format+"\n", args...)
	}
	line("operators", "operator_id,name,region,joined_on,certified_on,wallet")
	line("tiers", "operator_id,tier,from_on")
	line("nodes", "node_id,operator_id,active_from")
	line("maintenance", "window_id,scope,starts_at,ends_at")
	line("incidents", "incident_id,node_ids,severity,opened_at,acknowledged_at,resolved_at")
	line("tasks", "task_id,operator_id,dispatched_at,status")
	line("partners", "partner_id,name,region,since,wallet")
	line("partner_tiers", "partner_id,tier,from_on")
	line("referrals", "referral_id,partner_id,operator_id,referred_on")
	for i := range nodes / nodesPerOperator {
		id := fmt.Sprintf("op-%04d", i)
		line("operators", "%s,Operator %d,region-%d,2025-%02d-01,2025-12-20,0x%040x", id, i, i%7, 1+i%12, 1000+i)
		line("tiers", "%s,%d,2026-01-01", id, 1+i%3)
		for n := range nodesPerOperator {
			node := fmt.Sprintf("node-%05d", i*nodesPerOperator+n)
			line("nodes", "%s,%s,2026-01-01", node, id)
			line("incidents", "inc-%s,%s,P2,%s-%02dT08:00:00Z,%s-%02dT08:%02d:00Z,", node, node, benchPeriod, 1+n, benchPeriod, 1+n, 1+i%30)
		}
		for n := range 40 {
			line("tasks", "task-%s-%d,%s,%s-%02dT12:00:00Z,%s", id, n, id, benchPeriod, 1+n%31, []string{"succeeded", "failed"}[(i+n)%39/38])
		}
		if i%10 == 0 {
			line("partners", "pa-%04d,Partner %d,region-%d,2025-01-01,0x%040x", i/10, i/10, i%7, 900_000+i)
			line("partner_tiers", "pa-%04d,%s,2025-01-01", i/10, []string{"bronze", "silver", "gold"}[i/10%3])
		}
		line("referrals", "ref-%04d,pa-%04d,%s,2025-01-01", i, i/10, id)
	}
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o777); err != nil {
		return err
	}
	for table, text := range tables {
		if err := os.WriteFile(filepath.Join(dir, "data", table+".csv"), []byte(text.String()), 0o666); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "fleetpay.yaml"), []byte(configuration), 0o666)
}
