package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
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

	explain, to, reason string
}

func (p *program) settleCommand() *cobra.Command {
	var f settleFlags
	cmd := &cobra.Command{
		Use:   "settle PERIOD --rpc URL… | --transfers FILE… | --explain TXHASH --reason TEXT --by NAME",
		Short: "See on the chain which payments of a month are made",
		Long: `Settle reads the USDC transfers out of the Safes that pay, matches them to the
payments that were given out, and holds three things to each other: what was
computed, what the manifest asks for, and what the chain says. What is new goes
into closes/PERIOD.settlement, with a report for people; run again, it writes
nothing. Partial settlement is normal.

With --rpc it asks a chain's node; one URL per chain, which the node names itself.
It reads up to the newest block. What is neither in the blocks that the chain calls
final nor in the newer ones is missing. What only the newer ones show is paid, and
can still change; a later run records it. With --confirmations N the block N before
the newest takes the place of the final one, and all that is seen can still change.
A chain without a node is told as not looked at. Of a URL only scheme and host are
kept.

With --transfers it reads CSV exports of explorers: the ERC-20 token transfers of
a Safe. A file shows what was paid, and not what was not. With --through INSTANT you
vouch that the files hold all transfers of their Safes up to then, from a day before
the close of the first month that is not settled on (payments export says the
instant). Only on that word, or a node's, is a payment called missing. Files that
lack a transfer which an earlier scan has seen are refused then. Only a node tells
what is final.

Exit status: 0 also when payments are still to be made or seen; 3 when a
difference needs a person (ambiguous, wrong amount, wrong chain, vanished, paid
twice, paid after its return, extra). The report is written all the same.

With --explain it looks at no chain. It notes that people have dealt with the
transfers of a transaction that settle nothing, or with the one --to an address.
From then on nobody is asked about them, nor about the payments that they touch.
The reports go on to tell them, with the reason and the name, and a payment with a
wrong amount is still not given out again: correct it by an adjustment. It ends with
0. Should such a transfer be told as something else later, the note is void.`,
		Example: `  fleetpay settle 2026-10 --rpc https://base.example/key --rpc https://arbitrum.example
  fleetpay settle 2026-10 --transfers export-0x5afe.csv
  fleetpay settle 2026-10 --transfers export-0x5afe.csv --through 2026-11-20T12:00:00Z
  fleetpay settle 2026-10 --explain 0x8f0e… --reason "the payee sent it back" --by "R. Finance"`,
		Args: arguments(1, 1, "a PERIOD such as 2026-10"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error {
		if cmd.Flags().Changed("explain") {
			return p.explainTransfers(cmd, args[0], f)
		}
		return p.settle(ctx, cmd, args[0], f)
	})
	cmd.Flags().StringArrayVar(&f.rpc, "rpc", nil, "JSON-RPC URL of a chain's node; one per chain")
	cmd.Flags().StringArrayVar(&f.files, "transfers", nil, "an explorer's CSV export of a Safe's token transfers; may be repeated")
	cmd.Flags().StringVar(&f.through, "through", "", "instant up to which the files are complete, as 2026-11-20T12:00:00Z")
	cmd.Flags().IntVar(&f.confirmations, "confirmations", 0, "blocks that must follow the last one that tells what is missing (default: what is final)")
	cmd.Flags().StringVar(&f.by, "by", "", "who settles (default the user's name) or explains")
	cmd.Flags().StringVar(&f.explain, "explain", "", "hash of a transaction whose difference was dealt with; needs --reason and --by")
	cmd.Flags().StringVar(&f.to, "to", "", "with --explain: only what was sent to this address")
	cmd.Flags().StringVar(&f.reason, "reason", "", "with --explain: what it was and how it was dealt with")
	p.jsonFlag(cmd)
	return cmd
}

// options holds the flags to each other.
func (f *settleFlags) options(cmd *cobra.Command) (opt pipeline.SettleOptions, err error) {
	counts := cmd.Flags().Changed("confirmations")
	switch {
	case cmd.Flags().Changed("reason"):
		return opt, usage("--reason goes with --explain TXHASH; leave it away, or say what it explains")
	case cmd.Flags().Changed("to"):
		return opt, usage("--to goes with --explain TXHASH; leave it away, or say which transaction is explained")
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
		return p.refuse(q, err)
	}
	if err := filesThere(f.files); err != nil {
		return p.refuse(q, err)
	}
	s, err := pipeline.Settle(ctx, ws, q, opt)
	if s == nil {
		return p.refuse(q, err)
	}
	if p.json {
		a := settleAnswer{s, []string{}}
		if err != nil {
			a.Problems = append(a.Problems, err.Error())
		}
		return errors.Join(p.answer(a), err)
	}
	p.tellSettlement(s)
	return err
}

// filesThere refuses exports of an explorer that are not there.
func filesThere(names []string) error {
	for _, name := range names {
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			return &pipeline.Refusal{Err: fmt.Errorf("%s: there is no such file; export the ERC-20 token transfers of the Safe from a block explorer as CSV, and name that file", name)}
		}
	}
	return nil
}

