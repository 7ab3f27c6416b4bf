package signing

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// noon is when signatures are verified, unless a test says otherwise.
var noon = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// message is what approvals are over: the form of a SHA256SUMS.
var message = []byte("0f343b0931126a20f133d67c2b018a3b17aef7e4dd9a5b5c0e6c5f0b1e2a3d47  payments/usdc.json\n")

// newKey makes a private key of a kind: ed25519, ecdsa, rsa (3072 bits) or weak
// (RSA, 1024 bits).
func newKey(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 3072)
	case "weak":
		t.Setenv("GODEBUG", "rsa1024min=0")
		key, err = rsa.GenerateKey(rand.Reader, 1024)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newSigner(t testing.TB, kind string) ssh.Signer {
	t.Helper()
	signer, err := ssh.NewSignerFromKey(newKey(t, kind))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// public writes a key as a .pub file does, without a line end.
func public(key ssh.Signer) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey())))
}

func print256(key ssh.Signer) string { return ssh.FingerprintSHA256(key.PublicKey()) }

// signAs signs in any namespace and with either hash.
func signAs(t testing.TB, key ssh.Signer, hash sshsig.HashAlgorithm, namespace string, message []byte) []byte {
	t.Helper()
	signature, err := sshsig.Sign(bytes.NewReader(message), key, hash, namespace)
	if err != nil {
		t.Fatal(err)
	}
	return sshsig.Armor(signature)
}

func mustSign(t testing.TB, key ssh.Signer, message []byte) []byte {
	t.Helper()
	armored, err := Sign(key, message)
	if err != nil {
		t.Fatal(err)
	}
	return armored
}

func mustParse(t testing.TB, lines ...string) *Signers {
	t.Helper()
	signers, err := ParseSigners("allowed_signers", []byte(strings.Join(lines, "\n")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return signers
}

// wantError asks that an error says all of these.
func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// keygen runs ssh-keygen in a directory, in the time zone UTC.
type keygen struct{ dir string }

func newKeygen(t testing.TB) keygen {
	t.Helper()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("ssh-keygen is not installed; on Debian: apt install openssh-client")
	}
	return keygen{t.TempDir()}
}

func (k keygen) write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(k.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (k keygen) run(input []byte, args ...string) (string, error) {
	command := exec.Command("ssh-keygen", args...)
	command.Dir = k.dir
	command.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C", agentSocket+"=")
	command.Stdin = bytes.NewReader(input)
	output, err := command.CombinedOutput()
	return string(output), err
}

// verify asks ssh-keygen what Verify answers.
func (k keygen) verify(t testing.TB, list, principal string, message, armored []byte, at time.Time) (string, error) {
	t.Helper()
	k.write(t, "allowed_signers", []byte(list))
	k.write(t, "file.sig", armored)
	return k.run(message, "-Y", "verify", "-f", "allowed_signers", "-I", principal, "-n", Namespace,
		"-s", "file.sig", "-Overify-time="+at.UTC().Format("20060102150405"))
}

// keyFile writes a private key in OpenSSH's form, with a passphrase if there is
// one, and its .pub file beside it.
func keyFile(t testing.TB, dir, name string, key crypto.Signer, passphrase string) string {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(key, "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".pub", []byte(public(signer)+" a comment\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
