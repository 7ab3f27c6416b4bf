// Package anvil runs a real EVM chain for tests, as net/http/httptest runs a
// real server: a node on the loopback interface with the chain id of the real
// chain, a token with USDC's behaviour at USDC's address, and a Safe that
// executes the batch files a Safe's owners are given. It reads those files by
// itself and shares no code with what writes them.
//
// The node and the contracts come from npm; see .ci/chain. Where they are not
// installed, the test that asks for a node is skipped and says how to get them.
//
// Addresses that it returns are 0x and lower-case hex; addresses that it takes
// are in any case. Amounts of a token are in its smallest unit. Everything that
// goes wrong with the node itself ends the test.
package anvil

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	genesis   = 1767225600 // 2026-01-01T00:00:00Z, the time of block 0
	blockTime = 2          // seconds from one block to the next, as on Base

	// Finalized is how many blocks the finalized block is behind the latest: two
	// epochs, each of one slot.
	Finalized = 2

	startLimit = 30 * time.Second
	callLimit  = 30 * time.Second
)

// Node is a running chain. It ends with the test that started it.
type Node struct {
	ChainID  int64
	Accounts []string // unlocked, each with coins for fees

	t         testing.TB
	url       string
	http      http.Client
	contracts map[string]contract
	deployed  map[string]string // address by the name of the contract
	safes     int64             // made so far
}

// contract is one of .ci/chain/build.
type contract struct {
	Bytecode string // with which it is deployed
	Runtime  string // what then stands at its address
}

// Start runs a chain whose first block is of 2026-01-01T00:00:00Z. Each
// transaction gets a block of its own, 2 s after the one before it.
func Start(t testing.TB, chainID int64) *Node {
	t.Helper()
	binary, contracts := find(t)
	n := &Node{ChainID: chainID, t: t, http: http.Client{Timeout: callLimit}, contracts: contracts, deployed: map[string]string{}}
	n.url = "http://" + run(t, binary,
		"--host", "127.0.0.1", "--port", "0",
		"--chain-id", strconv.FormatInt(chainID, 10),
		"--timestamp", strconv.Itoa(genesis),
		"--slots-in-an-epoch", strconv.Itoa(Finalized/2),
		"--color", "never",
	)
	n.Call(nil, "anvil_setBlockTimestampInterval", blockTime)
	n.Call(&n.Accounts, "eth_accounts")
	return n
}

// URL is where the node answers JSON-RPC.
func (n *Node) URL() string { return n.url }

// find returns the path of the node's program, and the contracts by name. It
// skips the test when one is missing.
func find(t testing.TB) (binary string, contracts map[string]contract) {
	t.Helper()
	const install = "run: npm ci --prefix .ci/chain --ignore-scripts && node .ci/chain/compile.mjs"
	folder := filepath.Join(root(t), ".ci", "chain")
	binary = filepath.Join(folder, "node_modules", ".bin", "anvil")
	if _, err := os.Stat(binary); err != nil {
		if binary, err = exec.LookPath("anvil"); err != nil {
			t.Skip("anvil is not installed; " + install)
		}
	}
	contracts = map[string]contract{}
	for _, name := range []string{"Dollar", "Impostor", "Safe", "SafeProxyFactory", "MultiSendCallOnly"} {
		data, err := os.ReadFile(filepath.Join(folder, "build", name+".json"))
		if errors.Is(err, os.ErrNotExist) {
			t.Skip("the contract " + name + " is not installed; " + install)
		}
		var c contract
		if err == nil {
			err = json.Unmarshal(data, &c)
		}
		if err != nil {
			t.Fatalf("contract %s: %v; %s", name, err, install)
		}
		contracts[name] = c
	}
	return binary, contracts
}

// root is the nearest folder with a go.mod at or above the test's.
func root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			t.Fatal("no go.mod at or above the working directory; run the tests from the repository")
		}
		folder = above
	}
}

// run starts the node, and returns the address it listens on. The node is
// killed at the end of the test, or with this process.
func run(t testing.TB, binary string, args ...string) (listening string) {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command(binary, args...)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "HOME="+home) // where it would keep old states
	dieWithParent(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout

	started, ended := make(chan error, 1), make(chan struct{})
	go func() {
		// The signal that dieWithParent asks for comes when the thread that
		// started the node ends, so that thread is kept.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			<-ended
		}
	}()
	if err := <-started; err != nil {
		t.Fatalf("start anvil: %v", err)
	}
	addresses, drained := make(chan string, 1), make(chan string, 1)
	go read(out, addresses, drained)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // an error means that it has ended
		<-drained
		_ = cmd.Wait() // it was killed
		close(ended)
	})
	select {
	case listening = <-addresses:
	case last := <-drained:
		drained <- last
		t.Fatalf("anvil ended before it listened; its last words: %s", last)
	case <-time.After(startLimit):
		t.Fatalf("anvil does not listen after %v", startLimit)
	}
	return listening
}

// read finds the address in what the node says and reads on until it ends, so
// that the node never waits for a reader. At the end it sends the last lines.
func read(out io.Reader, address, drained chan<- string) {
	var last []string
	told := false
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "Listening on "); ok && !told {
			told = true
			address <- at
		}
		last = append(last, lines.Text())
		last = last[max(0, len(last)-5):]
	}
	_, _ = io.Copy(io.Discard, out) // of a line that is too long for the scanner
	drained <- strings.Join(last, "\n")
}
