package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/pipeline/proposals"
	"fleetpay/rules"
)

func (p *program) proposalsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "proposals",
		Short: "Take rows from the forms that people file: list, accept, decline",
		Long: `Proposals reads the issues in which operators apply, leave and refer others, in the
forms of specs/templates, from a Gitea or Forgejo server that fleetpay.yaml names.
Anybody may file an issue, so an issue moves nothing. It proposes rows, which a named
person looks at and accepts into the workspace's files, or declines:

  fleetpay proposals list                          what is new, and what has changed
  fleetpay proposals list application-17           one of them
  fleetpay proposals accept application-17 --by NAME
  fleetpay proposals decline exit-18 --by NAME --reason TEXT

Every decision lies in the workspace's folder proposals, an entry each. Nothing there
is ever changed or removed by the program. Who accepted a wallet is there, and the
rules of payments hold on: a first wallet is told as new-wallet at the close, and a
changed one is held until it is confirmed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.proposalsListCommand(), p.proposalsAcceptCommand(), p.proposalsDeclineCommand())
	return cmd
}

func (p *program) proposalsListCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "list [ID]",
		Short: "What issues propose, and where each stands",
		Long: `List tells the proposals that wait for a decision: of each the issue's link, the rows
that acceptance would write, what is wrong with the form, and the hash of its
text, for accept --seen. It writes nothing.

  new          never decided on
  changed      decided on, and the issue has another text since: what differs is told
  unreadable   the issue is not filled in in the form at all
  accepted     its rows were written
  declined     nothing was taken from it

Without --all it leaves out what is accepted or declined and unchanged since, and what
was closed in the tracker without a decision. With ID it tells that one.`,
		Example: `  fleetpay proposals list
  fleetpay proposals list application-17 --json`,
		Args: arguments(0, 1, "the ID of a proposal such as application-17, or none"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error { return p.listProposals(ctx, args, all) })
	cmd.Flags().BoolVar(&all, "all", false, "also what is decided, and what was closed in the tracker")
	p.jsonFlag(cmd)
	return cmd
}

// proposalsAnswer is what a program reads of proposals.
type proposalsAnswer struct {
	*pipeline.ProposalList
	Problems []string `json:"problems"`
}

func (p *program) listProposals(ctx context.Context, args []string, all bool) error {
	ws, err := p.open()
	if err != nil {
		return p.refuse(rules.Period{}, err)
	}
	var list *pipeline.ProposalList
	if len(args) > 0 {
		var one *proposals.Proposal
		if one, err = pipeline.Proposal(ctx, ws, args[0]); err == nil {
			list = &pipeline.ProposalList{Proposals: []*proposals.Proposal{one}}
		}
	} else {
		list, err = pipeline.Proposals(ctx, ws, all)
	}
	if err != nil {
		return p.refuse(rules.Period{}, err)
	}
	if p.json {
		return p.answer(proposalsAnswer{list, []string{}})
	}
	if len(list.Proposals) == 0 {
		fmt.Fprintln(p.stdout, "no proposal waits for a decision")
	}
	for _, one := range list.Proposals {
		p.tellProposal(one)
	}
	var out []string
	if list.Decided > 0 {
		out = append(out, fmt.Sprintf("%d decided on", list.Decided))
	}
	if list.Closed > 0 {
		out = append(out, fmt.Sprintf("%d closed in the tracker without a decision", list.Closed))
	}
	if len(out) > 0 {
		fmt.Fprintf(p.stdout, "not told: %s; see fleetpay proposals list --all\n", strings.Join(out, ", "))
	}
	return nil
}

// tellProposal tells one proposal.
func (p *program) tellProposal(x *proposals.Proposal) {
	state := string(x.State)
	if x.Closed {
		state += ", closed in the tracker"
	}
	heading := fmt.Sprintf("%s: %s", x.ID, state)
	if x.Title != "" {
		heading += ": " + x.Title
	}
	fmt.Fprintln(p.stdout, heading)
	who := x.Author
	if who == "" {
		who = "nobody who is still there"
	}
	fmt.Fprintf(p.stdout, "  %s, filed by %s, text %s\n", oneLine(x.Link), oneLine(who), x.Text)
	if x.Decided != nil {
		fmt.Fprintf(p.stdout, "  decided: %s, entry %04d%s\n", x.Decided, x.Decided.Entry, because(x.Decided.Reason))
	}
	for _, r := range x.Rows {
		fmt.Fprintf(p.stdout, "  row of %s\n", r)
	}
	for _, text := range x.Differs {
		fmt.Fprintf(p.stdout, "  differs: %s\n", text)
	}
	for _, text := range x.Problems {
		fmt.Fprintf(p.stdout, "  wrong: %s\n", text)
	}
	for _, text := range x.Notes {
		fmt.Fprintf(p.stdout, "  note: %s\n", text)
	}
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// oneLine makes what a server tells fit to be shown on a line.
func oneLine(text string) string {
	quoted := fmt.Sprintf("%q", text)
	return quoted[1 : len(quoted)-1]
}
