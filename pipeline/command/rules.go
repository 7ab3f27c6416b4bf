package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

func (p *program) rulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "Show the rule versions",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("fleetpay rules: %q is not known; it is one of list, show, diff and export", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the versions and when they hold",
		Example: `  fleetpay rules list`,
		Args:    arguments(0, 0, "no argument"),
		RunE:    p.run(func(context.Context, []string) error { return p.listRules() }),
	}
	p.jsonFlag(list)
	cmd.AddCommand(
		list,
		&cobra.Command{
			Use:     "show VERSION",
			Short:   "Show a version in words and numbers",
			Example: `  fleetpay rules show 2026-07`,
			Args:    arguments(1, 1, "a VERSION such as 2026-07"),
			RunE:    p.run(func(_ context.Context, args []string) error { return p.showRules(args[0]) }),
		},
		&cobra.Command{
			Use:     "diff A B",
			Short:   "Show what changes from version A to version B",
			Example: `  fleetpay rules diff 2026-05 2026-07`,
			Args:    arguments(2, 2, "two versions such as 2026-05 2026-07"),
			RunE:    p.run(func(_ context.Context, args []string) error { return p.diffRules(args[0], args[1]) }),
		},
		&cobra.Command{
			Use:   "export DIR",
			Short: "Write the built-in rule files and their JSON Schema into a folder",
			Long: `Export writes the built-in rule files, and rules.schema.json with which editors
complete and check a rule file, as a beginning for rules of one's own. A file
that is there already is never written over.`,
			Example: `  fleetpay rules export rules`,
			Args:    arguments(1, 1, "a DIR"),
			RunE:    p.run(func(_ context.Context, args []string) error { return p.exportRules(args[0]) }),
		},
	)
	return cmd
}

// library loads the versions of the workspace and the values that it gives for
// parameters; where there is no workspace, and none was named, the built-in ones.
func (p *program) library() (library []*rules.Version, values map[string]string, err error) {
	if _, err := os.Stat(filepath.Join(p.workspace, "fleetpay.yaml")); errors.Is(err, os.ErrNotExist) && p.workspace == "." {
		library, err = rules.Builtin()
		return library, nil, err
	}
	ws, err := p.open()
	if err != nil {
		return nil, nil, err
	}
	library, err = pipeline.LoadRules(ws)
	return library, ws.Parameters, err
}

// version finds a version by name, with what the workspace knows of it: the day
// before the next begins, and the values of its parameters.
func (p *program) version(name string) (rules.Shown, error) {
	library, values, err := p.library()
	if err != nil {
		return rules.Shown{}, err
	}
	var names []string
	for i, v := range library {
		if v.Name == name {
			return rules.Shown{Version: v, Until: until(library, i), Values: values}, nil
		}
		names = append(names, v.Name)
	}
	return rules.Shown{}, &pipeline.Refusal{Err: fmt.Errorf("there is no rule version %q; there are %s", name, strings.Join(names, ", "))}
}

// until is the last day of a version: the day before the next begins; zero when
// it has none.
func until(library []*rules.Version, i int) rules.Date {
	if i+1 < len(library) {
		return library[i+1].From - 1
	}
	return library[i].To
}

// versionAnswer is what a program reads of a version.
type versionAnswer struct {
	Version string `json:"version"`
	From    string `json:"from"`
	To      string `json:"to"` // "" for the last
	Title   string `json:"title"`
	File    string `json:"file"` // "built-in" when it comes with the program
}

// versionAnswers says when each version holds: until the day before the next.
func versionAnswers(library []*rules.Version) []versionAnswer {
	answers := []versionAnswer{}
	for i, v := range library {
		answers = append(answers, versionAnswer{v.Name, v.From.String(), until(library, i).String(), v.Title, v.File})
	}
	return answers
}

func (p *program) listRules() error {
	library, _, err := p.library()
	if err != nil {
		return err
	}
	answers := versionAnswers(library)
	if p.json {
		return p.answer(answers)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, v := range answers {
		fmt.Fprintf(w, "%s\t%s … %s\t%s\t(%s)\n", v.Version, v.From, v.To, v.Title, v.File)
	}
	return w.Flush()
}

func (p *program) showRules(name string) error {
	v, err := p.version(name)
	if err != nil {
		return err
	}
	return rules.Show(p.stdout, v)
}

func (p *program) diffRules(a, b string) error {
	before, err := p.version(a)
	if err != nil {
		return err
	}
	after, err := p.version(b)
	if err != nil {
		return err
	}
	return rules.Diff(p.stdout, before, after)
}

// exportRules writes each file anew and never over another.
func (p *program) exportRules(dir string) error {
	builtin, err := rules.Builtin()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	files := []struct {
		name string
		data []byte
	}{{"rules.schema.json", rules.Schema()}}
	for _, v := range builtin {
		files = append(files, struct {
			name string
			data []byte
		}{v.Name + ".yaml", v.Source})
	}
	for _, file := range files {
		path := filepath.Join(dir, file.name)
		if _, err := os.Lstat(path); err == nil {
			return &pipeline.Refusal{Err: fmt.Errorf("%s: is there already; nothing was written, name another folder", path)}
		}
	}
	for _, file := range files {
		path := filepath.Join(dir, file.name)
		if err := os.WriteFile(path, file.data, 0o666); err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, path)
	}
	return nil
}
