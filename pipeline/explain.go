package pipeline

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// ExplainOptions says which transfers were dealt with, why, by whom and when.
type ExplainOptions struct {
	TxHash string
	To     string // address; "": every transfer of the transaction that settles nothing
	Reason string
	By     string
	At     time.Time
}

// anyTransaction is a transaction's hash as people have it.
var anyTransaction = regexp.MustCompile(`^0[xX][0-9a-fA-F]{64}$`)

// Explain notes in the settlement of a period that people have dealt with
// transfers of one transaction that settle nothing. From then on these, and the
// payments that they alone keep back, ask for nobody; nothing else changes. When
// all of it is explained already, nothing is written.
func Explain(ws *Workspace, p rules.Period, opt ExplainOptions) (*Settlement, error) {
	if !anyTransaction.MatchString(opt.TxHash) {
		return nil, &UsageError{fmt.Errorf("--explain: %q is not the hash of a transaction; copy it from the report, 0x and 64 digits", opt.TxHash)}
	}
	if opt.To != "" && !hexAddress.MatchString(opt.To) {
		return nil, &UsageError{fmt.Errorf("--to: %q is not an address; copy the recipient's from the report, 0x and 40 digits", opt.To)}
	}
	opt.TxHash, opt.To = strings.ToLower(opt.TxHash), strings.ToLower(opt.To)
	c, release, err := hold(ws.Closes, "settle "+p.String())
	if err != nil {
		return nil, err
	}
	defer release()
	x, err := c.settling(p, opt.At)
	if err != nil {
		return nil, err
	}
	x.by = opt.By
	return x.explain(opt)
}

// explain writes the entry.
func (x *settling) explain(opt ExplainOptions) (*Settlement, error) {
	judged := x.ledger.Judge()
	chosen, notes, err := x.toExplain(opt, judged)
	if err != nil {
		return nil, err
	}
	held := x.ledger.explanations(judged)
	record, explained := x.record(), []TiedExplained{}
	for _, s := range chosen {
		if e := held.of(s.Transfer); e != nil {
			notes = append(notes, fmt.Sprintf("%s USDC to %s is %s", usdcOf(s.Transfer), outputs.ChecksumAddress(s.Transfer.To), e))
			continue
		}
		record.Explained = append(record.Explained, ScanExplained{s.Kind, orNone(s.PaymentIDs), recordTransfer(s.Transfer), opt.Reason})
		explained = append(explained, tieExplained(s, &explanation{reason: opt.Reason, by: opt.By, at: opt.At}))
	}
	after := *x.ledger
	after.explained = maps.Clone(x.ledger.explained)
	if err := after.takeExplained(x.month.period, entry{}, record); err != nil {
		return nil, err
	}
	tie, err := after.tieOut(x.month, judged)
	if err != nil {
		return nil, err
	}
	s := x.told(record, tie, notes)
	s.Explained = explained
	if len(record.Explained) == 0 {
		return s, nil
	}
	files, err := entryFiles(x.month.manifest.Program, record, payments.Scan{}, tie)
	if err != nil {
		return nil, err
	}
	return s, x.add(s, record, files)
}

// toExplain finds the transfers that are meant, or says why there are none.
func (x *settling) toExplain(opt ExplainOptions, j *payments.Judgement) (chosen []payments.Stray, notes []string, err error) {
	meant := func(t payments.Transfer) bool { return t.TxHash == opt.TxHash && (opt.To == "" || t.To == opt.To) }
	elsewhere := map[rules.Period]int{}
	dust := 0
	for _, s := range j.Strays {
		if !meant(s.Transfer) {
			continue
		}
		switch {
		case s.Kind == payments.StrayDust:
			dust++
		case s.In == x.month.period:
			chosen = append(chosen, s)
		default:
			elsewhere[s.In]++
		}
	}
	for _, p := range x.ledger.periods() {
		if n := elsewhere[p]; n > 0 {
			notes = append(notes, fmt.Sprintf("%s of the transaction %s told by the settlement of %s; explain %s there: fleetpay settle %s --explain %s --reason TEXT --by NAME",
				count(n, "transfer"), isAre(n), p, itThem(n), p, opt.TxHash))
		}
	}
	switch {
	case len(chosen) > 0:
		return chosen, notes, nil
	case len(elsewhere) > 0:
		return nil, nil, refuse("%s: %s", x.month.period, strings.Join(notes, "; "))
	case dust > 0:
		return nil, nil, refuse("%s: moves 0 USDC, which anybody can have made in a Safe's name; it asks for nobody, so leave it", opt.TxHash)
	}
	return nil, nil, x.nothingToExplain(opt, j, meant)
}

// nothingToExplain says what a transaction is in which no transfer settles
// nothing.
func (x *settling) nothingToExplain(opt ExplainOptions, j *payments.Judgement, meant func(payments.Transfer) bool) error {
	for i := range j.Standings {
		s := &j.Standings[i]
		switch {
		case s.Transfer == nil || !meant(*s.Transfer):
		case s.State == payments.StateVanished:
			return refuse("%s: paid %s, and is not in the newest scan; run fleetpay settle %s --rpc URL again when its blocks are final",
				opt.TxHash, s.Payment.ID, s.Payment.Period)
		default:
			return refuse("%s: settles %s, so that there is nothing to explain; correct a mistake by an adjustment in the open period",
				opt.TxHash, s.Payment.ID)
		}
	}
	var to []string
	gone := false
	for _, scan := range x.ledger.Scans {
		for _, t := range scan.Transfers {
			if t.TxHash == opt.TxHash {
				gone = gone || meant(t)
				to = append(to, outputs.ChecksumAddress(t.To))
			}
		}
	}
	switch {
	case gone:
		return refuse("%s: is not on the chain any more, as a newer scan tells; there is nothing to explain", opt.TxHash)
	case len(to) > 0:
		return refuse("%s: has no transfer to %s; it sends to %s", opt.TxHash, outputs.ChecksumAddress(opt.To), strings.Join(distinct(to), ", "))
	}
	return refuse("%s: no scan shows a transfer of it out of a Safe; look for the hash in the report, or run fleetpay settle %s --rpc URL first",
		opt.TxHash, x.month.period)
}

func usdcOf(t payments.Transfer) string { return outputs.USDC(unitsOf(t.Units)) }

func itThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
