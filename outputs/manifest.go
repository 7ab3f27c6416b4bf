package outputs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"fleetpay/rules"
)

// ManifestSchema is the version of the payment manifest's form.
const ManifestSchema = "fleetpay.payments/1"

// Manifest is payments/usdc.json: what is to be paid on each chain, what is not
// paid and why, and control totals.
type Manifest struct {
	Schema    string          `json:"schema"`
	Program   string          `json:"program"`
	Period    string          `json:"period"`
	ClosedAt  string          `json:"closed_at"`
	Withdrawn int             `json:"withdrawn"` // closes of this period withdrawn before
	Previous  string          `json:"previous"`  // SHA-256 of the previous close's SHA256SUMS
	Asset     string          `json:"asset"`
	Control   ManifestControl `json:"control"`
	Chains    []ManifestChain `json:"chains"`  // those with payments, in the order of the chain table
	Held      []Unpaid        `json:"held"`    // owed, and kept until the reason is gone
	Carried   []Unpaid        `json:"carried"` // negative, or below the minimum
}

// ManifestControl sums up all payments. SHA256 is over one line per payment in
// the manifest's order, each ended by LF: payment_id, chain id, token, wallet
// and base units, with a space between them.
type ManifestControl struct {
	Count     int    `json:"count"`
	Amount    string `json:"amount"`
	BaseUnits string `json:"base_units"`
	SHA256    string `json:"sha256"`
}

// ManifestChain holds the payments of a chain, in the order of payouts.csv.
type ManifestChain struct {
	Chain     string    `json:"chain"`
	ChainID   int64     `json:"chain_id"`
	Token     string    `json:"token"`
	Decimals  int       `json:"decimals"`
	Count     int       `json:"count"`
	Amount    string    `json:"amount"`
	BaseUnits string    `json:"base_units"`
	Payments  []Payment `json:"payments"`
}

// Payment is one transfer of USDC. Amount is in dollars, BaseUnits in millionths.
type Payment struct {
	PaymentID string          `json:"payment_id"`
	PayeeKind rules.PayeeKind `json:"payee_kind"`
	PayeeID   string          `json:"payee_id"`
	Name      string          `json:"name"`
	Wallet    string          `json:"wallet"`
	Amount    string          `json:"amount"`
	BaseUnits string          `json:"base_units"`
	DueOn     string          `json:"due_on"`
}

// Unpaid is a balance that is carried out instead of being paid.
type Unpaid struct {
	PayeeKind  rules.PayeeKind    `json:"payee_kind"`
	PayeeID    string             `json:"payee_id"`
	Name       string             `json:"name"`
	Status     rules.PayoutStatus `json:"status"`
	CarriedOut string             `json:"carried_out"`
	Chain      string             `json:"chain"`
	Wallet     string             `json:"wallet"`
	Reason     string             `json:"reason"`
}

// PaymentID names a payment: FP-, the period's digits, and the first 16 hex
// digits of the SHA-256 of these fields, each ended by LF and preceded by its
// length in bytes and a colon: program, period, number of withdrawn closes of
// the period, the previous close's hash, payee kind, payee id, chain id, token,
// wallet, base units. So a rerun gives the same id, and no two payments ever
// share one: the previous close's hash stands for all history before. It is ""
// when nothing is payable.
func PaymentID(m *Month, p rules.Payout) string {
	if p.Status != rules.Payable {
		return ""
	}
	chain, _ := LookupChain(p.Chain)
	h := sha256.New()
	for _, field := range []string{
		m.Program, m.Period.String(), strconv.Itoa(m.Withdrawn), m.Previous,
		string(p.PayeeKind), p.PayeeID,
		strconv.FormatInt(chain.ID, 10), chain.Token, p.Wallet, BaseUnits(p.Payable),
	} {
		fmt.Fprintf(h, "%d:%s\n", len(field), field)
	}
	digest := strings.ToUpper(hex.EncodeToString(h.Sum(nil)[:8]))
	return "FP-" + strings.ReplaceAll(m.Period.String(), "-", "") + "-" + digest
}

// SetPaymentIDs names the payments of a month's payouts.
func SetPaymentIDs(m *Month) {
	for i, p := range m.Book.Payouts {
		m.Book.Payouts[i].PaymentID = PaymentID(m, p)
	}
}

// BaseUnits writes a sum in the token's smallest unit.
func BaseUnits(sum rules.Money) string {
	return sum.Decimal().Shift(usdcDecimals).String()
}

// BuildManifest puts a month's payouts into a manifest. It refuses a payment
// that must not be sent: to an unknown chain, to a wallet that is not valid and
// checksummed, of no positive sum, without its payment id, or with an id that
// another one has.
func BuildManifest(m *Month) (*Manifest, error) {
	man := &Manifest{
		Schema: ManifestSchema, Program: m.Program, Period: m.Period.String(),
		ClosedAt: m.ClosedAt.UTC().Format(time.RFC3339), Withdrawn: m.Withdrawn, Previous: m.Previous,
		Asset: "USDC", Chains: []ManifestChain{}, Held: []Unpaid{}, Carried: []Unpaid{},
	}
	byChain := map[string][]rules.Payout{}
	seen := map[string]string{}
	for _, p := range m.Book.Payouts {
		payee := payeeName(p.PayeeKind, p.PayeeID)
		unpaid := Unpaid{p.PayeeKind, p.PayeeID, p.Name, p.Status, p.CarriedOut.String(), p.Chain, p.Wallet, p.Reason}
		switch p.Status {
		case rules.Payable:
			if err := checkPayment(m, p); err != nil {
				return nil, fmt.Errorf("%s: %w", payee, err)
			}
			if other, twice := seen[p.PaymentID]; twice {
				return nil, fmt.Errorf("%s: payment id %s is also that of %s", payee, p.PaymentID, other)
			}
			seen[p.PaymentID] = payee
			byChain[p.Chain] = append(byChain[p.Chain], p)
		case rules.Held:
			man.Held = append(man.Held, unpaid)
		case rules.Negative, rules.BelowMinimum:
			man.Carried = append(man.Carried, unpaid)
		case rules.Zero:
		default:
			return nil, fmt.Errorf("%s: %q is not a payout status", payee, p.Status)
		}
	}
	for _, c := range chains {
		if len(byChain[c.Name]) > 0 {
			man.Chains = append(man.Chains, chainPayments(c, byChain[c.Name]))
		}
	}
	return man, man.setControl()
}

