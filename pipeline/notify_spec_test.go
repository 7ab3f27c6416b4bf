package pipeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// blocks returns the blocks of specs/notify.md in a language.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "specs", "notify.md"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, found := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		list = append(list, found[1])
	}
	return list
}

func TestTheExamplesOfTheSpecificationAreEvents(t *testing.T) {
	kinds := []string{}
	for _, text := range blocks(t, "json") {
		entry, err := decodeEntry([]byte(`{"event":` + text + `}`)) // which holds the id to the content
		if err != nil {
			t.Errorf("%v: %s", err, text)
		}
		kinds = append(kinds, entry.Event.Kind)
	}
	if got := strings.Join(kinds, " "); got != "closed held failed" {
		t.Errorf("there are examples of %s", got)
	}
}

func TestTheConfigurationOfTheSpecificationIsTaken(t *testing.T) {
	ws, err := parseWorkspace("fleet", "fleetpay.yaml", []byte(plain+blocks(t, "yaml")[0]))
	if err != nil || ws.notify.Webhook == nil || ws.notify.Webhook.Secret.env != "FLEETPAY_WEBHOOK_SECRET" {
		t.Errorf("got %+v, %v", ws, err)
	}
}

func TestTheLinesOfTheSpecificationVerifyASignature(t *testing.T) {
	w := newNotified(t)
	now := time.Now()
	one := w.tell(closedJuly(), now, "closed 2026-07", "held 2026-07")[0]
	w.write("body", one.body)
	for _, c := range []struct {
		name, stamp string
		age         time.Duration
		good        bool
	}{
		{"as it came", strconv.FormatInt(now.Unix(), 10), 0, true},
		{"of another second", strconv.FormatInt(now.Unix()-1, 10), 0, false},
		{"an old one", strconv.FormatInt(now.Unix()-301, 10), 301 * time.Second, false},
	} {
		signed := one.head.Get("X-Fleetpay-Signature")
		if c.age != 0 {
			signed = signature([]byte(signingKey), c.stamp, []byte(one.body))
		}
		python := "import os, sys\nsecret, body = os.environ['SECRET'].encode(), open('body', 'rb').read()\n" +
			"timestamp, signature = os.environ['TIMESTAMP'], os.environ['SIGNATURE']\n" + blocks(t, "python")[0] + "sys.exit(0 if verified else 1)\n"
		for _, run := range [][]string{{"openssl", "sh", "-c", blocks(t, "sh")[0]}, {"python3", "python3", "-c", python}} {
			t.Run(c.name+" by "+run[0], func(t *testing.T) {
				if _, err := exec.LookPath(run[0]); err != nil {
					t.Skip(run[0] + " is not installed; on Debian: apt install openssl python3")
				}
				cmd := exec.Command(run[1], run[2:]...)
				cmd.Dir = w.dir
				cmd.Env = append(os.Environ(), "SECRET="+signingKey, "TIMESTAMP="+c.stamp, "SIGNATURE="+signed)
				said, err := cmd.CombinedOutput()
				if good := err == nil; good != c.good {
					t.Errorf("verified: %t; %v: %s", good, err, said)
				}
			})
		}
	}
}

// write writes a file of the workspace.
func (w *notified) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o666); err != nil {
		w.Fatal(err)
	}
}
