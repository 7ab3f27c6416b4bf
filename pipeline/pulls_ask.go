package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"fleetpay/rules"
	"fleetpay/sources/fetch"
	"fleetpay/sources/oncall"
	"fleetpay/sources/prometheus"
)

// client reads the secrets and makes what asks the server.
func (k *Kind) client(dir string) (*fetch.Client, error) {
	s := k.Server
	access := fetch.Access{
		URL: s.url, Headers: map[string]string{}, User: s.user, Timeout: s.timeout, Agent: "fleetpay/" + Version,
	}
	var err error
	read := func(from *secret) (text string) {
		if from == nil || err != nil {
			return ""
		}
		access.Secret = from.words()
		text, err = from.read(dir)
		return text
	}
	if k.Name == kindPagerDuty {
		for name, value := range oncall.PagerDutyHeaders() {
			access.Headers[name] = value
			access.Public = append(access.Public, name)
		}
	}
	for _, h := range s.headers {
		if h.secret != nil {
			access.Headers[h.name] = read(h.secret)
			continue
		}
		access.Headers[h.name] = h.text
		access.Public = append(access.Public, h.name)
	}
	access.Bearer, access.Password = read(s.bearer), read(s.password)
	if token := read(s.token); token != "" {
		access.Authorization = "Token token=" + token
	}
	if err != nil {
		return nil, err
	}
	access.TLS.ServerName = s.tls.ServerName
	for _, file := range []struct {
		configured string
		to         *string
	}{{s.tls.CA, &access.TLS.CA}, {s.tls.Cert, &access.TLS.Cert}, {s.tls.Key, &access.TLS.Key}} {
		if file.configured != "" {
			*file.to = within(dir, file.configured)
		}
	}
	client, err := fetch.New(access)
	return client, refused(err)
}

// ask pulls a stretch of time into a file.
func (o *origin) ask(ctx context.Context, begins, ends time.Time, file string, shelf *fetch.Shelf, progress func(done, total int64)) (int64, []fetch.Entry, error) {
	if o.Name == kindPagerDuty {
		p := &oncall.PagerDuty{Server: o.server, Shelf: shelf, Progress: progress}
		return p.Pull(ctx, begins, ends, file)
	}
	parameters := url.Values{}
	for _, p := range o.Server.parameters {
		parameters.Set(p.Name, p.Value)
	}
	s := &prometheus.Source{
		Reading: *o.Reading.series, Piece: o.Server.piece, Parameters: parameters,
		Server: o.server, Shelf: shelf, Progress: progress,
	}
	return s.Pull(ctx, begins, ends, file)
}

// pulledName is the folder for pieces of pulls that broke off. It stays until their
// month is closed.
const pulledName = ".pulled"

func (c closes) pulled(p rules.Period) string { return filepath.Join(c.dir, pulledName, p.String()) }

// shelfOf is where the pieces of a source are kept. What was pulled from elsewhere, is
// asked for otherwise or by somebody else, or had less time to settle, lies on another
// shelf.
func (c closes) shelfOf(p rules.Period, o *origin) (*fetch.Shelf, error) {
	reading, err := o.Reading.encode()
	if err != nil {
		return nil, err
	}
	what := struct {
		Kind, URL, User     string
		Reading             json.RawMessage
		Piece, Settling     time.Duration
		Parameters, Headers []pair
	}{
		Kind: o.Name, URL: o.Server.url, User: o.Server.user, Reading: reading,
		Piece: o.Server.piece, Settling: o.Server.settling, Parameters: o.Server.parameters,
	}
	for _, h := range o.Server.headers {
		if h.secret == nil {
			what.Headers = append(what.Headers, pair{h.name, h.text})
		} else { // another tenant's, say; where it lies tells, and not what it is
			what.Headers = append(what.Headers, pair{h.name, h.secret.words()})
		}
	}
	data, err := json.Marshal(what)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	name := fmt.Sprintf("%s-%d-%s", o.dataset, o.number, hex.EncodeToString(sum[:8]))
	return &fetch.Shelf{Dir: filepath.Join(c.pulled(p), name)}, nil
}

// clearShelves removes the pieces of every closed month: a run that was killed right
// after it closed one leaves them.
func (c closes) clearShelves() error {
	closed, err := c.list()
	if err != nil {
		return err
	}
	for _, p := range closed {
		if err := os.RemoveAll(c.pulled(p)); err != nil {
			return err
		}
	}
	_ = os.Remove(filepath.Join(c.dir, pulledName)) // unless another month's pieces are in it
	return nil
}

// failed words a pull that broke off: what is kept, and whether it is for people to
// mend something, or to run it again.
func (o *origin) failed(err error, shelf *fetch.Shelf) error {
	wrapped := fmt.Errorf("%s: %w", o.dataset, err)
	if left, _ := os.ReadDir(shelf.Dir); len(left) > 0 && !o.passing { // a folder that can't be read has nothing to tell of
		wrapped = fmt.Errorf("%w; the next run goes on from what was pulled", wrapped)
	}
	if fetch.MayWorkLater(err) {
		return wrapped
	}
	return inputError(wrapped)
}