func checkPayment(m *Month, p rules.Payout) error {
	if _, ok := LookupChain(p.Chain); !ok {
		return fmt.Errorf("chain %q is unknown; it is one of %s", p.Chain, strings.Join(ChainNames(), ", "))
	}
	checksummed, problem := CheckWallet(p.Wallet)
	if problem != "" {
		return fmt.Errorf("%s", problem)
	}
	if p.Wallet != checksummed {
		return fmt.Errorf("wallet %s is not in its checksummed form %s", p.Wallet, checksummed)
	}
	if p.Payable.Sign() <= 0 {
		return fmt.Errorf("%s is payable; a payment is more than nothing", p.Payable)
	}
	if want := PaymentID(m, p); p.PaymentID != want {
		return fmt.Errorf("payment id is %q and must be %s", p.PaymentID, want)
	}
	return nil
}

func chainPayments(c Chain, payouts []rules.Payout) ManifestChain {
	mc := ManifestChain{Chain: c.Name, ChainID: c.ID, Token: c.Token, Decimals: usdcDecimals, Count: len(payouts)}
	var sum rules.Money
	for _, p := range payouts {
		sum = sum.Add(p.Payable)
		mc.Payments = append(mc.Payments, Payment{
			p.PaymentID, p.PayeeKind, p.PayeeID, p.Name, p.Wallet,
			p.Payable.String(), BaseUnits(p.Payable), p.DueOn.String(),
		})
	}
	mc.Amount, mc.BaseUnits = sum.String(), BaseUnits(sum)
	return mc
}

// setControl computes the control totals from the payments listed.
func (man *Manifest) setControl() error {
	control, err := man.control()
	man.Control = control
	return err
}

func (man *Manifest) control() (ManifestControl, error) {
	var sum rules.Money
	n := 0
	h := sha256.New()
	for _, c := range man.Chains {
		for _, p := range c.Payments {
			amount, err := rules.ParseMoney(p.Amount)
			if err != nil {
				return ManifestControl{}, fmt.Errorf("payment %s: %w", p.PaymentID, err)
			}
			sum = sum.Add(amount)
			n++
			fmt.Fprintf(h, "%s %d %s %s %s\n", p.PaymentID, c.ChainID, c.Token, p.Wallet, p.BaseUnits)
		}
	}
	return ManifestControl{n, sum.String(), BaseUnits(sum), hex.EncodeToString(h.Sum(nil))}, nil
}

// WriteManifest writes payments/usdc.json.
func WriteManifest(w io.Writer, m *Month) error {
	man, err := BuildManifest(m)
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(man)
}

// ReadManifest reads a payments/usdc.json and holds it to its form and to its
// own totals.
func ReadManifest(r io.Reader) (*Manifest, error) {
	var man Manifest
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&man); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("there is something after the manifest")
	}
	if man.Schema != ManifestSchema {
		return nil, fmt.Errorf("schema is %q and must be %s", man.Schema, ManifestSchema)
	}
	for _, c := range man.Chains {
		if err := c.check(); err != nil {
			return nil, err
		}
	}
	control, err := man.control()
	if err != nil {
		return nil, err
	}
	if control != man.Control {
		return nil, fmt.Errorf("control totals are %+v; the payments give %+v", man.Control, control)
	}
	return &man, nil
}

func (c ManifestChain) check() error {
	known, ok := LookupChain(c.Chain)
	if !ok || c.ChainID != known.ID || c.Token != known.Token || c.Decimals != usdcDecimals {
		return fmt.Errorf("chain %s with id %d, token %s and %d decimals is none of ours", c.Chain, c.ChainID, c.Token, c.Decimals)
	}
	var sum rules.Money
	for _, p := range c.Payments {
		amount, err := rules.ParseMoney(p.Amount)
		if err != nil {
			return fmt.Errorf("payment %s: %w", p.PaymentID, err)
		}
		if p.BaseUnits != BaseUnits(amount) {
			return fmt.Errorf("payment %s: %s base units are not %s", p.PaymentID, p.BaseUnits, p.Amount)
		}
		sum = sum.Add(amount)
	}
	if c.Count != len(c.Payments) || c.Amount != sum.String() || c.BaseUnits != BaseUnits(sum) {
		return fmt.Errorf("chain %s says %d payments of %s; its payments are %d of %s", c.Chain, c.Count, c.Amount, len(c.Payments), sum)
	}
	return nil
}

func payeeName(kind rules.PayeeKind, id string) string { return string(kind) + " " + id }
