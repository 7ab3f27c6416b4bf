package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
)

// exportFlags are what an export may be told.
type exportFlags struct {
	by, reason string
	without    []string
	again      bool
	rpc        []string
}

func (p *program) paymentsExportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export PERIOD",
		Short: "Give out the payments of a month, once",
		Long: `Export writes the batches that a Safe executes: one file per chain and 100
transfers, for the Safe's Transaction Builder. It needs as many approvals over
exactly the closed bytes as fleetpay.yaml asks for, and refuses while a check
finds that a transfer would fail. With --rpc the node of a chain is asked, too.

Each export is an entry in closes/PERIOD.exports that is never changed. From then
on the close can't be withdrawn, and no payment in it is given out again, but with
--again and a reason, and only those that a scan of the chain newer than the last
export saw missing (see fleetpay help settle). Reject the old batch in the Safe
first: a batch that lies about can still be executed.

A payment that is returned (dataset returns) is barred for good.`,
		Example: `  fleetpay payments export 2026-10
  fleetpay payments export 2026-10 --without FP-202610-0123456789ABCDEF
  fleetpay payments export 2026-10 --again --reason "batch 1 was rejected in the Safe"`,
		Args: arguments(1, 1, "a PERIOD such as 2026-10"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error {
		if err := f.check(cmd); err != nil {
			return err
		}
		return p.exportPayments(ctx, args[0], f)
	})
	cmd.Flags().StringVar(&f.by, "by", "", "who gives the payments out (default the user's name)")
	cmd.Flags().StringSliceVar(&f.without, "without", nil, "payments to leave out, by id")
	cmd.Flags().BoolVar(&f.again, "again", false, "give out again what a scan of the chain saw missing; needs --reason")
	cmd.Flags().StringVar(&f.reason, "reason", "", "why payments are given out again")
	cmd.Flags().StringArrayVar(&f.rpc, "rpc", nil, "JSON-RPC URL of a chain's node, to check against; one per chain")
	p.jsonFlag(cmd)
	return cmd
}

// check holds the flags to each other and fills in who exports.
func (f *exportFlags) check(cmd *cobra.Command) (err error) {
	if f.again {
		if err := said(cmd, "reason", "TEXT", "why payments are given out again"); err != nil {
			return err
		}
	} else if cmd.Flags().Changed("reason") {
		return usage("--reason goes with --again; leave it away, or say --again")
	}
	f.by, err = whoever(cmd, f.by, "who gives the payments out")
	return err
}

func (p *program) exportPayments(ctx context.Context, text string, f exportFlags) error {
	nodes, err := dialAll(f.rpc)
	if err != nil {
		return err
	}
	q, now, ws, err := p.at(text)
	if err != nil {
		return err
	}
	x, err := pipeline.ExportPayments(ctx, ws, q, pipeline.ExportOptions{
		By: f.by, Without: f.without, Again: f.again, Reason: f.reason, Nodes: nodes, At: now,
	})
	if err != nil {
		return err
	}
	if p.json {
		return p.answer(x)
	}
	fmt.Fprintf(p.stdout, "%s: given out in %s\n", q, x.Folder)
	for _, b := range x.Batches {
		fmt.Fprintf(p.stdout, "  %s: %s of %s USDC on %s from Safe %s, checksum %s\n",
			b.File, counted(b.Count, "payment"), b.Amount, b.Chain, b.Safe, b.Checksum)
	}
	for _, out := range x.LeftOut {
		fmt.Fprintf(p.stdout, "  left out: %s: %s\n", out.PaymentID, out.Why)
	}
	for _, n := range x.Notes {
		fmt.Fprintf(p.stdout, "  %s\n", n)
	}
	fmt.Fprintf(p.stdout, `next: load each file in the Safe's Transaction Builder, compare the checksum, execute it once;
then fleetpay settle %s --rpc URL
`, q)
	return nil
}