// explainTransfers notes that a difference was dealt with.
func (p *program) explainTransfers(cmd *cobra.Command, text string, f settleFlags) error {
	q, err := period(text)
	if err != nil {
		return err
	}
	for _, flag := range []string{"rpc", "transfers", "through", "confirmations"} {
		if cmd.Flags().Changed(flag) {
			return usage("--%s and --explain don't go together: an explanation looks at no chain; settle first, and then explain", flag)
		}
	}
	if err := said(cmd, "reason", "TEXT", "what it was and how it was dealt with"); err != nil {
		return err
	}
	if err := said(cmd, "by", "NAME", "who explains"); err != nil {
		return err
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	ws, err := p.open()
	if err != nil {
		return p.refuse(q, err)
	}
	s, err := pipeline.Explain(ws, q, pipeline.ExplainOptions{
		TxHash: f.explain, To: f.to, Reason: strings.TrimSpace(f.reason), By: strings.TrimSpace(f.by), At: now,
	})
	if err != nil {
		return p.refuse(q, err)
	}
	if p.json {
		return p.answer(settleAnswer{s, []string{}})
	}
	for _, x := range s.Explained {
		fmt.Fprintf(p.stdout, "%s: explained: %s transfer of %s USDC on %s to %s\n", q, x.Kind, x.Amount, x.Chain, x.To)
	}
	for _, note := range s.Notes {
		fmt.Fprintf(p.stdout, "  %s\n", note)
	}
	if s.Attention != "" {
		fmt.Fprintf(p.stdout, "  still to be looked at: %s\n", s.Attention)
	}
	if s.Written {
		fmt.Fprintf(p.stdout, "written: %s/report.md\n", s.Folder)
	} else {
		fmt.Fprintln(p.stdout, "nothing was written: it is explained already")
	}
	return nil
}

// tellSettlement says what was looked at, what is not settled, and what to do.
func (p *program) tellSettlement(s *pipeline.Settlement) {
	fmt.Fprintln(p.stdout, s.Verdict)
	for _, x := range s.Spans {
		fmt.Fprintf(p.stdout, "  %s\n", spanLine(x))
	}
	for _, file := range s.Files {
		for _, x := range file.Safes {
			if slices.ContainsFunc(s.Spans, func(span pipeline.ScanSpan) bool { return span.ChainID == x.ChainID && span.Safe == x.Safe }) {
				continue // its span has told it
			}
			fmt.Fprintf(p.stdout, "  %s: %s: %s sent by Safe %s\n", x.Chain, file.File, counted(x.Sent, "transfer"), x.Safe)
		}
	}
	for _, name := range s.NotLookedAt {
		fmt.Fprintf(p.stdout, "  %s: not looked at; settle with a node of it, or with an explorer's export of its Safe: fleetpay settle %s --rpc URL, or fleetpay settle %s --transfers FILE\n", name, s.Period, s.Period)
	}
	for _, note := range s.Notes {
		fmt.Fprintf(p.stdout, "  %s\n", note)
	}
	var list, waiting []string
	for _, x := range s.TieOut.Payments {
		text := fmt.Sprintf("%s: %s: %s %s, %s USDC on %s: %s", x.State, x.PaymentID, x.PayeeKind, x.PayeeID, x.Manifest, x.Chain,
			andExplained(x.Why, x.Explained))
		switch x.State {
		case payments.StateSettled, payments.StateReturned:
		case payments.StateOpen, payments.StateExported:
			waiting = append(waiting, text)
		default:
			list = append(list, text)
		}
	}
	p.tellFirst(append(list, waiting...), s.Folder)
	list = nil
	for _, x := range s.TieOut.Strays {
		list = append(list, fmt.Sprintf("%s: %s USDC on %s to %s in %s: %s", x.Kind, x.Amount, x.Chain, x.To, x.TxHash, x.Why))
	}
	p.tellFirst(list, s.Folder)
	for _, x := range s.TieOut.Explained {
		if x.Void != "" {
			fmt.Fprintf(p.stdout, "  void: %s explained the %s transfer of %s USDC to %s in %s, but %s\n", x.By, x.Kind, x.Amount, x.To, x.TxHash, x.Void)
		}
	}
	for _, text := range s.Next {
		fmt.Fprintf(p.stdout, "next: %s\n", text)
	}
	if s.Written {
		fmt.Fprintf(p.stdout, "written: %s/report.md\n", s.Folder)
	} else {
		fmt.Fprintf(p.stdout, "nothing new since entry %03d; see %s/report.md\n", s.Number, s.Folder)
	}
}

// tellFirst tells the first lines of a list, and where all of it is.
func (p *program) tellFirst(list []string, folder string) {
	for i, text := range list {
		if i == mostListed {
			fmt.Fprintf(p.stdout, "  and %d more; see %s/report.md\n", len(list)-i, folder)
			break
		}
		fmt.Fprintf(p.stdout, "  %s\n", text)
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
