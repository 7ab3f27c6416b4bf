package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// What to do about what no close of ours writes, and how a payment is left out.
const (
	sayRestore = "; pay nothing of this period, and restore its closed folder from a copy"
	sayLeave   = "; return it by a row in returns, which bars this payment for good, or leave it out: fleetpay payments export 2026-10 --without %s"
)

func leaveAlder() string { return fmt.Sprintf(sayLeave, idAlder) }

const (
	alderIs = "operator alder, " + idAlder + ": "
	birchIs = "operator birch, " + idBirch + ": "
	millIs  = "partner mill, " + idMill + ": "
)

func TestWhatThePreflightFindsWithoutANode(t *testing.T) {
	const baseUSDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
	september := rules.Period{Year: 2026, Month: 9}
	cases := []struct {
		name  string
		given func(s *preflightScene)
		want  []string
	}{
		{"nothing stands against paying", func(*preflightScene) {}, nil},
		{"no Safe is configured for a chain", func(s *preflightScene) { delete(s.ws.Paying.Safes, "polygon") }, []string{
			"error polygon: no Safe is configured that pays there; write its address in fleetpay.yaml, under payments, as safes: {polygon: 0x…}",
		}},
		{"the chain is none of ours", func(s *preflightScene) {
			s.forge(2, func(p *payments.Payment) { p.Chain = "tron" })
		}, []string{
			"error tron: the chain tron with id 137 is not one of ours" + sayRestore,
		}},
		{"the chain's number is another's", func(s *preflightScene) {
			s.forge(2, func(p *payments.Payment) { p.ChainID = 138 })
		}, []string{
			"error polygon: the chain polygon with id 138 is not one of ours" + sayRestore,
		}},
		{"the token is another contract", func(s *preflightScene) {
			s.forge(0, func(p *payments.Payment) { p.Token = strings.ToLower(walletOther) })
		}, []string{
			"error " + alderIs + "token 0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb is not the USDC contract " + baseUSDC + " of base" + sayRestore,
		}},
		{"the amount is nothing", func(s *preflightScene) {
			s.forge(2, func(p *payments.Payment) { p.Amount, p.Units = rules.Money{}, "0" })
		}, []string{
			"error polygon: the payments sum to 0.00, 0 base units, and the manifest says 13.00, 13000000" + sayRestore,
			"error " + millIs + "0.00 is to be paid, and a payment is more than nothing" + sayRestore,
		}},
		{"the base units are ten times the amount", func(s *preflightScene) {
			s.forge(1, func(p *payments.Payment) { p.Units = "710000000" })
		}, []string{
			"error " + birchIs + "71.00 is 71000000 base units, and not 710000000" + sayRestore,
		}},
		{"a character of the wallet is mistyped", func(s *preflightScene) {
			s.wallet(0, strings.Replace(walletAlder, "Aeb", "Aed", 1))
		}, []string{
			"error " + alderIs + "wallet 0x5aAed6053F3E94C9b9A09f33669435E7Ef1BeAed has a wrong checksum, so a character of it is mistyped; ask the payee for it again" + leaveAlder(),
		}},
		{"the wallet is no address", func(s *preflightScene) { s.wallet(0, "alder.eth") }, []string{
			`error ` + alderIs + `wallet "alder.eth" is not an address; write 0x and 40 hex digits` + leaveAlder(),
		}},
		{"the wallet carries no checksum", func(s *preflightScene) { s.wallet(0, strings.ToLower(walletAlder)) }, []string{
			"error " + alderIs + "wallet 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed is not in its checksummed form " + walletAlder + sayRestore,
		}},
		{"the wallet is the zero address", func(s *preflightScene) { s.wallet(0, "0x0000000000000000000000000000000000000000") }, []string{
			"error " + alderIs + "wallet is the zero address; what is sent there is lost" + leaveAlder(),
		}},
		{"the wallet is a token, of another chain", func(s *preflightScene) { s.wallet(2, baseUSDC) }, []string{
			"error " + millIs + "wallet " + baseUSDC + " is the USDC contract on base; what is sent there is lost" + fmt.Sprintf(sayLeave, idMill),
		}},
		{"the wallet is the Safe, of another chain", func(s *preflightScene) { s.wallet(2, outputs.ChecksumAddress(safeBase)) }, []string{
			"error " + millIs + "wallet " + outputs.ChecksumAddress(safeBase) + " is the Safe that pays on base; ask for the payee's own wallet" + fmt.Sprintf(sayLeave, idMill),
		}},
		{"the wallet to pay is not the manifest's", func(s *preflightScene) {
			s.forge(0, func(p *payments.Payment) { p.Wallet = strings.ToLower(walletOther) })
		}, []string{
			"error " + alderIs + "wallet 0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb is not the manifest's " + walletAlder + sayRestore,
		}},
		{"an id is there twice in the period", func(s *preflightScene) {
			s.forge(1, func(p *payments.Payment) { p.ID = idAlder })
			s.wallet(0, walletAlder) // the manifest's text is told of the id
		}, []string{
			"error " + alderIs + "its payment id is also that of operator birch in 2026-10" + sayRestore,
			"error " + "operator birch, " + idAlder + ": wallet " + strings.ToLower(walletBirch) + " is not the manifest's " + walletAlder + sayRestore,
			"error " + "operator birch, " + idAlder + ": its payment id is also that of operator alder in 2026-10" + sayRestore,
		}},
		{"an id is that of an earlier period", func(s *preflightScene) {
			before := s.list[2]
			before.Period = september
			s.l.Payments = append([]payments.Payment{before}, s.l.Payments...)
		}, []string{
			"error " + millIs + "its payment id is also that of partner mill in 2026-09" + sayRestore,
		}},
		{"a payee is paid twice", func(s *preflightScene) {
			s.forge(1, func(p *payments.Payment) { p.PayeeID = "alder" })
		}, []string{
			"error " + alderIs + "the payee is paid twice in this period, also by " + idBirch + sayRestore,
			"error operator alder, " + idBirch + ": the payee is paid twice in this period, also by " + idAlder + sayRestore,
		}},
		{"two payees share a wallet on two chains, in two cases", func(s *preflightScene) {
			s.wallet(2, walletAlder)
			s.month.manifest.Chains[1].Payments[0].Wallet = "0x" + strings.ToUpper(walletAlder[2:])
		}, []string{
			"error " + millIs + "wallet 0x" + strings.ToUpper(walletAlder[2:]) + " is not in its checksummed form " + walletAlder + sayRestore,
			"warning " + alderIs + "wallet " + walletAlder + " is that of several payees: operator alder (" + idAlder + " on base), partner mill (" + idMill + " on polygon); " +
				"make sure that each of them wants to be paid there",
		}},
		{"a payee shares its wallet with one that is held", func(s *preflightScene) {
			s.month.manifest.Held = []outputs.Unpaid{{PayeeKind: rules.OperatorPayee, PayeeID: "cedar", Status: rules.Held, Wallet: strings.ToLower(walletMill)}}
		}, []string{
			"warning " + millIs + "wallet " + walletMill + " is that of several payees: partner mill (" + idMill + " on polygon), operator cedar (held); make sure that each of them wants to be paid there",
		}},
		{"payees without a wallet share none", func(s *preflightScene) {
			s.month.manifest.Held = []outputs.Unpaid{{PayeeKind: rules.OperatorPayee, PayeeID: "cedar"}, {PayeeKind: rules.OperatorPayee, PayeeID: "dogwood"}}
		}, nil},
		{"the wallet was another payee's, last in September", func(s *preflightScene) {
			for n := range 3 {
				before := s.list[1]
				before.ID, before.PayeeID, before.Period = fmt.Sprintf("FP-%d", n), "cedar", september.Add(n-2)
				s.l.Payments = append(s.l.Payments, before)
			}
		}, []string{
			"warning " + birchIs + "wallet " + walletBirch + " was that of operator cedar in 2026-09; make sure that it is the payee's own now",
		}},
		{"the wallet was the payee's own", func(s *preflightScene) {
			before := s.list[1]
			before.ID, before.Period = "FP-before", september
			s.l.Payments = append(s.l.Payments, before)
		}, nil},
		{"the other payee has the wallet still, which is said once", func(s *preflightScene) {
			s.wallet(1, walletAlder)
			before := s.list[0]
			before.ID, before.Period = "FP-before", september
			s.l.Payments = append(s.l.Payments, before)
		}, []string{
			"warning " + alderIs + "wallet " + walletAlder + " is that of several payees: operator alder (" + idAlder + " on base), operator birch (" + idBirch + " on base); " +
				"make sure that each of them wants to be paid there",
		}},
		{"a later period has the wallet, which is that period's matter", func(s *preflightScene) {
			after := s.list[1]
			after.ID, after.PayeeID, after.Period = "FP-after", "cedar", s.month.period.Next()
			s.l.Payments = append(s.l.Payments, after)
		}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newPreflightScene(t)
			c.given(s)
			sameFindings(t, s.findings(t), c.want)
		})
	}
}

