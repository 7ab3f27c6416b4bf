package anvil

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// batchFile is what the Safe app reads of a Transaction Builder's file.
type batchFile struct {
	Version string
	ChainID string
	Meta    struct {
		CreatedFromSafeAddress string
	}
	Transactions []batchTransaction
}

type batchTransaction struct {
	To             string
	Value          string
	Data           *string
	ContractMethod *struct {
		Name    string
		Payable bool
		Inputs  []struct{ InternalType, Name, Type string }
	}
	ContractInputsValues map[string]string
}

// Execute does with a Transaction Builder's file what the Safe app does: it
// encodes each call from its method and values, packs all into one MultiSend,
// has the owners approve it, and executes it. It refuses a file for another
// chain or another Safe. When the batch reverts, the error gives the reason and
// the receipt is that of the failed transaction.
func (s *Safe) Execute(file []byte) (Receipt, error) {
	s.node.t.Helper()
	batch, err := s.read(file)
	if err != nil {
		return Receipt{}, err
	}
	return s.multiSend(batch.Transactions)
}

// ExecuteOnly executes some of the file's transactions, counted from 0, in one
// batch: owners who remove the others before they approve.
func (s *Safe) ExecuteOnly(file []byte, indexes ...int) (Receipt, error) {
	s.node.t.Helper()
	batch, err := s.read(file)
	if err != nil {
		return Receipt{}, err
	}
	var some []batchTransaction
	for _, i := range indexes {
		if i < 0 || i >= len(batch.Transactions) {
			return Receipt{}, fmt.Errorf("no transaction %d in a batch of %d", i, len(batch.Transactions))
		}
		some = append(some, batch.Transactions[i])
	}
	return s.multiSend(some)
}

func (s *Safe) read(file []byte) (*batchFile, error) {
	var batch batchFile
	if err := json.Unmarshal(file, &batch); err != nil {
		return nil, fmt.Errorf("no Transaction Builder file: %w", err)
	}
	if batch.Version != "1.0" {
		return nil, fmt.Errorf("version %q of the Transaction Builder's file; 1.0 is known", batch.Version)
	}
	if want := strconv.FormatInt(s.node.ChainID, 10); batch.ChainID != want {
		return nil, fmt.Errorf("the batch is for chain %s, this is chain %s", batch.ChainID, want)
	}
	if from := batch.Meta.CreatedFromSafeAddress; !strings.EqualFold(from, s.Address) {
		return nil, fmt.Errorf("the batch is for the Safe %s, this is %s", from, s.Address)
	}
	return &batch, nil
}

func (s *Safe) multiSend(transactions []batchTransaction) (Receipt, error) {
	s.node.t.Helper()
	if len(transactions) == 0 {
		return Receipt{}, errors.New("a batch of no transactions")
	}
	var packed []byte
	for i, tx := range transactions {
		p, err := tx.pack()
		if err != nil {
			return Receipt{}, fmt.Errorf("transaction %d: %w", i, err)
		}
		packed = append(packed, p...)
	}
	return s.execute(inner{
		to:           s.node.deploy("MultiSendCallOnly"),
		data:         call("multiSend(bytes)", packed),
		delegateCall: true,
	})
}

// pack writes a transaction as MultiSend reads it: how it is called (0: as an
// ordinary call), whom, with how many coins, with how many bytes, and these.
func (tx *batchTransaction) pack() ([]byte, error) {
	to, err := addressBytes(tx.To)
	if err != nil {
		return nil, err
	}
	value, err := number(tx.Value)
	if err != nil {
		return nil, fmt.Errorf("value: %w", err)
	}
	data, err := tx.data()
	if err != nil {
		return nil, err
	}
	packed := append([]byte{0}, to...)
	packed = append(packed, word(value)...)
	packed = append(packed, make([]byte, 24)...)
	packed = binary.BigEndian.AppendUint64(packed, uint64(len(data)))
	return append(packed, data...), nil
}

// data is what the contract is called with. A file with both a method and data
// would show its reader one thing and do another.
func (tx *batchTransaction) data() ([]byte, error) {
	switch {
	case tx.ContractMethod != nil && tx.Data != nil:
		return nil, errors.New("both data and a method")
	case tx.Data != nil:
		data := unhex(*tx.Data)
		if data == nil {
			return nil, fmt.Errorf("data %q is no hex", *tx.Data)
		}
		return data, nil
	case tx.ContractMethod == nil:
		return nil, nil
	}
	method := tx.ContractMethod
	var types []string
	var args []any
	for _, input := range method.Inputs {
		value, ok := tx.ContractInputsValues[input.Name]
		if !ok {
			return nil, fmt.Errorf("%s: no value for %s", method.Name, input.Name)
		}
		arg, err := argument(input.Type, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", method.Name, input.Name, err)
		}
		types, args = append(types, input.Type), append(args, arg)
	}
	if len(tx.ContractInputsValues) != len(method.Inputs) {
		return nil, fmt.Errorf("%s: %d values for %d inputs", method.Name, len(tx.ContractInputsValues), len(method.Inputs))
	}
	return call(method.Name+"("+strings.Join(types, ",")+")", args...), nil
}

func argument(kind, value string) (any, error) {
	switch kind {
	case "address":
		if _, err := addressBytes(value); err != nil {
			return nil, err
		}
		return address(value), nil
	case "uint256":
		return number(value)
	case "bool":
		if value != "true" && value != "false" {
			return nil, fmt.Errorf("%q is neither true nor false", value)
		}
		if value == "true" {
			return int64(1), nil
		}
		return int64(0), nil
	}
	return nil, fmt.Errorf("type %s is not known here", kind)
}

// number reads a uint256 in decimal digits.
func number(s string) (*big.Int, error) {
	v, ok := new(big.Int).SetString(s, 10)
	if !ok || v.Sign() < 0 || v.BitLen() > 256 || v.String() != s {
		return nil, fmt.Errorf("%q is no whole number of decimal digits", s)
	}
	return v, nil
}
