package pipeline

import (
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// fullIn names the workspace whose events this program tells on a full disk, when a
// test has started it again for that.
const fullIn = "FLEETPAY_TEST_NOTIFY_FULL_DISK"

// TestNotifyWithoutSpace is the run of TestAFullDiskIsTold: in a process of its own,
// which can't write files of more than 7 bytes.
func TestNotifyWithoutSpace(t *testing.T) {
	dir := os.Getenv(fullIn)
	if dir == "" {
		t.Skip("it is started by another test")
	}
	ws, err := OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 7, Max: 7}); err != nil {
		t.Fatal(err)
	}
	ws.Notify(t.Context(), eventsOf(failedAugust(noon, ExitSurroundings, "no space left on device")), slog.New(slog.NewTextHandler(os.Stdout, nil)))
}

func TestAFullDiskIsTold(t *testing.T) {
	w := newNotified(t)
	run := exec.Command(os.Args[0], "-test.run=^TestNotifyWithoutSpace$")
	run.Env = append(os.Environ(), fullIn+"="+w.dir)
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if list, all := w.hook.since(); len(list) != 1 || all[0].Event.Failed.Problems[0] != "no space left on device" {
		t.Errorf("the webhook was told %q; the log:\n%s", list, said)
	}
	for _, word := range []string{"an event can't be kept; it is told now", "file too large", "advice=\"let larger files be written there"} {
		if !strings.Contains(string(said), word) {
			t.Errorf("%q is not in the log:\n%s", word, said)
		}
	}
	w.noSecretIn("the log", string(said))
	w.waiting(0)
	for name := range w.outboxFiles() {
		if strings.HasSuffix(name, partSuffix) {
			t.Errorf("%s is left", name)
		}
	}
}
