package signing

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh/agent"
)

func TestPrivateKeysAreRead(t *testing.T) {
	dir := t.TempDir()
	pkcs8 := func(kind string) string {
		key := newKey(t, kind)
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "pkcs8-"+kind)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o400); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, path := range []string{
		keyFile(t, dir, "openssh-ed25519", newKey(t, "ed25519"), ""),
		keyFile(t, dir, "openssh-ecdsa", newKey(t, "ecdsa"), ""),
		keyFile(t, dir, "openssh-rsa", newKey(t, "rsa"), ""),
		pkcs8("ed25519"), pkcs8("ecdsa"), pkcs8("rsa"),
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			key, closer, err := LoadKey(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer closer.Close()
			if _, err := mustParse(t, "alice "+public(key)).Verify("alice", message, mustSign(t, key, message), noon); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAPassphraseIsAskedForWhenThereIsOne(t *testing.T) {
	key := newKey(t, "ed25519")
	path := keyFile(t, t.TempDir(), "key", key, "seventeen horses")
	answer := []byte("seventeen horses")
	loaded, _, err := LoadKey(path, func() ([]byte, error) { return answer, nil })
	if err != nil {
		t.Fatal(err)
	}
	if public, ok := key.Public().(ed25519.PublicKey); !ok || !bytes.Contains(loaded.PublicKey().Marshal(), public) {
		t.Error("it is another key")
	}
	if !bytes.Equal(answer, make([]byte, len(answer))) {
		t.Error("the passphrase is left in memory")
	}
	_, _, err = LoadKey(path, func() ([]byte, error) { return []byte("eighteen horses"), nil })
	wantError(t, err, path+": the passphrase is wrong; try again")
	_, _, err = LoadKey(path, func() ([]byte, error) { return nil, errors.New("no terminal") })
	wantError(t, err, path+": no passphrase: no terminal; try again, or add the key to the agent with ssh-add")
	_, _, err = LoadKey(path, nil)
	wantError(t, err, path+": the key has a passphrase", "ssh-add", "name its .pub file")
	_, _, err = LoadKey(keyFile(t, t.TempDir(), "open", key, ""), func() ([]byte, error) {
		t.Error("a key without a passphrase asks for one")
		return nil, nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAKeyFileThatCanNotSignIsRefused(t *testing.T) {
	dir := t.TempDir()
	key := newSigner(t, "ed25519")
	write := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // whatever the umask is
			t.Fatal(err)
		}
		return path
	}
	block := func(kind, bytes string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: []byte(bytes)}))
	}
	private := keyFile(t, dir, "readable", newKey(t, "ed25519"), "")
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o601} {
		if err := os.Chmod(private, mode); err != nil {
			t.Fatal(err)
		}
		_, _, err := LoadKey(private, nil)
		wantError(t, err, "others can read this private key", "run chmod 600")
	}
	for _, c := range []struct {
		path  string
		parts []string
	}{
		{filepath.Join(dir, "missing"), []string{"there is no such key; name the private key file"}},
		{dir, []string{"is a directory; name the key file in it"}},
		{write("empty", "", 0o600), []string{"is no SSH key; name the private key file"}},
		{write("words", "a letter to alice\n", 0o644), []string{"is no SSH key; name the private key file"}},
		{write("large", strings.Repeat("#\n", 1<<20), 0o600), []string{"is far too large for a key"}},
		{write("allowed_signers", "alice "+public(key)+"\n", 0o644), []string{"is a list of allowed signers, not a key"}},
		{write("approval.sig", string(mustSign(t, key, message)), 0o644), []string{"is a signature, not a key", "--signature"}},
		{write("two.pub", public(key)+"\n"+public(key)+"\n", 0o644), []string{"holds more than one line; name the .pub file of one key"}},
		{write("cut.pub", public(key)[:40]+"\n", 0o644), []string{"the key is cut", "copy the whole line"}},
		{write("certificate", block("CERTIFICATE", "c"), 0o600), []string{"is no SSH key"}},
		{write("damaged", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n", 0o600), []string{"cut or damaged; restore it from a copy"}},
		{write("cut", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3B*\n-----END OPENSSH PRIVATE KEY-----\n", 0o600), []string{"cut or damaged; restore it from a copy"}},
		{write("shorter", block("OPENSSH PRIVATE KEY", "openssh-key-v1\x00"), 0o600), []string{"the private key can't be used", "restore it from a copy"}},
		{write("hardware", block("OPENSSH PRIVATE KEY", "openssh-key-v1\x00sk-ssh-ed25519@openssh.com"), 0o600), []string{"in a hardware token; add it to the agent with ssh-add, and name its .pub file"}},
		{write("pkcs8", block("ENCRYPTED PRIVATE KEY", "x"), 0o600), []string{"PKCS #8", "ssh-keygen -p -f FILE"}},
		{keyFile(t, dir, "weak", newKey(t, "weak"), ""), []string{"RSA keys under 2048 bits are too weak"}},
	} {
		t.Run(filepath.Base(c.path), func(t *testing.T) {
			_, _, err := LoadKey(c.path, nil)
			wantError(t, err, append(c.parts, c.path)...)
		})
	}
}

// startAgent starts an agent that holds these keys.
func startAgent(t *testing.T, keys ...any) {
	t.Helper()
	keyring := agent.NewKeyring()
	for _, key := range keys {
		if err := keyring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
			t.Fatal(err)
		}
	}
	serve(t, keyring)
}

// serve answers for an agent on a socket, and names that in the environment.
func serve(t *testing.T, holder agent.Agent) {
	t.Helper()
	dir, err := os.MkdirTemp("", "a") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close(); os.RemoveAll(dir) })
	t.Setenv(agentSocket, filepath.Join(dir, "s"))
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(holder, connection)
		}
	}()
}

