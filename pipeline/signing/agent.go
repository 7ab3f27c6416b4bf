package signing

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

const agentSocket = "SSH_AUTH_SOCK"

// agentKey finds the private part of a public key in the agent. path is the file
// that holds the public one; closing the closer ends the talk with the agent.
func agentKey(path string, public ssh.PublicKey) (ssh.Signer, io.Closer, error) {
	private := strings.TrimSuffix(path, ".pub")
	socket := os.Getenv(agentSocket)
	if socket == "" {
		return nil, nil, fmt.Errorf("%s: is a public key, so that an agent must sign, and %s names none; start one with eval $(ssh-agent) and ssh-add %s, or name the private key file", path, agentSocket, private)
	}
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: is a public key, and the agent at %s does not answer; start one with eval $(ssh-agent) and ssh-add %s, or name the private key file: %w", path, agentSocket, private, err)
	}
	key, err := findKey(connection, public)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", path, err), connection.Close())
	}
	if key == nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: the agent does not hold key %s, or is locked; run ssh-add %s", path, ssh.FingerprintSHA256(public), private), connection.Close())
	}
	return key, connection, nil
}

// findKey asks an agent for a key; nil if it does not hold it.
func findKey(connection net.Conn, public ssh.PublicKey) (ssh.Signer, error) {
	keys, err := agent.NewClient(connection).Signers()
	if err != nil {
		return nil, fmt.Errorf("the agent does not say which keys it holds (%w); start another with eval $(ssh-agent)", err)
	}
	for _, key := range keys {
		if bytes.Equal(key.PublicKey().Marshal(), public.Marshal()) {
			return key, nil
		}
	}
	return nil, nil
}
