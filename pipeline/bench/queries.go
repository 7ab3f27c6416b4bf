package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"fleetpay/pipeline/measure/plain"
)

const (
	benchPeriod   = "2026-08"
	slotsOfPeriod = 31 * 24 * 60
	heartbeatFile = "data/heartbeats-" + benchPeriod + ".parquet"
	// memory is the limit that a close has when its workspace names none.
	memory = "2GiB"
)

// plainQuery is a query that a close is held against. It gives up slots in its
// last column when it is exact.
type plainQuery struct {
	name, title, sql string
	exact, slow      bool
}

// slotOf is the minute of the month, from 0.
const slotOf = "(epoch_us(sampled_at) // 60000000 - epoch_us(TIMESTAMPTZ '" + benchPeriod + "-01 00:00:00+00') // 60000000)::INTEGER"

var queries = []plainQuery{
	{name: "count", title: "bare GROUP BY node_id, count(*)",
		sql: "SELECT count(*), sum(n)::BIGINT FROM (SELECT node_id, count(*) AS n FROM {data} GROUP BY node_id)"},
	{name: "bits", title: "exact: bitstring_agg of up slots", exact: true,
		sql: "SELECT count(*), sum(bit_count(b))::BIGINT FROM (SELECT node_id, bitstring_agg(" + slotOf +
			", 0, {last}) FILTER (up) AS b FROM {data} GROUP BY node_id)"},
	{name: "distinct", title: "exact: count(DISTINCT slot) of up slots", exact: true, slow: true,
		sql: "SELECT count(*), sum(n)::BIGINT FROM (SELECT node_id, count(DISTINCT " + slotOf +
			") FILTER (up) AS n FROM {data} GROUP BY node_id)"},
}

// makeData writes the heartbeats: each node's minutes in order, about one in
// three hundred down, in stretches as real outages are.
const makeData = `COPY (
	SELECT format('node-{:05d}', r // {slots}) AS node_id,
		TIMESTAMPTZ '` + benchPeriod + `-01 00:00:07+00' + to_seconds(60 * (r % {slots})) AS sampled_at,
		hash(r // {slots}, (r % {slots}) // 37) % 300 <> 0 AS up
	FROM range({rows}) AS t(r)
) TO '{file}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy)`

// runQuery is what a child process does: one query, its row printed.
func runQuery(ctx context.Context, o options) error {
	file := strings.ReplaceAll(filepath.Join(o.dir, heartbeatFile), "'", "''")
	fill := strings.NewReplacer(
		"{data}", "read_parquet('"+file+"')", "{file}", file,
		"{slots}", fmt.Sprint(slotsOfPeriod), "{last}", fmt.Sprint(slotsOfPeriod-1), "{rows}", fmt.Sprint(o.nodes*slotsOfPeriod),
	)
	text := makeData
	for _, q := range queries {
		if q.name == o.query {
			text = q.sql
		}
	}
	row, err := plain.Query(ctx, filepath.Join(o.dir, "spill"), memory, fill.Replace(text))
	if err != nil {
		return err
	}
	for _, n := range row {
		fmt.Println(n)
	}
	return nil
}
