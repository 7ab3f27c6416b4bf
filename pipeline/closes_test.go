package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"fleetpay/rules"
)

// closesWith makes a closes folder that holds closed periods.
func closesWith(t *testing.T, periods ...string) closes {
	t.Helper()
	c := closes{t.TempDir()}
	for _, p := range periods {
		if err := writeFile(filepath.Join(c.dir, p, recordName), []byte("{}")); err != nil {
			t.Fatal(err)
		}
		if err := writeFile(filepath.Join(c.dir, p, sumsName), []byte("sums of "+p)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func month(t *testing.T, text string) rules.Period {
	t.Helper()
	p, err := rules.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhereAPeriodStandsInTheChain(t *testing.T) {
	cases := []struct {
		name    string
		closed  []string
		period  string
		want    place
		refused bool
	}{
		{"the first may be any", nil, "2026-07", place{first: rules.Period{Year: 2026, Month: 7}}, false},
		{"the next follows the latest", []string{"2025-12", "2026-01"}, "2026-02",
			place{first: rules.Period{Year: 2025, Month: 12}, after: true}, false},
		{"closed, and the first", []string{"2026-07", "2026-08"}, "2026-07",
			place{closed: true, first: rules.Period{Year: 2026, Month: 7}}, false},
		{"closed, and after another", []string{"2026-07", "2026-08"}, "2026-08",
			place{closed: true, first: rules.Period{Year: 2026, Month: 7}, after: true}, false},
		{"a hole", []string{"2026-07"}, "2026-09", place{}, true},
		{"before the first", []string{"2026-07"}, "2026-06", place{}, true},
		{"before a later one", []string{"2026-07", "2026-09"}, "2026-08", place{}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := closesWith(t, c.closed...).placeOf(month(t, c.period))
			if c.refused != (ExitStatus(err) == ExitRefused) {
				t.Fatalf("got %v", err)
			}
			if !c.refused && got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// What a killed run leaves is swept; what somebody put there stays.
func TestSweepRemovesLeftoversAndNothingElse(t *testing.T) {
	c := closesWith(t, "2026-07", "withdrawn/2026-06-1")
	sum, err := hashFile(filepath.Join(c.dir, "2026-07", sumsName))
	if err != nil {
		t.Fatal(err)
	}
	cutOff, err := marshalRecord(Withdrawal{Period: "2026-07", Folder: "withdrawn/2026-07-1", SHA256SUMS: sum})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := marshalRecord(Withdrawal{Period: "2026-06", Folder: "withdrawn/2026-06-1", SHA256SUMS: sum})
	if err != nil {
		t.Fatal(err)
	}
	discarded, err := marshalRecord(Withdrawal{Period: "2026-07", Folder: "withdrawn/2026-07-9", SHA256SUMS: "of another close"})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		".staging-2026-08/inputs/operators/operators.csv": nil,
		".work-2026-08/fleet.duckdb":                      nil,
		"withdrawn/2026-07-1.json":                        cutOff, // its folder never moved
		"withdrawn/2026-07-2.json.part":                   nil,    // half written
		"withdrawn/2026-06-1.json":                        moved,
		"withdrawn/2026-07-9.json":                        discarded, // its folder moved, and was thrown away later
		"withdrawn/letter.json":                           []byte("ours"),
		"notes.txt":                                       nil,
	}
	for name, data := range files {
		if err := writeFile(filepath.Join(c.dir, name), data); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.sweep(); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{
		".staging-2026-08": false, ".work-2026-08": false, "withdrawn/2026-07-1.json": false, "withdrawn/2026-07-2.json.part": false,
		"withdrawn/2026-06-1.json": true, "withdrawn/2026-07-9.json": true, "withdrawn/letter.json": true, "notes.txt": true,
		"2026-07/close.json": true, "withdrawn/2026-06-1/close.json": true,
	} {
		if got := exists(filepath.Join(c.dir, name)); got != stays {
			t.Errorf("%s is there: %t, want %t", name, got, stays)
		}
	}
}

func TestTheLockNamesItsHolderAndGoesWithIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "closes")
	release, err := lockFolder(dir, "close 2026-07")
	if err != nil {
		t.Fatal(err)
	}
	_, err = lockFolder(dir, "close 2026-08")
	host, _ := os.Hostname()
	want := dir + ": another run is at work (fleetpay close 2026-07, process " + whole(int64(os.Getpid())) + " on " + host + "); wait until it has ended"
	if err == nil || err.Error() != want || ExitStatus(err) != ExitSurroundings {
		t.Errorf("got %v, want %s", err, want)
	}
	release()
	again, err := lockFolder(dir, "close 2026-08")
	if err != nil {
		t.Fatal(err)
	}
	again()
}
