package schedule

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// plain is a plan without anything strange, for systemd.
func plain() Plan {
	return Plan{
		Name: "fleetpay", Program: "/usr/local/bin/fleetpay", Workspace: "/srv/fleet", Closes: "/srv/fleet/closes",
		Environment: "/etc/fleetpay/environment", User: "fleetpay", At: "hourly", Limit: 6 * time.Hour,
	}
}

// forCron and forKubernetes are the same for the others.
func forCron() Plan {
	p := plain()
	p.At = "7 * * * *"
	return p
}

func forKubernetes() Plan {
	p := forCron()
	p.Program, p.User, p.Image = "fleetpay", "65532", "registry.example/fleetpay:1.0.0"
	return p
}

// preparer is whom the closes of a plan are to name: the user, where it says nobody.
func preparer(p Plan) string {
	if p.By == "" {
		return "fleetpay"
	}
	return p.By
}

// strangePath draws an absolute path of what shells, cron, systemd and YAML read in
// ways of their own.
func strangePath(t *rapid.T, label, without string) string {
	letters := []rune{}
	for _, r := range "aZ09 %%$$''\"\"\\\\##;:,=~*?!&|(){}[]<>@-+.`^é–\u00a0" {
		if !strings.ContainsRune(without, r) {
			letters = append(letters, r)
		}
	}
	part := rapid.StringOfN(rapid.SampledFrom(letters), 1, 8, -1).Filter(func(s string) bool { return s != "." && s != ".." })
	return "/" + filepath.Join(rapid.SliceOfN(part, 1, 3).Draw(t, label)...)
}

// strange is a plan with paths of that kind.
func strange(t *rapid.T, p Plan, without string) Plan {
	p.Workspace = strangePath(t, "workspace", without)
	p.Closes = filepath.Join(p.Workspace, "closes")
	if rapid.Bool().Draw(t, "closes elsewhere") {
		p.Closes = strangePath(t, "closes", without)
	}
	if rapid.Bool().Draw(t, "with a textfile") {
		p.Textfile = strangePath(t, "textfile", without) + "/fleetpay.prom"
	}
	if rapid.Bool().Draw(t, "with proposals") {
		p.Edited = []string{filepath.Join(p.Workspace, "data"), strangePath(t, "data elsewhere", without)}
	}
	if rapid.Bool().Draw(t, "by people") {
		p.By = "A." + strings.ReplaceAll(strangePath(t, "by", without), "/", " ") + ", B. Name"
	}
	return p
}

// needs are the folders that a run of the plan must be able to write.
func needs(p Plan) []string {
	list := append([]string{p.Closes}, p.Edited...)
	if p.Textfile != "" {
		list = append(list, filepath.Dir(p.Textfile))
	}
	return list
}

