package signing

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// fixedKey is the same in every process, so that what one finds, another can
// repeat.
func fixedKey(f *testing.F) ssh.Signer {
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		f.Fatal(err)
	}
	return key
}

// FuzzParseSigners: a list is refused with the place of each mistake, or it reads
// the same with Windows line ends and with comments between.
func FuzzParseSigners(f *testing.F) {
	pub := public(fixedKey(f))
	for _, seed := range []string{
		"", "# nobody\n", "alice " + pub, "*@example.org,!bob@example.org " + pub + " laptop\n",
		`"alice,bob" namespaces="fleetpay-*,!git",valid-after="20261105Z",valid-before="20271105120000" ` + pub + "\r\n",
		"alice cert-authority " + pub, pub, `alice namespaces="a\"b" ` + pub, "alice namespaces=\"", "\"", "alice \\\" " + pub,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		signers, err := ParseSigners("list", data)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "list:") || !strings.Contains(line, ";") {
					t.Errorf("%q does not say where, or what to do", line)
				}
			}
			return
		}
		if len(signers.entries) == 0 {
			t.Error("accepted, and nobody is in it")
		}
		again, err := ParseSigners("list", bytes.ReplaceAll(data, []byte("\n"), []byte("\n# why\n")))
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range signers.entries {
			if b := again.entries[i]; b.line != 2*e.line-1 || b.principals != e.principals || b.fingerprint != e.fingerprint {
				t.Errorf("line %d reads otherwise with comments between: %v, %v", e.line, e, b)
			}
			signers.Count([]Approval{{e.principals, e.fingerprint}}, "carol")
		}
	})
}

// FuzzVerify: Ed25519 makes one signature per message and key, so that nothing but
// its very bytes is ever accepted.
func FuzzVerify(f *testing.F) {
	key := fixedKey(f)
	signers := mustParse(f, "alice "+public(key))
	armored := mustSign(f, key, message)
	f.Add(armored)
	f.Add(mustSign(f, newSigner(f, "ecdsa"), message))
	f.Add(mustSign(f, newSigner(f, "rsa"), message))
	f.Add([]byte(oneLine(string(armored))))
	f.Add([]byte(armorHead + "\n" + base64.StdEncoding.EncodeToString([]byte("SSHSIG\x00\x00\x00\x01\xff\xff\xff\xff")) + "\n" + armorFoot))
	f.Add(armored[:100])
	bare := func(armored []byte) string { return strings.ReplaceAll(string(armored), "\n", "") }
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := signers.Verify("alice", message, data, noon)
		if (err == nil) && bare(data) != bare(armored) {
			t.Errorf("accepted: %q", data)
		}
		if err != nil && !strings.Contains(err.Error(), ";") {
			t.Errorf("%q does not say what to do", err)
		}
	})
}
