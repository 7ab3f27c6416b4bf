package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASecretIsReadWhereItLies(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"plain": hidden, "line": hidden + "\n", "windows": hidden + "\r\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FLEETPAY_TEST_TOKEN", hidden)
	for name, s := range map[string]secret{
		"an environment variable": {env: "FLEETPAY_TEST_TOKEN"}, "a file": {file: "plain"}, "a file with a line end": {file: "line"},
		"a file of Windows": {file: "windows"}, "a file elsewhere": {file: filepath.Join(dir, "line")},
	} {
		if got, err := s.read(dir); got != hidden || err != nil {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestASecretThatCantBeSentIsRefusedUnseen(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"empty": "\n", "two": hidden + "\n" + hidden, "control": hidden + "\x01", "long": strings.Repeat(hidden, maxSecret/4)}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FLEETPAY_TEST_EMPTY", "")
	t.Setenv("FLEETPAY_TEST_LINES", hidden+"\n"+hidden)
	for _, c := range []struct {
		name string
		of   secret
		want string
	}{
		{"a variable that is not set", secret{env: "FLEETPAY_TEST_NONE"}, "the environment variable FLEETPAY_TEST_NONE is not set; set it for this run"},
		{"an empty variable", secret{env: "FLEETPAY_TEST_EMPTY"}, "the environment variable FLEETPAY_TEST_EMPTY is empty; put the secret there"},
		{"a variable of two lines", secret{env: "FLEETPAY_TEST_LINES"}, "the environment variable FLEETPAY_TEST_LINES holds a control character or several lines"},
		{"a file that is not there", secret{file: "none"}, "the file none can't be read (no such file or directory); put the secret there"},
		{"a folder", secret{file: "."}, "the file . is no plain file"},
		{"an empty file", secret{file: "empty"}, "the file empty is empty; put the secret there"},
		{"a file of two lines", secret{file: "two"}, "the file two holds a control character or several lines"},
		{"a file with a control character", secret{file: "control"}, "the file control holds a control character"},
		{"a file of another kind", secret{file: "long"}, "the file long has 229376 bytes, which no secret has"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.of.read(dir)
			if got != "" || ExitStatus(err) != ExitRefused || !strings.HasPrefix(err.Error(), c.want) {
				t.Fatalf("got %q, %v\nwant %s", got, err, c.want)
			}
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("the secret is shown: %v", err)
			}
		})
	}
}
