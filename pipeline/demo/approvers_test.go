package demo

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline/signing"
)

// Whoever tries the demo may sign with the program or with ssh-keygen: the keys are
// the same bytes every time, both read them, and the list knows them.
func TestTheKeysOfTheDemoSign(t *testing.T) {
	dir, again := t.TempDir(), t.TempDir()
	for _, d := range []string{dir, again} {
		if err := writeApprovers(d); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadFile(filepath.Join(dir, "allowed_signers"))
	if err != nil {
		t.Fatal(err)
	}
	signers, err := signing.ParseSigners("allowed_signers", list)
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("the sums of a month\n")
	at := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range approvers {
		person, _, _ := strings.Cut(name, "@")
		file := filepath.Join(dir, "keys", person)
		first, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := os.ReadFile(filepath.Join(again, "keys", person)); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: the key is other bytes the second time (%v)", person, err)
		}
		key, closer, err := signing.LoadKey(file, nil)
		if err != nil {
			t.Fatal(err)
		}
		armored, err := signing.Sign(key, message)
		if err := errors.Join(err, closer.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := signers.Verify(name, message, armored, at); err != nil {
			t.Errorf("what %s signs does not verify: %v", person, err)
		}
	}
	t.Run("with ssh-keygen", func(t *testing.T) { keygenSigns(t, dir, signers, message, at) })
}

func keygenSigns(t *testing.T, dir string, signers *signing.Signers, message []byte, at time.Time) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed; on Debian: apt install openssh-client")
	}
	list, err := os.ReadFile(filepath.Join(dir, "allowed_signers"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range approvers {
		person, _, _ := strings.Cut(name, "@")
		file := filepath.Join(dir, "keys", person)
		public, err := exec.Command(keygen, "-y", "-f", file).CombinedOutput()
		if fields := strings.Fields(string(public)); err != nil || len(fields) != 3 || fields[2] != name ||
			!strings.Contains(string(list), name+` namespaces="fleetpay-approval" `+fields[0]+" "+fields[1]+"\n") {
			t.Fatalf("%s: ssh-keygen -y says %s (%v), which is not in\n%s", person, public, err, list)
		}
		sign := exec.Command(keygen, "-Y", "sign", "-n", signing.Namespace, "-f", file)
		sign.Stdin = bytes.NewReader(message)
		armored, err := sign.Output()
		if err != nil {
			t.Fatalf("%s: ssh-keygen -Y sign: %v", person, err)
		}
		if _, err := signers.Verify(name, message, armored, at); err != nil {
			t.Errorf("what ssh-keygen signs for %s does not verify: %v", person, err)
		}
	}
}
