package signing

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestAllThatIsWrongWithAListIsToldAtOnce(t *testing.T) {
	key, weak := newSigner(t, "ed25519"), newSigner(t, "weak")
	large := new(big.Int).Lsh(big.NewInt(1), 1023)
	dsa := ssh.Marshal(struct {
		Kind       string
		P, Q, G, Y *big.Int
	}{"ssh-dss", large, new(big.Int).Lsh(big.NewInt(1), 159), big.NewInt(3), big.NewInt(5)})
	pub := public(key)
	lines := []struct{ line, want string }{
		{"# approvers", ""},
		{"alice " + pub, ""},
		{"", ""},
		{pub, "starts with the key, and has no name; write a line as NAME KEYTYPE KEY"},
		{"alice", "has no key; write a line as"},
		{`"alice ` + pub, "a quote is not closed"},
		{`"alice"` + pub, "no blank stands after the closing quote; put one there"},
		{`"" ` + pub, "has an empty name"},
		{`"alice, bob" ` + pub, "put commas between names, and no blanks"},
		{`al"i"ce ` + pub, "a quote stands amid the names"},
		{"alice, bob " + pub, `"bob" is no option of this file`},
		{"alice cert-authority " + pub, "certificates are not supported; list each approver's key itself"},
		{"alice CERT-Authority,namespaces=\"git\" " + pub, "certificates are not supported"},
		{`alice no-touch-required ` + pub, `"no-touch-required" is no option of this file; namespaces, valid-after and valid-before are`},
		{`alice namespaces ` + pub, `namespaces has no value in quotes; write namespaces="…"`},
		{`alice namespaces=git ` + pub, "has no value in quotes"},
		{`alice namespaces="git ` + pub, "a quote is not closed"},
		{`alice namespaces="" ` + pub, "name fleetpay-approval, or remove the option"},
		{`alice namespaces="a",NAMESPACES="b" ` + pub, "namespaces stands twice; keep one"},
		{`alice namespaces="a", ` + pub, "put one comma between options, none after the last"},
		{`alice namespaces="a"valid-after="20261105Z" ` + pub, "put one comma between options"},
		{`alice valid-after="2026-11-05" ` + pub, `valid-after is "2026-11-05", which is no time after 1970; write 20261105Z`},
		{`alice valid-before="20260229Z" ` + pub, "valid-before is \"20260229Z\""},
		{`alice valid-before="20261105T12Z" ` + pub, "which is no time"},
		{`alice valid-before="19700101Z" ` + pub, "which is no time after 1970"},
		{`alice valid-after="20261105ZZ" ` + pub, "which is no time"},
		{`alice valid-after="20261105Z",valid-before="20261105Z" ` + pub, "valid-before is not later than valid-after; correct one"},
		{`alice valid-after="20261105Z"`, "has no key"},
		{`alice valid-after="20261105Z" KEY`, `"KEY" is no key type, such as ssh-ed25519`},
		{"alice ssh-ed25519", "nothing stands after ssh-ed25519; copy the whole line of the .pub file"},
		{"alice " + pub[:40], "the key is cut"},
		{"alice " + strings.Replace(pub, "AAAAC3", "AAAA*3", 1), "the key is cut or damaged"},
		{"alice " + strings.Replace(pub, "ssh-ed25519", "ssh-rsa", 1), "the line says ssh-rsa and the key in it is ssh-ed25519"},
		{"alice ssh-dss " + base64.StdEncoding.EncodeToString(dsa), "DSA keys are too weak; make another"},
		{"alice ssh-new AAAAB3NzaC1uZXc=", "the key is cut, damaged or of a kind that is not known"},
		{"alice " + public(weak), "RSA keys under 2048 bits are too weak, and this has 1024; make another with ssh-keygen -t ed25519"},
		{"al\x00ice " + pub, "a control character or a byte order mark; save the file as plain text"},
		{"\ufeffalice " + pub, "a control character or a byte order mark"},
		{strings.Repeat("a", 1023) + " " + pub, "a name of more than 1022 bytes; shorten it"},
	}
	var text, want []string
	for _, l := range lines {
		text = append(text, l.line)
	}
	_, err := ParseSigners("lists/approvers", []byte(strings.Join(text, "\n")))
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		if l.want != "" {
			want = append(want, fmt.Sprintf("lists/approvers:%d: \t%s", i+1, l.want))
		}
	}
	if len(got) != len(want) {
		t.Fatalf("got %d errors, want %d:\n%s", len(got), len(want), err)
	}
	for i, w := range want {
		place, says, _ := strings.Cut(w, "\t")
		if !strings.HasPrefix(got[i], place) || !strings.Contains(got[i], says) || !strings.Contains(got[i], ";") {
			t.Errorf("got  %s\nwant %s… %s", got[i], place, says)
		}
	}
}

func TestAFileThatIsNoListIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "lists nobody; write a line as NAME KEYTYPE KEY"},
		{"comments only", "# nobody yet\n\n", "lists nobody"},
		{"a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n", "holds a private key; keep that where nobody else reads it"},
	} {
		_, err := ParseSigners("approvers", []byte(c.text))
		wantError(t, err, "approvers: ", c.want)
	}
}

func TestHoldersAreToldAsWritten(t *testing.T) {
	shared, own := newSigner(t, "ed25519"), newSigner(t, "ed25519")
	signers := mustParse(t, "alice,Bob "+public(shared), "bob "+public(own), `*@example.org,!carol@example.org,alice namespaces="git" `+public(shared))
	if got := strings.Join(signers.Holders(print256(shared)), " "); got != "alice Bob *@example.org" {
		t.Errorf("got %s", got)
	}
	if got := signers.Holders("SHA256:none"); got != nil {
		t.Errorf("got %q for a key that is not listed", got)
	}
}

func TestNamesThatAreSafeInFileNames(t *testing.T) {
	for _, name := range []string{"alice", "alice@example.org", "A.B_c+d-e", "7", strings.Repeat("a", 64)} {
		if err := SafeName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", ".alice", "-I", "@example.org", "alice/bob", `alice\bob`, "..", "alice bob", "alice\n", "ålice", "a*", "alice,bob", strings.Repeat("a", 65)} {
		wantError(t, SafeName(name), "can't be an approver's name", "use 1 to 64 letters")
	}
}
