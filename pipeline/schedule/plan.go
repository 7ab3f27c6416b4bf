// Package schedule renders the units that run fleetpay close --due: a systemd
// service and timer, a file for /etc/cron.d, a Kubernetes CronJob. It reads and
// writes nothing; the same plan gives the same bytes.
package schedule

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Plan is what a unit runs, and how. Paths are absolute.
type Plan struct {
	Name        string        // of the unit, as fleetpay
	Program     string        // path of fleetpay; Kubernetes also takes a name that the image finds
	Workspace   string        // folder that holds fleetpay.yaml
	Closes      string        // folder of closed months, which is written
	Textfile    string        // file for node_exporter, whose folder is written; "" for none
	Edited      []string      // folders in which a close may finish the acceptance of a proposal
	Environment string        // file that sets secrets, for systemd and cron
	User        string        // who runs it; for Kubernetes a number
	By          string        // whom the closes name as having prepared them; "" for the user, or the name
	At          string        // when, as the scheduler writes it
	Limit       time.Duration // that a run may take, in whole seconds
	Image       string        // for Kubernetes
}

// arguments is the command line after the program. The one who closes is named, by
// whom where the plan leaves that open: in a container the user may have no name.
func (p Plan) arguments(by string) []string {
	if p.By != "" {
		by = p.By
	}
	return []string{"close", "--due", "--by", by, "--workspace", p.Workspace}
}

// writable is a folder that a run writes to, and what its volume is called.
type writable struct{ volume, dir string }

// writables are the folders that a run writes to; none lies in one before it. But a
// folder of the workspace does not count as part of one around the workspace, which
// can't be written there: Kubernetes mounts the workspace in between, to be read.
func (p Plan) writables() []writable {
	list := []writable{{"closes", p.Closes}}
	add := func(volume, dir string) {
		if !slices.ContainsFunc(list, func(w writable) bool {
			return below(dir, w.dir) && (below(w.dir, p.Workspace) || !below(dir, p.Workspace))
		}) {
			list = append(list, writable{volume, dir})
		}
	}
	if p.Textfile != "" {
		add("textfile", filepath.Dir(p.Textfile))
	}
	for i, dir := range p.Edited {
		add(fmt.Sprintf("data-%d", i+1), dir)
	}
	return list
}

// seconds is the limit in whole seconds.
func (p Plan) seconds() int64 { return int64(p.Limit / time.Second) }

// below tells whether path is folder, or lies in it.
func below(path, folder string) bool {
	return path == folder || folder == "/" || strings.HasPrefix(path, folder+"/")
}

// nameForm is the name of a systemd unit, of a file in /etc/cron.d (which takes no
// point) and of a Kubernetes object alike; a CronJob's has 52 characters at most,
// since its jobs add 11 to it.
var nameForm = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$`)

// userForm is a name that useradd takes on every distribution.
var userForm = regexp.MustCompile(`^[a-z_][-a-z0-9_]{0,30}$`)

// check holds to what is the same for all schedulers.
func (p Plan) check() error {
	if !nameForm.MatchString(p.Name) {
		return fmt.Errorf("%q can't name a unit; write up to 52 small letters, digits and hyphens, a letter first and no hyphen last, as in fleetpay-europe", p.Name)
	}
	if p.Limit < time.Minute || p.Limit%time.Second != 0 || p.Limit > longest {
		return fmt.Errorf("a run can't be limited to %s; write whole seconds from 1m to 168h, as 6h", p.Limit)
	}
	paths := append([]string{p.Workspace, p.Closes}, p.Edited...)
	if p.Textfile != "" {
		paths = append(paths, p.Textfile)
	}
	for _, path := range paths {
		if err := checkPath(path); err != nil {
			return err
		}
	}
	return nil
}

// checkHost holds to what systemd and cron share: a user of the system, and paths on
// its disk.
func (p Plan) checkHost() error {
	if err := p.check(); err != nil {
		return err
	}
	if err := checkUser(p.User); err != nil {
		return err
	}
	for _, path := range []string{p.Program, p.Environment} {
		if err := checkPath(path); err != nil {
			return err
		}
	}
	return nil
}

// longest is the most that a run may take: after a week nobody waits for it.
const longest = 7 * 24 * time.Hour

// checkPath refuses a path that no unit can hold.
func checkPath(path string) error {
	switch {
	case !filepath.IsAbs(path) || filepath.Clean(path) != path:
		return fmt.Errorf("%q is not an absolute path in its shortest form; write it from / on", path)
	case !utf8.ValidString(path):
		return fmt.Errorf("%q is not UTF-8 text, and can't stand in a unit; rename it, or name a link to it", path)
	}
	for _, r := range path {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return fmt.Errorf("%q holds the character %U, which can't stand in a unit; rename it, or name a link to it", path, r)
		}
	}
	return nil
}

// checkUser refuses what is no name of a system's user.
func checkUser(user string) error {
	if !userForm.MatchString(user) {
		return fmt.Errorf("%q is not a user of the system; write up to 31 small letters, digits, _ and hyphens, as in fleetpay", user)
	}
	if user == "root" {
		return fmt.Errorf("root needs no rights here that another has not; name a user of its own, as in fleetpay")
	}
	return nil
}

// uid reads the number of a user in a container.
func uid(user string) (int64, error) {
	n, err := strconv.ParseInt(user, 10, 32)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != user {
		return 0, fmt.Errorf("%q is not a user of a container; write a number of 1 or more, as in 65532", user)
	}
	return n, nil
}
