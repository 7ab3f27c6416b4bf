package chain

import "fmt"

// ContractError says that a contract is of another kind than the one that was
// asked for: it does not tell what every token, or every Safe, tells.
type ContractError struct {
	Place    string // of the node
	Contract string
	What     string // that it does not tell: its decimals
}

func (e *ContractError) Error() string {
	return fmt.Sprintf("%s: the contract %s does not tell %s; check its address, and that the node is of its chain", e.Place, e.Contract, e.What)
}
