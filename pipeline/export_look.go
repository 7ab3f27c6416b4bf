package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// newlySeen is what the chains say now, right before payments are given out. It
// can only keep payments back: that they may go out again must stand in a scan that
// was written down.
type newlySeen struct {
	judged *payments.Judgement // with what was read now; nil when nothing was
	chains []int64             // that were read
	kept   int                 // payments that were missing, and that it keeps back
}

// lookNow reads the chains that a node is given for, up to their newest blocks. It
// writes nothing.
func (x *exporting) lookNow(ctx context.Context) error {
	list := x.toRead()
	if len(x.opt.Nodes) == 0 || len(list) == 0 { // the preflight tells that no Safe is named
		return nil
	}
	saw, err := askNodes(ctx, x.opt.Nodes, x.ledger.asking(list, -1, x.opt.At))
	if errors.Is(err, chain.ErrReorganised) {
		return fmt.Errorf("%w; nothing was given out", err)
	}
	if err != nil {
		return err
	}
	scan, err := scanOf(saw, x.month, x.opt.At)
	if err != nil {
		return err
	}
	after := *x.ledger
	after.Scans = append(slices.Clone(x.ledger.Scans), scan)
	x.now.judged = after.Judge()
	for _, s := range scan.Spans {
		x.now.chains = append(x.now.chains, s.ChainID)
	}
	return nil
}

// toRead lists the Safes that are read, as a scan of the month would that comes
// right after this export: the first one has nothing to go by yet.
func (x *exporting) toRead() []watched {
	after := *x.ledger
	after.Exports = append(slices.Clone(x.ledger.Exports), payments.Export{Period: x.month.period, At: x.opt.At})
	return after.watch(x.month, x.ws.Paying.Safes, x.judged)
}

// refusal says what the chain shows now of a payment that was missing, or that was
// never given out; "" when it says nothing new, or was not looked at.
func (n *newlySeen) refusal(id string, again bool) string {
	if n.judged == nil {
		return ""
	}
	s := n.judged.Standing(id)
	_, refusal := s.MayExport()
	switch {
	case refusal == "":
		return ""
	case again:
		n.kept++
		return fmt.Sprintf("was missing, and now the chain says: %s: %s; run fleetpay settle %s --rpc URL", s.State, s.Why, s.Payment.Period)
	}
	return fmt.Sprintf("now the chain says: %s: %s; no settlement has noted that yet, so until one has, give the rest out with a node only: fleetpay payments export %s --rpc URL",
		s.State, s.Why, s.Payment.Period)
}

// unread tells on which chains payments go out again though nobody looked at them
// just now.
func (x *exporting) unread() []Finding {
	var list []Finding
	for _, name := range outputs.ChainNames() {
		known, _ := outputs.LookupChain(name)
		n := 0
		for _, p := range x.chosen {
			if p.ChainID == known.ID && slices.Contains(x.again, p.ID) {
				n++
			}
		}
		if n == 0 || slices.Contains(x.now.chains, known.ID) {
			continue
		}
		list = append(list, Finding{
			Severity: rules.SeverityWarning, Kind: "again-unread", Chain: name,
			Message: fmt.Sprintf("%s given out again on the word of the last scan alone", count(n, "payment")),
			Do:      fmt.Sprintf("run fleetpay settle %s --rpc URL before you execute; with --rpc URL the export looks itself", x.month.period),
		})
	}
	return list
}
