package schedule

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// setting returns the one value of a key in a unit.
func setting(t rapid.TB, unit []byte, key string) string {
	t.Helper()
	var values []string
	for line := range strings.Lines(string(unit)) {
		if value, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), key+"="); ok {
			values = append(values, value)
		}
	}
	if len(values) != 1 {
		t.Fatalf("%s stands %d times in\n%s", key, len(values), unit)
	}
	return values[0]
}

// readWords reads a list of words as systemd does: double quotes around a word, in
// which a backslash takes the next character as it is, and %% for a percent sign.
func readWords(t rapid.TB, line string) []string {
	t.Helper()
	var words []string
	for line != "" {
		var word strings.Builder
		quoted := line[0] == '"'
		i := 0
		if quoted {
			i = 1
		}
		for ; i < len(line) && (quoted && line[i] != '"' || !quoted && line[i] != ' '); i++ {
			switch {
			case strings.ContainsRune(`'"`, rune(line[i])) && !quoted, line[i] == '\\' && !quoted:
				t.Fatalf("%q: a bare %c", line, line[i])
			case line[i] == '\\', line[i] == '%':
				if line[i] == '%' && line[i+1] != '%' {
					t.Fatalf("%q: a specifier", line)
				}
				i++
			}
			word.WriteByte(line[i])
		}
		words = append(words, word.String())
		if quoted {
			i++ // the quote at the end
		}
		line = strings.TrimPrefix(line[i:], " ")
	}
	return words
}

func TestTheServiceIsReadAsItWasMeant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := strange(t, plain(), "")
		p.Program = strangePath(t, "program", `'"\`)
		p.Environment = "/etc" + strangePath(t, "environment", "") + "/env"
		service, _, err := Systemd(p)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{":" + p.Program, "close", "--due", "--by", preparer(p), "--workspace", p.Workspace}
		if got := readWords(t, setting(t, service, "ExecStart")); !slices.Equal(got, want) {
			t.Errorf("runs %q\nwant %q", got, want)
		}
		writes := readWords(t, setting(t, service, "ReadWritePaths"))
		for _, dir := range needs(p) {
			if !slices.ContainsFunc(writes, func(w string) bool { return below(dir, w) }) {
				t.Errorf("writes to %q\nwant %q, too", writes, dir)
			}
		}
		for _, w := range writes {
			if !slices.Contains(needs(p), w) {
				t.Errorf("may write to %q, which it need not", w)
			}
		}
		if got := readWords(t, setting(t, service, "RequiresMountsFor")); !slices.Equal(got, append([]string{p.Workspace}, writes...)) {
			t.Errorf("needs %q\nwant the workspace and %q", got, writes)
		}
		// systemd takes this one whole, and knows no quotes there.
		if got := strings.ReplaceAll(setting(t, service, "EnvironmentFile"), "%%", "%"); got != "-"+p.Environment {
			t.Errorf("secrets are in %q\nwant %q", got, "-"+p.Environment)
		}
	})
}

func TestTheServiceHasALimitAUserAndNoMoreRightsThanItNeeds(t *testing.T) {
	p := plain()
	p.Textfile = "/var/lib/node-exporter/fleetpay.prom"
	p.Edited = []string{"/srv/fleet/data"}
	service, timer, err := Systemd(p)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"Type": "oneshot", "User": "fleetpay", "TimeoutStartSec": "21600", // 6 × 60 × 60
		"ProtectSystem": "strict", "PrivateTmp": "yes", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "",
		"ReadWritePaths":  "/srv/fleet/closes /var/lib/node-exporter /srv/fleet/data",
		"EnvironmentFile": "-/etc/fleetpay/environment",
		"ExecStart":       ":/usr/local/bin/fleetpay close --due --by fleetpay --workspace /srv/fleet",
	} {
		if got := setting(t, service, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	for key, want := range map[string]string{"OnCalendar": "hourly", "Persistent": "true", "RandomizedDelaySec": "10min", "WantedBy": "timers.target"} {
		if got := setting(t, timer, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

func TestWhatLiesInTmpIsNotHidden(t *testing.T) {
	for path, want := range map[string]string{"/tmp/fleet": "no", "/var/tmp/fleet": "no", "/tmpfleet": "yes", "/srv/tmp": "yes"} {
		p := plain()
		p.Workspace = path
		service, _, err := Systemd(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := setting(t, service, "PrivateTmp"); got != want {
			t.Errorf("%s: PrivateTmp is %s, want %s", path, got, want)
		}
	}
}

// TestSystemdVerifiesThePair asks systemd itself, also with paths that it could read
// otherwise. It looks for the program, and warns of every line that it passes over.
func TestSystemdVerifiesThePair(t *testing.T) {
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed; on Debian: apt install systemd")
	}
	for _, name := range []string{"fleet", `a b`, `100%`, `$HOME`, `it's "here"`, `c:\d`, `#1;2`, "zoë"} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			p := plain()
			p.Workspace = filepath.Join(root, name)
			p.Closes = filepath.Join(p.Workspace, "closes")
			p.Textfile = filepath.Join(root, "metrics of "+name, "fleetpay.prom")
			p.Edited = []string{filepath.Join(p.Workspace, "data")}
			p.Environment = filepath.Join(p.Workspace, "secrets", "env")
			p.Program = filepath.Join(root, strings.NewReplacer(`'`, "", `"`, "", `\`, "").Replace(name), "fleetpay")
			p.At = "*-*-01..10 06:10:00 UTC"
			for _, dir := range []string{p.Closes, filepath.Dir(p.Textfile), filepath.Dir(p.Program)} {
				if err := os.MkdirAll(dir, 0o777); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(p.Program, []byte("#!/bin/sh\n"), 0o777); err != nil {
				t.Fatal(err)
			}
			service, timer, err := Systemd(p)
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"verify", "--man=no"}
			for ending, unit := range map[string][]byte{".service": service, ".timer": timer} {
				path := filepath.Join(root, p.Name+ending)
				if err := os.WriteFile(path, unit, 0o666); err != nil {
					t.Fatal(err)
				}
				args = append(args, path)
			}
			out, err := exec.Command(verify, args...).CombinedOutput()
			// Units of the machine may have faults of their own, which are not ours.
			if err != nil || strings.Contains(string(out), "fleetpay.") {
				t.Errorf("systemd-analyze %s: %v\n%s\n%s", strings.Join(args, " "), err, out, service)
			}
			if err := os.Remove(p.Program); err != nil {
				t.Fatal(err)
			}
			out, err = exec.Command(verify, args...).CombinedOutput()
			if err == nil || !strings.Contains(string(out), fmt.Sprintf("Command %s is not executable", p.Program)) {
				t.Errorf("systemd looks for another program than %s: %v\n%s", p.Program, err, out)
			}
		})
	}
}
