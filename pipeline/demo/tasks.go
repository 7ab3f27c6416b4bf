package demo

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fleetpay/rules"
)

// tasksPerMonth is how many tasks an operator gets that end in some way.
const tasksPerMonth = 40

// failures is how many of them fail or expire at least, by operator. granit
// stands at two each month: 38 of 40 is exactly 95%, which is not above 95%.
var failures = map[string]int{"borealis": 1, "ember": 3, "granit": 2, "jade": 4, "kestrel": 6, "monsoon": 1}

// writeTasks writes the tasks dispatched in each month, compressed, in the order
// of their dispatch.
func (f *fleet) writeTasks(dir string) error {
	for m, month := range months {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if err := csv.NewWriter(z).WriteAll(f.tasksOf(m, month)); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "data", "tasks-"+month.String()+".csv.gz"), b.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}

func (f *fleet) tasksOf(m int, month rules.Period) [][]string {
	var rows [][]string
	for i, operator := range f.operators {
		c := newChance(uint64(2_000_000 + i*len(months) + m))
		first, last := max(month.First(), f.joined[operator]), month.Last()
		if left, leaves := f.left[operator]; leaves {
			last = min(last, left)
		}
		if first > last {
			continue
		}
		bad := failures[operator]
		if operator != "granit" {
			bad += c.below(2)
		}
		cancelled := c.below(3)
		for n := range tasksPerMonth + cancelled {
			status := "succeeded"
			switch {
			case n >= tasksPerMonth:
				status = "cancelled"
			case n < bad && c.in100(30):
				status = "expired"
			case n < bad:
				status = "failed"
			}
			days := int(last-first) + 1
			dispatched := first.Time().Add(time.Duration(c.below(days*minutesPerDay*60)) * time.Second)
			row := []string{"", operator, rfc(dispatched), status, ""}
			if status == "succeeded" || status == "failed" {
				row[4] = rfc(dispatched.Add(time.Duration(c.between(20, 900)) * time.Second))
			}
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b []string) int {
		return cmp.Or(strings.Compare(a[2], b[2]), strings.Compare(a[1], b[1]))
	})
	for i := range rows {
		rows[i][0] = fmt.Sprintf("task-%s-%04d", month, i+1)
	}
	return append([][]string{{"task_id", "operator_id", "dispatched_at", "status", "finished_at"}}, rows...)
}
