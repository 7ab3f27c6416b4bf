package command

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"fleetpay/pipeline"
)

// approveFlags are what an approval is told.
type approveFlags struct {
	as, key, signature string
}

func (p *program) approveCommand() *cobra.Command {
	var f approveFlags
	cmd := &cobra.Command{
		Use:   "approve PERIOD --as NAME --key FILE | --signature FILE",
		Short: "Sign a closed month, so that it may be paid",
		Long: `Approve recomputes a closed month from its own folder, and then signs its
SHA256SUMS with an SSH key: that is every byte of the month. The signature lies in
closes/PERIOD.approvals. It is one that ssh-keygen verifies:

  ssh-keygen -Y verify -f allowed_signers -I NAME -n fleetpay-approval \
    -s closes/2026-10.approvals/NAME.XXXXXXXXXXXXXXXX.sig < closes/2026-10/SHA256SUMS

fleetpay.yaml names the allowed_signers file that says who may approve, and how many
people it takes (payments: approvals). Who prepared the close is not one of them.
With a .pub file as --key the key itself is taken from the SSH agent, which a
hardware key needs. --signature brings a signature that was made elsewhere:

  ssh-keygen -Y sign -n fleetpay-approval -f KEY closes/2026-10/SHA256SUMS

It ends with status 4, and signs nothing, when the recomputed month differs.`,
		Example: `  fleetpay approve 2026-10 --as alice@fleet.example --key ~/.ssh/id_ed25519
  fleetpay approve 2026-10 --as bob@fleet.example --signature SHA256SUMS.sig`,
		Args: arguments(1, 1, "a PERIOD such as 2026-10"),
	}
	cmd.RunE = p.run(func(ctx context.Context, args []string) error {
		if err := said(cmd, "as", "NAME", "who approves, as allowed_signers lists the name"); err != nil {
			return err
		}
		switch key, signature := cmd.Flags().Changed("key"), cmd.Flags().Changed("signature"); {
		case key && signature:
			return usage("--key and --signature are two ways of one thing; give one of them")
		case !key && !signature:
			return usage("--key FILE or --signature FILE is missing; say which SSH key signs, or bring a signature that was made elsewhere")
		case key && f.key == "", signature && f.signature == "":
			return usage("the name of the file is empty; name one")
		}
		return p.approve(ctx, args[0], f)
	})
	cmd.Flags().StringVar(&f.as, "as", "", "who approves, as allowed_signers lists the name (required)")
	cmd.Flags().StringVar(&f.key, "key", "", "file of the SSH key; a .pub file means the key in the SSH agent")
	cmd.Flags().StringVar(&f.signature, "signature", "", "file of a signature made with ssh-keygen -Y sign")
	p.jsonFlag(cmd)
	return cmd
}

func (p *program) approve(ctx context.Context, text string, f approveFlags) error {
	q, now, ws, err := p.at(text)
	if err != nil {
		return p.refuse(q, err)
	}
	progress, end := startBar(p.stderr)
	a, err := pipeline.Approve(ctx, ws, q, pipeline.ApproveOptions{
		As: f.as, Key: f.key, Signature: f.signature, Passphrase: p.passphrase, At: now, Progress: progress,
	})
	end()
	if err != nil {
		return p.refuse(q, err)
	}
	if p.json {
		return p.answer(approveAnswer{a, []string{}})
	}
	word := "approved"
	if a.Already {
		word = "already approved"
	}
	fmt.Fprintf(p.stdout, "%s: %s by %s with %s: %s of %s USDC\n", q, word, a.Approver, a.Key, counted(a.Payments, "payment"), a.Amount)
	fmt.Fprintf(p.stdout, "  signature: %s\n  %s\n", a.File, a.Standing)
	switch {
	case a.Payments == 0: // there is nothing to give out
	case a.Counted < a.Needed:
		fmt.Fprintf(p.stdout, "next: somebody else approves: fleetpay approve %s --as NAME --key FILE\n", q)
	default:
		fmt.Fprintf(p.stdout, "next: fleetpay payments export %s\n", q)
	}
	return nil
}

// passphrase asks for a key's passphrase where somebody can answer.
func (p *program) passphrase() ([]byte, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		return nil, fmt.Errorf("it has a passphrase, and nobody can be asked for it here; add the key to the SSH agent and give its .pub file")
	}
	fmt.Fprint(p.stderr, "passphrase of the key: ")
	defer fmt.Fprintln(p.stderr)
	return term.ReadPassword(in)
}
