package pipeline

import (
	"errors"
	"fmt"
	"strings"

	"fleetpay/pipeline/proposals"
	"fleetpay/rules/strict"
	"fleetpay/sources/fetch"
	"fleetpay/sources/gitea"
)

// proposalsConfig says where issues are filed that propose rows.
type proposalsConfig struct {
	Gitea *giteaConfig `yaml:"gitea" required:"true"`
}

// giteaConfig is a repository on a Gitea or Forgejo server.
type giteaConfig struct {
	URL        address        `yaml:"url" required:"true"`
	Repository repositoryName `yaml:"repository" required:"true"`
	Token      *secret        `yaml:"token"` // left out where everybody may read the repository
	Labels     proposalLabels `yaml:"labels"`
	TLS        tlsConfig      `yaml:"tls"`
}

// repositoryName is OWNER/NAME.
type repositoryName string

func (r *repositoryName) UnmarshalScalar(text string) error {
	if problem := gitea.CheckRepository(text); problem != "" {
		return errors.New(problem)
	}
	*r = repositoryName(text)
	return nil
}

// proposalLabels are the labels of issues, by the kind of proposal that they are.
type proposalLabels map[proposals.Kind]string

// usualLabels are those that specs/templates name.
var usualLabels = proposalLabels{
	proposals.Application: "operator-application", proposals.Exit: "exit-notice", proposals.Referral: "referral",
}

func (l *proposalLabels) UnmarshalNode(n *strict.Node) {
	var byKind strict.Map[string]
	n.Decode(&byKind)
	var kinds []string
	for _, kind := range proposals.Kinds() {
		kinds = append(kinds, string(kind))
	}
	*l = proposalLabels{}
	owner := map[string]string{}
	for _, e := range byKind {
		problem := gitea.CheckLabel(e.Value)
		switch {
		case usualLabels[proposals.Kind(e.Key)] == "":
			e.Node.Problem("%q is not a kind of proposal; %s", e.Key, strict.Suggest(e.Key, kinds))
		case e.Value == "": // which is told already
		case problem != "":
			e.Node.Problem("%s", problem)
		case owner[e.Value] != "":
			e.Node.Problem("the label %q is that of %s already; give each kind its own", e.Value, owner[e.Value])
		}
		owner[e.Value] = e.Key
		(*l)[proposals.Kind(e.Key)] = e.Value
	}
}

// label returns the label of a kind.
func (l proposalLabels) label(kind proposals.Kind) string {
	if l[kind] != "" {
		return l[kind]
	}
	return usualLabels[kind]
}

// largestPage is far more than is read of a page of issues, which asks for less at a
// time where somebody filed a long one.
const largestPage = 16 << 30

// tracker makes what asks the server where issues are filed.
func (ws *Workspace) tracker() (*giteaConfig, *fetch.Client, error) {
	g := ws.proposals.Gitea
	if g == nil {
		return nil, nil, refuse("%s: does not say where proposals are filed; write\n"+
			"  proposals:\n"+
			"    gitea: {url: https://git.example.net, repository: OWNER/NAME, token: {env: NAME}}", within(ws.Dir, configName))
	}
	access := fetch.Access{URL: string(g.URL), Agent: "fleetpay/" + Version, MaxBytes: largestPage}
	if g.Token != nil {
		token, err := g.Token.read(ws.Dir)
		if err != nil {
			return nil, nil, err
		}
		access.Authorization, access.Secret = "token "+token, g.Token.words()
	}
	access.TLS.ServerName = g.TLS.ServerName
	for _, file := range []struct {
		configured string
		to         *string
	}{{g.TLS.CA, &access.TLS.CA}, {g.TLS.Cert, &access.TLS.Cert}, {g.TLS.Key, &access.TLS.Key}} {
		if file.configured != "" {
			*file.to = within(ws.Dir, file.configured)
		}
	}
	client, err := fetch.New(access)
	return g, client, refused(err)
}

// editable returns the one file of a dataset that a row can be written to. Where
// there is none, why says what the configuration has instead.
func (ws *Workspace) editable(dataset string) (file, why string) {
	kinds := ws.sourcesOf(dataset)
	switch {
	case len(kinds) == 0:
		return "", fmt.Sprintf("has no source in %s; name a file there", configName)
	case len(kinds) > 1:
		return "", "is pulled from several sources, and which of them the row belongs to is not known"
	case kinds[0].Name != kindFile:
		return "", "is pulled from a server"
	}
	pattern := kinds[0].Pattern
	switch {
	case strings.Contains(pattern, "{period}") || strings.ContainsAny(pattern, `*?[\`):
		return "", fmt.Sprintf("may be pulled from several files (%s)", pattern)
	case !strings.HasSuffix(strings.ToLower(pattern), ".csv"):
		return "", fmt.Sprintf("is not pulled from a plain .csv file (%s)", pattern)
	}
	return pattern, ""
}
