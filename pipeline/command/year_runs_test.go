package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"fleetpay/pipeline/pulltest"
)

// dueSaid is what close --due answers, as far as the year looks at it.
type dueSaid struct {
	State  string `json:"state"`
	Closed []struct {
		Period string `json:"period"`
	} `json:"closed"`
	Waiting *struct {
		Period string `json:"period"`
		Until  string `json:"until"`
	} `json:"waiting"`
	Running string `json:"running"`
	Failed  *struct {
		Period   string   `json:"period"`
		Status   int      `json:"status"`
		Problems []string `json:"problems"`
	} `json:"failed"`
	NextDue *struct {
		Period string `json:"period"`
		At     string `json:"at"`
	} `json:"next_due"`
}

// fleetpay runs the program here and now, in this process.
func (y *year) fleetpay(args ...string) (stdout, stderr string, status int) {
	y.Setenv("SOURCE_DATE_EPOCH", strconv.FormatInt(y.now.Unix(), 10))
	var out, errs bytes.Buffer
	status = Run(context.WithoutCancel(y.Context()), append(args, "-w", y.dir), &out, &errs)
	return out.String(), errs.String(), status
}

// schedule runs close --due. On a disk that only seems full, it does so as a process
// that can't write a byte to any file.
func (y *year) schedule() (stdout, stderr string, status int) {
	args := []string{"close", "--due", "--json", "--by", scheduler}
	if !y.disk.full || y.disk.real {
		return y.fleetpay(args...)
	}
	cmd := exec.CommandContext(y.Context(), "sh", append([]string{"-c", `ulimit -f 0 && exec fleetpay "$@"`, "sh"}, args...)...)
	cmd.Dir = y.dir
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(y.now.Unix(), 10))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// process is the run of the schedule as a process of its own.
func (y *year) process() *exec.Cmd {
	cmd := exec.CommandContext(y.Context(), "fleetpay", "close", "--due", "--json", "--by", scheduler)
	cmd.Dir = y.dir
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(y.now.Unix(), 10))
	return cmd
}

// atOnce runs several schedulers at the same time, of which one closes a month.
func (y *year) atOnce(n int, p string) {
	y.Helper()
	runs, answers := make([]*exec.Cmd, n), make([]bytes.Buffer, n)
	for i := range runs {
		runs[i] = y.process()
		runs[i].Stdout = &answers[i]
		if err := runs[i].Start(); err != nil {
			y.Fatal(err)
		}
	}
	closed := 0
	for i, run := range runs {
		if err := run.Wait(); err != nil {
			y.Errorf("a scheduler of %d at once: %v\n%s", n, err, &answers[i])
		}
		var answer dueSaid
		if err := json.Unmarshal(answers[i].Bytes(), &answer); err != nil {
			y.Errorf("%v: %s", err, &answers[i])
		}
		if answer.State == "running" && answer.Running == "" || answer.State != "running" && answer.State != "done" {
			y.Errorf("a scheduler of %d at once says %s", n, &answers[i])
		}
		closed += len(answer.Closed)
	}
	if closed != 1 {
		y.Errorf("%d of %d schedulers closed the month", closed, n)
	}
	y.isClosed(p)
}

// terminated stops a run as systemd does at its time limit, while Prometheus does not
// answer. What was pulled is kept, and the run says that it was stopped.
func (y *year) terminated(p string) {
	y.Helper()
	stalls := y.monitor.Answered() + 7
	y.monitor.Set(func(m *pulltest.Monitor) { m.Stalls = stalls })
	cmd := y.process()
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		y.Fatal(err)
	}
	for y.monitor.Answered() < stalls {
		time.Sleep(time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		y.Fatal(err)
	}
	_ = cmd.Wait()
	y.monitor.Set(func(m *pulltest.Monitor) { m.Stalls = 0 })
	why := &stop{status: 1, words: []string{"the run was stopped before it ended", "run it again"}}
	var answer dueSaid
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		y.Fatalf("%v: %s", err, &out)
	}
	y.sayFailed("a run that was stopped", answer, cmd.ProcessState.ExitCode(), p, why)
	if kept, err := filepath.Glob(y.path("closes/.pulled/" + p + "/*/*")); err != nil || len(kept) < 7 {
		y.Errorf("%d pieces of 7 are kept; %v", len(kept), err)
	}
	y.attempts[p] = why
	y.tellFailed(p, why)
	y.checkStatus("after a run was stopped")
}

// killed ends runs as power does, each later than the one before. Where one had closed
// the month by then, the model follows.
func (y *year) killed(times int, p string) {
	y.Helper()
	for i := range times {
		cmd := y.process()
		if err := cmd.Start(); err != nil {
			y.Fatal(err)
		}
		time.Sleep(time.Duration(i+1) * 60 * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if _, err := os.Stat(y.path("closes/" + p)); err == nil {
			y.isClosed(p)
			return
		}
		y.checkStatus(fmt.Sprintf("after power failed for the %d. time", i+1))
	}
}
