package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/pipeline/schedule"
)

func (p *program) scheduleInstallCommand() *cobra.Command {
	f := scheduleFlags{as: asSystemd}
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Write the systemd service and timer",
		Long: `Install writes NAME.service and NAME.timer, and prints the commands that make the
user, give it the closes, and start the timer: it runs none of them. A file that is
there and says something else stays, unless --force is given. See the pair first with
fleetpay schedule show --as systemd.

Secrets that fleetpay.yaml names with env stand in the file of --environment, which
the service reads at each run.`,
		Example: `  fleetpay schedule install -w /srv/fleet
  fleetpay schedule install -w /srv/fleet --at "*-*-* 06:10:00 UTC" --force`,
		Args: arguments(0, 0, "no argument but flags"),
	}
	cmd.RunE = p.run(func(_ context.Context, _ []string) error {
		if f.dir == "" {
			return usage("--dir is empty; name the folder of the units, as /etc/systemd/system")
		}
		plan, err := p.plan(cmd, &f)
		if err != nil {
			return err
		}
		service, timer, err := schedule.Systemd(plan)
		if err != nil {
			return usage("%w", err)
		}
		return p.install(f, plan, []unit{
			{filepath.Join(f.dir, plan.Name+".service"), service},
			{filepath.Join(f.dir, plan.Name+".timer"), timer},
		})
	})
	f.common(cmd)
	cmd.Flags().StringVar(&f.dir, "dir", "/etc/systemd/system", "folder of the units")
	cmd.Flags().BoolVar(&f.force, "force", false, "write over units that say something else")
	return cmd
}

// unit is a file of a scheduler.
type unit struct {
	path string
	data []byte
}

// install writes the units that are not there as they should be. All are looked at
// before one is written.
func (p *program) install(f scheduleFlags, plan schedule.Plan, units []unit) error {
	var write []unit
	for _, u := range units {
		same, err := u.isThere(f.force)
		if err != nil {
			return err
		}
		if !same {
			write = append(write, u)
		}
	}
	for _, u := range write {
		if err := u.write(); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s: written\n", u.path)
	}
	if len(write) == 0 {
		fmt.Fprintf(p.stdout, "%s and %s: are there as they should be; nothing was changed\n", units[0].path, units[1].path)
	}
	fmt.Fprintf(p.stdout, "\nNext, as root:\n%s", schedule.Enable(plan, units[0].path, units[1].path))
	fmt.Fprintf(p.stdout, "\nSecrets that fleetpay.yaml names with env go into %s, as NAME='value' lines, before the timer starts.\n", plan.Environment)
	return nil
}

// isThere tells whether the unit is in its place. What is no plain file is never
// written over: a link to /dev/null masks the unit, and somebody meant that.
func (u unit) isThere(force bool) (bool, error) {
	info, err := os.Lstat(u.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, refused("%s: is not a plain file; systemctl unmask or remove what is there, and run it again", u.path)
	}
	old, err := os.ReadFile(u.path)
	if err != nil {
		return false, err
	}
	same := bytes.Equal(old, u.data)
	if !same && !force {
		return false, refused("%s: is there, and says something else; look at it, and write over it with --force, or install under another --name", u.path)
	}
	return same, nil
}

// write puts the unit into its place whole, for everybody to read.
func (u unit) write() error {
	part, err := os.CreateTemp(filepath.Dir(u.path), "."+filepath.Base(u.path)+".*")
	if err != nil {
		return fmt.Errorf("%s: can't be written: %w; make that folder, run it as root, or name another with --dir", u.path, err)
	}
	defer os.Remove(part.Name())
	_, err = part.Write(u.data)
	err = errors.Join(err, part.Chmod(0o644), part.Sync(), part.Close())
	if err != nil {
		return err
	}
	return os.Rename(part.Name(), u.path)
}

// refused makes an error about the state that a command finds.
func refused(format string, args ...any) error {
	return &pipeline.Refusal{Err: fmt.Errorf(format, args...)}
}
