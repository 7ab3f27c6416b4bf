package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
	"fleetpay/pipeline/demo"
)

func (p *program) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo DIR",
		Short: "Write the workspace of an invented fleet",
		Long: `Demo writes a workspace with twelve operators, sixty nodes and four partners from
April to September 2026 into an empty folder. It is the same every time.`,
		Example: `  fleetpay demo demo
  fleetpay close 2026-04 -w demo`,
		Args: arguments(1, 1, "a DIR that is empty or not there yet"),
		RunE: p.run(func(ctx context.Context, args []string) error {
			progress, end := startBar(p.stderr)
			err := demo.Write(ctx, args[0], func(stage string, done, total int64) {
				progress(pipeline.Progress{Stage: stage, Done: done, Total: total})
			})
			end()
			if errors.Is(err, demo.ErrNotEmpty) {
				return &pipeline.Refusal{Err: err}
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "%s: a workspace of six months; close the first with fleetpay close 2026-04 -w %s\n", args[0], args[0])
			return nil
		}),
	}
}
