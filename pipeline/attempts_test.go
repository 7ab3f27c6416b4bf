package pipeline

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

// tries makes a failed try as a run notes it.
func tries(at, problem string) Attempt {
	return Attempt{At: at, By: "cron", Status: ExitRefused, Problems: []string{problem}}
}

func TestATryIsKeptUntilTheNextOneAndForgottenOnSuccess(t *testing.T) {
	c := closes{t.TempDir()}
	p := month(t, "2026-10")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if a, err := c.attempt(p); a != nil || err != nil {
		t.Fatalf("before the first try there is %v, %v", a, err)
	}
	must(c.sweepAttempts(p)) // of nothing
	must(c.noteAttempt(p, tries("2026-11-01T00:10:00Z", "nodes: not there")))
	must(os.MkdirAll(filepath.Join(c.pulled(p), "heartbeats-1-0123456789abcdef"), 0o777))
	second := tries("2026-11-01T01:10:00Z", "heartbeats: HTTP status 401")
	second.Status = ExitSurroundings
	must(c.noteAttempt(p, second))

	got, err := c.attempt(p)
	must(err)
	want := Attempt{
		Period: "2026-10", At: "2026-11-01T01:10:00Z", By: "cron", Status: 1, Problems: []string{"heartbeats: HTTP status 401"},
		Rejects: []string{}, Kept: []string{".pulled/2026-10/heartbeats-1-0123456789abcdef"},
	}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("got %+v, want %+v", *got, want)
	}
	must(writeFile(c.attemptFile(p)+".KILLED.part", nil)) // a run was killed while it wrote
	must(c.sweepAttempts(p))
	if exists(filepath.Join(c.dir, attemptsName)) {
		t.Error("something is left")
	}
}

// Tries of closed months are left by a run that was killed after it put its close in
// place, or by a close that came from a copy.
func TestPastTriesAreSwept(t *testing.T) {
	c := closes{t.TempDir()}
	for _, name := range []string{
		"2026-08.json", "2026-09.json", "2026-10.json", "2026-10.json.KILLED.part", "notes.txt", "2026-09.json.old", "2026-09.json.saved.part",
	} {
		if err := writeFile(filepath.Join(c.dir, attemptsName, name), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.sweepAttempts(month(t, "2026-09")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(c.dir, attemptsName))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if got := strings.Join(left, " "); got != "2026-09.json.old 2026-09.json.saved.part 2026-10.json notes.txt" {
		t.Errorf("left are %s", got)
	}
}

// What is not ours stays: a plain file in the place of the folder, and a folder in the
// place of a try, of which people are told.
func TestWhatIsNoTryIsNotSwept(t *testing.T) {
	c := closes{t.TempDir()}
	dir := filepath.Join(c.dir, attemptsName)
	if err := writeFile(dir, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.sweepAttempts(month(t, "2026-10")); err == nil || !exists(dir) {
		t.Errorf("%v, and is it there: %v", err, exists(dir))
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	p := month(t, "2026-10")
	if err := writeFile(filepath.Join(c.attemptFile(p), "mine"), nil); err != nil {
		t.Fatal(err)
	}
	if err := c.sweepAttempts(p); err == nil || !strings.HasSuffix(err.Error(), "remove it by hand") {
		t.Errorf("%v", err)
	}
}

// Half a file is never in the place of a whole one, also where nothing can be written.
func TestATryThatCannotBeWrittenLeavesTheOneBefore(t *testing.T) {
	c := closes{t.TempDir()}
	p := month(t, "2026-10")
	if err := c.noteAttempt(p, tries("2026-11-01T00:10:00Z", "first")); err != nil {
		t.Fatal(err)
	}
	if err := c.noteAttempt(p, tries("1 November", "second")); err == nil {
		t.Error("a try without an instant was noted")
	}
	if err := c.noteAttempt(p, Attempt{At: "2026-11-01T00:10:00Z", Status: ExitRefused}); err == nil {
		t.Error("a try that nothing stopped was noted")
	}
	dir := filepath.Join(c.dir, "file")
	if err := writeFile(dir, nil); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(filepath.Join(dir, "below"), nil); err == nil {
		t.Error("a file was put below a file")
	}
	taken := filepath.Join(c.dir, "taken")
	if err := writeFile(filepath.Join(taken, "x"), nil); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(taken, nil); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if left, err := filepath.Glob(filepath.Join(c.dir, "*"+partSuffix)); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	if a, err := c.attempt(p); err != nil || a.Problems[0] != "first" {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestAFileThatTellsNoTryIsRefused(t *testing.T) {
	const whole = `{"period":"2026-10","at":"2026-11-01T00:10:00Z","by":"cron","status":3,"problems":["x"],"kept":[]}`
	cases := []struct{ name, text, says string }{
		{"cut off", whole[:40], "unexpected EOF"},
		{"empty", "", "EOF"},
		{"followed by another", whole + whole, "something follows the end of it"},
		{"of another program", strings.Replace(whole, `"by"`, `"whom"`, 1), `unknown field "whom"`},
		{"of another month", strings.Replace(whole, "2026-10", "2026-09", 1), "it is of 2026-09"},
		{"of no month", strings.Replace(whole, "2026-10", "2026-13", 1), "period: "},
		{"at no instant", strings.Replace(whole, "00:10:00Z", "00:10:00+01:00", 1), "at: "},
		{"that succeeded", strings.Replace(whole, ":3,", ":0,", 1), "status: 0 is not how a close fails"},
		{"larger than any", strings.Repeat(" ", largestAttempt+1), "is larger than 16384 KiB"},
		{"without a problem", strings.Replace(whole, `["x"]`, `[]`, 1), "problems: nothing says what stopped it"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			at := closes{t.TempDir()}
			p := month(t, "2026-10")
			if err := writeFile(at.attemptFile(p), []byte(c.text)); err != nil {
				t.Fatal(err)
			}
			_, err := at.attempt(p)
			refusedAs(t, err, at.attemptFile(p), c.says, "remove it, and run fleetpay close 2026-10")
		})
	}
}

func TestEveryTryIsReadAsItWasNoted(t *testing.T) {
	c := closes{t.TempDir()}
	rapid.Check(t, func(t *rapid.T) {
		p := rules.Period{Year: rapid.IntRange(2000, 2099).Draw(t, "year"), Month: 7}
		want := Attempt{
			Period: p.String(), At: "2026-11-01T00:10:00Z", By: rapid.String().Draw(t, "by"),
			Status: rapid.IntRange(ExitSurroundings, ExitDiffers).Draw(t, "status"), Kept: []string{},
			Problems: rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "problems"), Rejects: rapid.SliceOfN(rapid.String(), 0, 5).Draw(t, "rejects"),
		}
		if err := c.noteAttempt(p, want); err != nil {
			t.Fatal(err)
		}
		if got, err := c.attempt(p); err != nil || !reflect.DeepEqual(*got, want) {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
	})
}

// Whatever is read as a try is written as it was read.
func FuzzReadAttempt(f *testing.F) {
	f.Add([]byte(`{"period":"2026-10","at":"2026-11-01T00:10:00Z","by":"cron","status":3,"problems":["x"],"kept":[]}`))
	f.Add([]byte(`{"period":"2026-1","at":"","by":"","status":-1,"problems":null}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := readAttempt(data)
		if err != nil {
			return
		}
		written, err := marshalRecord(a)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := readAttempt(written); err != nil || !reflect.DeepEqual(a, again) {
			t.Errorf("%q was read as %+v and then as %+v, %v", data, a, again, err)
		}
	})
}
