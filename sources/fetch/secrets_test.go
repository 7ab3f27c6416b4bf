package fetch

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Secrets of the tests, each with characters that are escaped somewhere.
const (
	testToken    = `tok/en+31 &"<7>%41\x`
	testUser     = "ac-count@nt"
	testPassword = `p%ss:w/rd "43"`
	testTenant   = "ten&nt=47/secret"
)

var lowerHex = regexp.MustCompile(`%[0-9A-F]{2}`)

// writtenAs returns the ways in which a server may repeat a secret.
func writtenAs(secret string) []string {
	inJSON, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	everyByte := ""
	for _, b := range []byte(secret) {
		everyByte += fmt.Sprintf("%%%02x", b)
	}
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), lowerHex.ReplaceAllStringFunc(url.QueryEscape(secret), strings.ToLower), url.QueryEscape(url.QueryEscape(secret)), everyByte,
		string(inJSON[1 : len(inJSON)-1]), html.EscapeString(secret), fmt.Sprintf("%q", secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)), base64.RawStdEncoding.EncodeToString([]byte(secret)),
		url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(secret))),
	}
}

// shows looks for a secret, and for the most part of its base64, in a text. The
// text is taken apart in every way in which one may write a secret.
func shows(text, secret string) string {
	texts := []string{text}
	for i := 0; i < len(texts) && i < 20; i++ {
		if plain, err := url.QueryUnescape(texts[i]); err == nil && plain != texts[i] {
			texts = append(texts, plain)
		}
		if plain, err := url.PathUnescape(texts[i]); err == nil && plain != texts[i] {
			texts = append(texts, plain)
		}
		if plain := html.UnescapeString(texts[i]); plain != texts[i] {
			texts = append(texts, plain)
		}
		var plain string
		if json.Unmarshal([]byte(`"`+texts[i]+`"`), &plain) == nil && plain != texts[i] {
			texts = append(texts, plain)
		}
	}
	for _, plain := range texts {
		for _, form := range append(writtenAs(secret), base64.RawURLEncoding.EncodeToString([]byte(secret))) {
			if strings.Contains(plain, form) {
				return form
			}
		}
		for before := range 3 { // in the middle of longer base64; the last characters depend on what follows
			longer := base64.StdEncoding.EncodeToString([]byte("ab:"[:before] + secret))
			if strings.Contains(plain, longer[4:len(longer)-4]) {
				return longer
			}
		}
	}
	return ""
}

