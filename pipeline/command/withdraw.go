package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
)

func (p *program) withdrawCommand() *cobra.Command {
	var reason, by string
	cmd := &cobra.Command{
		Use:   "withdraw PERIOD --reason TEXT --by NAME",
		Short: "Take the latest close back, until a payment of it was given out",
		Long: `Withdraw moves the latest close aside, whole, to closes/withdrawn/, with a record
of who took it back and why. The next close of the month cites it. Once
closes/PERIOD.exports holds anything, payments were given out, and the close can
only be corrected by an adjustment in the open month.`,
		Example: `  fleetpay withdraw 2026-10 --reason "incident export was cut short" --by "R. Finance"`,
		Args:    arguments(1, 1, "a PERIOD such as 2026-10"),
	}
	cmd.RunE = p.run(func(_ context.Context, args []string) error { return p.withdraw(args[0], reason, by) })
	cmd.Flags().StringVar(&reason, "reason", "", "why the close is taken back (required)")
	cmd.Flags().StringVar(&by, "by", "", "who takes it back (required)")
	return cmd
}

func (p *program) withdraw(text, reason, by string) error {
	q, err := period(text)
	if err != nil {
		return err
	}
	for _, option := range [][2]string{{"reason", reason}, {"by", by}} {
		if err := pipeline.Named(option[0], option[1]); err != nil {
			return err
		}
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	ws, err := p.open()
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
	return nil
}
