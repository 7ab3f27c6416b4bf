package pipeline

import (
	"net/url"
	"strings"

	"fleetpay/rules/strict"
	"fleetpay/sources/fetch"
)

// notifyConfig says who is told of closes.
type notifyConfig struct {
	Webhook *webhookConfig `yaml:"webhook" required:"true"`
}

// webhookConfig is where events are posted, and what they are signed with.
type webhookConfig struct {
	URL    webhookURL `yaml:"url" required:"true"`
	Secret *secret    `yaml:"secret" required:"true"`
	TLS    tlsConfig  `yaml:"tls"`
}

// webhookURL is an address, or says where one lies that is a secret as a whole: many
// have a key in their path or query.
type webhookURL struct {
	text   address
	secret *secret
}

// UnmarshalNode reads an address or {env: NAME} or {file: path}.
func (u *webhookURL) UnmarshalNode(n *strict.Node) {
	if n.Kind == strict.Mapping {
		u.secret = &secret{}
		n.Decode(u.secret)
		return
	}
	if strings.ContainsAny(n.Text, "?#@") {
		n.Hide()
		n.Problem("this URL holds a user, a query or a #, which may be a key; %s", whereSecrets)
		return
	}
	n.Decode(&u.text)
}

// words says where the address lies, for messages.
func (u *webhookURL) words() string {
	if u.secret != nil {
		return u.secret.words()
	}
	return "notify.webhook.url in " + configName
}

// read returns the address; a relative file starts at dir. No error shows it.
func (u *webhookURL) read(dir string) (*url.URL, error) {
	text := string(u.text)
	if u.secret != nil {
		var err error
		if text, err = u.secret.read(dir); err != nil {
			return nil, err
		}
	}
	to, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil || (to.Scheme != "http" && to.Scheme != "https") || to.Hostname() == "":
		return nil, refuse("%s holds no address of a webhook; put it there with http:// or https://, the host and the path", u.words())
	case to.User != nil || to.Fragment != "":
		return nil, refuse("%s holds an address with a user or a #, which is not sent; put one without there", u.words())
	}
	return to, nil
}

// webhook is where events are posted, with its secrets: they are in memory only.
type webhook struct {
	client *fetch.Client
	to     *url.URL
	key    []byte // that bodies are signed with
}

// open reads the secrets and makes what posts. Of the address its messages show the
// host alone, also when it is no secret: who pastes one into fleetpay.yaml may not
// see the key in it.
func (w *webhookConfig) open(dir string, limits notifyLimits) (*webhook, error) {
	to, err := w.URL.read(dir)
	if err != nil {
		return nil, err
	}
	key, err := w.Secret.read(dir)
	if err != nil {
		return nil, err
	}
	client, err := fetch.New(fetch.Access{
		URL: to.Scheme + "://" + to.Host, Hidden: append(hiddenParts(to), key), Secret: w.URL.words() + " or " + w.Secret.words(), Agent: "fleetpay/" + Version,
		TLS:     tlsFiles(w.TLS).access(dir),
		Timeout: limits.answer, Tries: limits.tries,
	})
	if err != nil {
		return nil, refused(err)
	}
	return &webhook{client, to, []byte(key)}, nil
}

// access names the files for the client; relative ones start at dir.
func (t tlsFiles) access(dir string) fetch.TLS {
	files := fetch.TLS{ServerName: t.ServerName}
	for _, file := range []struct {
		configured string
		to         *string
	}{{t.CA, &files.CA}, {t.Cert, &files.Cert}, {t.Key, &files.Key}} {
		if file.configured != "" {
			*file.to = within(dir, file.configured)
		}
	}
	return files
}

// hiddenParts are the texts of an address that may hold its key: all behind the host,
// and each piece of it, since a server may repeat one alone.
func hiddenParts(u *url.URL) []string {
	parts := []string{u.RequestURI(), u.RawQuery}
	if u.Path != "/" {
		parts = append(parts, u.Path, u.EscapedPath())
	}
	parts = append(parts, strings.Split(u.Path, "/")...)
	for name, values := range u.Query() {
		parts = append(parts, name)
		parts = append(parts, values...)
	}
	return parts
}
