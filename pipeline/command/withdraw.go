package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
)

func (p *program) withdrawCommand() *cobra.Command {
	var reason, by string
	cmd := &cobra.Command{
		Use:   "withdraw PERIOD --reason TEXT --by NAME",
		Short: "Take the latest close back, before anything of it is paid",
		Long: `Withdraw moves the latest close aside, whole, to closes/withdrawn/, with a record
of who took it back and why. The next close of the month cites it, and gives every
payment a new id.

Once payments of it were given out (fleetpay payments export), the close stands,
and can only be corrected by an adjustment in the open month. Who pays by other
means from payments/usdc.json puts a file into closes/PERIOD.exports first, such as
a note of what was sent and when: any file there stops a withdrawal, and fleetpay
then gives nothing out, either.`,
		Example: `  fleetpay withdraw 2026-10 --reason "incident export was cut short" --by "R. Finance"`,
		Args:    arguments(1, 1, "a PERIOD such as 2026-10"),
	}
	cmd.RunE = p.run(func(_ context.Context, args []string) error {
		if err := said(cmd, "reason", "TEXT", "why the close is taken back"); err != nil {
			return err
		}
		if err := said(cmd, "by", "NAME", "who takes it back"); err != nil {
			return err
		}
		return p.withdraw(args[0], reason, by)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "why the close is taken back (required)")
	cmd.Flags().StringVar(&by, "by", "", "who takes it back (required)")
	p.jsonFlag(cmd)
	return cmd
}

// said refuses a flag that must say something and is missing, empty or no text.
func said(cmd *cobra.Command, name, value, what string) error {
	flag := cmd.Flags().Lookup(name)
	switch {
	case !flag.Changed:
		return usage("--%s %s is missing; say %s", name, value, what)
	case strings.TrimSpace(flag.Value.String()) == "":
		return usage("--%s is empty; say %s", name, what)
	}
	return checkWords(name, flag.Value.String())
}

func (p *program) withdraw(text, reason, by string) error {
	q, now, ws, err := p.at(text)
	if err != nil {
		return err
	}
	w, err := pipeline.Withdraw(ws, q, pipeline.WithdrawOptions{Reason: reason, By: by, At: now})
	if err != nil {
		return err
	}
	if p.json {
		return p.answer(w)
	}
	fmt.Fprintf(p.stdout, "%s: withdrawn, kept whole in %s/%s\n", q, ws.Closes, w.Folder)
	switch w.Payments {
	case 0:
		fmt.Fprintln(p.stdout, "  it had no payment")
	case 1:
		fmt.Fprintf(p.stdout, "  this takes back 1 payment of %s, which must not be made any more\n", w.Payable)
	default:
		fmt.Fprintf(p.stdout, "  this takes back %d payments of %s together, which must not be made any more\n", w.Payments, w.Payable)
	}
	fmt.Fprintln(p.stdout, "  it is due again: close --due closes it from what the sources have by then, so mend them now")
	return nil
}
