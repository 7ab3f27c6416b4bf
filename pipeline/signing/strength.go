package signing

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

const (
	fewestRSABits = 2048
	makeKey       = "make another with ssh-keygen -t ed25519"
)

// checkKey refuses keys that money should not hang on.
func checkKey(key ssh.PublicKey) error {
	if _, ok := key.(*ssh.Certificate); ok {
		return errors.New("certificates are not supported; list and use the key itself")
	}
	if key.Type() == "ssh-dss" {
		return errors.New("DSA keys are too weak; " + makeKey)
	}
	if crypto, ok := key.(ssh.CryptoPublicKey); ok {
		if public, ok := crypto.CryptoPublicKey().(*rsa.PublicKey); ok && public.N.BitLen() < fewestRSABits {
			return fmt.Errorf("RSA keys under %d bits are too weak, and this has %d; %s", fewestRSABits, public.N.BitLen(), makeKey)
		}
	}
	return nil
}

// isKeyType tells a key type (ssh-ed25519, ecdsa-sha2-nistp256, …) from options
// and names.
func isKeyType(word string) bool {
	for _, prefix := range []string{"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "rsa-sha2-"} {
		if strings.HasPrefix(word, prefix) {
			return true
		}
	}
	return false
}

// parseKey reads a public key as it stands in .pub files and lists: type, base64
// and a comment, which may be missing.
func parseKey(text string) (ssh.PublicKey, error) {
	kind, rest := cutWord(text)
	encoded, _ := cutWord(rest)
	if encoded == "" {
		return nil, fmt.Errorf("nothing stands after %s; copy the whole line of the .pub file", kind)
	}
	blob, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("the key is cut or damaged (%w); copy the whole line of the .pub file", err)
	}
	key, err := ssh.ParsePublicKey(blob)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the key is cut, damaged or of a kind that is not known (%w); copy the whole line of the .pub file", err)
	case key.Type() != kind:
		return nil, fmt.Errorf("the line says %s and the key in it is %s; copy the whole line of the .pub file", kind, key.Type())
	case !bytes.Equal(key.Marshal(), blob):
		return nil, errors.New("the key is not written in its usual form; copy the whole line of the .pub file that ssh-keygen wrote")
	}
	return key, checkKey(key)
}

// cutWord splits text after its first word; blanks around both are left out.
func cutWord(text string) (word, rest string) {
	text = strings.Trim(text, " \t")
	if end := strings.IndexAny(text, " \t"); end >= 0 {
		return text[:end], strings.TrimLeft(text[end:], " \t")
	}
	return text, ""
}
