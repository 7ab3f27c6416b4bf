package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fleetpay/outputs"
	"fleetpay/pipeline"
	"fleetpay/rules"
)

// checkFlags are what a check may be told.
type checkFlags struct {
	rejects string
	allow   []string
}

func (p *program) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [PERIOD]",
		Short: "Say what a close would find and pay, without closing",
		Long: `Check reads the configuration, the rules and the inputs of a month where they
lie, and says what a close would find, pay, hold and flag. It writes nothing into
the workspace. Without PERIOD it takes the month after the latest close.

With --allow-rejects it goes on without the bad rows of the datasets named, as a
close would, and lists them. It ends with status 3 when a close would be refused.`,
		Example: `  fleetpay check
  fleetpay check 2026-10
  fleetpay check 2026-10 --rejects rejects.csv`,
		Args: arguments(0, 1, "one PERIOD such as 2026-10, or none"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error { return p.check(ctx, f, args) })
	cmd.Flags().StringVar(&f.rejects, "rejects", "", "file to write all bad rows to, as CSV")
	cmd.Flags().StringSliceVar(&f.allow, "allow-rejects", nil, "datasets whose bad rows a close would leave out")
	p.jsonFlag(cmd)
	return cmd
}

func (p *program) check(ctx context.Context, f checkFlags, args []string) error {
	if err := checkAllowed(f.allow); err != nil {
		return err
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	var q rules.Period
	if len(args) > 0 {
		if q, err = period(args[0]); err != nil {
			return err
		}
	}
	ws, err := p.open()
	if err != nil {
		return p.refuseCheck(q, err)
	}
	if q.IsZero() {
		latest, err := pipeline.Latest(ws)
		if err != nil {
			return p.refuseCheck(q, err)
		}
		if latest.IsZero() {
			return p.checkConfiguration(ws)
		}
		q = latest.Next()
	}
	progress, end := startBar(p.stderr)
	checked, err := pipeline.Check(ctx, ws, q, pipeline.CheckOptions{AllowRejects: f.allow, Now: now, Progress: progress})
	end()
	if err != nil {
		return err
	}
	if f.rejects != "" {
		if err := writeRejectsFile(f.rejects, checked.Rejects); err != nil {
			return err
		}
	}
	if p.json {
		return errors.Join(p.answer(checkAnswerOf(checked)), errors.Join(checked.Problems...))
	}
	tellCheck(p.stdout, checked)
	return errors.Join(checked.Problems...)
}

// checkConfiguration is all that can be checked before the first close when no
// period is named.
func (p *program) checkConfiguration(ws *pipeline.Workspace) error {
	library, err := pipeline.LoadRules(ws)
	if err != nil {
		return p.refuseCheck(rules.Period{}, err)
	}
	if p.json {
		return p.answer(map[string]any{"versions": versionAnswers(library), "problems": []string{}})
	}
	fmt.Fprintf(p.stdout, "fleetpay.yaml is right, and so are %d rule versions\n", len(library))
	fmt.Fprintln(p.stdout, "no period is closed yet; name one to check its inputs: fleetpay check PERIOD")
	return nil
}

// refuseCheck answers a program, when one asked, that a check could not begin.
func (p *program) refuseCheck(q rules.Period, err error) error {
	if !p.json || pipeline.ExitStatus(err) != pipeline.ExitRefused {
		return err
	}
	return errors.Join(err, p.answer(checkAnswerOf(&pipeline.Checked{Period: q, Absent: []string{}, Problems: []error{err}})))
}

// writeRejectsFile writes all bad rows where the user says.
func writeRejectsFile(path string, rejects []outputs.Reject) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(outputs.WriteRejects(f, &outputs.Month{Rejects: rejects}), f.Close())
}

// tellCheck writes what a check found: the rows of every file, and what a close
// would pay, hold and flag.
func tellCheck(w io.Writer, c *pipeline.Checked) {
	fmt.Fprintf(w, "%s: %s\n", c.Period, heading(c))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if c.Counted {
		fmt.Fprint(table, "  dataset\tfile\tread\tused\toutside\tunmatched\trejected\n")
	}
	for _, f := range c.Inputs {
		if !c.Counted {
			break
		}
		fmt.Fprintf(table, "  %s\t%s\t%d\t%d\t%d\t%d\t%d\n", f.Dataset, f.Source, f.Read, f.Used, f.Outside, f.Unmatched, f.Rejected)
	}
	table.Flush()
	if len(c.Absent) > 0 {
		fmt.Fprintf(w, "  absent: %s\n", strings.Join(c.Absent, ", "))
	}
	if c.Book == nil {
		return
	}
	fmt.Fprintf(w, "under rules %s it would pay\n", c.Book.Version)
	for _, payout := range c.Book.Payouts {
		if payout.Status != rules.Zero {
			fmt.Fprintf(table, "  %s %s\t%s\t%s\t%s\n", payout.PayeeKind, payout.PayeeID, payout.Status, payout.Payable, payout.Reason)
		}
	}
	table.Flush()
	tellTotals(w, *c.Totals)
	for _, e := range c.Book.Exceptions {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", e.Severity, e.Kind, e.Subject, e.Message)
	}
	if len(c.Book.Exceptions) > 0 {
		fmt.Fprintln(w, "and flag")
	}
	table.Flush()
	if len(c.Rejects) > 0 {
		fmt.Fprintln(w, "and leave out")
		listRejects(w, c.Rejects)
		tellMore(w, len(c.Rejects), c.Period)
	}
}

// heading says what the rest is about.
func heading(c *pipeline.Checked) string {
	switch {
	case c.AlreadyClosed:
		return "already closed; this is what the sources say now"
	case len(c.Problems) > 0:
		return "a close would be refused"
	}
	return "what a close would find"
}
