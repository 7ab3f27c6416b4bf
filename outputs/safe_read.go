package outputs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReadSafeBatch reads a file that BuildSafeBatch wrote, and returns the checksum
// in it. It takes no other batch: each transaction is a transfer of the one
// token, shown as its method, and the checksum is that of the file. Errors name
// the transaction, counted from 1.
func ReadSafeBatch(data []byte) (b SafeBatch, checksum string, err error) {
	tree, err := parseTree(data)
	if err != nil {
		return SafeBatch{}, "", err
	}
	var f safeFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return SafeBatch{}, "", fmt.Errorf("this is no batch that fleetpay wrote: %w; take the file as it was exported", err)
	}
	b, err = f.batch()
	if err != nil {
		return SafeBatch{}, "", err
	}
	if err := b.check(); err != nil {
		return SafeBatch{}, "", err
	}
	want, err := tree.safeChecksum()
	if err != nil {
		return SafeBatch{}, "", err
	}
	if f.Meta.Checksum != want {
		return SafeBatch{}, "", fmt.Errorf("the checksum in the file is %q, and that of its content %s: it was changed after it was written; take the file as it was exported",
			shortened(f.Meta.Checksum), want)
	}
	// What Go's decoder lets pass, such as a name in another case or a field that
	// is left out, shows in comparison with the file as it would be written.
	again, err := buildSafeBatch(b, f.Meta.Builder)
	if err != nil {
		return SafeBatch{}, "", err
	}
	expected, err := parseTree(again)
	if err != nil {
		return SafeBatch{}, "", err
	}
	if tree.serialised() != expected.serialised() {
		return SafeBatch{}, "", fmt.Errorf("the file's fields are not those that fleetpay writes; take the file as it was exported")
	}
	return b, f.Meta.Checksum, nil
}

// batch takes from the file what differs between batches, and refuses it when
// the rest is not what every batch says.
func (f *safeFile) batch() (SafeBatch, error) {
	var b SafeBatch
	chainID, err := strconv.ParseInt(f.ChainID, 10, 64)
	switch {
	case f.Version != safeFormat:
		return b, fmt.Errorf("version is %q and must be %q; take the file as it was exported", shortened(f.Version), safeFormat)
	case err != nil || strconv.FormatInt(chainID, 10) != f.ChainID:
		return b, fmt.Errorf("chainId %q is not a chain's id, such as \"8453\"; take the file as it was exported", shortened(f.ChainID))
	case f.Meta.Builder == "":
		return b, fmt.Errorf("meta.txBuilderVersion is empty; take the file as it was exported")
	case f.Meta.Owner != "":
		return b, fmt.Errorf("meta.createdFromOwnerAddress is %q and must be empty; take the file as it was exported", shortened(f.Meta.Owner))
	case len(f.Transactions) == 0:
		return b, fmt.Errorf("the file holds no transaction; take the file as it was exported")
	}
	b = SafeBatch{ChainID: chainID, Safe: f.Meta.Safe, Token: f.Transactions[0].To, CreatedAt: time.UnixMilli(f.CreatedAt).UTC(), Name: f.Meta.Name}
	if f.Meta.Description != f.Meta.Name {
		rest, ok := strings.CutPrefix(f.Meta.Description, f.Meta.Name+nameEnd)
		if !ok || rest == "" {
			return b, fmt.Errorf("meta.description is %q and must begin with the name %q; take the file as it was exported", f.Meta.Description, f.Meta.Name)
		}
		b.Description = rest
	}
	for i, t := range f.Transactions {
		if err := t.check(b.Token); err != nil {
			return b, fmt.Errorf("transaction %d: %w; take the file as it was exported", i+1, err)
		}
		b.Transfers = append(b.Transfers, SafeTransfer{t.Values.To, t.Values.Value})
	}
	return b, nil
}

// check tells what a transaction is beside a plain transfer of the token.
func (t *safeTransaction) check(token string) error {
	switch m := t.Method; {
	case t.To != token:
		return fmt.Errorf("to is %q, and that of the transactions before it %s; a batch moves one token", shortened(t.To), token)
	case t.Value != "0":
		return fmt.Errorf("value is %q and must be \"0\": it would send the chain's own coin", shortened(t.Value))
	case t.Data != nil:
		return fmt.Errorf("data is %q and must be null: it would be sent in place of the method that is shown", shortened(*t.Data))
	case m.Name != transferMethod || m.Payable || !slices.Equal(m.Inputs, transferInputs()):
		return fmt.Errorf("contractMethod is not transfer(address to, uint256 value), not payable")
	}
	return nil
}
