package pipeline

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAWebhookIsAnAddressOrASecret(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "hook"), []byte("https://chat.example/services/"+hidden+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FLEETPAY_TEST_HOOK", "http://chat.example:8443/?key="+hidden)
	for _, c := range []struct{ written, want string }{
		{"https://chat.example/hooks/fleet", "https://chat.example/hooks/fleet"},
		{"{file: hook}", "https://chat.example/services/" + hidden},
		{"{env: FLEETPAY_TEST_HOOK}", "http://chat.example:8443/?key=" + hidden},
	} {
		ws, err := parseWorkspace(dir, "fleetpay.yaml", []byte(plain+"notify: {webhook: {url: "+c.written+", secret: {env: FLEETPAY_TEST_KEY}}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ws.notify.Webhook.URL.read(dir); err != nil || got.String() != c.want {
			t.Errorf("%s: got %v, %v", c.written, got, err)
		}
	}
}

func TestAWrongWebhookIsRefusedUnseen(t *testing.T) {
	const key = ", secret: {env: FLEETPAY_TEST_KEY}}"
	for _, c := range []struct{ name, written, want string }{
		{"no webhook", "{}", `notify: the key "webhook" is missing; add it`},
		{"no secret", "{webhook: {url: https://chat.example}}", `the key "secret" is missing; add it`},
		{"no address", "{webhook: {secret: {env: FLEETPAY_TEST_KEY}}}", `the key "url" is missing; add it`},
		{"the secret itself", "{webhook: {url: https://chat.example, secret: " + hidden + "}}", "a secret does not stand in this file; write {env: NAME}"},
		{"a key in the query", "{webhook: {url: 'https://chat.example/?key=" + hidden + "'" + key + "}", "this URL holds a user, a query or a #, which may be a key; write {env: NAME}"},
		{"a password", "{webhook: {url: https://me:" + hidden + "@chat.example" + key + "}", "this URL holds a user, a query or a #"},
		{"no http", "{webhook: {url: ftp://chat.example/" + hidden + key + "}", "this is not the address of a server"},
		{"a list", "{webhook: {url: [" + hidden + "]" + key + "}", "the address of a server is one value"},
		{"a variable that is none", "{webhook: {url: {env: " + hidden + "}" + key + "}", "this is not the name of an environment variable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseWorkspace("fleet", "fleetpay.yaml", []byte(plain+"notify: "+c.written+"\n"))
			if ExitStatus(err) != ExitRefused || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), hidden) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAnAddressThatIsNoneIsRefusedUnseen(t *testing.T) {
	for _, text := range []string{hidden, "https://", "https://me:" + hidden + "@chat.example/", "https://chat.example/#" + hidden, "mailto:" + hidden, "https://chat.example/%" + hidden} {
		t.Setenv("FLEETPAY_TEST_HOOK", text)
		_, err := (&webhookURL{secret: &secret{env: "FLEETPAY_TEST_HOOK"}}).read("")
		if ExitStatus(err) != ExitRefused || !strings.HasPrefix(err.Error(), "the environment variable FLEETPAY_TEST_HOOK holds ") || strings.Contains(err.Error(), hidden) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestWhatHoldsAKeyInAnAddressIsHidden(t *testing.T) {
	u, err := url.Parse("https://chat.example/services/T7%2Fx/abc?key=k-11&token=t-13")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Join(hiddenParts(u), "\n") + "\n"
	for _, part := range []string{"/services/T7%2Fx/abc?key=k-11&token=t-13\n", "\nabc\n", "k-11\n", "t-13\n"} {
		if !strings.Contains(parts, part) {
			t.Errorf("%q is not in %q", part, parts)
		}
	}
}
