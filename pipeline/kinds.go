package pipeline

import (
	"slices"
	"time"

	"fleetpay/rules/strict"
	"fleetpay/sources"
	"fleetpay/sources/oncall"
	"fleetpay/sources/prometheus"
)

// The kinds of sources.
const (
	kindFile       = "file"
	kindPrometheus = "prometheus"
	kindVictoria   = "victoriametrics"
	kindPagerDuty  = "pagerduty"
	kindOpsgenie   = "opsgenie"
)

// kindsOf lists the kinds of sources that a dataset may have.
func kindsOf(dataset string) []string {
	switch dataset {
	case "heartbeats":
		return []string{kindFile, kindPrometheus, kindVictoria}
	case "incidents":
		return []string{kindFile, kindPagerDuty, kindOpsgenie}
	}
	return []string{kindFile}
}

// Source says where a dataset is pulled from: one place, or several whose rows are
// one dataset.
type Source struct {
	Dataset string
	Kinds   []Kind // in the configuration's order; the nth is source n of the dataset
}

// Kind is one place that a dataset is pulled from: files, or a server.
type Kind struct {
	Name    string   // file, prometheus, victoriametrics, pagerduty or opsgenie
	Pattern string   // of files, as configured: {period} and globs are not filled in yet; "" for a server
	Server  *server  // nil for files
	Reading *reading // how the provider's form is taken apart; nil for files of our own forms
}

// Place names the kind's place for people and the record, without secrets.
func (k *Kind) Place() string {
	if k.Server == nil {
		return k.Pattern
	}
	return k.Server.url
}

// reading is what decoding a source needs beside its bytes. One of its parts is set.
type reading struct {
	series  *prometheus.Reading
	mapping *oncall.Mapping
}

// server says how a server is asked. It holds no secret, but where each lies.
type server struct {
	url        string
	parameters []pair // more of the query, by name
	headers    []header
	bearer     *secret
	user       string
	password   *secret
	token      *secret // of PagerDuty
	tls        tlsFiles
	piece      time.Duration // of a month that is asked for at once
	settling   time.Duration // after the period's end until the data are complete
	timeout    time.Duration // 0: that of the client
}

// pair is a name with its value.
type pair struct{ Name, Value string }

// header is sent with every request: a text, or a secret.
type header struct {
	name, text string
	secret     *secret
}

// tlsFiles name PEM files, starting at the workspace; "" for none.
type tlsFiles struct {
	CA         string `yaml:"ca"`
	Cert       string `yaml:"cert"`
	Key        string `yaml:"key"`
	ServerName string `yaml:"server_name"`
}

// sourcesOf returns the places of a dataset; none when it has no source.
func (ws *Workspace) sourcesOf(dataset string) []Kind {
	for _, s := range ws.Sources {
		if s.Dataset == dataset {
			return s.Kinds
		}
	}
	return nil
}

// sourceList reads the places of every dataset named, and puts the datasets in the
// order of the specification.
type sourceList []Source

func (l *sourceList) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Mapping {
		n.Decode(&strict.Map[string]{}) // which says so
		return
	}
	var names []string
	for _, ds := range sources.Datasets() {
		names = append(names, ds.Name)
		if of := n.Get(ds.Name); of != nil {
			*l = append(*l, Source{ds.Name, readKinds(ds.Name, of)})
		}
	}
	for _, e := range n.Entries {
		if !slices.Contains(names, e.Key.Text) {
			e.Key.Problem("%q is not a dataset; %s", e.Key.Text, strict.Suggest(e.Key.Text, names))
		}
	}
}

// readKinds reads one kind, or a list of them.
func readKinds(dataset string, n *strict.Node) []Kind {
	if n.Kind != strict.Sequence {
		return []Kind{readKind(dataset, n)}
	}
	if len(n.Items) == 0 {
		n.Problem("the list is empty; write a source, as {file: data/%s.csv}, or leave %s out", dataset, dataset)
	}
	var kinds []Kind
	for _, item := range n.Items {
		kinds = append(kinds, readKind(dataset, item))
	}
	return kinds
}

func readKind(dataset string, n *strict.Node) Kind {
	if n.Kind != strict.Mapping || len(n.Entries) != 1 {
		n.Problem("a source is one kind with its place; write {file: data/NAME.csv}")
		return Kind{}
	}
	key, value := n.Entries[0].Key, n.Entries[0].Value
	k := Kind{Name: key.Text}
	allowed := kindsOf(dataset)
	switch {
	case !slices.Contains(allowed, k.Name) && isKind(k.Name):
		key.Problem("%s is no source of %s; %s", k.Name, dataset, allowedKinds(allowed))
	case !slices.Contains(allowed, k.Name):
		key.Problem("%q is not a kind of source that this version pulls from; %s", k.Name, allowedKinds(allowed))
	case k.Name == kindFile:
		value.Decode(&k.Pattern)
	case k.Name == kindPrometheus || k.Name == kindVictoria:
		readSeries(&k, value)
	default:
		readIncidents(&k, value)
	}
	return k
}

// isKind tells whether there is such a kind for some dataset.
func isKind(name string) bool {
	return slices.ContainsFunc(sources.Datasets(), func(ds *sources.Dataset) bool { return slices.Contains(kindsOf(ds.Name), name) })
}

func allowedKinds(allowed []string) string {
	if len(allowed) == 1 {
		return "supported is file, as in {file: data/NAME.csv}"
	}
	list := "supported are " + allowed[0]
	for i, name := range allowed[1:] {
		if i == len(allowed)-2 {
			list += " and " + name
		} else {
			list += ", " + name
		}
	}
	return list
}
