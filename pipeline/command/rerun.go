package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"fleetpay/outputs"
	"fleetpay/pipeline"
)

func (p *program) rerunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rerun FOLDER",
		Short: "Compute a closed month again and compare every byte",
		Long: `Rerun computes a closed folder again from its own inputs/, rules/ and close.json
and compares every file by its bytes. It needs no workspace and no network, and
writes nothing into the folder. A difference ends with status 4 and names the
payee and the line: what it was in the folder, and what it is when computed.

A statement or workbook that another version of fleetpay rendered may have other
bytes. Such files are listed as not compared by their bytes: the workbook is read
and must say what the CSV files say, a statement is only held against SHA256SUMS.
The version that the close names compares them fully.`,
		Example: `  fleetpay rerun closes/2026-10`,
		Args:    arguments(1, 1, "a FOLDER such as closes/2026-10"),
		RunE:    p.run(func(ctx context.Context, args []string) error { return p.rerun(ctx, args[0]) }),
	}
	p.jsonFlag(cmd)
	return cmd
}

func (p *program) rerun(ctx context.Context, folder string) error {
	progress, end := startBar(p.stderr)
	report, err := pipeline.Rerun(ctx, folder, progress)
	end()
	if p.json && report != nil {
		return errors.Join(p.answer(report), err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s: %d files are the same, byte for byte\n", report.Folder, report.Files-len(report.Rendered))
	if len(report.Rendered) > 0 {
		fmt.Fprintf(p.stdout, "  not compared by their bytes: by close.json they were rendered by v%s, and this is v%s\n", report.RenderedBy, pipeline.Version)
		for _, file := range report.Rendered {
			fmt.Fprintf(p.stdout, "    %s: %s\n", file, heldTo(file))
		}
		fmt.Fprintf(p.stdout, "  fleetpay v%s compares them too\n", report.RenderedBy)
	}
	return nil
}

// heldTo says what a file that was not compared by its bytes was held to.
func heldTo(file string) string {
	if file == outputs.WorkbookPath {
		return "its checksum holds, and its payouts, lines and exceptions are those of the CSV files"
	}
	return "its checksum holds; what it says was not read"
}
