package command

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"fleetpay/pipeline/signing"
)

// life is one random life of payments: a workspace, the chains on which its Safes
// pay, and what the test knows by itself of who is owed and was paid what.
type life struct {
	t       *testing.T
	seed    uint64
	random  *rand.Rand
	dir     string
	clock   int64 // Unix seconds; what the program takes for the time
	careful bool  // nobody executes anything twice or late
	kills   bool
	ending  bool
	chains  []*lifeChain
	keys    map[string]ssh.Signer
	story   []string
	counts  lifeCounts
	erred   int // mistakes that people made
	*known
}

// lifeCounts counts what happened, by kind.
type lifeCounts map[string]int

func (c lifeCounts) add(o lifeCounts) {
	for k, n := range o {
		c[k] += n
	}
}

func (c lifeCounts) String() string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(c)) {
		parts = append(parts, fmt.Sprintf("%d %s", c[k], k))
	}
	return strings.Join(parts, ", ")
}

// lifeFailed ends a life that found something wrong.
type lifeFailed struct{ text string }

func (l *life) fail(format string, args ...any) { panic(lifeFailed{fmt.Sprintf(format, args...)}) }

// live does something, and tells what goes wrong with the whole story.
func (l *life) live(do func()) {
	defer func() {
		wrong := recover()
		if failed, ok := wrong.(lifeFailed); ok {
			l.t.Errorf("life %d:\n%s\n\n%s\n\n(FLEETPAY_LIFE=%d go test ./pipeline/command -run 'TestLife$')", l.seed, strings.Join(l.story, "\n"), failed.text, l.seed)
		} else if wrong != nil {
			panic(wrong)
		}
	}()
	do()
}

func (l *life) must(err error) {
	if err != nil {
		l.fail("the test itself: %v", err)
	}
}

func (l *life) tell(format string, args ...any) {
	at := time.Unix(l.clock, 0).UTC().Format("06-01-02 15:04:05")
	l.story = append(l.story, fmt.Sprintf("%3d %s %s", len(l.story)+1, at, fmt.Sprintf(format, args...)))
}

// chance is true n times of a hundred.
func (l *life) chance(n int) bool { return l.random.IntN(100) < n }

func pickOne[T any](l *life, list []T) T { return list[l.random.IntN(len(list))] }

// The people of the tests. Rita prepares the closes.
var (
	approvers = []string{"anna@fleet.example", "bert@fleet.example", "cora@fleet.example"}
	preparer  = "rita@fleet.example"
	stranger  = "zoe@other.example"
)

const lifeConfig = `program: Life Fleet
sources:
  operators: {file: data/operators.csv}
  tiers: {file: data/tiers.csv}
  nodes: {file: data/nodes.csv}
  heartbeats: {file: "data/heartbeats-{period}.csv"}
  partners: {file: data/partners.csv}
  partner_tiers: {file: data/partner_tiers.csv}
  referrals: {file: data/referrals.csv}
  returns: {file: data/returns.csv}
  adjustments: {file: data/adjustments.csv}
heartbeat_interval: 86400s
closes: closes
payments:
  minimum: 10.00
  default_chain: base
  safes:
    base: "0x5afe000000000000000000000000000000000b5e"
    ethereum: "0x5afe0000000000000000000000000000000000e7"
  approvals: {signers: allowed_signers, needed: 2}
`

// The workspace's tables. Alder and cedar share a wallet, and are owed equal sums
// each month; so are birch and dogwood, on two chains. Elm has its own.
const (
	lifeWalletAC   = "0xa1de000000000000000000000000000000000011"
	lifeWalletBD   = "0xb1c0000000000000000000000000000000000013"
	lifeWalletElm  = "0xe100000000000000000000000000000000000017"
	lifeWalletMill = "0x3111000000000000000000000000000000000019"

	lifeReturns     = "return_id,payment_id,period,reason,approved_by\n"
	lifeAdjustments = "adjustment_id,payee_kind,payee_id,period,amount,reason,approved_by\n"
	lifeMonths      = 16
)

