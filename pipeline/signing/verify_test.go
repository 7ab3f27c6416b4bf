package signing

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"
)

func TestARefusalSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	alice, bob, foreign := newSigner(t, "ed25519"), newSigner(t, "ecdsa"), newSigner(t, "ed25519")
	signers := mustParse(t,
		"alice "+public(alice),
		"bob,bob@example.org "+public(bob),
		`old valid-before="20261101Z" `+public(alice),
		`new valid-after="20261201Z" `+public(alice),
		`git namespaces="git" `+public(alice),
		`both namespaces="git" `+public(alice),
		`both valid-before="20261101Z" `+public(alice),
	)
	good := string(mustSign(t, alice, message))
	for _, c := range []struct {
		name, principal, armored string
		parts                    []string
	}{
		{"a foreign key", "alice", string(mustSign(t, foreign, message)),
			[]string{print256(foreign), "allowed_signers does not list", "list it for alice only if"}},
		{"a key listed for another", "alice", string(mustSign(t, bob, message)),
			[]string{print256(bob), "lists for bob, bob@example.org and not for alice", "approve under that name"}},
		{"another purpose", "alice", string(signAs(t, alice, sshsig.HashSHA512, "git", message)),
			[]string{`is for "git" and not for "fleetpay-approval"`, "sign again"}},
		{"an expired key", "old", good, []string{"allowed_signers:3:", "expired at 2026-11-01 00:00:00Z", "asked for at 2026-11-05 12:00:00Z", "list a newer key"}},
		{"a key of the future", "new", good, []string{"allowed_signers:4:", "not valid before 2026-12-01 00:00:00Z", "correct valid-after"}},
		{"a key for other purposes", "git", good, []string{"allowed_signers:5:", "may not sign approvals", "add fleetpay-approval to its namespaces"}},
		{"two lines that refuse: the first is told", "both", good, []string{"allowed_signers:6:"}},
		{"over other bytes", "alice", string(mustSign(t, alice, []byte("other"))), []string{print256(alice), "is not over these bytes", "look at what changed"}},
		{"a name that is none", "alice/../bob", good, []string{`"alice/../bob" can't be an approver's name`, "use 1 to 64 letters"}},
		{"nothing", "alice", " \n", []string{"the signature is empty", "sign again"}},
		{"no SSH signature", "alice", "-----BEGIN PGP SIGNATURE-----\n", []string{"not an SSH signature", "ssh-keygen -Y sign -n fleetpay-approval"}},
		{"Windows line ends", "alice", strings.ReplaceAll(good, "\n", "\r\n"), []string{"carriage returns", "Unix line ends"}},
		{"a cut armor", "alice", good[:200], []string{"cut off", "copy the whole file again"}},
		{"a line missing from the armor", "alice", strings.Join(strings.SplitAfter(good, "\n")[:2], "") + armorFoot + "\n", []string{"damaged", "copy the whole file again"}},
		{"a letter that is none", "alice", strings.Replace(good, "U1NI", "U1*I", 1), []string{"damaged", "copy the whole file again"}},
		{"words after the armor", "alice", good + "approved", []string{"something stands after -----END", "remove it"}},
		{"words after the first line", "alice", strings.Replace(good, "-----\n", "-----approved\n", 1), []string{"something stands on the line of -----BEGIN", "remove it"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := signers.Verify(c.principal, message, []byte(c.armored), noon)
			wantError(t, err, c.parts...)
			if got != "" {
				t.Errorf("and yet a fingerprint: %s", got)
			}
		})
	}
}