// Whatever goes wrong, and however the server repeats what it was sent, no error
// and no Entry shows a secret.
func TestNoErrorAndNoEntryShowsASecret(t *testing.T) {
	accesses := map[string]func(*Access){
		"a token":                 func(a *Access) { a.Bearer = testToken },
		"a user and a password":   func(a *Access) { a.User, a.Password = testUser, testPassword },
		"a header of one's own":   func(a *Access) { a.Headers = map[string]string{"X-Tenant": testTenant} },
		"a whole Authorization":   func(a *Access) { a.Authorization = "Token token=" + testToken },
		"an Authorization header": func(a *Access) { a.Headers = map[string]string{"authorization": "Bearer " + testToken} },
		"basic as an Authorization": func(a *Access) {
			a.Authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(testUser+":"+testPassword))
		},
	}
	var echo string // all that a server can know of the request, and all ways to write it
	for _, secret := range []string{testToken, testUser, testPassword, testTenant, testUser + ":" + testPassword, "Bearer " + testToken, "x" + testToken, "xy" + testPassword} {
		echo += strings.Join(writtenAs(secret), " | ") + " | "
	}
	inJSON, err := json.Marshal(echo)
	if err != nil {
		t.Fatal(err)
	}
	header := strings.NewReplacer("\n", "", "\r", "").Replace(echo)
	answers := map[string]func(w http.ResponseWriter){
		"as text":          func(w http.ResponseWriter) { status(w, 403, "Content-Type", "text/plain"); fmt.Fprint(w, echo) },
		"as JSON":          func(w http.ResponseWriter) { w.WriteHeader(400); fmt.Fprintf(w, `{"message":%s}`, inJSON) },
		"in a list":        func(w http.ResponseWriter) { w.WriteHeader(401); fmt.Fprintf(w, `{"errors":[{"message":%s}]}`, inJSON) },
		"after five tries": func(w http.ResponseWriter) { w.WriteHeader(503); fmt.Fprintf(w, `{"error":{"message":%s}}`, inJSON) },
		"parted by what can't be seen": func(w http.ResponseWriter) {
			w.WriteHeader(400)
			fmt.Fprint(w, strings.Join(strings.Split(testToken+testPassword+testUser+testTenant, ""), "\u200b\x00"))
		},
		"in a redirect": func(w http.ResponseWriter) {
			status(w, 302, "Location", "http://127.0.0.1:1/"+url.PathEscape(echo)+"?"+url.QueryEscape(echo))
		},
		"in a bad one":     func(w http.ResponseWriter) { status(w, 302, "Location", "http://[x/"+header) },
		"as no HTTP":       func(w http.ResponseWriter) { hijack(t, w, header+"\r\n\r\n") },
		"as a compression": func(w http.ResponseWriter) { status(w, 200, "Content-Encoding", header) },
		"as a bad chunk": func(w http.ResponseWriter) {
			hijack(t, w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"+header+"\r\n")
		},
		"to the Reader": func(w http.ResponseWriter) { fmt.Fprint(w, echo) },
	}
	requests := map[string]Request{
		"plain":        {Path: "/v1/rows"},
		"in the path":  {Path: url.PathEscape(testToken) + "/" + url.PathEscape(testPassword)},
		"in the query": {Query: url.Values{testToken: {testPassword}, "x" + testUser: {"y" + testTenant}, "b": {base64.StdEncoding.EncodeToString([]byte("xx" + testToken + "yyy"))}}},
		"in the body":  {Method: "POST", Body: inJSON},
		"next page":    {URL: "/x?" + url.Values{"token": {testToken}, "p": {testPassword}}.Encode()},
		"elsewhere":    {URL: "http://" + url.PathEscape(testTenant) + ".example/"},
	}
	for accessName, access := range accesses {
		for answerName, answer := range answers {
			t.Run(accessName+" "+answerName, func(t *testing.T) {
				s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answer(w) })
				c := s.client(access)
				var secrets []string
				probe := Access{}
				access(&probe)
				for _, secret := range []string{testToken, testPassword, testUser + ":" + testPassword, testTenant} {
					own := fmt.Sprintf("%+v", probe)
					if decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(probe.Authorization, "Basic ")); err == nil {
						own += string(decoded)
					}
					if strings.Contains(own, secret) {
						secrets = append(secrets, secret)
					}
				}
				if len(secrets) == 0 {
					t.Fatal("no secret is looked for")
				}
				for requestName, r := range requests {
					if requestName != "plain" && answerName != "to the Reader" {
						continue // what is asked does not matter to the others
					}
					entry, err := c.Do(t.Context(), r, func(a *Answer) (int64, error) {
						var x text
						if _, err := x.read(a); err != nil {
							return 0, err
						}
						return 0, errors.New("what is this?\n" + x.got)
					})
					if err == nil {
						t.Fatal("no error")
					}
					contains(t, err, c.Place())
					written, jsonErr := json.Marshal(entry)
					if jsonErr != nil {
						t.Fatal(jsonErr)
					}
					for e := err; e != nil; e = errors.Unwrap(e) {
						for _, secret := range secrets {
							for _, text := range []string{e.Error(), fmt.Sprintf("%v", e), string(written), entry.URL, entry.Body} {
								if shows(text, secret) != "" {
									t.Fatalf("%s: %q shows as %q in %s", requestName, secret, shows(text, secret), text)
								}
							}
						}
					}
				}
			})
		}
	}
}

func TestAnEntryKeepsWhatIsNoSecret(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request, int) {})
	c := s.client(func(a *Access) {
		a.Bearer = "hunter2"
		a.Headers = map[string]string{"X-Scope-OrgID": "fleet"}
		a.Public = []string{"X-Scope-OrgID"}
	})
	entry, err := c.Do(t.Context(), Request{Path: "fleet", Query: url.Values{"query": {`up{job="fleet"}[2h]`}, "key": {"hunter2"}}}, nil)
	if want := s.URL + "/fleet?key=…&query=up%7Bjob%3D%22fleet%22%7D%5B2h%5D"; err != nil || entry.URL != want {
		t.Errorf("%+v, want %s, %v", entry, want, err)
	}
}

