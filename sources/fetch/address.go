package fetch

import (
	"errors"
	"net/url"
	"strings"
)

// address returns where to send a request. The error says what is wrong and what
// to do.
func (c *Client) address(r Request) (*url.URL, error) {
	u := c.base.JoinPath()
	if r.Path != "" {
		u = c.base.JoinPath(r.Path)
	}
	if r.URL != "" {
		var err error
		if u, err = c.sameServer(r.URL); err != nil {
			return nil, err
		}
	}
	if asked := r.Query.Encode(); asked != "" {
		if u.RawQuery != "" {
			asked = u.RawQuery + "&" + asked
		}
		u.RawQuery = asked
	}
	return u, nil
}

// sameServer reads an address that a server gave. One that leads elsewhere is
// refused: our secrets would go there.
func (c *Client) sameServer(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("the address the server gave can't be read; check that the server is what the configuration says")
	}
	if !u.IsAbs() && !strings.HasPrefix(text, "/") {
		return nil, errors.New("the address the server gave is neither whole nor begins with /; check that the server is what the configuration says")
	}
	u = c.base.ResolveReference(u)
	if u.User != nil || u.Scheme != c.base.Scheme || !strings.EqualFold(u.Hostname(), c.base.Hostname()) || port(u) != port(c.base) {
		return nil, errors.New("the server sends us on to " + c.secrets.Clean(u.Scheme+"://"+u.Host) +
			", another server, which must not get our secrets; if both are one, give the address that the server itself uses")
	}
	u.Host, u.Fragment, u.RawFragment = c.base.Host, "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
