package pipeline

import (
	"github.com/shopspring/decimal"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// TieSum adds up a chain's payments. Sums are US dollars.
type TieSum struct {
	Chain      string      `json:"chain,omitempty"` // "" in the total
	Payments   int         `json:"payments"`
	Computed   rules.Money `json:"computed"`
	Manifest   rules.Money `json:"manifest"`
	OnChain    string      `json:"on_chain"`   // of the transfers that settle
	Difference string      `json:"difference"` // manifest - on chain = given back + in question + not paid
	Settled    int         `json:"settled"`
	Returned   int         `json:"returned"` // payments
	GivenBack  rules.Money `json:"given_back"`
	Questioned int         `json:"questioned"` // payments of which a transfer tells something else; explained ones, too
	InQuestion rules.Money `json:"in_question"`
	Unpaid     int         `json:"unpaid"` // payments of which nothing is known to be paid: open, exported, missing
	NotPaid    rules.Money `json:"not_paid"`
	Explained  int         `json:"explained"` // of those in question: payments that need a person no more, though no transfer settles them
	DealtWith  rules.Money `json:"dealt_with"`

	units decimal.Decimal // on chain
}

// take adds a payment.
func (s *TieSum) take(standing *payments.Standing, p TiedPayment) {
	s.Payments++
	s.Computed = s.Computed.Add(p.Computed)
	s.Manifest = s.Manifest.Add(p.Manifest)
	switch standing.State {
	case payments.StateSettled:
		s.Settled++
		s.units = s.units.Add(unitsOf(standing.Transfer.Units))
	case payments.StateReturned, payments.StatePaidAfterReturn:
		s.Returned++
		s.GivenBack = s.GivenBack.Add(p.Manifest)
	case payments.StateOpen, payments.StateExported, payments.StateMissing:
		s.Unpaid++
		s.NotPaid = s.NotPaid.Add(p.Manifest)
	case payments.StateAmbiguous, payments.StateWrongAmount, payments.StateWrongChain, payments.StateVanished:
		s.Questioned++
		s.InQuestion = s.InQuestion.Add(p.Manifest)
		if p.Explained != "" {
			s.Explained++
			s.DealtWith = s.DealtWith.Add(p.Manifest)
		}
	}
}

func (s *TieSum) add(o TieSum) {
	s.Payments += o.Payments
	s.Computed = s.Computed.Add(o.Computed)
	s.Manifest = s.Manifest.Add(o.Manifest)
	s.Settled += o.Settled
	s.Returned += o.Returned
	s.GivenBack = s.GivenBack.Add(o.GivenBack)
	s.Questioned += o.Questioned
	s.InQuestion = s.InQuestion.Add(o.InQuestion)
	s.Unpaid += o.Unpaid
	s.NotPaid = s.NotPaid.Add(o.NotPaid)
	s.Explained += o.Explained
	s.DealtWith = s.DealtWith.Add(o.DealtWith)
	s.units = s.units.Add(o.units)
}

// said writes the sums that hang on base units.
func (s TieSum) said() TieSum {
	s.OnChain = outputs.USDC(s.units)
	s.Difference = outputs.USDC(unitsOf(outputs.BaseUnits(s.Manifest)).Sub(s.units))
	return s
}
