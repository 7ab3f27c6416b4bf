package demo

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTwoWritesGiveTheSameBytes(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	var reached, total int64
	for _, dir := range []string{first, second} {
		reached = 0
		err := Write(context.Background(), dir, func(_ string, done, all int64) { reached, total = max(reached, done), all })
		if err != nil {
			t.Fatal(err)
		}
	}
	if reached != total || total < 10_000_000 {
		t.Errorf("progress ends at %d of %d samples; minute samples of 60 nodes over six months are more than ten million", reached, total)
	}
	a, b := tree(t, first), tree(t, second)
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%d files the first time, %d the second", len(a), len(b))
	}
	for name, content := range a {
		if b[name] != content {
			t.Errorf("%s differs", name)
		}
	}
	t.Run("every dataset is there for every month", func(t *testing.T) { everyDataset(t, first) })
}

func everyDataset(t *testing.T, dir string) {
	configuration, err := os.ReadFile(filepath.Join(dir, "fleetpay.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var datasets []string
	for line := range strings.Lines(string(configuration)) {
		name, rest, found := strings.Cut(strings.TrimSpace(line), ": {file: ")
		if !found {
			continue
		}
		datasets = append(datasets, name)
		for _, month := range months {
			path := strings.ReplaceAll(strings.Trim(strings.TrimSuffix(strings.TrimSpace(rest), "}"), `"`), "{period}", month.String())
			if info, err := os.Stat(filepath.Join(dir, path)); err != nil || info.Size() == 0 {
				t.Errorf("%s of %s: %s is missing or empty (%v)", name, month, path, err)
			}
		}
	}
	slices.Sort(datasets)
	want := []string{
		"activities", "adjustments", "balances", "confirmations", "heartbeats", "incidents", "leads", "maintenance",
		"mentorships", "nodes", "notes", "operators", "partner_tiers", "partners", "referrals", "returns", "revenue", "reviews",
		"tasks", "tiers", "trainings",
	}
	if !slices.Equal(datasets, want) {
		t.Errorf("datasets: %v\nwant:     %v", datasets, want)
	}
}

func TestAFolderThatHoldsSomethingIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	err := Write(context.Background(), dir, nil)
	if want := dir + " is not empty; name a new or an empty folder"; err == nil || err.Error() != want {
		t.Fatalf("error %v, want %s", err, want)
	}
	if got := tree(t, dir); len(got) != 1 {
		t.Errorf("%d files in the refused folder, want the one that was there", len(got))
	}
}

func TestAnInterruptedWriteSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	err := Write(ctx, dir, nil)
	if want := "demo workspace " + dir + " is incomplete: context canceled"; err == nil || err.Error() != want {
		t.Fatalf("error %v, want %s", err, want)
	}
}

// tree reads every file below dir, by its path there.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	content := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		content[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return content
}
