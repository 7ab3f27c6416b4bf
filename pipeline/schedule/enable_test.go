package schedule

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatComesBeforeTheFirstRun(t *testing.T) {
	p := plain()
	p.Textfile = "/var/lib/node exporter/fleetpay.prom"
	p.Edited = []string{"/srv/fleet/data"}
	want := `  id -u fleetpay || useradd --system --user-group --home-dir / --shell /usr/sbin/nologin fleetpay
  install -d -m 2770 -o fleetpay -g fleetpay /srv/fleet/closes
  setfacl -R -m g:fleetpay:rwX,d:g:fleetpay:rwX /srv/fleet/closes
  [ -e /etc/fleetpay/environment ] || install -D -m 0640 -o root -g fleetpay /dev/null /etc/fleetpay/environment
  setfacl -m u:fleetpay:rwx '/var/lib/node exporter'
  setfacl -m u:fleetpay:rwx /srv/fleet/data
  systemd-analyze verify units/fleetpay.service units/fleetpay.timer
  install -m 0644 units/fleetpay.service units/fleetpay.timer /etc/systemd/system
  systemctl daemon-reload
  systemctl enable --now fleetpay.timer
  systemctl list-timers fleetpay.timer
`
	if got := Enable(p, "units/fleetpay.service", "units/fleetpay.timer"); got != want {
		t.Errorf("says\n%s\nwant\n%s", got, want)
	}
}

// The file for cron says the same, in lines that cron passes over.
func TestTheCrontabSaysWhatComesBeforeTheFirstRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := strange(t, forCron(), "")
		crontab, err := Cron(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range p.prepare() {
			if !strings.Contains(string(crontab), "\n#   "+line+"\n") {
				t.Errorf("%s is not in\n%s", line, crontab)
			}
		}
		commandOf(t, crontab, p)
	})
}

func TestAShellReadsThePathsAsTheyWereMeant(t *testing.T) {
	tools := t.TempDir()
	for _, tool := range []string{"setfacl", "install", "id"} {
		if err := os.WriteFile(filepath.Join(tools, tool), []byte("#!/bin/sh\nfor last; do :; done\nprintf '%s\\n' \"$last\"\n"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := strange(t, plain(), "")
		cmd := exec.Command("/bin/sh", "-c", strings.Join(p.prepare(), "\n"))
		cmd.Env = []string{"PATH=" + tools}
		want := p.User + "\n" + p.Closes + "\n" + p.Closes + "\n" + p.Environment + "\n"
		for _, w := range p.writables()[1:] {
			want += w.dir + "\n"
		}
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("the shell reads (%v)\n%s\nwant\n%s", err, out, want)
		}
	})
}
