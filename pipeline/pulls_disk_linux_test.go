package pipeline_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"fleetpay/pipeline"
	"fleetpay/pipeline/pulltest"
)

// fullDisk names the workspace that this program closes as one whose disk is full,
// when a test has started it again for that.
const fullDisk = "FLEETPAY_TEST_FULL_DISK"

// TestCloseWithoutSpace is the run of TestADiskThatIsFullLosesNothingThatWasPulled: in
// a process of its own, which can't write files of more than 400 bytes. The copies of
// the other inputs are shorter, and a piece is longer.
func TestCloseWithoutSpace(t *testing.T) {
	dir := os.Getenv(fullDisk)
	if dir == "" {
		t.Skip("it is started by another test")
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 400, Max: 400}); err != nil {
		t.Fatal(err)
	}
	w := &pulled{t, dir}
	_, err := w.close("2026-08-05T09:00:00Z")
	fmt.Printf("status %d: %v; advice: %s\n", pipeline.ExitStatus(err), err, pipeline.Advice(err))
}

func TestADiskThatIsFullLosesNothingThatWasPulled(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	m.Set(func(m *pulltest.Monitor) { m.Expires = 5 })
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "HTTP status 401")

	m.Set(func(m *pulltest.Monitor) { m.Expires = 0 })
	run := exec.Command(os.Args[0], "-test.run=^TestCloseWithoutSpace$")
	run.Env = append(os.Environ(), fullDisk+"="+w.dir)
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for _, word := range []string{"status 1: heartbeats: ", "file too large", "; the next run goes on from what was pulled; advice: let larger files be written there"} {
		if !strings.Contains(string(said), word) {
			t.Errorf("%q is not in %s", word, said)
		}
	}
	if bytes.Contains(said, []byte(token)) {
		t.Errorf("the secret is in %s", said)
	}
	if pieces := w.shelf(); len(pieces) != 5 {
		t.Errorf("%d pieces are kept, want 5", len(pieces))
	}
	w.closed()
	if again := m.Repeated(); len(again) != 1 {
		t.Errorf("asked again for %q, want the piece that could not be written", again)
	}
}
