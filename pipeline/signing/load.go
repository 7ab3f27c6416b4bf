package signing

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// largestKeyFile is far more than a key takes.
const largestKeyFile = 1 << 20

// LoadKey opens a key to sign with: a private key file (OpenSSH, PKCS #8, PKCS #1
// or SEC 1), or a public one, which means that the agent at SSH_AUTH_SOCK holds
// its private part, or reaches the hardware that does. passphrase is asked for the
// passphrase of an encrypted key; nil if nobody can be asked. The closer is closed
// after the last signature.
func LoadKey(path string, passphrase func() ([]byte, error)) (ssh.Signer, io.Closer, error) {
	data, mode, err := readKeyFile(path)
	if err != nil {
		return nil, nil, err
	}
	text := strings.TrimSpace(string(data))
	switch first, _ := cutWord(text); {
	case isKeyType(first):
		public, err := parseKey(text)
		switch {
		case strings.ContainsAny(text, "\r\n"):
			return nil, nil, fmt.Errorf("%s: holds more than one line; name the .pub file of one key", path)
		case err != nil:
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		return agentKey(path, public)
	case strings.HasPrefix(text, armorHead):
		return nil, nil, fmt.Errorf("%s: is a signature, not a key; name the key with which to sign, or hand the signature in with --signature", path)
	case !strings.HasPrefix(text, "-----BEGIN ") || !strings.Contains(text, "PRIVATE KEY-----"):
		if _, err := ParseSigners(path, data); err == nil {
			return nil, nil, fmt.Errorf("%s: is a list of allowed signers, not a key; name the private key file, or the .pub file of a key in the agent", path)
		}
		return nil, nil, fmt.Errorf("%s: is no SSH key; name the private key file, as ~/.ssh/id_ed25519, or the .pub file of a key in the agent", path)
	case mode.Perm()&0o077 != 0:
		return nil, nil, fmt.Errorf("%s: others can read this private key (mode %04o); run chmod 600 on it, or make a new key if somebody may have read it", path, mode.Perm())
	}
	key, err := privateKey(data, passphrase)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := checkKey(key.PublicKey()); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, io.NopCloser(nil), nil
}

// readKeyFile reads a file that should be a key.
func readKeyFile(path string) ([]byte, fs.FileMode, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("%s: there is no such key; name the private key file, or the .pub file of a key in the agent: %w", path, err)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("the key can't be read; mend its permissions or name another: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, 0, fmt.Errorf("the key can't be read; try again or name another: %w", err)
	}
	if info.IsDir() {
		return nil, 0, fmt.Errorf("%s: is a directory; name the key file in it", path)
	}
	data, err := io.ReadAll(io.LimitReader(file, largestKeyFile+1))
	if err != nil {
		return nil, 0, fmt.Errorf("the key can't be read; try again or name another: %w", err)
	}
	if len(data) > largestKeyFile {
		return nil, 0, fmt.Errorf("%s: is far too large for a key; name the private key file, or the .pub file of a key in the agent", path)
	}
	return data, info.Mode(), nil
}

// privateKey decodes a private key, and asks for its passphrase if it has one.
func privateKey(data []byte, passphrase func() ([]byte, error)) (ssh.Signer, error) {
	key, err := ssh.ParsePrivateKey(data)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		return key, explainKey(data, err)
	}
	if passphrase == nil {
		return nil, errors.New("the key has a passphrase, and there is nobody to ask for it; add the key to the agent with ssh-add, and name its .pub file")
	}
	phrase, err := passphrase()
	if err != nil {
		return nil, fmt.Errorf("no passphrase: %w; try again, or add the key to the agent with ssh-add, and name its .pub file", err)
	}
	defer clear(phrase)
	key, err = ssh.ParsePrivateKeyWithPassphrase(data, phrase)
	if errors.Is(err, x509.IncorrectPasswordError) {
		return nil, errors.New("the passphrase is wrong; try again")
	}
	return key, explainKey(data, err)
}

// explainKey says what to do about a private key that can't be decoded.
func explainKey(data []byte, err error) error {
	if err == nil {
		return nil
	}
	block, _ := pem.Decode(data)
	switch {
	case block == nil:
		return errors.New("the private key is cut or damaged; restore it from a copy, or " + makeKey)
	case strings.Contains(string(block.Bytes), "sk-ssh-ed25519@") || strings.Contains(string(block.Bytes), "sk-ecdsa-sha2-nistp256@"):
		return errors.New("the private key is in a hardware token; add it to the agent with ssh-add, and name its .pub file")
	case block.Type == "ENCRYPTED PRIVATE KEY":
		return errors.New("this form of passphrase (PKCS #8) is not supported; convert a copy of the key with ssh-keygen -p -f FILE, or add it to the agent with ssh-add and name its .pub file")
	}
	return fmt.Errorf("the private key can't be used (%w); restore it from a copy, or %s", err, makeKey)
}
