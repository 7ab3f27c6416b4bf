package demo

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
)

// approvers are the invented people who approve the demo's payments. Their keys
// are made of their names, so that every demo has the same: they protect nothing.
var approvers = []string{"amira@demo-fleet.example", "bo@demo-fleet.example", "chidi@demo-fleet.example"}

// writeApprovers writes an SSH key per approver and the list of allowed signers.
func writeApprovers(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o777); err != nil {
		return err
	}
	var list strings.Builder
	for _, name := range approvers {
		seed := sha256.Sum256([]byte("demo approver " + name))
		key := ed25519.NewKeyFromSeed(seed[:])
		public, err := ssh.NewPublicKey(key.Public())
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s namespaces=\"fleetpay-approval\" %s", name, ssh.MarshalAuthorizedKey(public))
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return err
		}
		person, _, _ := strings.Cut(name, "@")
		file := filepath.Join(dir, "keys", person)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "allowed_signers"), []byte(list.String()), 0o666)
}
