package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// sumsName is the file that holds the SHA-256 of every other file of a closed
// folder, as `sha256sum -c` reads it.
const sumsName = "SHA256SUMS"

// writeSums writes SHA256SUMS over all that a folder holds.
func writeSums(dir string) error {
	text, err := sumsOf(dir)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, sumsName), []byte(text))
}

// sumsOf is the text of SHA256SUMS over all that a folder holds.
func sumsOf(dir string) (string, error) {
	sums, err := hashTree(dir)
	return sumsText(sums), err
}

// sumsText writes sums in byte order of the paths.
func sumsText(sums map[string]string) string {
	var b strings.Builder
	for _, file := range sortedKeys(sums) {
		b.WriteString(sumLine(sums[file], file))
	}
	return b.String()
}

// hashTree takes the SHA-256 of every file of a folder but SHA256SUMS itself.
func hashTree(dir string) (map[string]string, error) {
	files, err := listFiles(dir)
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for _, file := range files {
		if file == sumsName {
			continue
		}
		if sums[file], err = hashFile(filepath.Join(dir, filepath.FromSlash(file))); err != nil {
			return nil, inFolder(filepath.Join(dir, filepath.FromSlash(file)), err)
		}
	}
	return sums, nil
}

// sumEscapes is how sha256sum writes a path that would break its line.
var sumEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
var sumUnescapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")

// sumLine is one line of SHA256SUMS; a leading backslash tells that the path is
// escaped.
func sumLine(sum, file string) string {
	if escaped := sumEscapes.Replace(file); escaped != file {
		return `\` + sum + "  " + escaped + "\n"
	}
	return sum + "  " + file + "\n"
}

// readSums reads SHA256SUMS: path to SHA-256 in hex.
func readSums(dir string) (map[string]string, error) {
	path := filepath.Join(dir, sumsName)
	data, err := readKept(path)
	if err != nil {
		return nil, inFolder(path, err)
	}
	return parseSums(path, string(data))
}

func parseSums(path, text string) (map[string]string, error) {
	sums := map[string]string{}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		rest, escaped := strings.CutPrefix(line, `\`)
		sum, file, ok := strings.Cut(rest, "  ")
		if raw, err := hex.DecodeString(sum); !ok || err != nil || len(raw) != sha256.Size {
			return nil, refuse("%s:%d: this is not a line of sha256sum; restore the folder from a copy", path, i+1)
		}
		if escaped {
			file = sumUnescapes.Replace(file)
		}
		sums[file] = sum
	}
	return sums, nil
}

// finding is something wrong with a file of a closed folder.
type finding struct{ file, what string }

// verifySums compares a folder, whose files hash to actual, with its SHA256SUMS
// and returns a finding per file that is changed, missing, or not listed.
func verifySums(dir string, actual map[string]string) ([]finding, error) {
	path := filepath.Join(dir, sumsName)
	text, err := readKept(path)
	if err != nil {
		return nil, err
	}
	listed, err := parseSums(path, string(text))
	if err != nil {
		return nil, err
	}
	var findings []finding
	for _, file := range sortedKeys(actual) {
		switch want, found := listed[file]; {
		case !found:
			findings = append(findings, finding{file, "is not listed in " + sumsName})
		case want != actual[file]:
			findings = append(findings, finding{file, "is not the file that " + sumsName + " lists"})
		}
	}
	for _, file := range sortedKeys(listed) {
		if _, found := actual[file]; !found {
			findings = append(findings, finding{file, "is listed in " + sumsName + " and missing"})
		}
	}
	if len(findings) == 0 && string(text) != sumsText(actual) {
		findings = append(findings, finding{sumsName, "is not as a close writes it, though its checksums hold"})
	}
	return findings, nil
}

// readVerified reads one file of a closed folder and holds it against the
// folder's SHA256SUMS.
func readVerified(dir, file string, sums map[string]string) ([]byte, error) {
	path := filepath.Join(dir, filepath.FromSlash(file))
	data, err := readKept(path)
	if err != nil {
		return nil, inFolder(path, err)
	}
	if want, listed := sums[file]; !listed || hashBytes(data) != want {
		return nil, refuse("%s: is not the file that %s lists; the closed folder was changed, restore it from a copy",
			path, sumsName)
	}
	return data, nil
}

// hashFile returns the SHA-256 of a file in hex.
func hashFile(path string) (string, error) {
	f, err := openKept(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hashBytes returns the SHA-256 of data in hex.
func hashBytes(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
