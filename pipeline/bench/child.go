package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// result is what a measured process did.
type result struct {
	took time.Duration // by the clock
	cpu  time.Duration // of all cores together
	peak int64         // bytes of memory at most
	row  []int64
}

// measured runs a program to its end and gives its standard output.
func measured(ctx context.Context, name string, args ...string) (result, string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	err := cmd.Run()
	r := result{took: time.Since(start)}
	if err != nil {
		return r, "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, errs.String())
	}
	r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.peak = bytesOf(*usage)
	}
	return r, out.String(), nil
}

// bytesOf is the peak memory in a process's account.
func bytesOf(usage syscall.Rusage) int64 {
	if runtime.GOOS == "linux" {
		return usage.Maxrss * 1024 // kilobytes there, bytes elsewhere
	}
	return usage.Maxrss
}

// best repeats a measurement and keeps the fastest: what is slower than that is
// the machine's other work.
func best(runs int, measure func() (result, error)) (result, error) {
	var fastest result
	for i := range runs {
		r, err := measure()
		if err != nil {
			return r, err
		}
		if i == 0 || r.took < fastest.took {
			fastest = r
		}
	}
	return fastest, nil
}

// self runs a query in a process of its own, so that its memory is its own.
func self(ctx context.Context, dir, query string, o options) (result, error) {
	program, err := os.Executable()
	if err != nil {
		return result{}, err
	}
	r, out, err := measured(ctx, program, "-query", query, "-dir", dir, "-nodes", strconv.Itoa(o.nodes))
	if err != nil {
		return r, err
	}
	for word := range strings.FieldsSeq(out) {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return r, fmt.Errorf("query %s: %w", query, err)
		}
		r.row = append(r.row, n)
	}
	return r, nil
}

// closeMonth closes the workspace and reads the fleet's up slots from the closed
// folder.
func closeMonth(ctx context.Context, dir, fleetpay string) (result, error) {
	if err := os.RemoveAll(filepath.Join(dir, "closes")); err != nil {
		return result{}, err
	}
	r, _, err := measured(ctx, fleetpay, "close", benchPeriod, "--workspace", dir, "--by", "bench")
	if err != nil {
		return r, err
	}
	file, err := os.Open(filepath.Join(dir, "closes", benchPeriod, "measures.csv"))
	if err != nil {
		return r, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return r, err
	}
	for _, row := range rows {
		if row[1] == "fleet" && row[3] == "slots_up" {
			up, err := strconv.ParseInt(row[4], 10, 64)
			r.row = []int64{up}
			return r, err
		}
	}
	return r, fmt.Errorf("%s has no slots_up of the fleet", file.Name())
}
