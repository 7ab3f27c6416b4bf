package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
)

func (p *program) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the program's version",
		Args:  arguments(0, 0, "no argument"),
		RunE: p.run(func(context.Context, []string) error {
			if p.json {
				return p.answer(map[string]string{"version": pipeline.Version})
			}
			fmt.Fprintf(p.stdout, "fleetpay %s\n", pipeline.Version)
			return nil
		}),
	}
	p.jsonFlag(cmd)
	return cmd
}
