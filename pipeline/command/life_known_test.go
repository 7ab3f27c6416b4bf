package command

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// known is what the test knows by itself: of the closes it reads what they say
// was earned and is to be paid, of the exports what was given out. What was paid
// it knows from the chains.
type known struct {
	litter    bool              // a run was killed, and none has tidied up since
	note      string            // of the people by hand among the exports, while it is there
	folders   map[string]string // closed folders and entries, with the text of their SHA256SUMS
	files     map[string]string // signatures, with their text
	standing  map[string]*lifeMonth
	withdrawn map[string]bool
	exports   map[string][]*lifeFile     // by entry
	given     map[string][]*lifeFile     // by payment, oldest first
	settled   map[string]string          // payments that a final scan saw, with the transfer
	settles   map[string]string          // the other way round
	returned  map[string]string          // payments that a close returned, also a withdrawn one, with its folder
	asked     map[string]bool            // approvals that somebody asked for who may: text of SHA256SUMS and name
	approved  map[string]map[string]bool // those that are there
	rows      []lifeReturn               // of the dataset returns
	adjusted  []string                   // rows of the dataset adjustments
	next      int                        // number of the next row of either
	told      map[string]int             // transfers too many that a report told, by what they are
}

func newKnown() *known {
	return &known{
		folders: map[string]string{}, files: map[string]string{}, standing: map[string]*lifeMonth{}, withdrawn: map[string]bool{},
		exports: map[string][]*lifeFile{}, given: map[string][]*lifeFile{}, settled: map[string]string{}, settles: map[string]string{},
		returned: map[string]string{}, approved: map[string]map[string]bool{}, asked: map[string]bool{}, told: map[string]int{},
	}
}

// lifeReturn is a row of the dataset returns.
type lifeReturn struct {
	id, payment, period string
	rejected            *lifeFile // the batch of which it voided a row, or nil
}

// lifeMonth is a close that stands.
type lifeMonth struct {
	period, sums string
	payments     []*lifePayment
	earned       map[string]int64 // by payee, base units: lines but returns and adjustments
	carried      map[string]int64 // by payee, carried out
	wallet       map[string]string
	returned     []string
}

type lifePayment struct {
	id, period, payee, chain, wallet string
	units                            int64
}

// lifeKey is what a transfer can be told by on its chain.
type lifeKey struct {
	to    string
	units int64
}

// lifeFile is a batch: a file that the Safe's owners load.
type lifeFile struct {
	entry, name string
	chain       *lifeChain
	ids         []string
	rows        []lifeTransfer
	void        map[lifeKey]int // rows that were rejected in the Safe
}

func (f *lifeFile) key(i int) lifeKey { return lifeKey{f.rows[i].to, f.rows[i].units} }

// keyOf is the key of a payment's row; it is in the file.
func (f *lifeFile) keyOf(id string) lifeKey { return f.key(slices.Index(f.ids, id)) }

func (f *lifeFile) count(k lifeKey) (n int) {
	for i := range f.rows {
		if f.key(i) == k {
			n++
		}
	}
	return n
}

// executed counts the transfers of a key that the file made and that stand.
func (f *lifeFile) executed(k lifeKey) (n int) {
	f.chain.each(func(_ int, tx *lifeTx, t lifeTransfer) {
		if tx.file == f && (lifeKey{t.to, t.units}) == k {
			n++
		}
	})
	return n
}

// live counts the rows of a key that can still be executed in good order. Equal
// rows of one file can't be told apart.
func (f *lifeFile) live(k lifeKey) int { return f.count(k) - f.void[k] - f.executed(k) }

// reject voids a payment's row in the last file that gave it out, if it is still
// to be executed. It returns the file; nil if there was nothing to reject.
func (k *known) reject(id string) *lifeFile {
	files := k.given[id]
	if len(files) == 0 {
		return nil
	}
	f := files[len(files)-1]
	key := f.keyOf(id)
	if f.live(key) <= 0 {
		return nil
	}
	f.void[key]++
	return f
}