var lifeTables = map[string]string{
	"operators.csv": "operator_id,name,region,joined_on,certified_on,wallet,chain\n" +
		"alder,Alder Hosting,emea,2026-01-15,2026-01-10," + lifeWalletAC + ",\n" +
		"birch,Birch Metal,emea,2026-01-15,2026-01-10," + lifeWalletBD + ",\n" +
		"cedar,Cedar Racks,emea,2026-01-15,2026-01-10," + lifeWalletAC + ",\n" +
		"dogwood,Dogwood Cloud,emea,2026-01-15,2026-01-10," + lifeWalletBD + ",ethereum\n" +
		"elm,Elm Servers,emea,2026-01-15,2026-01-10," + lifeWalletElm + ",ethereum\n",
	"tiers.csv":       "operator_id,tier,from_on\nalder,1,2026-01-15\nbirch,2,2026-01-15\ncedar,1,2026-01-15\ndogwood,2,2026-01-15\nelm,1,2026-01-15\n",
	"nodes.csv":       "node_id,operator_id,active_from\na1,alder,2026-01-15\nb1,birch,2026-01-15\nc1,cedar,2026-01-15\nd1,dogwood,2026-01-15\ne1,elm,2026-01-15\n",
	"partners.csv":    "partner_id,name,region,since,wallet\nmill,Mill & Sons,emea,2026-01-01," + lifeWalletMill + "\n",
	"returns.csv":     lifeReturns,
	"adjustments.csv": lifeAdjustments,
}

// newLife makes the workspace and the chains of a seed.
func newLife(t *testing.T, seed uint64) *life {
	random := rand.New(rand.NewPCG(seed, 4))
	l := &life{t: t, seed: seed, random: random, counts: lifeCounts{}, keys: map[string]ssh.Signer{}, known: newKnown()}
	l.careful = seed%3 != 0
	l.kills = true
	// Some live in months of which each is closed when it is over, some in a hurry
	// long after.
	l.clock = time.Date(2026, time.August, 3, 9, 0, 0, 0, time.UTC).Unix()
	if l.chance(40) {
		l.clock = time.Date(2027, time.December, 3, 9, 0, 0, 0, time.UTC).Unix()
	}
	l.dir = t.TempDir()
	l.must(os.CopyFS(l.dir, os.DirFS(filepath.Join(scripts, "workspace"))))
	l.write("fleetpay.yaml", lifeConfig)
	for _, name := range slices.Sorted(maps.Keys(lifeTables)) {
		l.write("data/"+name, lifeTables[name])
	}
	for i := range lifeMonths {
		month := time.Date(2026, time.July+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
		text := "node_id,sampled_at,up\n"
		for day := month; day.Month() == month.Month(); day = day.AddDate(0, 0, 1) {
			for _, node := range []string{"a1", "b1", "c1", "d1", "e1"} {
				text += node + "," + day.Format(time.RFC3339) + ",1\n"
			}
		}
		l.write("data/heartbeats-"+month.Format("2006-01")+".csv", text)
	}
	l.makeKeys()
	l.chains = []*lifeChain{
		newLifeChain("base", 8453, "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "0x5afe000000000000000000000000000000000b5e", l.clock),
		newLifeChain("ethereum", 1, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "0x5afe0000000000000000000000000000000000e7", l.clock),
	}
	for _, c := range l.chains {
		t.Cleanup(c.serve())
	}
	return l
}

// makeKeys gives each of the people a key and lists them, but for the stranger.
func (l *life) makeKeys() {
	list := ""
	for i, name := range append(slices.Clone(approvers), preparer, stranger) {
		seed := bytes.Repeat([]byte{byte(17 + i)}, ed25519.SeedSize)
		key := ed25519.NewKeyFromSeed(seed)
		block, err := ssh.MarshalPrivateKey(key, "")
		l.must(err)
		l.write("keys/"+name, string(pem.EncodeToMemory(block)))
		l.must(os.Chmod(l.path("keys", name), 0o600))
		signer, err := ssh.NewSignerFromKey(key)
		l.must(err)
		l.keys[name] = signer
		if name != stranger {
			list += name + " " + string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
		}
	}
	l.write("allowed_signers", list)
}

func (l *life) sign(name string, data []byte) []byte {
	signature, err := signing.Sign(l.keys[name], data)
	l.must(err)
	return signature
}

func (l *life) path(parts ...string) string {
	return filepath.Join(append([]string{l.dir}, parts...)...)
}

func (l *life) write(name, text string) {
	path := l.path(filepath.FromSlash(name))
	l.must(os.MkdirAll(filepath.Dir(path), 0o777))
	l.must(os.WriteFile(path, []byte(text), 0o666))
}
