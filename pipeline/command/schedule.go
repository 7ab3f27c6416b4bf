package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"fleetpay/pipeline/schedule"
)

// The schedulers that a unit can be for.
const (
	asSystemd    = "systemd"
	asCron       = "cron"
	asKubernetes = "kubernetes"
)

// scheduleFlags are what a unit may be told.
type scheduleFlags struct {
	as, name, user, by, at, program, environment, limit, image string
	dir                                                        string // of install
	force                                                      bool
}

func (p *program) scheduleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Let the close run by itself",
		Long: `Schedule makes the unit that runs close --due: a systemd service and timer, a file
for /etc/cron.d, or a Kubernetes CronJob. It is safe to run every hour, and twice at
once. A month whose servers have not settled waits. Files settle after the time that
settling in fleetpay.yaml says; without it, a month of files alone is closed by the
first run after its end.`,
		Example: `  fleetpay schedule show --as systemd
  fleetpay schedule install
  fleetpay status`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("fleetpay schedule: %q is not known; it is one of show and install", args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(p.scheduleShowCommand(), p.scheduleInstallCommand())
	return cmd
}

func (p *program) scheduleShowCommand() *cobra.Command {
	var f scheduleFlags
	cmd := &cobra.Command{
		Use:   "show --as systemd|cron|kubernetes",
		Short: "Print the unit",
		Long: `Show prints the unit that runs close --due, with the absolute paths of the workspace,
a lock, a time limit, and a user of its own: the closes name that user as who prepared
them (in Kubernetes NAME), or whom --by names. It writes nothing.

--at is written as the scheduler writes it: *-*-* 06:10:00 UTC for systemd, 10 6 * * *
for cron and Kubernetes. Every hour, when it is left out.`,
		Example: `  fleetpay schedule show --as systemd -w /srv/fleet
  fleetpay schedule show --as cron -w /srv/fleet --at "10 6 * * *"
  fleetpay schedule show --as kubernetes -w /srv/fleet --image registry.example/fleetpay:1.0.0`,
		Args: arguments(0, 0, "no argument but flags"),
	}
	cmd.RunE = p.run(func(_ context.Context, _ []string) error {
		plan, err := p.plan(cmd, &f)
		if err != nil {
			return err
		}
		unit, err := f.render(plan)
		if err != nil {
			return usage("%w", err)
		}
		_, err = p.stdout.Write(unit)
		return err
	})
	cmd.Flags().StringVar(&f.as, "as", "", "the scheduler: systemd, cron or kubernetes")
	f.common(cmd)
	cmd.Flags().StringVar(&f.image, "image", "", "for kubernetes: the image that holds fleetpay")
	return cmd
}

// common gives a command the flags of every unit.
func (f *scheduleFlags) common(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.name, "name", "fleetpay", "of the unit; another for a second workspace")
	flags.StringVar(&f.user, "user", "", "who runs it (default fleetpay; for kubernetes a number, 65532)")
	flags.StringVar(&f.by, "by", "", "who prepares the closes, and so can't approve them: names of allowed_signers, a comma between two (default the user)")
	flags.StringVar(&f.at, "at", "", "when, as the scheduler writes it (default every hour)")
	flags.StringVar(&f.limit, "limit", "6h", "that a run may take")
	flags.StringVar(&f.program, "program", "", "path of fleetpay (default this program's)")
	flags.StringVar(&f.environment, "environment", "", "file that sets secrets (default /etc/NAME/environment)")
}

// plan puts the flags and the workspace together.
func (p *program) plan(cmd *cobra.Command, f *scheduleFlags) (schedule.Plan, error) {
	none := schedule.Plan{}
	if err := f.check(cmd); err != nil {
		return none, err
	}
	limit, err := time.ParseDuration(f.limit)
	if err != nil {
		return none, usage("--limit is %q; write a length of time with its unit, as 6h or 90m", f.limit)
	}
	ws, err := p.open()
	if err != nil {
		return none, err
	}
	if ws.FilesAtOnce() {
		fmt.Fprintln(p.stderr, "fleetpay.yaml has no settling, so a month's files are taken as they are when the first run after it comes; "+
			"to leave people time, write settling: 72h there, say")
	}
	plan := schedule.Plan{Name: f.name, User: f.user, By: f.by, At: f.at, Limit: limit, Image: f.image}
	for _, x := range []struct {
		path string
		to   *string
	}{
		{ws.Dir, &plan.Workspace}, {ws.Closes, &plan.Closes}, {ws.Textfile, &plan.Textfile},
		{f.program, &plan.Program}, {f.environment, &plan.Environment},
	} {
		if x.path == "" || x.to == &plan.Program && f.as == asKubernetes {
			*x.to = x.path
			continue
		}
		if *x.to, err = filepath.Abs(x.path); err != nil {
			return none, err
		}
	}
	for _, dir := range ws.EditedFolders() {
		if dir, err = filepath.Abs(dir); err != nil {
			return none, err
		}
		plan.Edited = append(plan.Edited, dir)
	}
	return plan, nil
}

// check holds the flags to each other, and fills in what is left out.
func (f *scheduleFlags) check(cmd *cobra.Command) error {
	changed := func(name string) bool { flag := cmd.Flags().Lookup(name); return flag != nil && flag.Changed }
	switch {
	case f.as == "":
		return usage("--as is missing; it is one of systemd, cron and kubernetes")
	case !slices.Contains([]string{asSystemd, asCron, asKubernetes}, f.as):
		return usage("--as is %q; it is one of systemd, cron and kubernetes", f.as)
	case f.as == asKubernetes && changed("environment"):
		return usage("--environment is for systemd and cron; in Kubernetes secrets are the keys of the Secret %s", f.name)
	case f.as == asKubernetes && !changed("image"):
		return usage("--as kubernetes needs --image IMAGE: what holds the program")
	case f.as != asKubernetes && changed("image"):
		return usage("--image is for kubernetes; %s runs the program at --program", f.as)
	}
	for _, given := range []struct{ flag, text string }{
		{"user", f.user}, {"by", f.by}, {"at", f.at}, {"program", f.program}, {"environment", f.environment},
	} {
		if changed(given.flag) && strings.TrimSpace(given.text) == "" {
			return usage("--%s is empty; leave it out, or write what it is", given.flag)
		}
	}
	if err := checkWords("by", f.by); err != nil {
		return err
	}
	return f.fill()
}

// fill sets what a scheduler has where nothing is said.
func (f *scheduleFlags) fill() error {
	user, at := "fleetpay", "7 * * * *"
	switch f.as {
	case asSystemd:
		at = "hourly"
	case asKubernetes:
		user = "65532"
		f.program = orElse(f.program, "fleetpay")
	}
	f.user, f.at = orElse(f.user, user), orElse(f.at, at)
	f.environment = orElse(f.environment, "/etc/"+f.name+"/environment")
	if f.program != "" {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return usage("where this program lies is not known (%w); name it with --program PATH", err)
	}
	f.program = self
	return nil
}

// orElse is text, or another one where it is empty.
func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// render makes the unit. The systemd pair is one text, each file under its name.
func (f *scheduleFlags) render(plan schedule.Plan) ([]byte, error) {
	switch f.as {
	case asCron:
		return schedule.Cron(plan)
	case asKubernetes:
		return schedule.Kubernetes(plan)
	}
	service, timer, err := schedule.Systemd(plan)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("# "+plan.Name+".service\n"), service, []byte("\n# "+plan.Name+".timer\n"), timer), nil
}
