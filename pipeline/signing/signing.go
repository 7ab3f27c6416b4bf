// Package signing signs files with SSH keys and verifies such signatures against
// a list of allowed signers, in the formats of `ssh-keygen -Y sign` and `-Y
// verify`: an auditor needs no tool of ours. What is accepted here, ssh-keygen
// accepts; a list that it would read with a silent gap is refused here.
//
// References: ssh-keygen(1), "ALLOWED SIGNERS"; PROTOCOL.sshsig of OpenSSH.
package signing

import (
	"bytes"
	"fmt"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Namespace says what an approval's signature is for: one that was made for
// another purpose, such as a commit, never counts as an approval.
const Namespace = "fleetpay-approval"

// Sign signs message in Namespace, with SHA-512, and returns the armored
// signature. It is verified before it is handed out: an agent may answer with
// less than it was asked for.
func Sign(key ssh.Signer, message []byte) ([]byte, error) {
	// An agent's key only names itself; parsed, it also says how strong it is.
	public, err := ssh.ParsePublicKey(key.PublicKey().Marshal())
	if err != nil {
		return nil, fmt.Errorf("the key can't be used: %w; make one with ssh-keygen -t ed25519", err)
	}
	if err := checkKey(public); err != nil {
		return nil, err
	}
	signature, err := sshsig.Sign(bytes.NewReader(message), key, sshsig.HashSHA512, Namespace)
	if err != nil {
		return nil, fmt.Errorf("key %s did not sign: %w; if it is a hardware key, touch it when it blinks, and try again",
			ssh.FingerprintSHA256(public), err)
	}
	armored := sshsig.Armor(signature)
	made, err := unarmor(armored)
	if err == nil {
		err = made.covers(message)
	}
	if err != nil {
		return nil, fmt.Errorf("key %s made a signature that does not hold (%w); update the agent, or sign with another key",
			ssh.FingerprintSHA256(public), err)
	}
	return armored, nil
}
