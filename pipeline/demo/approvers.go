package demo

import (
	"crypto/ed25519"
	"crypto/sha256"
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
		person, _, _ := strings.Cut(name, "@")
		file := filepath.Join(dir, "keys", person)
		if err := os.WriteFile(file, openSSHKey(key, public, name), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "allowed_signers"), []byte(list.String()), 0o666)
}

// openSSHKey writes a key in OpenSSH's own form, without a passphrase: ssh-keygen
// reads no other of this kind. The check numbers, which tell whether a passphrase
// fits, are always the same.
//
// Reference: PROTOCOL.key of OpenSSH.
func openSSHKey(key ed25519.PrivateKey, public ssh.PublicKey, comment string) []byte {
	const check = 0x666c6565
	const block = 8 // bytes, to whose multiple 1, 2, 3, … fill the secret part
	secret := ssh.Marshal(struct {
		Check1, Check2 uint32
		Type           string
		Public         []byte
		Private        []byte
		Comment        string
	}{check, check, public.Type(), key.Public().(ed25519.PublicKey), key, comment})
	for i := byte(1); len(secret)%block != 0; i++ {
		secret = append(secret, i)
	}
	whole := ssh.Marshal(struct {
		Cipher, KDF, KDFOptions string
		Keys                    uint32
		Public, Secret          []byte
	}{"none", "none", "", 1, public.Marshal(), secret})
	return pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: append([]byte("openssh-key-v1\x00"), whole...)})
}
