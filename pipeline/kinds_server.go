package pipeline

import (
	"net/url"
	"slices"
	"strings"

	"fleetpay/rules/strict"
)

// address is the URL of a server. User, password and query would be secrets, and
// end up in messages and records, so they are refused unseen.
type address string

func (a *address) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Scalar {
		n.Hide()
		n.Problem("the address of a server is one value; write it as https://monitoring.example.net")
		return
	}
	u, err := url.Parse(n.Text)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || strings.ContainsAny(n.Text, " \t\n"):
		n.Hide()
		n.Problem("this is not the address of a server; write http:// or https://, the host and its path")
	case u.User != nil || strings.Contains(u.Host, "@"):
		n.Hide()
		n.Problem("the address holds a user or password; take it out, and name it by env or file under basic_auth, token or headers, whichever this kind has")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(n.Text, "#"):
		n.Hide()
		n.Problem("the address holds a query or fragment; take it out and write a secret as a header, and anything else under parameters")
	default:
		*a = address(n.Text)
	}
}

// parameterList are more of a query's parameters, by name.
type parameterList []pair

// ownParameters are those that the program sets.
var ownParameters = []string{"query", "time", "timeout", "start", "end", "step", "match", "match[]", "limit"}

func (l *parameterList) UnmarshalNode(n *strict.Node) {
	var m strict.Map[string]
	if n.Kind == strict.Mapping {
		for _, e := range n.Entries {
			if secretName(e.Key.Text) {
				e.Value.Hide() // before anything is said of it
			}
		}
	}
	n.Decode(&m)
	for _, e := range m {
		switch {
		case secretName(e.Key):
			e.Node.Problem("parameters are part of the run record; send a secret as a header, whose value is named by env or file")
		case slices.Contains(ownParameters, e.Key):
			e.Node.Problem("the program sets %q itself; remove it", e.Key)
		default:
			*l = append(*l, pair{e.Key, e.Value})
		}
	}
	slices.SortFunc(*l, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
}

// secretName tells whether what a name stands for is a secret.
func secretName(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"auth", "cookie", "credential", "jwt", "key", "pass", "secret", "session", "signature", "token"},
		func(part string) bool { return strings.Contains(name, part) })
}

// headerList are headers to send, by name.
type headerList []header

// ownHeaders are those that the client sets.
var ownHeaders = []string{"host", "user-agent", "content-length", "content-type", "accept", "accept-encoding", "connection", "transfer-encoding", "te", "upgrade", "trailer", "range"}

func (l *headerList) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Mapping {
		n.Hide()
		n.Problem("headers are names with values; write {X-Scope-OrgID: fleet}")
		return
	}
	seen := map[string]bool{}
	for _, e := range n.Entries {
		name := strings.ToLower(e.Key.Text)
		h := header{name: e.Key.Text}
		switch {
		case !headerName(e.Key.Text):
			e.Value.Hide()
			e.Key.Problem("%q is not the name of a header; write letters, digits and -", e.Key.Text)
		case slices.Contains(ownHeaders, name):
			e.Value.Hide()
			e.Key.Problem("the program sets %s itself; remove it", e.Key.Text)
		case seen[name]:
			e.Value.Hide()
			e.Key.Problem("the header %s stands here twice; remove one", e.Key.Text)
		case e.Value.Kind == strict.Scalar && !secretName(name):
			if e.Value.Text == "" || strings.ContainsFunc(e.Value.Text, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
				e.Value.Problem("a header's value is a text of plain ASCII on one line; write it so, or leave the header out")
			}
			h.text = e.Value.Text
		default:
			h.secret = &secret{}
			e.Value.Decode(h.secret)
		}
		seen[name] = true
		*l = append(*l, h)
	}
	slices.SortFunc(*l, func(a, b header) int { return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) })
}

func headerName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// basicAuth is a user with where the password lies.
type basicAuth struct {
	user     string
	password *secret
}

func (b *basicAuth) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Mapping {
		n.Hide()
		n.Problem("write {username: NAME, password: {env: NAME}}")
		return
	}
	for _, e := range n.Entries {
		switch e.Key.Text {
		case "username":
			e.Value.Decode(&b.user)
			if strings.Contains(b.user, ":") {
				e.Value.Hide() // a password may follow
				e.Value.Problem("a user's name has no colon; write the password under password")
			}
		case "password":
			b.password = &secret{}
			e.Value.Decode(b.password)
		default:
			e.Value.Hide()
			e.Key.Problem("the key %q is not known here; allowed are username, password", e.Key.Text)
		}
	}
	for _, key := range []string{"username", "password"} {
		if n.Get(key) == nil {
			n.Problem("the key %q is missing; add it", key)
		}
	}
}

// tlsConfig reads tlsFiles.
type tlsConfig tlsFiles

func (t *tlsConfig) UnmarshalNode(n *strict.Node) {
	if n.Kind == strict.Mapping {
		for _, e := range n.Entries {
			if e.Value.Kind != strict.Scalar || strings.Contains(e.Value.Text, "-----BEGIN") || strings.ContainsAny(e.Value.Text, "\n\r") {
				e.Value.Hide() // the key itself, say
				e.Key.Problem("this is not the path of a file; name a file in PEM format")
				return
			}
		}
	}
	n.Decode((*tlsFiles)(t))
	if n.Kind == strict.Mapping && (t.Cert == "") != (t.Key == "") {
		n.Problem("cert and key go together; name both, or neither")
	}
}

// oneWayIn refuses a server with two ways to say who asks.
func (s *server) oneWayIn(n *strict.Node) {
	ways := 0
	for _, way := range []bool{
		s.bearer != nil, s.password != nil, s.token != nil,
		slices.ContainsFunc(s.headers, func(h header) bool { return strings.EqualFold(h.name, "Authorization") }),
	} {
		if way {
			ways++
		}
	}
	if ways > 1 {
		n.Problem("it says more than once who asks; keep one of bearer_token, basic_auth, token and an Authorization header")
	}
}
