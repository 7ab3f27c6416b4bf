package pipeline

import (
	"strings"
	"time"

	"fleetpay/rules/strict"
	"fleetpay/sources/oncall"
)

// incidentsConfig is a source of incidents in the form of a provider.
type incidentsConfig struct {
	URL         address            `yaml:"url"`
	File        string             `yaml:"file"`
	Token       *secret            `yaml:"token"`
	Headers     headerList         `yaml:"headers"`
	TLS         tlsConfig          `yaml:"tls"`
	Nodes       strict.Map[string] `yaml:"nodes"`
	NodePattern nodePattern        `yaml:"node_pattern"`
	Severities  strict.Map[string] `yaml:"severities"`
	Settling    settlingTime       `yaml:"settling"`
	Timeout     timeout            `yaml:"timeout"`
}

// The keys of a source by its form. Alerts of Opsgenie come as files only.
var (
	incidentsOfFile   = []string{"file", "nodes", "node_pattern", "severities"}
	incidentsOfServer = []string{"url", "token", "headers", "tls", "nodes", "node_pattern", "severities", "settling", "timeout"}
)

func readIncidents(k *Kind, n *strict.Node) {
	ofServer := incidentsOfServer
	if k.Name == kindOpsgenie {
		ofServer = nil
	}
	if n = providerKeys(k.Name, n, incidentsOfFile, ofServer); n == nil {
		return
	}
	c := incidentsConfig{URL: oncall.PagerDutyURL, Settling: settlingTime(defaultSettling)}
	n.Decode(&c)
	m := oncall.Mapping{NodePattern: string(c.NodePattern), Nodes: asMap(c.Nodes), Severities: asMap(c.Severities)}
	k.Reading = &reading{mapping: &m}
	checkMapping(c)
	if len(c.Severities) == 0 && n.Clean() {
		n.Problem("the key \"severities\" is missing; add it, as in {P1: P0, high: critical, low: warning}")
	}
	if n.Get("file") != nil {
		k.Pattern = c.File
		return
	}
	k.Server = &server{
		url: string(c.URL), token: c.Token, headers: c.Headers, tls: tlsFiles(c.TLS),
		settling: time.Duration(c.Settling), timeout: time.Duration(c.Timeout),
	}
	if n.Get("token") == nil {
		n.Problem("neither a token nor a file; name where the token of the API lies, as token: {env: PAGERDUTY_TOKEN}, or an exported file")
		return
	}
	k.Server.oneWayIn(n)
}

// checkMapping holds each entry of a mapping against what incidents may say, at its
// place.
func checkMapping(c incidentsConfig) {
	for _, e := range c.Nodes {
		tell(e.Node, "nodes."+e.Key, oncall.Mapping{Nodes: map[string]string{e.Key: e.Value}}.Check())
	}
	for _, e := range c.Severities {
		tell(e.Node, "severities."+e.Key, oncall.Mapping{Severities: map[string]string{e.Key: e.Value}}.Check())
	}
}

// tell reports an error at its key, which it names too.
func tell(at *strict.Node, key string, err error) {
	if err != nil {
		at.Problem("%s", strings.TrimPrefix(err.Error(), key+": "))
	}
}

func asMap(list strict.Map[string]) map[string]string {
	m := make(map[string]string, len(list))
	for _, e := range list {
		m[e.Key] = e.Value
	}
	return m
}
