package pipeline

import (
	"fmt"
	"strconv"

	"fleetpay/outputs"
	"fleetpay/rules/strict"
)

// Paying is what fleetpay.yaml says of how payments are approved and given out.
// No close depends on it.
type Paying struct {
	Safes   map[string]string // chain to the multisig that pays there, checksummed
	Signers string            // path of the allowed_signers file, or ""
	Needed  int               // distinct people who must approve a period's payments; 0: not configured
}

// safes are the multisigs that pay, by chain.
type safes map[string]string

func (s *safes) UnmarshalNode(n *strict.Node) {
	var byChain strict.Map[safeAddress]
	n.Decode(&byChain)
	*s = safes{}
	for _, e := range byChain {
		if _, known := outputs.LookupChain(e.Key); !known {
			e.Node.Problem("%q is not a chain that payments can be made on; %s", e.Key, strict.Suggest(e.Key, outputs.ChainNames()))
			continue
		}
		(*s)[e.Key] = string(e.Value)
	}
}

// safeAddress is the address of a Safe, checksummed.
type safeAddress string

func (a *safeAddress) UnmarshalScalar(text string) error {
	checksummed, problem := outputs.CheckWallet(text)
	if problem != "" {
		return fmt.Errorf("a Safe can't be there: %s", problem)
	}
	*a = safeAddress(checksummed)
	return nil
}

// approvals say who approves payments, and how many of them it takes.
type approvals struct {
	Signers string    `yaml:"signers" required:"true"`
	Needed  approvers `yaml:"needed" required:"true"`
}

// approvers is a number of distinct people.
type approvers int

func (a *approvers) UnmarshalScalar(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || strconv.Itoa(n) != text {
		return fmt.Errorf("%q is not a number of approvers; write 1 or more", text)
	}
	*a = approvers(n)
	return nil
}

// paying puts what the configuration says of payments together.
func (p payingConfig) paying(dir string) Paying {
	made := Paying{Safes: p.Safes, Needed: int(p.Approvals.Needed)}
	if p.Approvals.Signers != "" {
		made.Signers = within(dir, p.Approvals.Signers)
	}
	return made
}
