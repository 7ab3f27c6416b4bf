package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// The limits where Access gives none.
const (
	defaultTimeout  = 60 * time.Second
	defaultMaxBytes = 1 << 30
	defaultTries    = 5
)

// ownHeaders are the ones that only net/http can set rightly.
var ownHeaders = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding", "Range", "User-Agent"}

// New makes a Client. It reads the files that a.TLS names and asks nobody. No
// error of it repeats what may be secret.
func New(a Access) (*Client, error) {
	base, err := parseBase(a.URL)
	if err != nil {
		return nil, err
	}
	if err := checkLimits(a); err != nil {
		return nil, err
	}
	headers, secrets, err := headersOf(a)
	if err != nil {
		return nil, err
	}
	proxied, err := proxySecrets(base)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() // with the proxies of the environment
	transport.DisableCompression = true                          // it is asked for and undone here, so that its bytes are counted
	if transport.TLSClientConfig, err = tlsConfig(a.TLS, base.Scheme); err != nil {
		return nil, err
	}
	c := &Client{
		base:     base,
		place:    base.Scheme + "://" + base.Host,
		headers:  headers,
		secret:   Printable(a.Secret),
		secrets:  NewSecrets(append(secrets, proxied...)...),
		timeout:  a.Timeout,
		maxBytes: a.MaxBytes,
		tries:    a.Tries,
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it would take the secrets elsewhere
		},
		sleep:  Sleep,
		jitter: jitter,
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	if c.maxBytes == 0 {
		c.maxBytes = defaultMaxBytes
	}
	if c.tries == 0 {
		c.tries = defaultTries
	}
	return c, nil
}

// parseBase reads Access.URL; its errors don't repeat it, as someone may have
// written a password into it.
func parseBase(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, errors.New("this is not the address of a server; write http:// or https://, the host, and the path if there is one")
	case u.User != nil:
		return nil, errors.New("the address holds a user or a password; take them out and give them as basic_auth, or as a token, from the environment or a file")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("the address holds a query; take out the ? and what follows, and give parameters by themselves")
	case u.Fragment != "" || strings.Contains(address, "#"):
		return nil, errors.New("the address holds a #; take it out with what follows")
	}
	if u.Path == "" {
		u.Path = "/" // what is joined to it begins with a slash then
	}
	return u, nil
}

func checkLimits(a Access) error {
	switch {
	case a.Timeout < 0:
		return fmt.Errorf("the time limit %s is negative; give a longer one", a.Timeout)
	case a.MaxBytes < 0:
		return fmt.Errorf("the size limit of %d bytes is negative; give a larger one", a.MaxBytes)
	case a.Tries < 0:
		return fmt.Errorf("%d tries are none; give 1 or more", a.Tries)
	}
	return nil
}

