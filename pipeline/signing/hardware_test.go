package signing

import (
	"crypto/ed25519"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

const hardwareType = "sk-ssh-ed25519@openssh.com"

// hardwareKey signs as a FIDO token does (PROTOCOL.u2f of OpenSSH): over the
// digests of what it is for and of the message, with flags and a counter between.
type hardwareKey struct {
	private ed25519.PrivateKey
	flags   byte
}

func (h hardwareKey) PublicKey() ssh.PublicKey {
	public, _ := h.private.Public().(ed25519.PublicKey)
	key, err := ssh.ParsePublicKey(ssh.Marshal(struct {
		Kind   string
		Public []byte
		For    string
	}{hardwareType, public, "ssh:"}))
	if err != nil {
		panic(err)
	}
	return key
}

func (h hardwareKey) Sign(_ io.Reader, data []byte) (*ssh.Signature, error) {
	purpose, digest := sha256.Sum256([]byte("ssh:")), sha256.Sum256(data)
	rest := []byte{h.flags, 0, 0, 0, 17}
	signed := append(append(purpose[:], rest...), digest[:]...)
	return &ssh.Signature{Format: hardwareType, Blob: ed25519.Sign(h.private, signed), Rest: rest}, nil
}

func newHardwareKey(t *testing.T, flags byte) hardwareKey {
	t.Helper()
	private, ok := newKey(t, "ed25519").(ed25519.PrivateKey)
	if !ok {
		t.Fatal("not an Ed25519 key")
	}
	return hardwareKey{private, flags}
}

// tokenAgent is an agent that reaches one token.
type tokenAgent struct {
	agent.ExtendedAgent
	key hardwareKey
}

func (a tokenAgent) List() ([]*agent.Key, error) {
	return []*agent.Key{{Format: hardwareType, Blob: a.key.PublicKey().Marshal()}}, nil
}

func (a tokenAgent) SignWithFlags(_ ssh.PublicKey, data []byte, _ agent.SignatureFlags) (*ssh.Signature, error) {
	return a.key.Sign(nil, data)
}

func TestAHardwareKeySignsThroughTheAgent(t *testing.T) {
	token := newHardwareKey(t, touched)
	path := filepath.Join(t.TempDir(), "token.pub")
	if err := os.WriteFile(path, []byte(public(token)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	keyring, ok := agent.NewKeyring().(agent.ExtendedAgent)
	if !ok {
		t.Fatal("the keyring takes no flags")
	}
	serve(t, tokenAgent{keyring, token})
	key, closer, err := LoadKey(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	armored := mustSign(t, key, message)
	list := "alice " + public(token) + "\n"
	if got, err := mustParse(t, list).Verify("alice", message, armored, noon); err != nil || got != print256(token) {
		t.Errorf("got %s, %v", got, err)
	}
	if out, err := newKeygen(t).verify(t, list, "alice", message, armored, noon); err != nil {
		t.Errorf("ssh-keygen says %q (%v)", out, err)
	}
}

func TestAHardwareKeyThatNobodyTouchedDoesNotApprove(t *testing.T) {
	token := newHardwareKey(t, 0)
	_, err := Sign(token, message)
	wantError(t, err, "signed without being touched", "with a key that asks for a touch")
	armored := signAs(t, token, sshsig.HashSHA512, Namespace, message)
	_, err = mustParse(t, "alice "+public(token)).Verify("alice", message, armored, noon)
	wantError(t, err, "signed without being touched", "sign again")
}