func TestAnAgentSignsForAPublicKey(t *testing.T) {
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		t.Run(kind, func(t *testing.T) {
			key := newKey(t, kind)
			path := keyFile(t, t.TempDir(), "key", key, "never asked for")
			startAgent(t, newKey(t, "ed25519"), key)
			loaded, closer, err := LoadKey(path+".pub", nil)
			if err != nil {
				t.Fatal(err)
			}
			armored := mustSign(t, loaded, message)
			if err := closer.Close(); err != nil {
				t.Error(err)
			}
			list := "alice " + public(loaded) + "\n"
			if _, err := mustParse(t, list).Verify("alice", message, armored, noon); err != nil {
				t.Error(err)
			}
			if out, err := newKeygen(t).verify(t, list, "alice", message, armored, noon); err != nil {
				t.Errorf("ssh-keygen says %q (%v)", out, err)
			}
		})
	}
}

func TestAnAgentThatCanNotSignIsToldFrom(t *testing.T) {
	path := keyFile(t, t.TempDir(), "key", newKey(t, "ed25519"), "") + ".pub"
	t.Run("no agent", func(t *testing.T) {
		t.Setenv(agentSocket, "")
		_, _, err := LoadKey(path, nil)
		wantError(t, err, path, "SSH_AUTH_SOCK names none", "ssh-add "+strings.TrimSuffix(path, ".pub"))
	})
	t.Run("an agent that is gone", func(t *testing.T) {
		t.Setenv(agentSocket, filepath.Join(t.TempDir(), "s"))
		_, _, err := LoadKey(path, nil)
		wantError(t, err, path, "the agent at SSH_AUTH_SOCK does not answer", "ssh-add")
	})
	t.Run("an agent without the key", func(t *testing.T) {
		startAgent(t, newKey(t, "ed25519"))
		_, _, err := LoadKey(path, nil)
		wantError(t, err, path, "the agent does not hold key SHA256:", "run ssh-add "+strings.TrimSuffix(path, ".pub"))
	})
	t.Run("an agent that hangs up", func(t *testing.T) {
		listener, err := net.Listen("unix", filepath.Join(filepath.Dir(path), "s"))
		if err != nil {
			t.Skip("the path of a socket is too long here: " + err.Error())
		}
		defer listener.Close()
		go func() {
			if connection, err := listener.Accept(); err == nil {
				connection.Close()
			}
		}()
		t.Setenv(agentSocket, listener.Addr().String())
		_, _, err = LoadKey(path, nil)
		wantError(t, err, path, "the agent does not say which keys it holds")
	})
}
