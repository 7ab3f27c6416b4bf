// Package command is the command line of fleetpay: one file per command. Answers
// go to standard output, messages and the progress bar to standard error.
package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

// Main runs the program with the arguments of the process and returns its exit
// status. An interrupt stops the run, which then leaves nothing behind.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

// Run runs one command and returns its exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	p := &program{stdout: stdout, stderr: stderr}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !p.began {
		err = &pipeline.UsageError{Err: err} // cobra found the command line wanting
	}
	if err != nil {
		p.explain(ctx, cmd, err)
	}
	return pipeline.ExitStatus(err)
}

// program is what the commands share.
type program struct {
	stdout, stderr io.Writer
	workspace      string
	json           bool
	began          bool // a command took over: from here on errors are its own
	logged         bool // what goes wrong stands in a log, and is not said again
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "fleetpay",
		Short: "Close the month of a node fleet: who is paid what, and why",
		Long: `fleetpay closes the month of a node fleet. From a workspace (a folder with a
fleetpay.yaml) it pulls monitoring exports, incident logs and referral records,
applies the rule version in force, and writes one folder per month with every
amount, its reason, statements and a payment manifest. A schedule lets months close
by themselves; fleetpay status says where each one stands and what comes next.

Exit status: 0 done; 1 something in the surroundings failed (disk, network, lock);
2 the command line is wrong; 3 the input, the rules or the state refuse it; 4 a
month that was computed again differs.`,
		Example: `  fleetpay check 2026-10
  fleetpay close 2026-10
  fleetpay status
  fleetpay rerun closes/2026-10`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().StringVarP(&p.workspace, "workspace", "w", ".", "folder that holds fleetpay.yaml")
	root.AddCommand(p.closeCommand(), p.statusCommand(), p.rerunCommand(), p.checkCommand(), p.rulesCommand(),
		p.withdrawCommand(), p.approveCommand(), p.paymentsCommand(), p.settleCommand(), p.proposalsCommand(),
		p.scheduleCommand(), p.duCommand(), p.demoCommand(), p.versionCommand())
	return root
}

// jsonFlag gives a command --json, which only those have that honour it.
func (p *program) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.json, "json", false, "answer in JSON, for programs")
}

// run wraps what a command does: from here on an error is no longer about the
// command line, unless it says so.
func (p *program) run(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		p.began = true
		return do(cmd.Context(), args)
	}
}

// explain writes an error of a command for people.
func (p *program) explain(ctx context.Context, cmd *cobra.Command, err error) {
	if p.logged {
		return
	}
	var rejects *pipeline.RejectsError
	var usage *pipeline.UsageError
	switch {
	case errors.As(err, &rejects):
		writeRejects(p.stderr, rejects)
	case errors.As(err, &usage):
		help := strings.Replace(cmd.CommandPath(), cmd.Root().Name(), cmd.Root().Name()+" help", 1)
		fmt.Fprintf(p.stderr, "%s\nsee %s\n", err, help)
		return
	case ctx.Err() != nil:
		fmt.Fprintln(p.stderr, "stopped; nothing is half done: run it again")
		return
	}
	fmt.Fprintln(p.stderr, err)
	if advice := pipeline.Advice(err); advice != "" {
		fmt.Fprintln(p.stderr, advice)
	}
}

// at reads a PERIOD argument and the clock, and opens the workspace.
func (p *program) at(text string) (q rules.Period, now time.Time, ws *pipeline.Workspace, err error) {
	if q, err = period(text); err != nil {
		return q, now, nil, err
	}
	if now, err = pipeline.Now(); err != nil {
		return q, now, nil, err
	}
	ws, err = p.open()
	return q, now, ws, err
}

// open opens the workspace.
func (p *program) open() (*pipeline.Workspace, error) { return pipeline.OpenWorkspace(p.workspace) }

// period reads a PERIOD argument.
func period(text string) (rules.Period, error) {
	q, err := rules.ParsePeriod(text)
	if err != nil {
		return q, usage("%w", err)
	}
	return q, nil
}

// answer writes an answer for programs.
func (p *program) answer(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// usage makes an error about the command line.
func usage(format string, args ...any) error {
	return &pipeline.UsageError{Err: fmt.Errorf(format, args...)}
}

// arguments holds a command to its number of arguments and says what they are.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		takes := cmd.CommandPath() + " takes " + what
		switch over := len(args) - most; {
		case len(args) == 0 && least > 0:
			return usage("%s; none was given", takes)
		case len(args) < least:
			return usage("%s; only %q was given", takes, strings.Join(args, " "))
		case over == 1:
			return usage("%s; %q is one argument too many", takes, args[most])
		case over > 1:
			return usage("%s; %q are %d arguments too many", takes, strings.Join(args[most:], " "), over)
		}
		return nil
	}
}