func TestAnyLineThatAllowsASignatureIsEnough(t *testing.T) {
	key := newSigner(t, "ed25519")
	signers := mustParse(t, `alice namespaces="git" `+public(key), `alice valid-before="20261101Z" `+public(key), `a* valid-after="20261105Z" `+public(key))
	if got, err := signers.Verify("alice", message, mustSign(t, key, message), noon); err != nil || got != print256(key) {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestFractionsOfASecondDoNotEndAKey(t *testing.T) {
	key := newSigner(t, "ed25519")
	signers := mustParse(t, `alice valid-before="20261105120000Z" `+public(key))
	for _, at := range []time.Time{noon.Add(999 * time.Millisecond), noon.In(time.FixedZone("elsewhere", -7*3600))} {
		if _, err := signers.Verify("alice", message, mustSign(t, key, message), at); err != nil {
			t.Errorf("at %s: %v", at, err)
		}
	}
	if _, err := signers.Verify("alice", message, mustSign(t, key, message), noon.Add(time.Second)); err == nil {
		t.Error("it holds a second later, too")
	}
}

// TestOneMoreByteInASignatureIsRefused adds to the parts of a signature that
// nothing signs.
func TestOneMoreByteInASignatureIsRefused(t *testing.T) {
	key := newSigner(t, "ed25519")
	signers := mustParse(t, "alice "+public(key))
	made, err := unarmor(mustSign(t, key, message))
	if err != nil {
		t.Fatal(err)
	}
	more := *made.Signature
	more.Signature = &ssh.Signature{Format: made.Signature.Signature.Format, Blob: made.Signature.Signature.Blob, Rest: []byte{7}}
	_, err = signers.Verify("alice", message, sshsig.Armor(&more), noon)
	wantError(t, err, "holds more than a signature")

	reserved := bytes.Replace(made.Marshal(), []byte(Namespace+"\x00\x00\x00\x00"), []byte(Namespace+"\x00\x00\x00\x01x"), 1)
	armored := armorHead + "\n" + base64.StdEncoding.EncodeToString(reserved) + "\n" + armorFoot + "\n"
	_, err = signers.Verify("alice", message, []byte(armored), noon)
	wantError(t, err, "holds more than a signature")
}

func TestNoByteOfMessageOrSignatureCanChange(t *testing.T) {
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		t.Run(kind, func(t *testing.T) {
			key := newSigner(t, kind)
			signers := mustParse(t, "alice "+public(key))
			armored := mustSign(t, key, message)
			if _, err := signers.Verify("alice", message, armored, noon); err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(t *rapid.T) {
				changed, signature := bytes.Clone(message), bytes.Clone(armored)
				of := rapid.SampledFrom([][]byte{changed, signature}).Draw(t, "of")
				at := rapid.IntRange(0, len(of)-1).Draw(t, "at")
				before := of[at]
				of[at] ^= rapid.ByteRange(1, 255).Draw(t, "flip")
				if got, err := signers.Verify("alice", changed, signature, noon); err == nil {
					t.Fatalf("byte %d, %q instead of %q, is accepted as of %s", at, of[at], before, got)
				}
			})
		})
	}
}

// TestNoLetterOfASignatureCanBeAnother tries every place of the armor with a few
// letters of base64 each.
func TestNoLetterOfASignatureCanBeAnother(t *testing.T) {
	key := newSigner(t, "ed25519")
	signers := mustParse(t, "alice "+public(key))
	armored := mustSign(t, key, message)
	for at := range armored {
		for _, letter := range []byte("AZaz09+/=\n") {
			changed := bytes.Clone(armored)
			changed[at] = letter
			if bytes.Equal(changed, armored) {
				continue
			}
			if _, err := signers.Verify("alice", message, changed, noon); err == nil {
				t.Errorf("byte %d may be %q instead of %q", at, letter, armored[at])
			}
		}
	}
}

func TestAWeakKeyDoesNotSign(t *testing.T) {
	_, err := Sign(newSigner(t, "weak"), message)
	wantError(t, err, "RSA keys under 2048 bits are too weak, and this has 1024", "ssh-keygen -t ed25519")
}

func TestASignatureThatDoesNotHoldIsNotHandedOut(t *testing.T) {
	_, err := Sign(wrongKey{newSigner(t, "ed25519"), newSigner(t, "ed25519")}, message)
	wantError(t, err, "made a signature that does not hold", "update the agent")
}

// wrongKey claims one key and signs with another.
type wrongKey struct {
	ssh.Signer
	claimed ssh.Signer
}

func (w wrongKey) PublicKey() ssh.PublicKey { return w.claimed.PublicKey() }
