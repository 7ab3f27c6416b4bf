package pipeline

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
)

// anyTransfer draws a transfer as a scan sees it.
func anyTransfer() *rapid.Generator[payments.Transfer] {
	address := rapid.StringMatching("0x[0-9a-f]{40}")
	return rapid.Custom(func(t *rapid.T) payments.Transfer {
		known, _ := outputs.LookupChain(rapid.SampledFrom(outputs.ChainNames()).Draw(t, "chain"))
		return payments.Transfer{
			ChainID: known.ID, Safe: address.Draw(t, "safe"), To: address.Draw(t, "to"),
			Units:  rapid.StringMatching("0|[1-9][0-9]{0,77}").Draw(t, "units"),
			TxHash: rapid.StringMatching("0x[0-9a-f]{64}").Draw(t, "hash"), Nth: rapid.IntRange(1, 200).Draw(t, "nth"),
			Block: rapid.Int64Range(0, 1<<40).Draw(t, "block"), Time: time.Unix(rapid.Int64Range(0, lastEpoch).Draw(t, "time"), 0).UTC(),
		}
	})
}

func TestTransfersAndSettlementsSurviveTheirFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(anyTransfer()).Draw(t, "transfers")
		var rows [][]string
		for _, x := range list {
			rows = append(rows, transferRow(x))
			back, err := recordSettled(payments.Settled{PaymentID: "FP-1", Transfer: x}).settled()
			if err != nil || back.Transfer != x {
				t.Fatalf("%v: settled by %+v, and by %+v when read", err, x, back.Transfer)
			}
		}
		data, err := transfersFile.marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		var got []payments.Transfer
		err = transfersFile.read(data, func(row []string) error {
			x, err := readTransferRow(row)
			got = append(got, x)
			return err
		})
		if err != nil || !slices.Equal(got, list) {
			t.Fatalf("%v: wrote %+v, read %+v", err, list, got)
		}
	})
}

// FuzzReadTransferRow holds what is read to what is written: what a row says
// comes back.
func FuzzReadTransferRow(f *testing.F) {
	f.Add("8453,0x5aFE000000000000000000000000000000000001,0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed,700000000,0x" + strings.Repeat("0", 63) + "1,1,36001000,2026-10-05T14:00:00Z")
	f.Add("1,,,0,,1,0,1970-01-01T00:00:00Z")
	f.Add("-1,,,007,,0,,yesterday")
	f.Fuzz(func(t *testing.T, text string) {
		row := strings.Split(text, ",")
		if len(row) != len(transfersFile.columns) {
			return
		}
		x, err := readTransferRow(row)
		if err != nil {
			return
		}
		unitsOf(x.Units) // must not panic
		again, err := readTransferRow(transferRow(x))
		if err != nil || again != x {
			t.Errorf("%v: %+v reads back as %+v", err, x, again)
		}
	})
}
