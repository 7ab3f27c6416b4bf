// Command bench measures a close against the plainest SQL over the same file,
// each in a process of its own, and how fast operators are settled and
// documents written, these beside the same pages' bare text. `make bench` runs it.
//
//	2,000 nodes × a month of minutes ──► one Parquet file ──┬──► SQL queries
//	                                                        └──► fleetpay close
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// options are the command line's.
type options struct {
	fleetpay string // path of the program to measure
	nodes    int
	runs     int
	distinct bool
	query    string // for the child: the query to run
	dir      string // for the child: the workspace
}

// nodesPerOperator is the size of each operator of the measured fleet.
const nodesPerOperator = 10

func main() {
	var o options
	flag.StringVar(&o.fleetpay, "fleetpay", "bin/fleetpay", "the program to measure")
	flag.IntVar(&o.nodes, "nodes", 2000, "nodes of the measured fleet; a multiple of ten")
	flag.IntVar(&o.runs, "runs", 2, "runs of each measurement; the fastest counts")
	flag.BoolVar(&o.distinct, "distinct", true, "also run count(DISTINCT), which takes minutes")
	flag.StringVar(&o.query, "query", "", "run one query and print its row (used by bench itself)")
	flag.StringVar(&o.dir, "dir", "", "workspace of -query")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, d := range documentKinds {
		if o.query == d.name {
			return runDocuments(ctx, d)
		}
	}
	if o.query != "" {
		return runQuery(ctx, o)
	}
	return measureAll(ctx, o)
}

func measureAll(ctx context.Context, o options) error {
	fleetpay, err := filepath.Abs(o.fleetpay)
	if err != nil {
		return err
	}
	if _, err := os.Stat(fleetpay); err != nil {
		return fmt.Errorf("%w; build it with make build", err)
	}
	dir, err := os.MkdirTemp("", "fleetpay-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	if err := writeWorkspace(dir, o.nodes); err != nil {
		return err
	}
	made, err := self(ctx, dir, "make", o)
	if err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(dir, heartbeatFile))
	if err != nil {
		return err
	}
	fmt.Printf("%s heartbeats: %s nodes in %s, minute by minute; %s bytes of Parquet, made in %s\n\n",
		thousands(made.row[0]), thousands(int64(o.nodes)), benchPeriod, thousands(info.Size()), seconds(made.took))

	table := newReport()
	for _, q := range queries {
		if q.slow && !o.distinct {
			continue
		}
		runs := o.runs
		if q.slow {
			runs = 1
		}
		r, err := best(runs, func() (result, error) { return self(ctx, dir, q.name, o) })
		if err != nil {
			return err
		}
		table.add(q.title, r, q.exact)
	}
	closed, err := best(o.runs, func() (result, error) { return closeMonth(ctx, dir, fleetpay) })
	if err != nil {
		return err
	}
	table.add("fleetpay close "+benchPeriod, closed, false)
	if err := table.print(); err != nil {
		return err
	}
	fmt.Println("\nseconds by the clock, the fastest of several runs; × exact is held against the fastest exact query")
	fmt.Println()
	return measureRates(ctx, o)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
