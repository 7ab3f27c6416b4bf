package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/pipeline/payments"
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
  ambiguous          a transfer may be its, or another's, or paid it by hand before
  wrong-amount       its wallet got another sum
  wrong-chain        its wallet got the sum on another chain
  vanished           what paid it is not in a newer scan
  paid-after-return  returned, and yet paid

Beside its state a payment may be barred (a row of returns names it, or a withdrawn
close returned it: it is never given out again), or wait (it pays once more what a
return gave back: first a newer scan must tell that it was not paid).`,
		Example: `  fleetpay payments status
  fleetpay payments status 2026-10`,
		Args: arguments(0, 1, "a PERIOD such as 2026-10, or none"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error {
		var only rules.Period
		if len(args) > 0 {
			var err error
			if only, err = period(args[0]); err != nil {
				return err
			}
		}
		return p.paymentsStatus(ctx, only)
	})
	p.jsonFlag(cmd)
	return cmd
}

func (p *program) paymentsStatus(ctx context.Context, only rules.Period) error {
	ws, err := p.open()
	if err != nil {
		return p.refuse(only, err)
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	status, err := pipeline.StatusOfPayments(ctx, ws, only, now)
	if err != nil {
		return p.refuse(only, err)
	}
	if p.json {
		return p.answer(statusAnswer{status, []string{}})
	}
	if len(status.Months) == 0 {
		fmt.Fprintln(p.stdout, "no month is closed")
		return nil
	}
	for _, m := range status.Months {
		p.tellMonth(m)
	}
	for _, note := range status.Notes {
		fmt.Fprintln(p.stdout, note)
	}
	list := listPayments(status.Payments)
	var strays []listed
	for _, x := range status.Strays {
		strays = append(strays, listed{x.Period, "", fmt.Sprintf("%s: %s transfer of %s USDC on %s to %s in %s: %s", x.Period, x.Kind, x.Amount, x.Chain, x.To, x.TxHash,
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

// listed is a line about something of a month. What stands together under one
// heading follows on each other.
type listed struct{ period, heading, text string }

// listPayments words payments, those of a month that stand alike, for the same
// reason, together under it.
func listPayments(all []pipeline.PaymentStatus) []listed {
	type alike struct {
		period, why string
		state       payments.State
	}
	var order []alike
	groups := map[alike][]pipeline.PaymentStatus{}
	for _, x := range all {
		key := alike{x.Period, whyPayment(x), x.State}
		if len(groups[key]) == 0 {
			order = append(order, key)
		}
		groups[key] = append(groups[key], x)
	}
	slices.SortStableFunc(order, func(a, b alike) int { return strings.Compare(a.period, b.period) })
	var list []listed
	for _, key := range order {
		group := groups[key]
		for _, x := range group {
			who := fmt.Sprintf("%s %s, %s USDC on %s", x.PayeeKind, x.PayeeID, x.Amount, x.Chain)
			if len(group) == 1 {
				list = append(list, listed{x.Period, "", fmt.Sprintf("%s: %s: %s: %s", x.PaymentID, x.State, who, key.why)})
				continue
			}
			heading := fmt.Sprintf("%s: %s %s: %s", x.Period, counted(len(group), "payment"), x.State, key.why)
			list = append(list, listed{x.Period, heading, fmt.Sprintf("  %s: %s", x.PaymentID, who)})
		}
	}
	return list
}

// whyPayment says why a payment stands as it does, and what else keeps it back.
func whyPayment(x pipeline.PaymentStatus) string {
	why := x.Why
	if x.Barred != "" {
		why += "; barred: " + x.Barred
	}
	if x.Waits != "" {
		why += "; waits: " + x.Waits
	}
	return andExplained(why, x.Explained)
}

// tellList tells at most so many lines of each month, which stand together.
func (p *program) tellList(list []listed, most int) {
	if len(list) > 0 {
		fmt.Fprintln(p.stdout)
	}
	of := map[string]int{}
	heading := ""
	for i, x := range list {
		of[x.period]++
		if of[x.period] <= most {
			if x.heading != "" && x.heading != heading {
				fmt.Fprintln(p.stdout, x.heading)
			}
			heading = x.heading
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
