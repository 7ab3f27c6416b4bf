package fetch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAnAddressThatIsNoServersIsRefusedWithoutRepeatingIt(t *testing.T) {
	for bad, words := range map[string]string{
		"":                               "write http:// or https://",
		"hunter2":                        "write http:// or https://",
		"ftp://hunter2":                  "write http:// or https://",
		"http://":                        "write http:// or https://",
		"http://:9090/hunter2":           "write http:// or https://",
		"http://ho st/hunter2":           "write http:// or https://",
		"http://host:port/hunter2":       "write http:// or https://",
		"https://user:hunter2@h.example": "holds a user or a password",
		"https://hunter2@h.example":      "holds a user or a password",
		"https://h.example/?key=hunter2": "holds a query",
		"https://h.example/hunter2?":     "holds a query",
		"https://h.example/#hunter2":     "holds a #",
		"https://h.example/hunter2#":     "holds a #",
	} {
		_, err := New(Access{URL: bad})
		contains(t, err, words, "; ")
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q shows in %q", bad, err)
		}
	}
	c, err := New(Access{URL: " https://node.example:8443/base "})
	if err != nil || c.Place() != "https://node.example:8443" {
		t.Errorf("%v, %v", c, err)
	}
}

func TestAnAccessThatMakesNoSenseIsRefusedWithoutRepeatingSecrets(t *testing.T) {
	for _, c := range []struct {
		name   string
		access Access
		words  string
	}{
		{"two ways to say who asks", Access{Bearer: "hunter2", User: "me"}, "more than one of a bearer token, basic_auth and an Authorization header"},
		{"and two others", Access{Authorization: "Token hunter2", Headers: map[string]string{"authorization": "hunter2"}}, "more than one of a bearer token"},
		{"a header twice", Access{Headers: map[string]string{"X-Tenant": "hunter2", "x-tenant": "hunter2"}}, "the header X-Tenant is given twice; keep one"},
		{"no header's name", Access{Headers: map[string]string{"X Tenant:": "hunter2"}}, `"X Tenant:" is not the name of a header`},
		{"no name", Access{Headers: map[string]string{"": "hunter2"}}, `"" is not the name of a header`},
		{"a header of the program's", Access{Headers: map[string]string{"accept-encoding": "hunter2"}}, "Accept-Encoding is set by the program; take it out"},
		{"a new line behind a token", Access{Bearer: "hunter2\n", Secret: "the file secrets/token"}, "what is to be sent as Authorization (from the file secrets/token) holds a character that HTTP does not allow, such as a new line"},
		{"a new line in a header", Access{Headers: map[string]string{"X-Key": "hunter2\r\nX-Other: 1"}}, "sent as X-Key holds a character"},
		{"a byte order mark before a token", Access{Bearer: "\ufeffhunter2"}, "sent as Authorization holds a character that HTTP does not allow, such as a new line, a byte order mark"},
		{"a blank before a token", Access{Bearer: " hunter2", Secret: "the file secrets/token"}, "what is to be sent as Authorization (from the file secrets/token) begins or ends with a blank"},
		{"a blank behind a header", Access{Headers: map[string]string{"X-Key": "hunter2 "}}, "sent as X-Key begins or ends with a blank"},
		{"a negative time", Access{Timeout: -time.Second}, "the time limit -1s is negative"},
		{"a negative size", Access{MaxBytes: -1}, "the size limit of -1 bytes is negative"},
		{"a negative number of tries", Access{Tries: -1}, "-1 tries are none; give 1 or more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.access.URL = "https://h.example"
			_, err := New(c.access)
			contains(t, err, c.words)
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestTheDefaultsAreThoseOfTheDocumentation(t *testing.T) {
	c, err := New(Access{URL: "https://h.example"})
	if err != nil || c.timeout != time.Minute || c.maxBytes != 1<<30 || c.tries != 5 {
		t.Errorf("%+v, %v", c, err)
	}
	if config := c.http.Transport.(*http.Transport).TLSClientConfig; config.MinVersion != tls.VersionTLS12 || config.InsecureSkipVerify {
		t.Errorf("%+v", config)
	}
}

// authority signs certificates, and writes them as PEM files.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T, name string) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	a.file = a.write(name+".pem", "CERTIFICATE", a.cert.Raw)
	return a
}

func (a *authority) sign(c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(31), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	made, err := x509.ParseCertificate(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return made, key
}

// pair returns the files of a certificate and its key.
func (a *authority) pair(c *x509.Certificate) (cert, key string) {
	made, private := a.sign(c)
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		a.t.Fatal(err)
	}
	name := made.Subject.CommonName
	return a.write(name+"-cert.pem", "CERTIFICATE", made.Raw), a.write(name+"-key.pem", "PRIVATE KEY", raw)
}

func (a *authority) write(name, kind string, raw []byte) string {
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return path
}

func TestTLSWithOnesOwnCertificates(t *testing.T) {
	own, other := newAuthority(t, "own-ca"), newAuthority(t, "other-ca")
	serverCert, serverKey := own.pair(&x509.Certificate{
		Subject: pkix.Name{CommonName: "server"}, DNSNames: []string{"monitor.example"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	client := func(a *authority) (cert, key string) {
		return a.pair(&x509.Certificate{Subject: pkix.Name{CommonName: "client"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	}
	ownCert, ownKey := client(own)
	otherCert, otherKey := client(other)

	asked := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if name := r.TLS.PeerCertificates[0].Subject.CommonName; name != "client" {
			t.Errorf("asked by %s", name)
		}
		io.WriteString(w, lines(7))
	}))
	pair, err := tls.LoadX509KeyPair(serverCert, serverKey)
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AddCert(own.cert)
	// TLS 1.2 tells the client in its handshake, before the request, that its certificate is no good.
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MaxVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	for _, c := range []struct {
		name  string
		tls   TLS
		words string // "": an answer
	}{
		{"the right ones", TLS{CA: own.file, Cert: ownCert, Key: ownKey, ServerName: "monitor.example"}, ""},
		{"another CA", TLS{CA: other.file, Cert: ownCert, Key: ownKey, ServerName: "monitor.example"}, "the server's certificate is not trusted (tls: failed to verify certificate: x509: certificate signed by unknown authority"},
		{"the system's CAs", TLS{Cert: ownCert, Key: ownKey, ServerName: "monitor.example"}, "give the CA's certificate as tls.ca"},
		{"another name", TLS{CA: own.file, Cert: ownCert, Key: ownKey}, "write the name in the certificate as the address, or as tls.server_name"},
		{"no client certificate", TLS{CA: own.file, ServerName: "monitor.example"}, "check tls.cert and tls.key"},
		{"a client certificate of another CA", TLS{CA: own.file, Cert: otherCert, Key: otherKey, ServerName: "monitor.example"}, "check tls.cert and tls.key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked = 0
			client := newClient(t, Access{URL: server.URL, TLS: c.tls})
			entry, err := client.Do(t.Context(), Request{Path: "x"}, (&text{}).read)
			if c.words == "" {
				if err != nil || entry.Count != 7 {
					t.Errorf("%+v, %v", entry, err)
				}
				return
			}
			contains(t, err, server.URL+": GET /x: ", c.words)
			if asked != 0 || strings.Contains(err.Error(), "tried") || MayWorkLater(err) {
				t.Errorf("asked %d times, %v", asked, err)
			}
		})
	}
	t.Run("a server without TLS", func(t *testing.T) {
		plain := serve(t, func(http.ResponseWriter, *http.Request, int) {})
		_, err := newClient(t, Access{URL: strings.Replace(plain.URL, "http:", "https:", 1)}).Do(t.Context(), Request{}, nil)
		contains(t, err, "the server does not speak TLS there", "whether the address begins with http:// instead of https://")
	})
	t.Run("a server with TLS", func(t *testing.T) {
		_, err := newClient(t, Access{URL: strings.Replace(server.URL, "https:", "http:", 1)}).Do(t.Context(), Request{}, nil)
		if contains(t, err, "HTTP status 400"); !isStatus(err, 400) {
			t.Error(err)
		}
	})
}

func TestTLSFilesThatAreNoGoodAreRefused(t *testing.T) {
	ca := newAuthority(t, "own-ca")
	cert, key := ca.pair(&x509.Certificate{Subject: pkix.Name{CommonName: "client"}})
	_, otherKey := ca.pair(&x509.Certificate{Subject: pkix.Name{CommonName: "other"}})
	for _, c := range []struct {
		name, scheme string
		tls          TLS
		words        string
	}{
		{"no such CA file", "https", TLS{CA: filepath.Join(ca.dir, "none.pem")}, "can't read the certificates of tls.ca ("},
		{"a CA file without a certificate", "https", TLS{CA: key}, "holds no certificate in PEM form"},
		{"a certificate without a key", "https", TLS{Cert: cert}, "tls.cert is given without tls.key; give both"},
		{"a key without a certificate", "https", TLS{Key: key}, "tls.key is given without tls.cert; give both"},
		{"another certificate's key", "https", TLS{Cert: cert, Key: otherKey}, "can't use tls.cert and tls.key"},
		{"no such key", "https", TLS{Cert: cert, Key: "none.pem"}, "none.pem"},
		{"TLS for http", "http", TLS{CA: ca.file}, "the address begins with http://; write https://"},
	} {
		_, err := New(Access{URL: c.scheme + "://h.example", TLS: c.tls})
		contains(t, err, c.words)
	}
}

// The proxy comes from the environment as net/http takes it; that reads the
// environment once, so a test looks at the wiring only.
func TestProxiesComeFromTheEnvironment(t *testing.T) {
	c := newClient(t, Access{URL: "http://h.example"})
	if c.http.Transport.(*http.Transport).Proxy == nil {
		t.Error("no proxy is asked for")
	}
}

func TestAHostThatDoesNotExistIsNotAskedAgain(t *testing.T) {
	c := newClient(t, Access{URL: "http://monitor.example"})
	fail := c.lost(&net.DNSError{Err: "no such host", Name: "monitor.example", IsNotFound: true})
	if fail.again || !strings.Contains(fail.Error(), "there is no such host (lookup monitor.example: no such host); check the address") {
		t.Errorf("%v", fail)
	}
	if fail := c.lost(&net.DNSError{Err: "server misbehaving", Name: "monitor.example", IsTemporary: true}); !fail.again {
		t.Errorf("%v", fail)
	}
}
