package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/rules"
	"fleetpay/sources"
)

// closeFlags are what a close may be told.
type closeFlags struct {
	due   bool
	by    string
	allow []string
	dueFlags
}

func (p *program) closeCommand() *cobra.Command {
	var f closeFlags
	cmd := &cobra.Command{
		Use:   "close PERIOD | close --due",
		Short: "Close a month",
		Long: `Close pulls the inputs of a month, computes every line and writes the folder
closes/PERIOD, which appears only when it is complete and on the disk. A month
that is closed stays closed: a second close changes nothing and says so.

A bad row stops the close. With --allow-rejects the bad rows of the datasets
named are left out; they and the name given with --by go into the close. Master
data, such as operators and nodes, can't be waived.

A month that is not over can be closed where all its sources are files, with an
error period-not-over among its exceptions: withdraw it before anything is paid,
and close again after the month. Servers are asked once their data are complete.

With --due every month is closed that is complete and not closed yet, in order: what
a schedule runs. It begins after the latest close, before the first one at first_period
of fleetpay.yaml. It may run at any time, and twice at once. It waits for a month whose
servers or files have not settled, and leaves what is due to the next run while another
command is at work; both end with exit status 0. A month that can't be closed stops it,
and the next run tries again: see fleetpay status. Its log goes to standard error.

What comes after it, from approval to settlement, is in fleetpay help payments.

SOURCE_DATE_EPOCH, when set, stands in for the clock.`,
		Example: `  fleetpay close 2026-10
  fleetpay close 2026-10 --by "R. Finance"
  fleetpay close 2026-10 --allow-rejects tasks,incidents --by "R. Finance"
  fleetpay close --due
  fleetpay close --due --textfile /var/lib/prometheus/node-exporter/fleetpay.prom`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.due {
				return arguments(0, 0, "no PERIOD with --due")(cmd, args)
			}
			return arguments(1, 1, "a PERIOD such as 2026-10, or --due")(cmd, args)
		},
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error {
		if cmd.Flags().Changed("by") {
			if err := said(cmd, "by", "NAME", "who prepares the close"); err != nil {
				return err
			}
		}
		if err := f.check(); err != nil {
			return err
		}
		if f.due {
			if err := f.dueFlags.check(cmd.Flags().Changed, isTerminal(p.stderr)); err != nil {
				return err
			}
			return p.closeDue(ctx, f)
		}
		for _, name := range []string{"textfile", "log"} {
			if cmd.Flags().Changed(name) {
				return usage("--%s is of close --due; leave it out of a close by name", name)
			}
		}
		return p.closeNamed(ctx, f, args[0])
	})
	cmd.Flags().BoolVar(&f.due, "due", false, "close every complete month that is not closed yet, in order")
	cmd.Flags().StringVar(&f.by, "by", "", "who prepares the close (default the user's name)")
	cmd.Flags().StringSliceVar(&f.allow, "allow-rejects", nil, "datasets whose bad rows are left out; needs --by")
	cmd.Flags().StringVar(&f.textfile, "textfile", "", "with --due, the file to write for node_exporter (default that of the configuration)")
	cmd.Flags().StringVar(&f.log, "log", "", "with --due, the form of the log: text or json (default text on a terminal, else json)")
	p.jsonFlag(cmd)
	return cmd
}

// closeNamed closes one month.
func (p *program) closeNamed(ctx context.Context, f closeFlags, text string) error {
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	q, err := period(text)
	if err != nil {
		return err
	}
	out, err := p.closeOne(ctx, q, f, now)
	if err != nil {
		if p.answersRefusal(err) {
			return errors.Join(err, p.answer(refusedClose(q, err)))
		}
		return err
	}
	if p.json {
		return p.answer(answerOf(out))
	}
	p.tellClose(out)
	return nil
}

