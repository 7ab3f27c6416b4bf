package schedule

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cronCommand is what a cron hands to the shell: the line up to the first % that has
// no backslash before it. Some take the backslash away, some leave it.
func cronCommand(command string, takesAway bool) string {
	var made strings.Builder
	for i := 0; i < len(command); i++ {
		switch {
		case command[i] == '%':
			return made.String()
		case command[i] == '\\' && i+1 < len(command):
			if command[i+1] != '%' || !takesAway {
				made.WriteByte(command[i])
			}
			i++
		}
		made.WriteByte(command[i])
	}
	return made.String()
}

// commandOf is the command of the one line of a crontab that has one.
func commandOf(t rapid.TB, crontab []byte, p Plan) string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(string(crontab), "\n"), "\n")
	command, ok := strings.CutPrefix(lines[len(lines)-1], p.At+" "+p.User+" ")
	for _, line := range lines[:len(lines)-1] {
		if !strings.HasPrefix(line, "#") && line != "SHELL=/bin/sh" && line != "PATH=/usr/local/bin:/usr/bin:/bin" {
			ok = false
		}
	}
	if !ok {
		t.Fatalf("not one line at %s for %s:\n%s", p.At, p.User, crontab)
	}
	return command
}

func TestTheCrontabIsReadAsItWasMeant(t *testing.T) {
	tools := t.TempDir() // a flock that tells what it was given, and the secret
	script := "#!/bin/sh\nprintf '%s\\n' \"secret $FLEETPAY_TOKEN\" \"$@\"\n"
	if err := os.WriteFile(filepath.Join(tools, "flock"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := strange(rt, forCron(), "")
		p.Program = strangePath(rt, "program", "")
		p.Environment = filepath.Join(tools, strangePath(rt, "environment", ""), "env")
		secret := ""
		if rapid.Bool().Draw(rt, "with secrets") {
			secret = "7e%$x"
			if err := os.MkdirAll(filepath.Dir(p.Environment), 0o777); err != nil {
				rt.Fatal(err)
			}
			if err := os.WriteFile(p.Environment, []byte("FLEETPAY_TOKEN='"+secret+"'\n"), 0o666); err != nil {
				rt.Fatal(err)
			}
			defer os.Remove(p.Environment)
		}
		crontab, err := Cron(p)
		if err != nil {
			rt.Fatal(err)
		}
		want := []string{
			"secret " + secret,
			"--nonblock", "--conflict-exit-code", "0", p.Workspace,
			"timeout", "--kill-after=60", "21600", // 6 × 60 × 60
			p.Program, "close", "--due", "--by", preparer(p), "--workspace", p.Workspace, "",
		}
		for _, takesAway := range []bool{true, false} {
			cmd := exec.Command("/bin/sh", "-c", cronCommand(commandOf(rt, crontab, p), takesAway))
			cmd.Env = []string{"PATH=" + tools}
			out, err := cmd.CombinedOutput()
			if got := strings.Split(string(out), "\n"); err != nil || !slices.Equal(got, want) {
				rt.Errorf("the shell runs %q (%v)\nwant %q\nof %s", got, err, want, crontab)
			}
		}
	})
}

func TestTheLineOfAPlainPlanNeedsNoQuotes(t *testing.T) {
	crontab, err := Cron(forCron())
	if err != nil {
		t.Fatal(err)
	}
	want := "if [ -e /etc/fleetpay/environment ]; then set -a; . /etc/fleetpay/environment; set +a; fi; " +
		"exec flock --nonblock --conflict-exit-code 0 /srv/fleet timeout --kill-after=60 21600 " +
		"/usr/local/bin/fleetpay close --due --by fleetpay --workspace /srv/fleet"
	if got := commandOf(t, crontab, forCron()); got != want {
		t.Errorf("runs %s\nwant %s", got, want)
	}
}