// readMonth reads a closed folder.
func (l *life) readMonth(dir, period string) *lifeMonth {
	m := &lifeMonth{period: period, sums: l.folders[dir], earned: map[string]int64{}, carried: map[string]int64{}, wallet: map[string]string{}}
	for _, row := range l.table(dir, "lines.csv") {
		payee := row["payee_kind"] + " " + row["payee_id"]
		switch row["category"] {
		case "return":
			m.returned = append(m.returned, row["subject"])
		case "adjustment":
		default:
			m.earned[payee] += l.dollars(row["amount"])
		}
	}
	for _, row := range l.table(dir, "payouts.csv") {
		payee := row["payee_kind"] + " " + row["payee_id"]
		m.carried[payee] = l.dollars(row["carried_out"])
		m.wallet[payee] = strings.ToLower(row["wallet"])
	}
	var manifest struct {
		Chains []struct {
			Chain    string
			Payments []struct {
				ID     string `json:"payment_id"`
				Kind   string `json:"payee_kind"`
				Payee  string `json:"payee_id"`
				Units  string `json:"base_units"`
				Wallet string
			}
		}
	}
	l.readJSON(filepath.Join(dir, "payments/usdc.json"), &manifest)
	for _, c := range manifest.Chains {
		for _, p := range c.Payments {
			m.payments = append(m.payments, &lifePayment{p.ID, period, p.Kind + " " + p.Payee, c.Chain, strings.ToLower(p.Wallet), l.units(p.Units)})
		}
	}
	return m
}

func (l *life) payment(id string) *lifePayment {
	for _, m := range l.standing {
		for _, p := range m.payments {
			if p.id == id {
				return p
			}
		}
	}
	return nil
}

// periods lists the closes that stand, in order.
func (l *life) periods() []string {
	var list []string
	for p := range l.standing {
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

// exported lists the periods that gave something out.
func (l *life) exported() []string {
	return slices.DeleteFunc(l.periods(), func(p string) bool { return l.entries(p) == 0 })
}

func (l *life) entries(period string) (n int) {
	for entry := range l.exports {
		if strings.HasPrefix(entry, period) {
			n++
		}
	}
	return n
}

// batches lists all files that were given out, in order.
func (l *life) batches() []*lifeFile {
	var entries []string
	for e := range l.exports {
		entries = append(entries, e)
	}
	slices.Sort(entries)
	var list []*lifeFile
	for _, e := range entries {
		list = append(list, l.exports[e]...)
	}
	return list
}

func (l *life) chainNamed(name string) *lifeChain {
	i := slices.IndexFunc(l.chains, func(c *lifeChain) bool { return c.name == name })
	if i < 0 {
		l.fail("chain %q is none of ours", name)
	}
	return l.chains[i]
}

// owed adds up what closes that stand say was earned, by wallet.
func (l *life) owed() map[string]int64 {
	sums := map[string]int64{}
	for _, m := range l.standing {
		for payee, n := range m.earned {
			sums[m.wallet[payee]] += n
		}
	}
	return sums
}

// paid adds up what the Safes sent, by wallet.
func (l *life) paid() map[string]int64 {
	sums := map[string]int64{}
	for _, c := range l.chains {
		c.each(func(_ int, _ *lifeTx, t lifeTransfer) { sums[t.to] += t.units })
	}
	return sums
}

func (l *life) readJSON(path string, into any) {
	data, err := os.ReadFile(path)
	l.must(err)
	l.must(json.Unmarshal(data, into))
}

func (l *life) table(dir, name string) []map[string]string {
	data, err := os.ReadFile(filepath.Join(dir, name))
	l.must(err)
	records, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	l.must(err)
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// dollars reads an amount with two decimals as base units.
func (l *life) dollars(text string) int64 {
	whole, cents, ok := strings.Cut(text, ".")
	if !ok || len(cents) != 2 {
		l.fail("%q is no amount with two decimals", text)
	}
	return l.units(whole+cents) * 10_000
}

func (l *life) units(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	l.must(err)
	return n
}

// inDollars writes base units as an adjustment has them.
func inDollars(units int64) string {
	sign := ""
	if units < 0 {
		sign, units = "-", -units
	}
	cents := units / 10_000
	return sign + strconv.FormatInt(cents/100, 10) + "." + strconv.FormatInt(cents%100+100, 10)[1:]
}
