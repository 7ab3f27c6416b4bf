package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"fleetpay/pipeline/proposals"
	"fleetpay/sources"
	"fleetpay/sources/fetch"
	"fleetpay/sources/gitea"
)

// ProposalList is what issues propose, and where each stands.
type ProposalList struct {
	Proposals []*proposals.Proposal `json:"proposals"` // by kind and number
	Closed    int                   `json:"closed"`    // left out: closed in the tracker, and never decided on
	Decided   int                   `json:"decided"`   // left out: decided on, and unchanged since
}

// DecideOptions says who decides on a proposal, when, why and with what.
type DecideOptions struct {
	By, Reason string
	At         time.Time
	Set        []string // COLUMN=VALUE or DATASET.COLUMN=VALUE, at acceptance
	Seen       string   // the SHA-256 of the text that was looked at; "" when it is not held to it
}

// DecidedProposal is a decision that was just made.
type DecidedProposal struct {
	Proposal string                 `json:"proposal"`
	Decision proposals.State        `json:"decision"`
	Link     string                 `json:"link"`
	By       string                 `json:"by"`
	Reason   string                 `json:"reason,omitempty"`
	Entry    string                 `json:"entry"` // path of the journal's entry
	Rows     []proposals.WrittenRow `json:"rows"`
	Notes    []string               `json:"notes"`
}

// Proposals reads the issues of every kind. Without all it leaves out what is decided
// on and unchanged since, and what was closed in the tracker without a decision.
func Proposals(ctx context.Context, ws *Workspace, all bool) (*ProposalList, error) {
	p, err := ws.proposer("proposals list")
	if err != nil {
		return nil, err
	}
	list := &ProposalList{Proposals: []*proposals.Proposal{}}
	for _, kind := range proposals.Kinds() {
		issues, err := p.issues(ctx, kind)
		if err != nil {
			return nil, err
		}
		for _, issue := range issues {
			made, err := p.make(kind, issue, nil)
			if err != nil {
				return nil, err
			}
			decided := made.State == proposals.Accepted || made.State == proposals.Declined
			switch {
			case !all && decided:
				list.Decided++
			case !all && made.Closed && made.Decided == nil:
				list.Closed++
			default:
				list.Proposals = append(list.Proposals, made)
			}
		}
	}
	return list, nil
}

// Proposal reads one proposal.
func Proposal(ctx context.Context, ws *Workspace, id string) (*proposals.Proposal, error) {
	p, err := ws.proposer("proposals list")
	if err != nil {
		return nil, err
	}
	kind, issue, err := p.find(ctx, id)
	if err != nil {
		return nil, err
	}
	return p.make(kind, issue, nil)
}

// AcceptProposal writes the rows of a proposal into the workspace's files, and an
// entry of the journal that says so.
func AcceptProposal(ctx context.Context, ws *Workspace, id string, opt DecideOptions) (*DecidedProposal, error) {
	var given []proposals.Given
	for _, text := range opt.Set {
		g, err := proposals.ParseGiven(text)
		if err != nil {
			return nil, &UsageError{fmt.Errorf("--set: %w", err)}
		}
		given = append(given, g)
	}
	return ws.decide(ctx, "proposals accept "+id, id, given, opt, func(w *proposals.Workspace, p *proposals.Proposal, d proposals.Decision, entries []proposals.Entry) (*proposals.Entry, []string, error) {
		if wallet := p.Wallet(); wallet != "" && opt.Seen == "" && len(p.Problems) == 0 && p.State != proposals.Accepted {
			return nil, nil, refuse("%s: its form says the wallet %s, which whoever filed it can change at any moment; "+
				"look at fleetpay proposals list %s, and accept what you saw with --seen HASH, which is told there behind text", p.ID, wallet, p.ID)
		}
		return w.Accept(ctx, p, d, entries)
	})
}

// DeclineProposal writes an entry of the journal that says that nothing is taken from
// a proposal.
func DeclineProposal(ctx context.Context, ws *Workspace, id string, opt DecideOptions) (*DecidedProposal, error) {
	return ws.decide(ctx, "proposals decline "+id, id, nil, opt, func(w *proposals.Workspace, p *proposals.Proposal, d proposals.Decision, entries []proposals.Entry) (*proposals.Entry, []string, error) {
		e, err := w.Decline(p, d, entries)
		return e, nil, err
	})
}

type decision func(*proposals.Workspace, *proposals.Proposal, proposals.Decision, []proposals.Entry) (*proposals.Entry, []string, error)

// decide reads the issue first, and then decides under the lock of the closes.
func (ws *Workspace) decide(ctx context.Context, command, id string, given []proposals.Given, opt DecideOptions, do decision) (*DecidedProposal, error) {
	p, err := ws.proposer(command)
	if err != nil {
		return nil, err
	}
	kind, issue, err := p.find(ctx, id)
	if err != nil {
		return nil, err
	}
	release, err := lockFolder(ws.Closes, command)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := p.begin(); err != nil {
		return nil, err
	}
	made, err := p.make(kind, issue, given)
	if err != nil {
		return nil, err
	}
	if opt.Seen != "" && made.Text != opt.Seen {
		return nil, refuse("%s: its text is %s now, and not %s any more; look at it again: fleetpay proposals list %s", id, made.Text, opt.Seen, id)
	}
	e, notes, err := do(p.files, made, proposals.Decision{By: opt.By, Reason: opt.Reason, At: opt.At}, p.entries)
	if err != nil {
		return nil, inputError(err)
	}
	return &DecidedProposal{
		Proposal: id, Decision: e.Decision, Link: e.Link, By: e.By, Reason: e.Reason,
		Entry: filepath.Join(p.files.Journal.Dir, fmt.Sprintf("%04d.json", e.Number)), Rows: e.Rows, Notes: orNone(notes),
	}, nil
}

