package command

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"fleetpay/outputs"
)

// signatories are the people who approve in a test's workspace.
type signatories []string

// payFrom makes a workspace pay from the Safe of a chain.
func payFrom(t *testing.T, dir string, p *payer) signatories {
	t.Helper()
	return payFromSafe(t, dir, outputs.ChecksumAddress(p.safe.Address))
}

// payFromSafe makes a workspace pay from a Safe on base, on the approval of two
// people, whose keys it makes. Its configuration must end with payments.
func payFromSafe(t *testing.T, dir, safe string) signatories {
	t.Helper()
	path := filepath.Join(dir, "fleetpay.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, "  safes: {base: "+safe+"}\n  approvals: {signers: allowed_signers, needed: 2}\n"...)
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	people := signatories{"alice", "bob"}
	var list []byte
	for _, name := range people {
		list = append(list, name+" "...)
		list = append(list, newKey(t, filepath.Join(dir, name+".key"))...)
	}
	if err := os.WriteFile(filepath.Join(dir, "allowed_signers"), list, 0o666); err != nil {
		t.Fatal(err)
	}
	return people
}

// newKey writes a private key and returns its public line.
func newKey(t *testing.T, path string) []byte {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return ssh.MarshalAuthorizedKey(key)
}

// approve has all of them approve a period.
func (a signatories) approve(t *testing.T, when time.Time, dir, period string) {
	t.Helper()
	for _, name := range a {
		mustAt(t, when, dir, "approve", period, "--as", name, "--key", name+".key")
	}
}
