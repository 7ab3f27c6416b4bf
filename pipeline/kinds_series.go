package pipeline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"fleetpay/rules/strict"
	"fleetpay/sources/prometheus"
)

// seriesConfig is a source of heartbeats in the forms of Prometheus: a server, or
// files that it exported.
type seriesConfig struct {
	URL         address           `yaml:"url"`
	File        string            `yaml:"file"`
	Query       query             `yaml:"query"`
	Metric      string            `yaml:"metric"`
	Labels      map[string]string `yaml:"labels"`
	NodeLabel   string            `yaml:"node_label"`
	NodePattern nodePattern       `yaml:"node_pattern"`
	Parameters  parameterList     `yaml:"parameters"`
	Headers     headerList        `yaml:"headers"`
	Bearer      *secret           `yaml:"bearer_token"`
	Basic       *basicAuth        `yaml:"basic_auth"`
	TLS         tlsConfig         `yaml:"tls"`
	Piece       piece             `yaml:"piece"`
	Settling    settlingTime      `yaml:"settling"`
	Timeout     timeout           `yaml:"timeout"`
}

// The keys of a source by its form. What the other form has is refused.
var (
	seriesOfFile   = []string{"file", "metric", "labels", "node_label", "node_pattern"}
	seriesOfServer = []string{
		"url", "query", "node_label", "node_pattern", "parameters", "headers", "bearer_token", "basic_auth",
		"tls", "piece", "settling", "timeout",
	}
)

func readSeries(k *Kind, n *strict.Node) {
	if n = providerKeys(k.Name, n, seriesOfFile, seriesOfServer); n == nil {
		return
	}
	c := seriesConfig{Piece: piece(defaultPiece), Settling: settlingTime(defaultSettling)}
	n.Decode(&c)
	r := prometheus.Reading{NodeLabel: c.NodeLabel, NodePattern: string(c.NodePattern)}
	k.Reading = &reading{series: &r}
	needed := []string{"node_label"}
	if n.Get("file") != nil {
		k.Pattern = c.File
		r.Metric, r.Labels = c.Metric, c.Labels
		needed = append(needed, "metric")
	} else {
		r.Query = string(c.Query)
		needed = append(needed, "query")
		k.Server = &server{
			url: string(c.URL), parameters: c.Parameters, headers: c.Headers, bearer: c.Bearer, tls: tlsFiles(c.TLS),
			piece: time.Duration(c.Piece), settling: time.Duration(c.Settling), timeout: time.Duration(c.Timeout),
		}
		if c.Basic != nil {
			k.Server.user, k.Server.password = c.Basic.user, c.Basic.password
		}
		k.Server.oneWayIn(n)
	}
	for _, key := range needed {
		if n.Get(key) == nil {
			n.Problem("the key %q is missing; add it", key)
		}
	}
}

// query is a plain vector selector.
type query string

func (q *query) UnmarshalScalar(text string) error {
	*q = query(text)
	return prometheus.CheckQuery(text)
}

// providerKeys holds the keys of a provider against those of its form, files or a
// server, and returns the node with those that it may have; nil when the form can't
// be told. What is not known may hold a secret under a misspelt key, so no message
// shows it.
func providerKeys(kind string, n *strict.Node, ofFile, ofServer []string) *strict.Node {
	if n.Kind != strict.Mapping {
		n.Hide()
		n.Problem("%s has keys with values; write {%s: {file: \"data/NAME\"}} with what else it needs", kind, kind)
		return nil
	}
	for _, e := range n.Entries {
		if !slices.Contains(ofFile, e.Key.Text) && !slices.Contains(ofServer, e.Key.Text) {
			e.Value.Hide()
		}
	}
	form, of := ofServer, "a server"
	switch file, url := n.Get("file"), n.Get("url"); {
	case file != nil && url != nil && ofServer != nil:
		n.Problem("both a file and a url; a source is one of them, so write the other as a source of its own")
		return nil
	case file != nil:
		form, of = ofFile, "a file"
	case ofServer == nil:
		n.Problem("the key \"file\" is missing; name the exported files")
		return nil
	case url == nil && kind != kindPagerDuty: // which has an address of its own
		n.Problem("neither a url nor a file; say where %s is pulled from", kind)
		return nil
	}
	kept := *n
	kept.Entries = nil
	for _, e := range n.Entries {
		switch {
		case slices.Contains(form, e.Key.Text):
			kept.Entries = append(kept.Entries, e)
		case slices.Contains(ofFile, e.Key.Text) || slices.Contains(ofServer, e.Key.Text):
			e.Key.Problem("%s has no meaning for %s of %s; allowed are %s", e.Key.Text, of, kind, strings.Join(form, ", "))
		default:
			e.Key.Problem("the key %q is not known here; %s", e.Key.Text, strict.Suggest(e.Key.Text, form))
		}
	}
	return &kept
}

// nodePattern is a regular expression with one group, which is the node's id.
type nodePattern string

func (p *nodePattern) UnmarshalScalar(text string) error {
	form, err := regexp.Compile(text)
	if err != nil {
		return fmt.Errorf("%q is no regular expression (%w); write one such as '^(.+):9100$'", text, err)
	}
	if form.NumSubexp() != 1 {
		return fmt.Errorf("%q has %s; it needs one, which is the node's id, as in '^(.+):9100$'", text, count(form.NumSubexp(), "group"))
	}
	*p = nodePattern(text)
	return nil
}

const (
	defaultPiece    = 2 * time.Hour
	defaultSettling = 24 * time.Hour
)

// piece is how much of a month is asked for at once.
type piece time.Duration

func (p *piece) UnmarshalScalar(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Minute || d%time.Second != 0 {
		return fmt.Errorf("%q is not the length of a piece; write a minute or more, as 30m or 2h", text)
	}
	if d > dayLength || dayLength%d != 0 {
		return fmt.Errorf("%s does not divide a day; take a piece that does, such as 1h or 2h", text)
	}
	*p = piece(d)
	return nil
}

// settlingTime is how long after the period's end the data of a server are complete.
type settlingTime time.Duration

func (s *settlingTime) UnmarshalScalar(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d%time.Second != 0 {
		return fmt.Errorf("%q is not a length of time of 0s or more; write it as 24h or 90m", text)
	}
	*s = settlingTime(d)
	return nil
}

// timeout is how long one answer may take.
type timeout time.Duration

func (t *timeout) UnmarshalScalar(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a length of time; write it as 60s or 2m", text)
	}
	*t = timeout(d)
	return nil
}
