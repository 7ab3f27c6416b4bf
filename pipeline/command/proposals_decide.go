package command

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

// decideFlags are what a decision may be told.
type decideFlags struct {
	by, reason, seen string
	set              []string
}

func (p *program) proposalsAcceptCommand() *cobra.Command {
	var f decideFlags
	cmd := &cobra.Command{
		Use:   "accept ID --by NAME",
		Short: "Write the rows of a proposal into the workspace's files",
		Long: `Accept writes what an issue proposes into the CSV files that fleetpay.yaml names, and
an entry of the journal that says who did it. It adds a row, or changes cells of the
row that is there; every other byte of a file stays. A new file is checked as a close
would check it before it takes the old one's place.

What the form lacks, or has wrong, is given with --set COLUMN=VALUE, or, where several
datasets have the column, with --set DATASET.COLUMN=VALUE. An empty VALUE leaves the
column out. With --seen HASH, which proposals list tells behind text, it goes on only as
long as the issue's text is the one that you looked at: whoever filed it may change it
at any moment. A wallet that comes from the form is only taken with it.

Only a dataset that is one .csv file is written to. Otherwise nothing is written, and
the row is told.`,
		Example: `  fleetpay proposals accept application-17 --by "R. Finance"
  fleetpay proposals accept application-17 --by "R. Finance" --set operator_id=cedar --set joined_on=2026-10-05
  fleetpay proposals accept exit-18 --by "R. Finance" --set exit_kind=voluntary --seen "$HASH"`,
		Args: arguments(1, 1, "the ID of a proposal such as application-17"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error {
		if err := said(cmd, "by", "NAME", "who accepts it"); err != nil {
			return err
		}
		for _, text := range f.set {
			if err := checkWords("set", text); err != nil {
				return err
			}
		}
		return p.decide(ctx, args[0], f, pipeline.AcceptProposal)
	})
	cmd.Flags().StringArrayVar(&f.set, "set", nil, "a column of the rows with its value, in place of the form's; may be given more than once")
	p.decideFlags(cmd, &f, "accepts")
	return cmd
}

func (p *program) proposalsDeclineCommand() *cobra.Command {
	var f decideFlags
	cmd := &cobra.Command{
		Use:   "decline ID --by NAME --reason TEXT",
		Short: "Take nothing from a proposal, and say why",
		Long: `Decline writes an entry of the journal that says who took nothing from an issue, and
why. The issue itself stays as it is: answer it in the tracker. Should its text change,
it is told again. What was declined can be accepted later.`,
		Example: `  fleetpay proposals decline referral-19 --by "R. Finance" --reason "referred by another partner before"`,
		Args:    arguments(1, 1, "the ID of a proposal such as application-17"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error {
		if err := said(cmd, "by", "NAME", "who declines it"); err != nil {
			return err
		}
		if err := said(cmd, "reason", "TEXT", "why it is declined"); err != nil {
			return err
		}
		return p.decide(ctx, args[0], f, pipeline.DeclineProposal)
	})
	cmd.Flags().StringVar(&f.reason, "reason", "", "why it is declined (required)")
	p.decideFlags(cmd, &f, "declines")
	return cmd
}

func (p *program) decideFlags(cmd *cobra.Command, f *decideFlags, what string) {
	cmd.Flags().StringVar(&f.by, "by", "", "who "+what+" it (required)")
	cmd.Flags().StringVar(&f.seen, "seen", "", "the hash of the text that you looked at, as proposals list told it")
	p.jsonFlag(cmd)
}

// seenForm is a SHA-256. A part of one would not do: who writes a text can make another
// one whose hash begins in the same way.
var seenForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// decidedAnswer is what a program reads of a decision.
type decidedAnswer struct {
	*pipeline.DecidedProposal
	Problems []string `json:"problems"`
}

type decideProposal func(context.Context, *pipeline.Workspace, string, pipeline.DecideOptions) (*pipeline.DecidedProposal, error)

func (p *program) decide(ctx context.Context, id string, f decideFlags, do decideProposal) error {
	if f.seen != "" && !seenForm.MatchString(f.seen) {
		return usage("--seen %q is not the hash of a text; give all 64 digits that proposals list tells behind text", f.seen)
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	ws, err := p.open()
	if err != nil {
		return p.refuse(rules.Period{}, err)
	}
	done, err := do(ctx, ws, id, pipeline.DecideOptions{
		By: strings.TrimSpace(f.by), Reason: strings.TrimSpace(f.reason), At: now, Set: f.set, Seen: f.seen,
	})
	if err != nil {
		return p.refuse(rules.Period{}, err)
	}
	if p.json {
		return p.answer(decidedAnswer{done, []string{}})
	}
	fmt.Fprintf(p.stdout, "%s: %s by %s%s\n", done.Proposal, done.Decision, done.By, because(done.Reason))
	for _, r := range done.Rows {
		what := "added"
		if r.Before != nil {
			what = "changed"
		}
		fmt.Fprintf(p.stdout, "  %s: %s %s\n", r.File, what, strings.Join(r.Differences(), ", "))
	}
	for _, text := range done.Notes {
		fmt.Fprintf(p.stdout, "  note: %s\n", text)
	}
	fmt.Fprintf(p.stdout, "  entry: %s\n", done.Entry)
	return nil
}
