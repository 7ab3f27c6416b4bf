package command

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The names that may lie in a closes folder.
var (
	lifePeriod    = regexp.MustCompile(`^\d{4}-\d{2}$`)
	lifeJournal   = regexp.MustCompile(`^(\d{4}-\d{2})\.(approvals|exports|settlement)$`)
	lifeEntry     = regexp.MustCompile(`^\d{3}$`)
	lifeSignature = regexp.MustCompile(`^.+\.[0-9a-f]{16}\.sig$`)
	lifeWithdrawn = regexp.MustCompile(`^(\d{4}-\d{2})-\d+$`)
	lifeLitter    = regexp.MustCompile(`^\.(staging|work)-`)
)

// lookAtAttempts holds the notes of closes that failed to what they are: of months
// that are not closed. One that was killed may leave the note of a month that is, or
// half of one, until the next close sweeps them.
func (l *life) lookAtAttempts(a lifeAnswer, dir string) {
	for _, x := range l.names(dir) {
		p, whole := strings.CutSuffix(x, ".json")
		_, err := os.Stat(filepath.Join(l.path("closes"), p))
		switch {
		case l.kills && strings.HasSuffix(x, ".part"):
		case !whole || !lifePeriod.MatchString(p):
			l.fail("%s\n%s/%s is no note of a close that failed", a, dir, x)
		case err == nil && !l.kills:
			l.fail("%s\n%s/%s tells that a month failed that is closed", a, dir, x)
		}
	}
}

// look reads the closes folder after a run. Whatever is new must be whole, and
// nothing that was there may have changed or gone, but for a close that was
// withdrawn.
func (l *life) look(a lifeAnswer) {
	there := map[string]bool{}
	root := l.path("closes")
	for _, name := range l.names(root) {
		path := filepath.Join(root, name)
		journal := lifeJournal.FindStringSubmatch(name)
		switch {
		case name == ".lock":
		case name == ".attempts":
			l.lookAtAttempts(a, path)
		case lifeLitter.MatchString(name) && l.litter:
		case lifePeriod.MatchString(name):
			there[path] = true
		case name == "withdrawn":
			for _, x := range l.names(path) {
				record := strings.TrimSuffix(strings.TrimSuffix(x, ".part"), ".json")
				switch {
				case lifeWithdrawn.MatchString(x):
					there[filepath.Join(path, x)] = true
				case strings.HasSuffix(x, ".json") && (l.litter || slices.Contains(l.names(path), record)):
				case strings.HasSuffix(x, ".json.part") && l.litter:
				default:
					l.fail("%s\nclosed/withdrawn/%s was left behind", a, x)
				}
			}
		case journal != nil && journal[2] == "approvals":
			for _, x := range l.names(path) {
				if !lifeSignature.MatchString(x) {
					l.fail("%s\n%s/%s is no signature", a, path, x)
				}
				l.unchanged(a, filepath.Join(path, x))
			}
		case journal != nil:
			for i, x := range l.names(path) {
				if filepath.Join(path, x) == l.note { // of the people's making; it sorts after the entries
					continue
				}
				if !lifeEntry.MatchString(x) || x != fmt.Sprintf("%03d", i+1) {
					l.fail("%s\n%s/%s is out of place", a, path, x)
				}
				there[filepath.Join(path, x)] = true
			}
		default:
			l.fail("%s\ncloses/%s was left behind", a, name)
		}
	}
	l.compare(a, there)
	l.checkMoney(a)
}

func (l *life) names(dir string) []string {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	l.must(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// unchanged holds a file to how it was first seen.
func (l *life) unchanged(a lifeAnswer, path string) {
	data, err := os.ReadFile(path)
	l.must(err)
	before, seen := l.files[path]
	if seen && before != string(data) {
		l.fail("%s\n%s was changed", a, path)
	}
	if !seen {
		l.takeSignature(a, path)
	}
	l.files[path] = string(data)
}

// takeSignature counts an approval, which somebody must have asked for who may.
func (l *life) takeSignature(a lifeAnswer, path string) {
	parts := strings.Split(filepath.Base(path), ".")
	hash := parts[len(parts)-2]
	name := strings.TrimSuffix(filepath.Base(path), "."+hash+".sig")
	period := strings.TrimSuffix(filepath.Base(filepath.Dir(path)), ".approvals")
	m := l.standing[period]
	if m == nil || hashText(m.sums)[:16] != hash || !l.asked[m.sums+name] {
		l.fail("%s\n%s should not be there", a, path)
	}
	if l.approved[m.sums] == nil {
		l.approved[m.sums] = map[string]bool{}
	}
	l.approved[m.sums][name] = true
}

func hashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// compare holds the folders that are there to those that were.
func (l *life) compare(a lifeAnswer, there map[string]bool) {
	moved := map[string]string{} // what stood, by its checksums
	for path, sums := range l.folders {
		if there[path] {
			continue
		}
		if filepath.Dir(path) != l.path("closes") || a.args[0] != "withdraw" {
			l.fail("%s\n%s is gone", a, path)
		}
		moved[sums] = path
		delete(l.folders, path)
		delete(l.standing, filepath.Base(path))
		l.counts["closes withdrawn"]++
	}
	var paths []string
	for path := range there {
		paths = append(paths, path)
	}
	slices.Sort(paths) // closes come before their exports
	for _, path := range paths {
		before, seen := l.folders[path]
		if !seen || l.chance(5) {
			l.wholeFolder(a, path)
		}
		data, err := os.ReadFile(filepath.Join(path, "SHA256SUMS"))
		l.must(err)
		if seen && before != string(data) {
			l.fail("%s\n%s was changed", a, path)
		}
		if seen {
			continue
		}
		l.folders[path] = string(data)
		if filepath.Base(filepath.Dir(path)) == "withdrawn" {
			from, stood := moved[string(data)]
			if !stood {
				l.fail("%s\n%s did not stand before", a, path)
			}
			if l.entries(filepath.Base(from)) > 0 {
				l.fail("%s\nit withdrew a close of which payments were given out", a)
			}
			l.withdrawn[path] = true
			continue
		}
		l.take(a, path)
	}
}

// wholeFolder does what sha256sum --check does, and finds files that are not named.
func (l *life) wholeFolder(a lifeAnswer, dir string) {
	data, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		l.fail("%s\n%s is not whole: %v", a, dir, err)
	}
	named := map[string]string{"SHA256SUMS": ""}
	for line := range strings.Lines(string(data)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			l.fail("%s\n%s/SHA256SUMS has the line %q", a, dir, line)
		}
		named[name] = sum
	}
	found := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		want, ok := named[filepath.ToSlash(name)]
		content, err := os.ReadFile(path)
		sum := sha256.Sum256(content)
		if !ok || want != "" && want != hex.EncodeToString(sum[:]) {
			l.fail("%s\n%s is not what SHA256SUMS says", a, path)
		}
		found++
		return err
	})
	l.must(err)
	if found != len(named) {
		l.fail("%s\n%s has %d files, and SHA256SUMS names %d", a, dir, found, len(named))
	}
}
