package command

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var quotedCommand = regexp.MustCompile("`fleetpay ([^`]+)`")

// TestDocumentsNameOnlyCommandsThatExist holds README, specs and runbook to the
// program: a command that they quote is there, with its flags.
func TestDocumentsNameOnlyCommandsThatExist(t *testing.T) {
	root := (&program{stdout: io.Discard, stderr: io.Discard}).root()
	var documents []string
	for _, pattern := range []string{"README.md", "specs/*.md", "specs/templates/*.md", "pipeline/demo/files/README.md"} {
		found, err := filepath.Glob("../../" + pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %d files", pattern, err, len(found))
		}
		documents = append(documents, found...)
	}
	seen := 0
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range quotedCommand.FindAllStringSubmatch(strings.ReplaceAll(string(text), "\n", " "), -1) {
			seen++
			words := strings.Fields(match[1])
			cmd, rest, err := root.Find(words)
			if err != nil || cmd == root && words[0] != "help" && !strings.ContainsAny(words[0], "AC-Z") {
				t.Errorf("%s quotes fleetpay %s, which is no command", document, match[1])
				continue
			}
			for _, word := range rest {
				name, isLong := strings.CutPrefix(word, "--")
				switch {
				case isLong && cmd.Flag(strings.TrimRight(name, ".,")) == nil:
					t.Errorf("%s: fleetpay %s has no flag --%s", document, cmd.Name(), name)
				case !isLong && len(word) == 2 && word[0] == '-' && cmd.Flags().ShorthandLookup(word[1:]) == nil && root.PersistentFlags().ShorthandLookup(word[1:]) == nil:
					t.Errorf("%s: fleetpay %s has no flag %s", document, cmd.Name(), word)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("found %d quoted commands; there are more", seen)
	}
}
