package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

func (p *program) paymentsCheckCommand() *cobra.Command {
	var rpc []string
	cmd := &cobra.Command{
		Use:   "check PERIOD",
		Short: "Say which payments of a month would fail, and for whom",
		Long: `Check looks at every payment of a closed month that an export could give out now:
those that were never given out, and those that a scan of the chain saw missing
since. The others are left out and counted. It writes nothing.

Without a node it looks at the closed folder, fleetpay.yaml and the lists of
blocked wallets as they are now: addresses and their checksums, chains, token
contracts, amounts, totals, payments that are there twice, payees that share a
wallet or have one that was another's, blocked wallets, and the Safe of each chain.

With --rpc it asks the node of a chain, too: the token's contract, decimals and
symbol, the Safe with its owners, whether it holds enough for these payments and
for those that were given out and not seen yet, whether a wallet is blacklisted or
a contract. And it has the node simulate each transfer from the Safe. The node
itself says which chain it is of; repeat --rpc for several chains. Of its URL only
scheme and host are ever shown.

It ends with status 3 when an error stands against paying. An export makes the same
check and is refused then. It ends with status 1 when a node can't be asked.`,
		Example: `  fleetpay payments check 2026-10
  fleetpay payments check 2026-10 --rpc https://base.example/KEY --rpc https://polygon.example/KEY`,
		Args: arguments(1, 1, "a PERIOD such as 2026-10"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error { return p.checkPayments(ctx, args[0], rpc) })
	cmd.Flags().StringArrayVar(&rpc, "rpc", nil, "JSON-RPC URL of a chain's node; one per chain")
	p.jsonFlag(cmd)
	return cmd
}

// paymentsCheckAnswer is what a program reads of a preflight.
type paymentsCheckAnswer struct {
	*pipeline.Preflight
	Problems []string `json:"problems"` // why nothing should be given out; none when nothing stands against it
}

func (p *program) checkPayments(ctx context.Context, text string, rpc []string) error {
	q, err := period(text)
	if err != nil {
		return err
	}
	nodes, err := dialAll(rpc)
	if err != nil {
		return err
	}
	ws, err := p.open()
	if err != nil {
		return p.refusePaymentsCheck(q, err)
	}
	found, err := pipeline.CheckPayments(ctx, ws, q, nodes)
	if err != nil {
		return p.refusePaymentsCheck(q, err)
	}
	against := objection(found)
	if p.json {
		a := paymentsCheckAnswer{found, []string{}}
		if against != nil {
			a.Problems = append(a.Problems, against.Error())
		}
		return errors.Join(p.answer(a), against)
	}
	tellPreflight(p.stdout, found)
	return against
}

// refusePaymentsCheck answers a program, when one asked, that nothing could be
// looked at.
func (p *program) refusePaymentsCheck(q rules.Period, err error) error {
	if !p.answersRefusal(err) {
		return err
	}
	none := &pipeline.Preflight{Period: q.String(), Chains: []pipeline.PreflightChain{}, LeftOut: []pipeline.PreflightLeftOut{}, Findings: []pipeline.Finding{}}
	return errors.Join(err, p.answer(paymentsCheckAnswer{none, []string{err.Error()}}))
}

// objection is why a month should not be given out as it stands; nil when nothing
// stands against it.
func objection(found *pipeline.Preflight) error {
	if found.Errors() == 0 {
		return nil
	}
	return &pipeline.Refusal{Err: fmt.Errorf("%s: %s; an export is refused until each error is mended or its payment left out",
		found.Period, weighed(found))}
}

// weighed counts errors and warnings.
func weighed(found *pipeline.Preflight) string {
	var parts []string
	if n := found.Errors(); n > 0 {
		parts = append(parts, counted(n, "error"))
	}
	if n := found.Warnings(); n > 0 {
		parts = append(parts, counted(n, "warning"))
	}
	return strings.Join(parts, ", ")
}

// tellPreflight writes what is to be paid, what was found, and, unless there is
// an error, that nothing stands against it.
func tellPreflight(w io.Writer, found *pipeline.Preflight) {
	fmt.Fprintf(w, "%s: %s of %s USDC on %s\n", found.Period, counted(found.Payments, "payment"), found.Amount, counted(len(found.Chains), "chain"))
	tellPreflightChains(w, found.Chains)
	if found.Again > 0 {
		fmt.Fprintf(w, "  again: %s given out before and seen missing; fleetpay payments export %s --again --reason TEXT\n", wereOf(found.Again, found.Payments), found.Period)
	}
	tellLeftOut(w, found)
	for _, f := range found.Findings {
		fmt.Fprintf(w, "%-7s  %s\n", f.Severity, f)
	}
	if found.Errors() > 0 {
		return
	}
	verdict := "nothing stands against paying"
	switch n := found.Warnings(); {
	case found.Payments == 0 && len(found.LeftOut) > 0:
		verdict = "nothing is left to check: an export would give out none of them"
	case found.Payments == 0:
		verdict = "there is nothing to pay"
	case n > 0:
		verdict += fmt.Sprintf(", once people have looked at %s", counted(n, "warning"))
	}
	switch unseen := notAsked(found); len(unseen) {
	case 0:
	case 1:
		verdict += fmt.Sprintf("; %s itself was not looked at: fleetpay payments check %s --rpc URL", unseen[0], found.Period)
	default:
		verdict += fmt.Sprintf("; the chains themselves (%s) were not looked at: fleetpay payments check %s%s",
			strings.Join(unseen, ", "), found.Period, nodesFor(len(unseen)))
	}
	fmt.Fprintln(w, verdict)
}

// nodesFor is what a command is given to ask so many chains: a node of each.
func nodesFor(chains int) string { return strings.Repeat(" --rpc URL", chains) }

// wereOf words a part of all payments: 1 payment was, 2 of 3 payments were.
func wereOf(n, all int) string {
	switch {
	case n == 1 && all == 1:
		return "1 payment was"
	case n == all:
		return fmt.Sprintf("%d payments were", n)
	case n == 1:
		return fmt.Sprintf("1 of %d payments was", all)
	}
	return fmt.Sprintf("%d of %d payments were", n, all)
}

// tellPreflightChains writes a line per chain.
func tellPreflightChains(w io.Writer, chains []pipeline.PreflightChain) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range chains {
		batches := "1 batch"
		if c.Batches != 1 {
			batches = fmt.Sprintf("%d batches", c.Batches)
		}
		safe, node := "no Safe", "not looked at"
		if c.Safe != "" {
			safe = "Safe " + c.Safe
		}
		if c.Node != "" {
			node = "asked " + c.Node
		}
		if c.Threshold != nil && c.Owners != nil {
			node += fmt.Sprintf(", %d of %d owners sign", *c.Threshold, *c.Owners)
		}
		if c.Balance != nil {
			node += fmt.Sprintf(", %s USDC are there", *c.Balance)
		}
		if c.Unseen > 0 {
			node += fmt.Sprintf(", %s of %s USDC given out with it and not seen yet", counted(c.Unseen, "payment"), c.UnseenAmount)
		}
		fmt.Fprintf(table, "  %s\t%s\t%s USDC\t%s\t%s\t%s\n", c.Chain, counted(c.Payments, "payment"), c.Amount, batches, safe, node)
	}
	table.Flush()
}

// tellLeftOut counts by state the payments that no export would give out now.
func tellLeftOut(w io.Writer, found *pipeline.Preflight) {
	if len(found.LeftOut) == 0 {
		return
	}
	var given, names []string // what is on its way is told first
	number := map[string]int{}
	for _, out := range found.LeftOut {
		name, list := out.State, &names
		if out.State == string(payments.StateExported) {
			name, list = fmt.Sprintf("given out in export %03d (execute those batches, then fleetpay settle %s --rpc URL)", out.Export, found.Period), &given
		}
		if number[name] == 0 {
			*list = append(*list, name)
		}
		number[name]++
	}
	names = append(given, names...)
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", number[name], name)
	}
	fmt.Fprintf(w, "  left out: %s; see fleetpay payments status %s\n", strings.Join(names, ", "), found.Period)
}

// notAsked lists the chains that no node was asked of.
func notAsked(found *pipeline.Preflight) []string {
	var names []string
	for _, c := range found.Chains {
		if c.Node == "" {
			names = append(names, c.Chain)
		}
	}
	return names
}
