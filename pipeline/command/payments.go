package command

import (
	"github.com/spf13/cobra"
)

func (p *program) paymentsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "payments",
		Short: "Pay what a close says: check, export, status",
		Long: `Payments takes a closed month to the chain. A payment goes this way:

  fleetpay payments check 2026-10                  would each transfer go through?
  fleetpay approve 2026-10 --as NAME --key FILE    people sign exactly these bytes
  fleetpay payments export 2026-10                 batches for the Safe, once
  (the Safe's owners execute them)
  fleetpay settle 2026-10 --rpc URL                what the chain says
  fleetpay payments status                         where each payment stands

What happens after a close lies beside it, in closes/PERIOD.approvals, .exports
and .settlement. Nothing there is ever changed or removed by the program.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.paymentsCheckCommand(), p.paymentsExportCommand(), p.paymentsStatusCommand())
	return cmd
}
