package command

import (
	"context"
	"fmt"
	"strings"

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
exactly the closed bytes as fleetpay.yaml asks for, and refuses while a check finds
that a transfer would fail. With --rpc the node of a chain is asked, too, and its
transfers are read up to the newest block: a payment that somebody made by hand since
the close is held back, though no settlement has seen it. Nothing of that is written
down. Without --rpc it rests on the settlements that are there.

Each export is an entry in closes/PERIOD.exports that is never changed. From then
on the close can't be withdrawn, and no payment in it is given out again, but with
--again --reason TEXT, and only what a scan of the chain newer than the last export
saw missing (see fleetpay help settle). Reject the old batch in the Safe first: a
batch that lies about can still be executed.

With --again and --rpc it also leaves out what the chain shows by now of the payments
that were missing. --again gives out what was never given out, too, and says how many
of each.

With --without PAYMENT_ID that payment is left out, for the --reason given.

Before a file is loaded, hold it to the SHA256SUMS beside it. The Transaction Builder
warns for some seconds when a file was changed or is of another chain, and loads it
all the same: then stop. It shows neither checksum nor sum: compare the number of
transfers, each wallet and each amount with payments.csv (1 USDC = 1000000). Each
owner does so before signing.

A payment that is returned (dataset returns) is barred for good.`,
		Example: `  fleetpay payments export 2026-10
  fleetpay payments export 2026-10 --without FP-202610-0123456789ABCDEF --reason "wallet unconfirmed"
  fleetpay payments export 2026-10 --again --reason "batch 1 was rejected in the Safe" --rpc https://base.example/key`,
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
	cmd.Flags().StringVar(&f.reason, "reason", "", "why payments are given out again, or left out")
	cmd.Flags().StringArrayVar(&f.rpc, "rpc", nil, "JSON-RPC URL of a chain's node, to check against and to read right before; one per chain")
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
		if len(f.without) == 0 {
			return usage("--reason goes with --again, or with --without; leave it away, or say what it is the reason of")
		}
		if err := said(cmd, "reason", "TEXT", "why payments are left out"); err != nil {
			return err
		}
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
		return p.refuse(q, err)
	}
	x, err := pipeline.ExportPayments(ctx, ws, q, pipeline.ExportOptions{
		By: f.by, Without: f.without, Again: f.again, Reason: strings.TrimSpace(f.reason), Nodes: nodes, At: now,
	})
	if err != nil {
		return p.refuse(q, err)
	}
	if p.json {
		return p.answer(exportAnswer{x, []string{}})
	}
	both := ""
	if x.Again > 0 {
		both = fmt.Sprintf(": %d again, %d for the first time", x.Again, x.FirstTime)
	}
	fmt.Fprintf(p.stdout, "%s: given out in %s%s\n", q, x.Folder, both)
	for _, b := range x.Batches {
		fmt.Fprintf(p.stdout, "  %s: %s of %s USDC on %s from Safe %s\n",
			b.File, counted(b.Count, "payment"), b.Amount, b.Chain, b.Safe)
	}
	for _, text := range x.SaidLeftOut() {
		fmt.Fprintf(p.stdout, "  left out: %s\n", text)
	}
	for _, n := range x.Notes {
		fmt.Fprintf(p.stdout, "  %s\n", n)
	}
	fmt.Fprintf(p.stdout, `next: cd %s && sha256sum -c SHA256SUMS
load each file in the Safe's Transaction Builder; stop if it warns of changed properties or of another chain;
compare each wallet and amount with payments.csv (1 USDC = 1000000), also before signing, and execute it once;
then fleetpay settle %s%s, or --transfers FILE with the Safe's transfers from %s on
`, x.Folder, q, nodesFor(chainsIn(x.Batches)), x.SettleFrom)
	return nil
}

// chainsIn counts the chains that batches are for.
func chainsIn(batches []pipeline.ExportBatch) int {
	names := map[string]bool{}
	for _, b := range batches {
		names[b.Chain] = true
	}
	return len(names)
}