// check holds the flags to each other and fills in who prepares the close.
func (f *closeFlags) check() error {
	if err := checkAllowed(f.allow); err != nil {
		return err
	}
	f.by = strings.TrimSpace(f.by)
	if f.by != "" {
		return nil
	}
	if len(f.allow) > 0 {
		return usage("--allow-rejects needs --by NAME: somebody answers for the rows that are left out")
	}
	u, err := user.Current()
	if err != nil {
		return fmt.Errorf("the user has no name here (%w); say who prepares the close with --by NAME", err)
	}
	f.by = u.Username
	return checkWords("by", f.by)
}

// checkAllowed refuses what can't be waived.
func checkAllowed(names []string) error {
	var waivable []string
	for _, ds := range sources.Datasets() {
		if !ds.Master {
			waivable = append(waivable, ds.Name)
		}
	}
	for _, name := range names {
		switch {
		case sources.Lookup(name) == nil:
			return usage("--allow-rejects: %q is not a dataset; allowed are %s", name, strings.Join(waivable, ", "))
		case !slices.Contains(waivable, name):
			return usage("--allow-rejects: %s is master data, whose bad rows can't be left out; correct them", name)
		}
	}
	return nil
}

func (p *program) closeOne(ctx context.Context, q rules.Period, f closeFlags, now time.Time) (*pipeline.Outcome, error) {
	ws, err := p.open()
	if err != nil {
		return nil, err
	}
	progress, end := startBar(p.stderr)
	defer end()
	warn := func(err error) { fmt.Fprintln(p.stderr, err) }
	return pipeline.Close(ctx, ws, q, pipeline.CloseOptions{By: f.by, AllowRejects: f.allow, ClosedAt: now, Progress: progress, Warn: warn})
}

// tellClose says what a close came to.
func (p *program) tellClose(out *pipeline.Outcome) {
	if out.AlreadyClosed {
		fmt.Fprintf(p.stdout, "%s: already closed, in %s; nothing was changed\n", out.Period, out.Folder)
		return
	}
	for _, e := range out.Exceptions {
		if e.Kind == pipeline.NotOver {
			fmt.Fprintf(p.stderr, "%s: %s: %s\n", e.Severity, out.Period, e.Message)
		}
	}
	fmt.Fprintf(p.stdout, "%s: closed under rules %s, in %s\n", out.Period, out.Record.RuleInForce, out.Folder)
	tellTotals(p.stdout, out.Record.Totals)
	tellExceptions(p.stdout, out.Exceptions)
}

// tellTotals writes the control totals.
func tellTotals(w io.Writer, t pipeline.Totals) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "  carried in\t%s\t\n", t.CarriedIn)
	fmt.Fprintf(table, "  + earned\t%s\t\n", t.Earned)
	fmt.Fprintf(table, "  = payable\t%s\t\n", t.Payable)
	fmt.Fprintf(table, "  + carried out\t%s\t\n", t.CarriedOut)
	table.Flush()
	fmt.Fprintf(w, "  %d payees: %s\n", t.Payees, statuses(t.Statuses))
}

// tellExceptions counts exceptions by kind, those first that keep money back.
func tellExceptions(w io.Writer, list []rules.Exception) {
	for _, severity := range []rules.Severity{rules.SeverityError, rules.SeverityWarning, rules.SeverityInfo} {
		var kinds []string
		n := map[string]int{}
		for _, e := range list {
			if e.Severity != severity {
				continue
			}
			if n[e.Kind]++; n[e.Kind] == 1 {
				kinds = append(kinds, e.Kind)
			}
		}
		for i, kind := range kinds {
			kinds[i] = fmt.Sprintf("%d %s", n[kind], kind)
		}
		if len(kinds) > 0 {
			fmt.Fprintf(w, "  %s: %s\n", severity, strings.Join(kinds, ", "))
		}
	}
}

// statuses words how many payees have which status; those of none are left out.
func statuses(s pipeline.Statuses) string {
	var parts []string
	for _, x := range []struct {
		n    int
		name string
	}{
		{s.Payable, "payable"}, {s.Held, "held"}, {s.BelowMinimum, "below the minimum"},
		{s.Negative, "negative"}, {s.Zero, "zero"},
	} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.name))
		}
	}
	if len(parts) == 0 {
		return "no payee"
	}
	return strings.Join(parts, ", ")
}
