package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
)

// changeEntry changes an entry of the exports of October, and writes its
// SHA256SUMS anew, as somebody would who wants it to pass.
func changeEntry(t *testing.T, w *settleWorld, change func(dir string)) {
	t.Helper()
	dir := filepath.Join(w.ws.Closes, "2026-10.exports", "001")
	change(dir)
	w.must(os.Remove(filepath.Join(dir, sumsName)))
	w.must(writeSums(dir))
}

// replace changes a text in a file, which must hold it.
func replace(t *testing.T, path, old, with string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(data, []byte(old), []byte(with), 1)
	if bytes.Equal(changed, data) {
		t.Fatalf("%s does not hold %q", path, old)
	}
	if err := os.WriteFile(path, changed, 0o666); err != nil {
		t.Fatal(err)
	}
}

// rebatch changes what a batch file asks for, with a checksum that fits.
func rebatch(t *testing.T, path string, change func(b *outputs.SafeBatch)) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, old, err := outputs.ReadSafeBatch(data)
	if err != nil {
		t.Fatal(err)
	}
	change(&b)
	if data, err = outputs.BuildSafeBatch(b); err != nil {
		t.Fatal(err)
	}
	_, checksum, err := outputs.ReadSafeBatch(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(filepath.Dir(path), exportRecordName), old, checksum)
}

// The last entry of a row is the one that nothing cites. Whoever changes it, and
// all checksums with it, is found all the same.
func TestAChangedExportIsFoundThoughItsSumsFit(t *testing.T) {
	const base = "safe-base-001.json"
	record := func(old, with string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { replace(t, filepath.Join(dir, exportRecordName), old, with) }
	}
	batch := func(change func(b *outputs.SafeBatch)) func(*testing.T, string) {
		return func(t *testing.T, dir string) { rebatch(t, filepath.Join(dir, base), change) }
	}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, dir string)
		want   string
	}{
		{"an amount in a batch", func(t *testing.T, dir string) { replace(t, filepath.Join(dir, base), "101000000", "109000000") },
			"safe-base-001.json: the checksum in the file is "},
		{"an amount, with the batch's own checksum", batch(func(b *outputs.SafeBatch) { b.Transfers[0].Units = "109000000" }),
			"safe-base-001.json: transfer 1 sends 109000000 base units to "},
		{"a wallet", batch(func(b *outputs.SafeBatch) { b.Transfers[1].To = walletNo(77) }), "to " + walletNo(77) + ", and the manifest asks for "},
		{"the order", batch(func(b *outputs.SafeBatch) { b.Transfers[0], b.Transfers[1] = b.Transfers[1], b.Transfers[0] }), "safe-base-001.json: transfer 1 sends "},
		{"a transfer more", batch(func(b *outputs.SafeBatch) { b.Transfers = append(b.Transfers, b.Transfers[0]) }), "it has 3 transfers, and export.json names 2"},
		{"the Safe", batch(func(b *outputs.SafeBatch) { b.Safe = settleOther }), "it is for the Safe " + settleOther},
		{"the chain", batch(func(b *outputs.SafeBatch) { b.ChainID = 1 }), "it is for chain 1, and export.json says base, 8453"},
		{"the token", batch(func(b *outputs.SafeBatch) { b.Token = walletNo(66) }), "it moves the token " + walletNo(66)},
		{"the time", batch(func(b *outputs.SafeBatch) { b.CreatedAt = b.CreatedAt.Add(time.Second) }), "it was made at 2026-11-05T12:00:01Z"},
		{"the time of the record", record(`"at": "2026-11-05T12:00:00Z"`, `"at": "2026-11-04T12:00:00Z"`), "and export.json says 2026-11-04T12:00:00Z"},
		{"the checksum in the record", record(`"checksum": "0x`, `"checksum": "0xf`), "and that of export.json 0xf"},
		{"a sum in the record", record(`"amount": "312.00"`, `"amount": "313.00"`), "export.json: safe-base-001.json is of 313.00, and its payments are of 312.00"},
		{"what is left out", record(`"left_out": []`, `"left_out": [{"payment_id": "FP-202610-0000000000000000", "why": "so"}]`), "FP-202610-0000000000000000 is left out, and should not be"},
		{"what goes out again", record(`"again": []`, `"again": ["FP-202610-0000000000000000"]`), "is given out again, and in no batch"},
		{"how many had to approve", record(`"needed": 1`, `"needed": 2`), "export.json: rests on 1 of 2 approvals"},
		{"whose key it was", record(`"key": "SHA256:`, `"key": "SHA256:x`), "approvals/alice.sig: is by key SHA256:"},
		{"the table", func(t *testing.T, dir string) { replace(t, filepath.Join(dir, "payments.csv"), "101.00", "109.00") }, "payments.csv: does not list the transfers of the batches"},
		{"the copy of what was signed", func(t *testing.T, dir string) {
			replace(t, filepath.Join(dir, closedSumsCopy), "payouts.csv", "payouts.cvs")
		}, "closed.SHA256SUMS: is not the SHA256SUMS of the close that was given out"},
		{"who may approve", func(t *testing.T, dir string) { replace(t, filepath.Join(dir, signersCopy), "alice ", "carol ") }, "approvals/alice.sig: does not hold: "},
		{"a signature", func(t *testing.T, dir string) {
			path := filepath.Join(dir, approvalsCopy, "alice.sig")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			line := strings.Split(string(data), "\n")[3]
			replace(t, path, line, strings.Map(func(r rune) rune {
				if r == 'A' {
					return 'B'
				}
				return r
			}, line[:30])+line[30:len(line)-1]+"A")
		}, "approvals/alice.sig: does not hold: "},
		{"a file more", func(t *testing.T, dir string) {
			if err := writeFile(filepath.Join(dir, "safe-base-002.json"), []byte("{}\n")); err != nil {
				t.Fatal(err)
			}
		}, "safe-base-002.json: is no file of this export"},
		{"no batch", func(t *testing.T, dir string) {
			var r ExportRecord
			path := filepath.Join(dir, exportRecordName)
			if err := readJSON(path, &r); err != nil {
				t.Fatal(err)
			}
			r.Batches = []ExportBatch{}
			data, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o666); err != nil {
				t.Fatal(err)
			}
		}, "export.json: gives nothing out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := october(t)
			changeEntry(t, w, func(dir string) { c.change(t, dir) })
			_, err := closes{w.ws.Closes}.ledger()
			refusedAs(t, err, c.want, "2026-10.exports/001/", "restore it from a copy, and find out who changed it")
		})
	}
}

// An export of 50 batches of 100 is held against the manifest at every command.
func BenchmarkReadingAnExportOfFiftyBatches(b *testing.B) {
	t := &testing.T{}
	w := newSettleWorld(t)
	dir := b.TempDir()
	w.ws.Dir, w.ws.Closes = dir, filepath.Join(dir, "closes")
	var list []due
	var payees []string
	for i := range 5000 {
		payee := fmt.Sprintf("p%04d", i)
		list, payees = append(list, due{payee, "base", walletNo(i + 1), "101.00"}), append(payees, payee)
	}
	w.close("2026-10", "2026-11-04 09:00", list)
	w.export("2026-10", "2026-11-05 12:00", payees...)
	for b.Loop() {
		if _, err := (closes{w.ws.Closes}).ledger(); err != nil {
			b.Fatal(err)
		}
	}
}