// The shape of a secret and of what stands around it does not matter.
func TestASecretIsHiddenHoweverItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[a-zA-Z0-9 "%&+/<>=\\:'~-]{5,40}`).Draw(t, "secret")
		around := rapid.StringMatching(`[g-z ]{0,9}`)
		before, after := around.Draw(t, "before"), around.Draw(t, "after")
		s := NewSecrets(secret, "unrelated")
		for _, form := range writtenAs(secret) {
			if got := s.Hide(before + form + after); shows(got, secret) != "" && shows(before+"…"+after, secret) == "" {
				t.Fatalf("%q as %q shows in %q", secret, form, got)
			}
		}
		longer := base64.StdEncoding.EncodeToString([]byte(before + secret + after))
		if shows(s.Hide(longer), secret) != "" && len(secret) > 8 {
			t.Fatalf("%q shows in %q", secret, s.Hide(longer))
		}
	})
}

func TestWhatIsNoSecretIsLeftAlone(t *testing.T) {
	s := NewSecrets("secret-31", "", "ab")
	for _, text := range []string{"", "secret-30", "secret-3", "ab", "%", "%2", "%zz", `\`, `\u`, "&", "&amp", "&#;", "100 % & more \\ or less \u00e9", "c2VjcmV0"} {
		if got := s.Hide(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := s.Hide("asecret-31b secret%2D31 secret-31"); got != "a…b … …" {
		t.Errorf("%q", got)
	}
	if got := (*Secrets)(nil).Hide("secret-31"); got != "secret-31" {
		t.Errorf("%q", got)
	}
}

func TestSecretsAreHiddenBehindEveryEscape(t *testing.T) {
	s := NewSecrets("p&q\t\"/\\😀'")
	for _, text := range []string{
		"p&q\t\"/\\😀'", `p\u0026q\t\"\/\\\ud83d\ude00\'`, `p\x26q\t\"/\\😀'`, `p&amp;q&#9;&quot;/\&#x1F600;&apos;`, `p%26q%09%22%2F%5C%F0%9F%98%80%27`,
		`p%2526q%2509%2522%252F%255C%25F0%259F%2598%2580%2527`, `p\u0026amp;q\u0026#9;\u0026quot;/\\😀\u0026apos;`, `p%26amp%3Bq%26%239%3B%22/%5C%26%23128512%3B%27`,
	} {
		if got := s.Hide("<" + text + ">"); got != "<…>" {
			t.Errorf("%q of %q", got, text)
		}
	}
	if got := s.Hide(`p\x2 \ud83d\u0 \ud83dx \u12 \y \`); strings.Contains(got, "…") {
		t.Errorf("%q", got)
	}
}

func FuzzSecretsHide(f *testing.F) {
	f.Add("a%2525", "%25")
	f.Add(`\\\"&#x26;&amp;`, `\"&`)
	f.Add("\xff\\ud800", "\xff\ufffd")
	f.Fuzz(func(t *testing.T, text, secret string) {
		if got := NewSecrets(secret).Line(text); len(secret) >= 3 && !strings.Contains(secret, "…") && strings.Contains(got, secret) {
			t.Errorf("%q shows in %q", secret, got)
		}
	})
}

func TestServersWordsAreShortAndOnOneLine(t *testing.T) {
	if got := Printable(" a\n\tb\x00\x1b[1m\u202e" + strings.Repeat("é", 400)); got != "a  b[1m"+strings.Repeat("é", 293)+"…" { // 300 characters: 7 + 293
		t.Errorf("%q", got)
	}
}

// A token must go to nobody but its server, so a test looks at what was sent.
func TestSecretsAreSentAndNotFurther(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("asked elsewhere") }))
	t.Cleanup(elsewhere.Close)
	want := ""
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if got := r.Header.Get("Authorization"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		http.Redirect(w, r, elsewhere.URL, http.StatusFound)
	})
	for sent, access := range map[string]func(*Access){
		"Bearer hunter2":   func(a *Access) { a.Bearer = "hunter2" },
		"Basic bWU6cHc=":   func(a *Access) { a.User, a.Password = "me", "pw" },
		"Token token=xyz3": func(a *Access) { a.Authorization = "Token token=xyz3" },
	} {
		want = sent
		_, err := s.client(access).Do(t.Context(), Request{}, nil)
		contains(t, err, "a redirect to "+elsewhere.URL)
	}
}

func TestASecretIsFoundWithoutTheBlanksAroundIt(t *testing.T) {
	for _, secret := range []string{" hunter2", "hunter2 \t", "\ufeffhunter2"} {
		if got := NewSecrets(secret).Hide("the token=hunter2;is old"); got != "the token=…;is old" {
			t.Errorf("%q: %s", secret, got)
		}
	}
}