func TestWhatNoUnitCanHoldIsRefused(t *testing.T) {
	systemd := func(p Plan) error { _, _, err := Systemd(p); return err }
	cron := func(p Plan) error { _, err := Cron(p); return err }
	kubernetes := func(p Plan) error { _, err := Kubernetes(p); return err }
	for name, c := range map[string]struct {
		render func(Plan) error
		plan   Plan
		change func(*Plan)
		want   string
	}{
		"a line end in a path": {systemd, plain(), func(p *Plan) { p.Workspace = "/a\nb" },
			`"/a\nb" holds the character U+000A, which can't stand in a unit; rename it, or name a link to it`},
		"a path that is no text": {cron, forCron(), func(p *Plan) { p.Closes = "/a\xff" },
			`"/a\xff" is not UTF-8 text, and can't stand in a unit; rename it, or name a link to it`},
		"a relative path": {kubernetes, forKubernetes(), func(p *Plan) { p.Closes = "closes" },
			`"closes" is not an absolute path in its shortest form; write it from / on`},
		"a name that no CronJob has": {kubernetes, forKubernetes(), func(p *Plan) { p.Name = "Fleet pay" },
			`"Fleet pay" can't name a unit; write up to 52 small letters, digits and hyphens, a letter first and no hyphen last, as in fleetpay-europe`},
		"a limit of part of a second": {systemd, plain(), func(p *Plan) { p.Limit = 90*time.Second + time.Millisecond },
			`a run can't be limited to 1m30.001s; write whole seconds from 1m to 168h, as 6h`},
		"no limit": {cron, forCron(), func(p *Plan) { p.Limit = 0 },
			`a run can't be limited to 0s; write whole seconds from 1m to 168h, as 6h`},
		"root": {systemd, plain(), func(p *Plan) { p.User = "root" },
			`root needs no rights here that another has not; name a user of its own, as in fleetpay`},
		"a user with a blank": {cron, forCron(), func(p *Plan) { p.User = "fleet pay" },
			`"fleet pay" is not a user of the system; write up to 31 small letters, digits, _ and hyphens, as in fleetpay`},
		"a name for the user of a container": {kubernetes, forKubernetes(), func(p *Plan) { p.User = "fleetpay" },
			`"fleetpay" is not a user of a container; write a number of 1 or more, as in 65532`},
		"the number of root": {kubernetes, forKubernetes(), func(p *Plan) { p.User = "0" },
			`"0" is not a user of a container; write a number of 1 or more, as in 65532`},
		"a program with a quote": {systemd, plain(), func(p *Plan) { p.Program = `/opt/fleet's` },
			`"/opt/fleet's" holds a quote or a backslash, and systemd runs no such program; link to it, and name the link with --program`},
		"an environment that ends with a backslash": {systemd, plain(), func(p *Plan) { p.Environment = `/etc/env\` },
			`"/etc/env\\" ends with a blank or a backslash, and systemd reads no such file; name another with --environment`},
		"more than a time for systemd": {systemd, plain(), func(p *Plan) { p.At = "hourly\nUser=root" },
			`"hourly\nUser=root" is not a time as systemd writes it; write hourly, or *-*-* 06:10:00 UTC, as systemd-analyze calendar takes it`},
		"a crontab's fields for systemd": {systemd, plain(), func(p *Plan) { p.At = "7 * * * *" },
			`"7 * * * *" is not a time as systemd writes it; write hourly, or *-*-* 06:10:00 UTC, as systemd-analyze calendar takes it`},
		"systemd's time for cron": {cron, forCron(), func(p *Plan) { p.At = "hourly" },
			`"hourly" is not a time as cron writes it; write five fields, as 7 * * * * for seven minutes past each hour`},
		"minute 60": {kubernetes, forKubernetes(), func(p *Plan) { p.At = "5,60 * * * *" },
			`"5,60 * * * *": "60" is not a minute from 0 to 59; write five fields, as 7 * * * * for seven minutes past each hour`},
		"a colon where Kubernetes mounts": {kubernetes, forKubernetes(), func(p *Plan) { p.Workspace, p.Closes = "/a:b", "/a:b/closes" },
			`"/a:b/closes" holds a colon, and Kubernetes mounts nothing there; name a folder without one`},
		"an image with a blank": {kubernetes, forKubernetes(), func(p *Plan) { p.Image = "fleet pay" },
			`"fleet pay" is not an image; name one that holds fleetpay, as registry.example/fleetpay:1.0.0`},
		"a line that cron would cut": {cron, forCron(), func(p *Plan) { p.Environment = "/" + strings.Repeat("x", 450) },
			"and cron cuts it after 998; link to the long paths, and name the links"},
	} {
		c.change(&c.plan)
		err := c.render(c.plan)
		if err == nil || err.Error() != c.want && !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

func TestTimesOfACrontab(t *testing.T) {
	for _, good := range []string{"7 * * * *", "*/15 0-6 1,15 jan-MAR mon-fri", "0 6 5 * *", "0-59/5 * * * 0", "@hourly", "@daily"} {
		if err := checkCrontab(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "7 * * *", "7 * * * * *", "7  * * *", "7 * * * %", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "5/10 * * * *",
		"*/0 * * * *", "9-5 * * * *", ", * * * *", "+5 * * * *", "007 * * * *", "* * * feb-jan *", "mon * * * *", "@reboot", "7 * * * *\n0 * * * *", "\t7 * * * *",
	} {
		if checkCrontab(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
