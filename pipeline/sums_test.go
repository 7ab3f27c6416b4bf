package pipeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// folderWith makes a folder of files.
func folderWith(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// oddNames are names that sha256sum escapes, and names that it does not.
var oddNames = map[string]string{
	"plain.csv": "1", "with space.csv": "2", `back\slash.csv`: "3", "line\nend.csv": "4", "deep/er/é.csv": "5", "empty": "",
}

func TestSumsOfAFolderAreThoseOfTheOrdinaryTool(t *testing.T) {
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Skip("sha256sum is not installed; get it with: apt-get install coreutils")
	}
	dir := folderWith(t, oddNames)
	if err := writeSums(dir); err != nil {
		t.Fatal(err)
	}
	check := exec.Command("sha256sum", "-c", "--strict", "--quiet", sumsName)
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
}

func TestEveryChangeOfAFolderIsFound(t *testing.T) {
	cases := []struct {
		name   string
		change func(dir string) error
		want   []finding
	}{
		{"no change", func(string) error { return nil }, nil},
		{"a changed byte", func(dir string) error { return os.WriteFile(filepath.Join(dir, "plain.csv"), []byte("x"), 0o666) },
			[]finding{{"plain.csv", "is not the file that SHA256SUMS lists"}}},
		{"a file too many", func(dir string) error { return os.WriteFile(filepath.Join(dir, "more"), nil, 0o666) },
			[]finding{{"more", "is not listed in SHA256SUMS"}}},
		{"a file too few", func(dir string) error { return os.Remove(filepath.Join(dir, "line\nend.csv")) },
			[]finding{{"line\nend.csv", "is listed in SHA256SUMS and missing"}}},
		{"the list in another order", reverseSums,
			[]finding{{"SHA256SUMS", "is not as a close writes it, though its checksums hold"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := folderWith(t, oddNames)
			if err := writeSums(dir); err != nil {
				t.Fatal(err)
			}
			if err := c.change(dir); err != nil {
				t.Fatal(err)
			}
			actual, err := hashTree(dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := verifySums(dir, actual)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %v, %v; want %v", got, err, c.want)
			}
		})
	}
}

func reverseSums(dir string) error {
	sums, err := readSums(dir)
	if err != nil {
		return err
	}
	text := ""
	for _, file := range sortedKeys(sums) {
		text = sumLine(sums[file], file) + text
	}
	return os.WriteFile(filepath.Join(dir, sumsName), []byte(text), 0o666)
}

func TestAFileOfAClosedFolderIsReadOnlyWhenItsSumHolds(t *testing.T) {
	dir := folderWith(t, map[string]string{"payouts.csv": "as closed"})
	if err := writeSums(dir); err != nil {
		t.Fatal(err)
	}
	sums, err := readSums(dir)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := readVerified(dir, "payouts.csv", sums); err != nil || string(data) != "as closed" {
		t.Errorf("got %q, %v", data, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "payouts.csv"), []byte("as forged"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := readVerified(dir, "payouts.csv", sums); ExitStatus(err) != ExitRefused {
		t.Errorf("got %v, want a refusal", err)
	}
}
