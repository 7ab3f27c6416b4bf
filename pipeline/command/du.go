package command

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
)

func (p *program) duCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "du",
		Short: "What the closes take",
		Long: `Du tells of each month what its close takes and what of that are the saved inputs,
and what lies beside it: approvals, exports, settlement, withdrawn closes, and pieces
of pulls that broke off. Sizes in the table are cut; --json has the exact bytes.

Nothing closed, approved, given out, settled or withdrawn is ever deleted by the
program: each close rests on the one before it. By hand only the pieces in
closes/.pulled may be removed, while no run is at work; their servers are then asked
again, if they still have the month. What killed runs left goes with the next run
that writes.`,
		Example: `  fleetpay du
  fleetpay du --json`,
		Args: arguments(0, 0, "no argument but flags"),
		RunE: p.run(func(_ context.Context, _ []string) error {
			ws, err := p.open()
			if err != nil {
				return p.refuse(noPeriod, err)
			}
			sizes, err := pipeline.MeasureCloses(ws)
			if err != nil {
				return err
			}
			if p.json {
				return p.answer(sizes)
			}
			p.tellSizes(sizes)
			return nil
		}),
	}
	p.jsonFlag(cmd)
	return cmd
}

// tellSizes writes a table of at most 100 columns, and what may be removed.
func (p *program) tellSizes(s *pipeline.Sizes) {
	fmt.Fprintf(p.stdout, "%s: %s in %s\n", s.Folder, size(s.Total), counted(s.Total.Files, "file"))
	if len(s.Months) > 0 {
		fmt.Fprintln(p.stdout)
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "month\tclose\t(inputs)\tapprovals\texports\tsettlement\twithdrawn\tpulled\ttotal\t")
		for _, m := range s.Months {
			fmt.Fprint(table, m.Period)
			for _, part := range []pipeline.Size{m.Close, m.Inputs, m.Approvals, m.Exports, m.Settlement, m.Withdrawn, m.Pulled, m.Total} {
				fmt.Fprintf(table, "\t%s", size(part))
			}
			fmt.Fprintln(table, "\t")
		}
		table.Flush()
	}
	tellOthers(p.stdout, "left by a run that was killed, or is at work", s.Leftovers)
	tellOthers(p.stdout, "others", s.Others)
	fmt.Fprintln(p.stdout, "\nNothing closed, approved, given out, settled or withdrawn is ever deleted by the program.")
	if s.Removable.Files > 0 {
		fmt.Fprintf(p.stdout, "By hand only the pieces of pulls may be removed: %s in the folder .pulled, while no run is\n"+
			"at work. Their servers are then asked again, if they still have the month.\n", size(s.Removable))
	}
}

// tellOthers lists what is of no month.
func tellOthers(w io.Writer, heading string, list []pipeline.SizeOf) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", heading)
	for _, o := range list {
		fmt.Fprintf(w, "  %8s  %s\n", size(o.Size), oneLine(o.Name))
	}
}

// units of a size, each 1024 of the one before.
var units = []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}

// size writes a size for people in 8 characters or less, cut and never rounded up:
// 912 B, 1.9 MiB, 1023 KiB; - where there is no file.
func size(s pipeline.Size) string {
	if s.Files == 0 {
		return "-"
	}
	whole, rest, i := s.Bytes, int64(0), 0
	for whole >= 1024 {
		whole, rest, i = whole/1024, whole%1024, i+1
	}
	if i > 0 && whole < 10 {
		return fmt.Sprintf("%d.%d %s", whole, rest*10/1024, units[i])
	}
	return fmt.Sprintf("%d %s", whole, units[i])
}