// proposer reads issues and makes proposals of them.
type proposer struct {
	ws      *Workspace
	tracker *giteaConfig
	server  fetch.Doer
	files   *proposals.Workspace
	entries []proposals.Entry
	tables  map[string]*proposals.Table // as read since begin
}

// proposer opens the journal, and completes what a killed run left.
func (ws *Workspace) proposer(command string) (*proposer, error) {
	g, client, err := ws.tracker()
	if err != nil {
		return nil, err
	}
	p := &proposer{ws: ws, tracker: g, server: client, files: ws.proposalFiles()}
	if err := ws.completeProposals(command); err != nil {
		return nil, err
	}
	p.entries, err = p.files.Journal.Entries()
	return p, inputError(err)
}

// completeProposals puts the files of an accepted proposal into their places, where a
// run was killed before it had done so. It takes the lock only then.
func (ws *Workspace) completeProposals(command string) error {
	files := ws.proposalFiles()
	entries, err := files.Journal.Entries()
	if err != nil {
		return inputError(err)
	}
	if waits, err := files.Unfinished(entries); err != nil || !waits {
		return inputError(err)
	}
	release, err := lockFolder(ws.Closes, command)
	if err != nil {
		return err
	}
	defer release()
	return ws.completeHeld(files)
}

// completeHeld is completeProposals for who holds the lock.
func (ws *Workspace) completeHeld(files *proposals.Workspace) error {
	entries, err := files.Journal.Entries()
	if err != nil {
		return inputError(err)
	}
	return inputError(files.Complete(entries, ws.editedFiles()))
}

// finishProposals is what a close does before it reads the files of the workspace: it
// completes an acceptance that was killed. The caller holds the lock.
func (ws *Workspace) finishProposals() error {
	if ws.proposals.Gitea == nil {
		return nil // a folder of that name is somebody's own
	}
	return ws.completeHeld(ws.proposalFiles())
}

// begin reads the journal and the files anew. The caller holds the lock.
func (p *proposer) begin() (err error) {
	if err := p.ws.completeHeld(p.files); err != nil {
		return err
	}
	p.tables = nil
	p.entries, err = p.files.Journal.Entries()
	return inputError(err)
}

// issues reads the issues of a kind.
func (p *proposer) issues(ctx context.Context, kind proposals.Kind) ([]proposals.Issue, error) {
	list, _, err := gitea.Issues(ctx, p.server, string(p.tracker.Repository), p.tracker.Labels.label(kind))
	if err != nil {
		if fetch.MayWorkLater(err) {
			return nil, err
		}
		return nil, inputError(err)
	}
	var issues []proposals.Issue
	for _, x := range list {
		issues = append(issues, proposals.Issue{
			Number: x.Number, Title: x.Title, Body: x.Body, Author: x.Author, Link: x.Link, Closed: x.State == "closed",
			CreatedAt: x.CreatedAt, UpdatedAt: x.UpdatedAt,
		})
	}
	return issues, nil
}

// find reads the issue of a proposal.
func (p *proposer) find(ctx context.Context, id string) (proposals.Kind, proposals.Issue, error) {
	kind, number, err := proposals.ParseID(id)
	if err != nil {
		return "", proposals.Issue{}, &UsageError{err}
	}
	issues, err := p.issues(ctx, kind)
	if err != nil {
		return "", proposals.Issue{}, err
	}
	i := slices.IndexFunc(issues, func(x proposals.Issue) bool { return x.Number == number })
	if i < 0 {
		return "", proposals.Issue{}, refuse("%s: %s has no issue %d with the label %s; see fleetpay proposals list",
			id, p.tracker.Repository, number, p.tracker.Labels.label(kind))
	}
	return kind, issues[i], nil
}

func (p *proposer) make(kind proposals.Kind, issue proposals.Issue, given []proposals.Given) (*proposals.Proposal, error) {
	made, err := proposals.Make(kind, issue, given, p.entries, p)
	return made, inputError(err)
}

// Table opens the file of a dataset, once; nil where there is none that is edited.
func (p *proposer) Table(dataset string) (*proposals.Table, error) {
	if t, read := p.tables[dataset]; read {
		return t, nil
	}
	t, _, _, err := p.files.Table(dataset)
	if err != nil {
		return nil, err
	}
	if p.tables == nil {
		p.tables = map[string]*proposals.Table{}
	}
	p.tables[dataset] = t
	return t, nil
}

// proposalFiles says where decisions are kept and which files they edit.
func (ws *Workspace) proposalFiles() *proposals.Workspace {
	return &proposals.Workspace{
		Journal: proposals.Journal{Dir: filepath.Join(ws.Dir, proposals.Folder)},
		Locate:  func(file string) string { return sources.Locate(ws.Dir, file) },
		Table: func(dataset string) (t *proposals.Table, why string, leave bool, err error) {
			file, why := ws.editable(dataset)
			if file == "" {
				return nil, why, dataset == "stages" && len(ws.sourcesOf(dataset)) == 0, nil
			}
			data, err := readPlain(sources.Locate(ws.Dir, file))
			if err != nil {
				return nil, "", false, err
			}
			t, err = proposals.ReadTable(sources.Lookup(dataset), file, data)
			return t, "", false, refused(err)
		},
	}
}