// Lists of blocked wallets are read as they lie now, by a pattern that may name
// the period, and each place that names a wallet is told.
func TestAWalletIsBlockedWhereverAListNamesIt(t *testing.T) {
	s := newPreflightScene(t)
	files := map[string]string{
		"lists/blocked-2026-10-a.txt": "# ours\n" + strings.ToUpper(walletMill[2:3]) + "\n",
		"lists/blocked-2026-10-b.txt": "DOE, John; Digital Currency Address - ETH " + strings.ToLower(walletAlder) + "; alt. Digital Currency Address - USDC " + walletBirch + ";\n",
		"lists/blocked-2026-09-a.txt": walletMill + "\n",
	}
	files["lists/blocked-2026-10-a.txt"] = "# ours\n" + strings.ToLower(walletAlder) + "\n"
	for name, text := range files {
		if err := writeFile(filepath.Join(s.ws.Dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	s.ws.BlockedWallets = "lists/blocked-{period}-*.txt"
	sameFindings(t, s.findings(t), []string{
		"error " + alderIs + "wallet " + walletAlder + " is blocked by lists/blocked-2026-10-a.txt:2" + leaveAlder(),
		"error " + alderIs + "wallet " + walletAlder + " is blocked by lists/blocked-2026-10-b.txt:1 (ETH)" + leaveAlder(),
		"error " + birchIs + "wallet " + walletBirch + " is blocked by lists/blocked-2026-10-b.txt:1 (USDC)" + fmt.Sprintf(sayLeave, idBirch),
	})
}

// A list that can't be read is no list without names.
func TestAListOfBlockedWalletsMustBeReadable(t *testing.T) {
	cases := []struct{ name, file, text, want string }{
		{"missing", "", "", "blocked_wallets: "},
		{"of another kind", "blocked.txt", "0x5aAe\n", `blocked.txt:1: "0x5aAe" is not an address`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newPreflightScene(t)
			s.ws.BlockedWallets = "blocked.txt"
			if c.file != "" {
				if err := os.WriteFile(filepath.Join(s.ws.Dir, c.file), []byte(c.text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			list, err := preflight(t.Context(), s.ws, s.month, s.l, s.list, nil)
			if list != nil || ExitStatus(err) != ExitRefused || !strings.Contains(err.Error(), c.want) {
				t.Errorf("found %v, %v", list, err)
			}
		})
	}
}

// Only what is to be given out is looked at: what is left out stands against
// nothing.
func TestAPreflightLooksOnlyAtWhatIsToBePaid(t *testing.T) {
	s := newPreflightScene(t)
	s.wallet(0, "alder.eth")
	delete(s.ws.Paying.Safes, "polygon")
	s.list = s.list[1:2]
	sameFindings(t, s.findings(t), nil)
}

// Batches hold 100 transfers at most.
func TestHowManyBatchesPaymentsMake(t *testing.T) {
	for payments, want := range map[int]int{1: 1, 100: 1, 101: 2, 200: 2, 201: 3} {
		s := newPreflightScene(t)
		one := s.list[0]
		s.list = s.list[:0]
		for range payments {
			s.list = append(s.list, one)
		}
		f := newPreflight(s.ws, s.month, s.l, s.l.Judge(), s.list)
		if got := f.chains[0]; got.Batches != want || got.Payments != payments {
			t.Errorf("%d payments make %d batches, want %d", payments, got.Batches, want)
		}
	}
}
