package command

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

func (p *program) paymentsStatusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status [PERIOD]",
		Short: "Where each payment stands",
		Long: `Status tells of every closed month how many payments are in which state, what is
still to come, and then which payments and transfers need somebody, with the
reason; at most 20 of a month. With PERIOD it lists every payment of that month. It
reads the closed folders and what lies beside them, verifies it, and writes nothing;
what the chain says comes from fleetpay settle.

  open               never given out
  exported           given out; not looked for since
  missing            given out; a scan of all the time since does not show it
  settled            one transfer pays it
  returned           a later close owes its sum again; barred for good
  ambiguous          a transfer may be its, or another's
  wrong-amount       its wallet got another sum
  wrong-chain        its wallet got the sum on another chain
  vanished           what paid it is not in a newer scan
  paid-after-return  returned, and yet paid`,
		Example: `  fleetpay payments status
  fleetpay payments status 2026-10`,
		Args: arguments(0, 1, "a PERIOD such as 2026-10, or none"),
	}
	cmd.RunE = p.run(func(_ context.Context, args []string) error {
		var only rules.Period
		if len(args) > 0 {
			var err error
			if only, err = period(args[0]); err != nil {
				return err
			}
		}
		return p.paymentsStatus(only)
	})
	p.jsonFlag(cmd)
	return cmd
}

func (p *program) paymentsStatus(only rules.Period) error {
	ws, err := p.open()
	if err != nil {
		return err
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	status, err := pipeline.StatusOfPayments(ws, only, now)
	if err != nil {
		return err
	}
	if p.json {
		return p.answer(status)
	}
	if len(status.Months) == 0 {
		fmt.Fprintln(p.stdout, "no month is closed")
		return nil
	}
	for _, m := range status.Months {
		p.tellMonth(m)
	}
	var list, strays []listed
	for _, x := range status.Payments {
		list = append(list, listed{x.Period, fmt.Sprintf("%s: %s: %s %s, %s USDC on %s: %s", x.PaymentID, x.State, x.PayeeKind, x.PayeeID, x.Amount, x.Chain,
			andExplained(x.Why, x.Explained))})
	}
	for _, x := range status.Strays {
		strays = append(strays, listed{x.Period, fmt.Sprintf("%s: %s transfer of %s USDC on %s to %s in %s: %s", x.Period, x.Kind, x.Amount, x.Chain, x.To, x.TxHash,
			andExplained(x.Why, x.Explained))})
	}
	most := mostListed
	if !only.IsZero() {
		most = max(len(list), len(strays))
	}
	p.tellList(list, most)
	p.tellList(strays, most)
	return nil
}

// mostListed is how many payments of a month are told where a month's own list
// tells all of them.
const mostListed = 20

// listed is a line about something of a month.
type listed struct{ period, text string }

// tellList tells at most so many lines of each month, which stand together.
func (p *program) tellList(list []listed, most int) {
	if len(list) > 0 {
		fmt.Fprintln(p.stdout)
	}
	of := map[string]int{}
	for i, x := range list {
		of[x.period]++
		if of[x.period] <= most {
			fmt.Fprintln(p.stdout, x.text)
		}
		last := i+1 == len(list) || list[i+1].period != x.period
		if n := of[x.period] - most; last && n > 0 {
			fmt.Fprintf(p.stdout, "and %d more; see fleetpay payments status %s\n", n, x.period)
		}
	}
}

// andExplained adds to why something stands as it does how it was dealt with.
func andExplained(why, explained string) string {
	if explained == "" {
		return why
	}
	return why + "; " + explained
}

// tellMonth counts a month's payments by state, and says what is still to come.
func (p *program) tellMonth(m pipeline.MonthStatus) {
	fmt.Fprintf(p.stdout, "%s: %s of %s USDC, %s, %s\n", m.Period, counted(m.Payments, "payment"), m.Amount,
		counted(m.Exports, "export"), counted(m.Scans, "scan"))
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, s := range m.States {
		fmt.Fprintf(table, "  %s\t%4d\t%12s\n", s.State, s.Payments, s.Amount)
	}
	table.Flush()
	for _, text := range m.Notes {
		fmt.Fprintf(p.stdout, "  %s\n", text)
	}
}
