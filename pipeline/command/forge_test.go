package command

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// edit replaces a text in a file, which must hold it.
func edit(t *testing.T, path, old, replacement string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s does not hold %q", path, old)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), old, replacement)), 0o666); err != nil {
		t.Fatal(err)
	}
}

func sha256Of(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// rewriteSums makes the SHA256SUMS of a folder fit what it holds.
func rewriteSums(t *testing.T, folder string) {
	t.Helper()
	tree := readTree(t, folder)
	delete(tree, "SHA256SUMS")
	var b strings.Builder
	for _, file := range slices.Sorted(maps.Keys(tree)) {
		b.WriteString(sha256Of(t, filepath.Join(folder, file)) + "  " + file + "\n")
	}
	if err := os.WriteFile(filepath.Join(folder, "SHA256SUMS"), []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}
