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

What comes after it, from approval to settlement, is in fleetpay help payments.

SOURCE_DATE_EPOCH, when set, stands in for the clock.`,
		Example: `  fleetpay close 2026-10
  fleetpay close 2026-10 --by "R. Finance"
  fleetpay close 2026-10 --allow-rejects tasks,incidents --by "R. Finance"
  fleetpay close --due`,
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
		return p.closePeriods(ctx, f, args)
	})
	cmd.Flags().BoolVar(&f.due, "due", false, "close every complete month that is not closed yet, in order")
	cmd.Flags().StringVar(&f.by, "by", "", "who prepares the close (default the user's name)")
	cmd.Flags().StringSliceVar(&f.allow, "allow-rejects", nil, "datasets whose bad rows are left out; needs --by")
	p.jsonFlag(cmd)
	return cmd
}

func (p *program) closePeriods(ctx context.Context, f closeFlags, args []string) error {
	if err := f.check(); err != nil {
		return err
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	var named rules.Period // none with --due
	if !f.due {
		if named, err = period(args[0]); err != nil {
			return err
		}
	}
	ws, err := p.open()
	if err != nil {
		return errors.Join(err, p.answerClose(f, []closeAnswer{refusedClose(named, err)}, err))
	}
	periods := []rules.Period{named}
	if f.due {
		if periods, err = pipeline.Due(ws, now); err != nil {
			return errors.Join(err, p.answerClose(f, []closeAnswer{refusedClose(named, err)}, err))
		}
	}
	return p.closeAll(ctx, ws, periods, f, now)
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

// closeAll closes periods in order and stops at the first that is refused; the
// ones before it stay closed, and the answer names them.
func (p *program) closeAll(ctx context.Context, ws *pipeline.Workspace, periods []rules.Period, f closeFlags, now time.Time) error {
	answers := []closeAnswer{}
	var failed error
	for _, q := range periods {
		out, err := p.closeOne(ctx, ws, q, f, now)
		if err != nil {
			failed = err
			answers = append(answers, refusedClose(q, err))
			break
		}
		answers = append(answers, answerOf(out))
		if !p.json {
			p.tellClose(out)
		}
	}
	if len(periods) == 0 && !p.json {
		fmt.Fprintln(p.stdout, "nothing is due")
	}
	return errors.Join(failed, p.answerClose(f, answers, failed))
}

// answerClose writes the answer for programs, when they asked: the close, or with
// --due a list. A run that its surroundings stopped has none but of the closes
// before it.
func (p *program) answerClose(f closeFlags, answers []closeAnswer, failed error) error {
	if !p.json {
		return nil
	}
	if pipeline.ExitStatus(failed) == pipeline.ExitSurroundings {
		answers = answers[:len(answers)-1]
	}
	switch {
	case f.due:
		return p.answer(answers)
	case len(answers) == 1:
		return p.answer(answers[0])
	}
	return nil
}

func (p *program) closeOne(ctx context.Context, ws *pipeline.Workspace, q rules.Period, f closeFlags, now time.Time) (*pipeline.Outcome, error) {
	progress, end := startBar(p.stderr)
	defer end()
	return pipeline.Close(ctx, ws, q, pipeline.CloseOptions{By: f.by, AllowRejects: f.allow, ClosedAt: now, Progress: progress})
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
