package pipeline_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fleetpay/pipeline"
)

// returnedMonths closes July and August of the small fleet of the scripts, August
// with alder's payment of July returned, and gives both folders.
func returnedMonths(t *testing.T) (july, august string) {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, "../testdata/script/workspace", dir)
	config := filepath.Join(dir, "fleetpay.yaml")
	named := strings.Replace(string(readAll(t, config)), "heartbeat_interval", "  returns: {file: returns.csv}\nheartbeat_interval", 1)
	writeText(t, config, named)
	writeText(t, filepath.Join(dir, "returns.csv"), "return_id,payment_id,period,reason,approved_by\n")
	july = closeGolden(t, dir, goldenMonth{period: "2026-07", closedAt: "2026-08-03T09:00:00Z", by: "Finance Desk"})
	id := columnOf(t, filepath.Join(july, "payouts.csv"), "alder", "payment_id")
	writeText(t, filepath.Join(dir, "returns.csv"),
		"return_id,payment_id,period,reason,approved_by\nret-1,"+id+",2026-08,keys lost,R. Finance\n")
	august = closeGolden(t, dir, goldenMonth{period: "2026-08", closedAt: "2026-09-03T09:00:00Z", by: "Finance Desk"})
	return july, august
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// columnOf reads a column of the row that has a payee's id.
func columnOf(t *testing.T, path, payee, column string) string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(readAll(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{}
	for i, name := range rows[0] {
		place[name] = i
	}
	for _, row := range rows[1:] {
		if row[place["payee_id"]] == payee {
			return row[place[column]]
		}
	}
	t.Fatalf("%s has no row of %s", path, payee)
	return ""
}

// TestAReturnedPaymentIsOwedAgainAndComputedFromItsFolderAlone closes two months
// and takes the first one away.
func TestAReturnedPaymentIsOwedAgainAndComputedFromItsFolderAlone(t *testing.T) {
	july, august := returnedMonths(t)
	paid := columnOf(t, filepath.Join(july, "payouts.csv"), "alder", "payable")
	for column, want := range map[string]string{"earned": "1400.00", "payable": "1400.00"} { // 700.00 of August and of July each
		if got := columnOf(t, filepath.Join(august, "payouts.csv"), "alder", column); paid != "700.00" || got != want {
			t.Errorf("%s is %s, want %s; July paid %s", column, got, want, paid)
		}
	}
	if err := os.RemoveAll(july); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Rerun(context.Background(), august, nil); err != nil {
		t.Error(err)
	}
}

// TestEvidenceOfAReturnThatWasChangedIsFound changes what August keeps of July's
// payment, and writes every hash anew to match.
func TestEvidenceOfAReturnThatWasChangedIsFound(t *testing.T) {
	_, august := returnedMonths(t)
	evidence := "inputs/previous/payments.csv"
	row := regexp.MustCompile(`(?m)^FP-.*\n`)
	for _, c := range []struct {
		name   string
		change func(text string) string
		want   string
	}{
		{"another sum", func(s string) string { return strings.Replace(s, ",700.00,", ",900.00,", 1) }, "lines.csv: "},
		{"another wallet", func(s string) string {
			return strings.Replace(s, ",0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed,", ",0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359,", 1)
		}, "exceptions.csv: "},
		{"another payee", func(s string) string { return strings.Replace(s, ",alder,", ",birch,", 1) }, "lines.csv: "},
		{"no payment", func(s string) string { return row.ReplaceAllString(s, "") },
			"returns: ret-1: inputs/previous/payments.csv has no payment FP-202607-"},
		{"one more payment", func(s string) string {
			return s + "FP-202607-FFFFFFFFFFFFFFFF,2026-07,operator,alder,1.00,base,0x,open,\n"
		},
			"inputs/previous/payments.csv: FP-202607-FFFFFFFFFFFFFFFF is named by no return of 2026-08; restore the folder from a copy"},
		{"a payment of another month", func(s string) string { return strings.Replace(s, ",2026-07,", ",2026-06,", 1) },
			"inputs/previous/payments.csv:2: period: 2026-06 is not that of FP-202607-"},
		{"missing, and nobody looked", func(s string) string { return strings.Replace(s, ",open,", ",missing,", 1) },
			`inputs/previous/payments.csv:2: standing: "missing" is neither open nor missing up to an instant`},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "2026-08")
			copyTree(t, august, folder)
			before := string(readAll(t, filepath.Join(folder, evidence)))
			after := c.change(before)
			if after == before {
				t.Fatal("nothing was changed")
			}
			writeText(t, filepath.Join(folder, evidence), after)
			sums := filepath.Join(folder, "SHA256SUMS")
			var lines []string
			for line := range strings.Lines(string(readAll(t, sums))) {
				if strings.HasSuffix(line, "  "+evidence+"\n") {
					line = checksum(t, filepath.Join(folder, evidence)) + "  " + evidence + "\n"
				}
				lines = append(lines, line)
			}
			writeText(t, sums, strings.Join(lines, ""))
			_, err := pipeline.Rerun(context.Background(), folder, nil)
			if err == nil || pipeline.ExitStatus(err) != pipeline.ExitDiffers || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}
