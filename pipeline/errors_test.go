package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"testing"

	"fleetpay/outputs"
	"fleetpay/rules"
)

func TestARefusalSaysHowToGoOnWithoutBadRows(t *testing.T) {
	period, err := rules.ParsePeriod("2026-07")
	if err != nil {
		t.Fatal(err)
	}
	const begins = "2026-07: 2 bad rows in the inputs; correct them"
	for _, c := range []struct {
		name             string
		waivable, needed []string
		files            []error
		want             string
	}{
		{"only rows that may be left out", []string{"tasks", "leads"}, nil, nil,
			", or go on without those of tasks, leads with --allow-rejects tasks,leads --by NAME"},
		{"only master data", nil, []string{"tiers"}, nil, ""},
		{"both", []string{"tasks"}, []string{"tiers"}, nil,
			", or, after tiers is corrected, which can't be waived, go on without those of tasks with --allow-rejects tasks --by NAME"},
		{"more master data", []string{"tasks"}, []string{"nodes", "tiers"}, nil,
			", or, after nodes, tiers are corrected, which can't be waived, go on without those of tasks with --allow-rejects tasks --by NAME"},
		{"a file that is wrong as a whole", []string{"tasks"}, []string{"tiers"}, []error{refuse("cut short")}, ""},
	} {
		e := &RejectsError{Period: period, Rejects: []outputs.Reject{{File: "a.csv", Line: 2}, {File: "b.csv", Line: 2}},
			Waivable: c.waivable, Needed: c.needed, Files: c.files}
		if got := e.Error(); got != begins+c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestAnErrorOfTheSystemComesWithAdvice(t *testing.T) {
	of := func(errno syscall.Errno) error {
		return fmt.Errorf("closes: %w", &fs.PathError{Op: "write", Path: "closes/.staging", Err: errno})
	}
	for _, c := range []struct {
		name   string
		err    error
		advice string // its begin; "" for none
	}{
		{"a full disk", of(syscall.ENOSPC), "free some space, and run it again; no close, approval or export is half written"},
		{"a quota that is used up", of(syscall.EDQUOT), "free some space"},
		{"a file that may not grow", of(syscall.EFBIG), "let larger files be written there"},
		{"a disk that is mounted to read", of(syscall.EROFS), "make it writable, and run it again"},
		{"a file in a folder's place", of(syscall.ENOTDIR), "a file is where a folder must be"},
		{"a folder of somebody else", of(syscall.EACCES), "let this user read and write there"},
		{"one of several errors", errors.Join(errors.New("closes: can't be synced"), of(syscall.ENOSPC)), "free some space"},
		{"a file that is not there", of(syscall.ENOENT), ""},
		{"a refusal, which says itself what to do", refused(of(syscall.EACCES)), ""},
		{"a network that is closed", &net.OpError{Op: "dial", Err: syscall.EACCES}, ""},
		{"no error", nil, ""},
	} {
		if got := Advice(c.err); !strings.HasPrefix(got, c.advice) || (got == "") != (c.advice == "") {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
