package command

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// scripts holds the command line's manual pages and its errors as scripts, and
// the workspace that each of them begins with.
const scripts = "../../testdata/script"

// TestMain makes the test binary the fleetpay command for scripts, and for the
// tests that kill it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"fleetpay": func() { os.Exit(Main()) },
	})
}

// TestScripts runs every script in a fresh copy of the workspace, on 5 October
// 2026, 12:00 UTC.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("SOURCE_DATE_EPOCH", closingTime)
			return os.CopyFS(env.WorkDir, os.DirFS(filepath.Join(scripts, "workspace")))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":  status,
			"tracker": tracker,
		},
	})
}

// closingTime is 2026-10-05T12:00:00Z.
const closingTime = "1791201600"

// status runs fleetpay and expects an exit status: status 3 close 2026-07.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N ARGUMENTS")
	}
	err := ts.Exec("fleetpay", args[1:]...)
	got := "0"
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		got = string(rune('0' + exit.ExitCode()))
	} else if err != nil {
		ts.Fatalf("fleetpay: %v", err)
	}
	if got != args[0] {
		ts.Fatalf("fleetpay %v ended with %s, want %s", args[1:], got, args[0])
	}
}
