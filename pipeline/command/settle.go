package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/pipeline/payments"
)

// settleFlags are what a settlement may be told.
type settleFlags struct {
	rpc, files    []string
	through, by   string
	confirmations int
}

func (p *program) settleCommand() *cobra.Command {
	var f settleFlags
	cmd := &cobra.Command{
		Use:   "settle PERIOD --rpc URL… | --transfers FILE…",
		Short: "See on the chain which payments of a month are made",
		Long: `Settle reads the USDC transfers out of the Safes that pay, matches them to the
payments that were given out, and holds three things to each other: what was
computed, what the manifest asks for, and what the chain says. What is new goes
into closes/PERIOD.settlement, with a report for people; run again, it writes
nothing. Partial settlement is normal.

With --rpc it asks a chain's node, up to the block that the chain calls final; one
URL per chain, which the node names itself. A chain without a node is told as not
looked at. --confirmations N reads up to N blocks before the newest instead; what
that shows can still change. Of a URL only scheme and host are kept.

With --transfers it reads CSV exports of explorers: the ERC-20 token transfers of
a Safe. A file shows what was paid, and not what was not: with --through INSTANT
you vouch that the files hold all transfers of their Safes from before the first
export up to then. Only on that word, or a node's, is a payment called missing.

Exit status: 0 also when payments are still to be made or seen; 3 when a
difference needs a person (ambiguous, wrong amount, wrong chain, vanished, paid
twice, paid after its return, extra). The report is written all the same.`,
		Example: `  fleetpay settle 2026-10 --rpc https://base.example/key --rpc https://arbitrum.example
  fleetpay settle 2026-10 --transfers export-0x5afe.csv
  fleetpay settle 2026-10 --transfers export-0x5afe.csv --through 2026-11-20T12:00:00Z`,
		Args: arguments(1, 1, "a PERIOD such as 2026-10"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error { return p.settle(ctx, cmd, args[0], f) })
	cmd.Flags().StringArrayVar(&f.rpc, "rpc", nil, "JSON-RPC URL of a chain's node; one per chain")
	cmd.Flags().StringArrayVar(&f.files, "transfers", nil, "an explorer's CSV export of a Safe's token transfers; may be repeated")
	cmd.Flags().StringVar(&f.through, "through", "", "instant up to which the files are complete, as 2026-11-20T12:00:00Z")
	cmd.Flags().IntVar(&f.confirmations, "confirmations", 0, "blocks that must follow the last one read (default: read what is final)")
	cmd.Flags().StringVar(&f.by, "by", "", "who settles (default the user's name)")
	p.jsonFlag(cmd)
	return cmd
}

// options holds the flags to each other.
func (f *settleFlags) options(cmd *cobra.Command) (opt pipeline.SettleOptions, err error) {
	counts := cmd.Flags().Changed("confirmations")
	switch {
	case len(f.rpc) == 0 && len(f.files) == 0:
		return opt, usage("--rpc URL or --transfers FILE is missing; say where the chain is read from")
	case len(f.rpc) > 0 && len(f.files) > 0:
		return opt, usage("--rpc and --transfers are two ways of one thing; settle with one, and then with the other")
	case len(f.rpc) > 0 && cmd.Flags().Changed("through"):
		return opt, usage("--through goes with --transfers: a node tells itself up to when it has seen the chain")
	case len(f.files) > 0 && counts:
		return opt, usage("--confirmations goes with --rpc; a file has none")
	case counts && f.confirmations < 0:
		return opt, usage("--confirmations is %d; write 0 or more, or leave it away", f.confirmations)
	}
	opt = pipeline.SettleOptions{Files: f.files, Confirmations: -1}
	if counts {
		opt.Confirmations = f.confirmations
	}
	if cmd.Flags().Changed("through") {
		at, err := time.Parse(time.RFC3339, f.through)
		if err != nil {
			return opt, usage("--through: %q is not an instant; write it as 2026-11-20T12:00:00Z", f.through)
		}
		at = at.UTC().Truncate(time.Second)
		opt.Through = &at
	}
	if opt.Nodes, err = dialAll(f.rpc); err != nil {
		return opt, err
	}
	if opt.By, err = whoever(cmd, f.by, "who settles"); err != nil {
		return opt, err
	}
	opt.At, err = pipeline.Now()
	return opt, err
}

func (p *program) settle(ctx context.Context, cmd *cobra.Command, text string, f settleFlags) error {
	q, err := period(text)
	if err != nil {
		return err
	}
	opt, err := f.options(cmd)
	if err != nil {
		return err
	}
	ws, err := p.open()
	if err != nil {
		return err
	}
	s, err := pipeline.Settle(ctx, ws, q, opt)
	if s == nil {
		return err
	}
	if p.json {
		return errors.Join(p.answer(s), err)
	}
	p.tellSettlement(s)
	return err
}

// tellSettlement says what was looked at, what is not settled, and what to do.
func (p *program) tellSettlement(s *pipeline.Settlement) {
	fmt.Fprintln(p.stdout, s.Verdict)
	for _, x := range s.Spans {
		fmt.Fprintf(p.stdout, "  %s\n", spanLine(x))
	}
	for _, file := range s.Files {
		for _, x := range file.Safes {
			fmt.Fprintf(p.stdout, "  %s: %s: %s sent by Safe %s\n", x.Chain, file.File, counted(x.Sent, "transfer"), x.Safe)
		}
	}
	for _, name := range s.NotLookedAt {
		fmt.Fprintf(p.stdout, "  %s: not looked at; give its node with --rpc URL, or an export of its Safe with --transfers FILE\n", name)
	}
	for _, note := range s.Notes {
		fmt.Fprintf(p.stdout, "  %s\n", note)
	}
	for _, x := range s.TieOut.Payments {
		if x.State != payments.StateSettled && x.State != payments.StateReturned {
			fmt.Fprintf(p.stdout, "  %s: %s: %s %s, %s USDC on %s: %s\n", x.State, x.PaymentID, x.PayeeKind, x.PayeeID, x.Manifest, x.Chain, x.Why)
		}
	}
	for _, x := range s.TieOut.Strays {
		fmt.Fprintf(p.stdout, "  %s: %s USDC on %s to %s in %s: %s\n", x.Kind, x.Amount, x.Chain, x.To, x.TxHash, x.Why)
	}
	for _, text := range s.Next {
		fmt.Fprintf(p.stdout, "next: %s\n", text)
	}
	if s.Written {
		fmt.Fprintf(p.stdout, "written: %s/report.md\n", s.Folder)
	} else {
		fmt.Fprintf(p.stdout, "nothing new since scan %03d; see %s/report.md\n", s.Number, s.Folder)
	}
}

// spanLine says which stretch of a chain was looked at.
func spanLine(s pipeline.ScanSpan) string {
	final := "final"
	if !s.Final {
		final = "not final"
	}
	return fmt.Sprintf("%s: %s: %s sent by Safe %s from %s to %s, %s",
		s.Chain, s.Source, counted(s.Transfers, "transfer"), s.Safe, s.From, s.Through, final)
}