// headersOf returns what to send with each request, and what of it is secret.
func headersOf(a Access) (http.Header, []string, error) {
	headers, secrets := http.Header{"Accept": {"application/json"}}, append([]string{a.Bearer, a.Password}, a.Hidden...)
	if a.Agent != "" {
		headers.Set("User-Agent", a.Agent)
	}
	public := []string{"Accept"}
	for _, name := range a.Public {
		public = append(public, http.CanonicalHeaderKey(name))
	}
	ways, given := 0, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		known, value := http.CanonicalHeaderKey(name), a.Headers[name]
		switch {
		case name == "" || strings.Trim(name, headerCharacters) != "":
			return nil, nil, fmt.Errorf("%q is not the name of a header; write letters, digits and -", Printable(name))
		case slices.Contains(ownHeaders, known):
			return nil, nil, fmt.Errorf("the header %s is set by the program; take it out", known)
		case given[known]:
			return nil, nil, fmt.Errorf("the header %s is given twice; keep one", known)
		case known == "Authorization":
			ways++
		}
		given[known] = true
		headers.Set(known, value)
		if !slices.Contains(public, known) {
			secrets = append(secrets, partsOf(value)...)
		}
	}
	if a.Bearer != "" {
		ways++
		headers.Set("Authorization", "Bearer "+a.Bearer)
	}
	if a.User != "" || a.Password != "" {
		ways++
		pair := base64.StdEncoding.EncodeToString([]byte(a.User + ":" + a.Password))
		secrets = append(secrets, pair, a.User+":"+a.Password)
		headers.Set("Authorization", "Basic "+pair)
	}
	if a.Authorization != "" {
		ways++
		headers.Set("Authorization", a.Authorization)
		secrets = append(secrets, partsOf(a.Authorization)...)
	}
	if ways > 1 {
		return nil, nil, errors.New("more than one of a bearer token, basic_auth and an Authorization header is given; keep one")
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		value := headers.Get(name)
		credentials := strings.TrimPrefix(value, "Bearer ")
		switch {
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r >= 0x7f }):
			return nil, nil, fmt.Errorf("what is to be sent as %s%s holds a character that HTTP does not allow, such as a new line, a byte order mark or a letter beyond ASCII; write it again without one", name, from(a.Secret))
		case strings.TrimSpace(credentials) != credentials:
			return nil, nil, fmt.Errorf("what is to be sent as %s%s begins or ends with a blank, which HTTP drops; write it again without one", name, from(a.Secret))
		}
	}
	return headers, secrets, nil
}

func from(secret string) string {
	if secret == "" {
		return ""
	}
	return " (from " + Printable(secret) + ")"
}

const headerCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// partsOf returns what of a header's value is secret: all of it, and what follows
// the scheme in "Bearer x", "Token token=x" and "Basic x".
func partsOf(value string) []string {
	parts := []string{value}
	_, credentials, found := strings.Cut(strings.TrimSpace(value), " ")
	if !found {
		return parts
	}
	for _, word := range append(strings.FieldsFunc(credentials, func(r rune) bool { return r == ' ' || r == ',' }), credentials) {
		parts = append(parts, word)
		if _, text, found := strings.Cut(word, "="); found {
			parts = append(parts, strings.Trim(text, `"`))
		}
		if pair, err := base64.StdEncoding.DecodeString(word); err == nil {
			if user, password, found := strings.Cut(string(pair), ":"); found {
				parts = append(parts, string(pair), user, password)
			}
		}
	}
	return slices.DeleteFunc(parts, func(part string) bool { return strings.Trim(part, `"=`) == "" })
}

// proxySecrets returns what is secret of the proxy that the environment names for
// a server.
func proxySecrets(base *url.URL) ([]string, error) {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: base})
	if err != nil { // which repeats the proxy's password
		return nil, errors.New("the proxy that the environment names (HTTP_PROXY, HTTPS_PROXY) has no good address; correct it")
	}
	if proxy == nil || proxy.User == nil {
		return nil, nil
	}
	password, _ := proxy.User.Password()
	return []string{proxy.User.Username(), password, proxy.User.Username() + ":" + password}, nil
}

// tlsConfig reads the files.
func tlsConfig(t TLS, scheme string) (*tls.Config, error) {
	if t != (TLS{}) && scheme != "https" {
		return nil, errors.New("tls is configured, but the address begins with http://; write https://, or take tls out")
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CA != "" {
		text, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("can't read the certificates of tls.ca (%w); check the path", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate in PEM form; give the CA's as tls.ca", t.CA)
		}
	}
	switch {
	case t.Cert == "" && t.Key == "":
		return config, nil
	case t.Cert == "":
		return nil, errors.New("tls.key is given without tls.cert; give both")
	case t.Key == "":
		return nil, errors.New("tls.cert is given without tls.key; give both")
	}
	pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
	if err != nil {
		return nil, fmt.Errorf("can't use tls.cert and tls.key as a client's certificate (%w); check both files", err)
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}
