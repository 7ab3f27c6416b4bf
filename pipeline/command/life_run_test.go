package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// lifeAnswer is how a command ended.
type lifeAnswer struct {
	args           []string
	status         int
	killed         bool
	stdout, stderr string
}

func (a lifeAnswer) String() string {
	return fmt.Sprintf("fleetpay %s: status %d\n%s%s", strings.Join(a.args, " "), a.status, a.stdout, a.stderr)
}

// start runs the program once.
func (l *life) start(args ...string) lifeAnswer { return l.startAs(nil, 0, args...) }

// startAs runs the program once, below other programs. With a delay it is killed
// after that.
func (l *life) startAs(below []string, delay time.Duration, args ...string) lifeAnswer {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.t.Context()), time.Minute)
	defer cancel()
	line := slices.Concat(below, []string{"fleetpay"}, args)
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", l.clock), "HTTP_PROXY=", "http_proxy=", "NO_PROXY=127.0.0.1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	l.must(cmd.Start())
	if delay > 0 {
		time.Sleep(delay)
		_ = cmd.Process.Kill()
	}
	err := cmd.Wait()
	a := lifeAnswer{args: args, status: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		l.fail("the test itself: %v", err)
	}
	a.killed = a.status < 0 && (delay > 0 || below != nil)
	return a
}

// lifeCalls are the system calls at which strace kills, with how many of them to
// let pass at most: those by which the program changes what lies there.
var lifeCalls = []struct {
	name string
	most int
}{{"rename,renameat,renameat2", 2}, {"mkdirat,mkdir", 5}, {"fsync", 12}, {"unlinkat,rmdir,unlink", 8}, {"write", 40}, {"openat", 120}}

var strace, _ = exec.LookPath("strace")

// kill runs a command and kills it: at one of its system calls, if there is
// strace, or after a random time.
func (l *life) kill(args ...string) lifeAnswer {
	call := pickOne(l, lifeCalls)
	when := 1 + l.random.IntN(call.most)
	most := 60_000
	if args[0] == "close" || args[0] == "approve" {
		most = 400_000
	}
	delay := time.Duration(1+l.random.IntN(most)) * time.Microsecond
	if l.chance(60) && strace != "" {
		return l.startAs([]string{strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace=" + call.name,
			"-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call.name, when)}, 0, args...)
	}
	return l.startAs(nil, delay, args...)
}

// do runs a command, sometimes after a run of it that was killed, and holds what
// it leaves to all that must be true. The status must be one of those that are
// wanted.
func (l *life) do(want []int, args ...string) lifeAnswer {
	l.counts[kindOf(args)]++
	if l.kills && !l.ending && l.chance(15) {
		killed := l.kill(args...)
		if killed.killed {
			l.counts["kills"]++
			l.tell("fleetpay %s: killed", strings.Join(args, " "))
			l.litter = true
		} else {
			l.tell("fleetpay %s: %d before it could be killed", strings.Join(args, " "), killed.status)
			l.checkAnswer(killed)
		}
		before := len(l.folders) + len(l.withdrawn)
		l.look(killed)
		if len(l.folders)+len(l.withdrawn) != before {
			want = append(slices.Clone(want), 0, 3) // it is done already
		}
	}
	a := l.start(args...)
	l.tell("fleetpay %s: %d%s", strings.Join(args, " "), a.status, firstLine(a))
	l.checkAnswer(a)
	if locks(args) {
		l.litter = false
	}
	l.look(a)
	if !slices.Contains(want, a.status) {
		l.fail("%s\nwant status %v", a, want)
	}
	return a
}

func kindOf(args []string) string {
	if args[0] == "payments" {
		return args[1]
	}
	return args[0]
}

// locks tells whether a command holds the lock, and removes what a killed one
// left.
func locks(args []string) bool { return kindOf(args) != "check" && kindOf(args) != "status" }

func firstLine(a lifeAnswer) string {
	text := a.stdout
	if a.status != 0 {
		text = a.stderr
	}
	line, _, _ := strings.Cut(text, "\n")
	if line == "" || line == "{" {
		return ""
	}
	return ": " + line
}

// checkAnswer holds what is true of every run that was not killed.
func (l *life) checkAnswer(a lifeAnswer) {
	switch {
	case a.status < 0 || a.status > 4:
		l.fail("%s\nwant a status from 0 to 4", a)
	case a.status != 0 && strings.TrimSpace(a.stderr) == "":
		l.fail("%s\nit says nothing on standard error", a)
	case strings.Contains(a.stderr, "panic:") || strings.Contains(a.stderr, "goroutine "):
		l.fail("%s\nit panicked", a)
	}
}
