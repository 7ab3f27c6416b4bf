package command

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// auditScript is what specs/payments.md tells an auditor to run, of a month.
func auditScript(t *testing.T, month string) string {
	t.Helper()
	text, err := os.ReadFile("../../specs/payments.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## Without fleetpay\n")
	section, _, _ = strings.Cut(section, "\n## ")
	blocks := regexp.MustCompile("(?ms)^```bash\n(.*?)^```$").FindAllStringSubmatch(section, -1)
	if !found || len(blocks) < 5 {
		t.Fatalf("found the section: %t, with %d blocks", found, len(blocks))
	}
	var script strings.Builder
	for _, block := range blocks {
		script.WriteString(block[1])
	}
	const named = "month=2026-10\n"
	if strings.Count(script.String(), named) != 1 {
		t.Fatalf("the script does not say %q", named)
	}
	return strings.Replace(script.String(), named, "month="+month+"\n", 1)
}

// paidDemo is the demo's workspace with August closed, approved, given out and
// settled.
func paidDemo(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	step := func(at string, args ...string) {
		t.Helper()
		cmd := fleetpay(t.Context(), filepath.Dir(dir), args...)
		cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+at)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("fleetpay %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	const closed, given, settled = "1788598800", "1788685200", "1788771600" // 5, 6 and 7 September 2026, 09:00 UTC
	step(closed, "demo", dir)
	for _, month := range []string{"2026-04", "2026-05", "2026-06", "2026-07", "2026-08"} {
		step(closed, "close", month, "-w", dir, "--by", "demo")
	}
	for _, name := range []string{"amira", "bo"} {
		step(given, "approve", "2026-08", "-w", dir, "--as", name+"@demo-fleet.example", "--key", filepath.Join(dir, "keys", name))
	}
	step(given, "payments", "export", "2026-08", "-w", dir, "--by", "chidi")
	step(settled, "settle", "2026-08", "-w", dir, "--by", "chidi", "--transfers", filepath.Join(dir, "explorer/usdc-2026-08.csv"))
	return dir
}

// seal writes the SHA256SUMS of a folder anew, as a forger would.
func seal(t *testing.T, dir string) {
	t.Helper()
	tree := readTree(t, dir)
	delete(tree, "SHA256SUMS")
	var files []string
	for file := range tree {
		files = append(files, file)
	}
	slices.Sort(files)
	var sums strings.Builder
	for _, file := range files {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256([]byte(tree[file])), filepath.ToSlash(file))
	}
	if err := os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(sums.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestAnAuditorProvesAMonthWithoutFleetpay runs the very lines of the document
// over the demo's August, and over copies in which somebody changed something.
func TestAnAuditorProvesAMonthWithoutFleetpay(t *testing.T) {
	t.Parallel()
	for tool, from := range map[string]string{
		"bash": "bash", "jq": "jq", "ssh-keygen": "openssh-client", "sha256sum": "coreutils", "awk": "mawk", "diff": "diffutils",
	} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: apt install %s", tool, from)
		}
	}
	dir := paidDemo(t)
	script := auditScript(t, "2026-08")
	audit := func(t *testing.T, dir string) (string, error) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
		cmd.Dir = filepath.Join(dir, "closes")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := audit(t, dir)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, word := range []string{
		`Good "fleetpay-approval" signature for amira@demo-fleet.example`, `Good "fleetpay-approval" signature for bo@demo-fleet.example`,
		"given out by chidi at 2026-09-06T09:00:00Z\n", "prepared by demo\n", "12 payments are settled\n",
	} {
		if !strings.Contains(out, word) {
			t.Errorf("says no %q:\n%s", word, out)
		}
	}

	const (
		entry = "closes/2026-08.exports/001"
		scan  = "closes/2026-08.settlement/001"
		mine  = "0x00000000000000000000000000000000000000f1"
	)
	// edit replaces a text in files of a folder.
	edit := func(t *testing.T, dir, old, to string, files ...string) {
		t.Helper()
		for _, file := range files {
			path := filepath.Join(dir, file)
			data, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(data), old) {
				t.Fatalf("%s: %v, no %q in it", path, err, old)
			}
			if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), old, to)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	wallet := regexp.MustCompile(`safe-base-001.json,1,[^,]*,operator,aurora,base,(0x[0-9a-fA-F]{40}),`).
		FindStringSubmatch(readTree(t, filepath.Join(dir, entry))["payments.csv"])[1]
	hash := regexp.MustCompile(`0x[0-9a-f]{64}`).FindString(readTree(t, filepath.Join(dir, scan))["tie-out.csv"])
	for name, change := range map[string]func(t *testing.T, dir string){
		"a sum of the close": func(t *testing.T, dir string) {
			edit(t, dir, ",12069.17,", ",12069.18,", "closes/2026-08/payouts.csv")
		},
		"a file that does not belong to the close": func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "closes/2026-08/more.txt"), []byte("more\n"), 0o666); err != nil {
				t.Fatal(err)
			}
		},
		"a wallet of a batch": func(t *testing.T, dir string) {
			edit(t, dir, wallet, mine, entry+"/safe-base-001.json")
			seal(t, filepath.Join(dir, entry))
		},
		"a wallet of a batch and of the list beside it": func(t *testing.T, dir string) {
			edit(t, dir, wallet, mine, entry+"/safe-base-001.json", entry+"/payments.csv")
			seal(t, filepath.Join(dir, entry))
		},
		"the token of a batch": func(t *testing.T, dir string) {
			edit(t, dir, "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", mine, entry+"/safe-base-001.json")
			seal(t, filepath.Join(dir, entry))
		},
		"the token of a batch and of its record": func(t *testing.T, dir string) {
			edit(t, dir, "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", mine, entry+"/safe-base-001.json", entry+"/export.json")
			seal(t, filepath.Join(dir, entry))
		},
		"the call of a batch": func(t *testing.T, dir string) {
			edit(t, dir, `"name": "transfer"`, `"name": "approve"`, entry+"/safe-base-001.json")
			seal(t, filepath.Join(dir, entry))
		},
		"raw data in a batch": func(t *testing.T, dir string) {
			edit(t, dir, `"data": null`, `"data": "0x095ea7b3"`, entry+"/safe-base-001.json")
			seal(t, filepath.Join(dir, entry))
		},
		"a time at which no key was known": func(t *testing.T, dir string) {
			edit(t, dir, "namespaces=", `valid-after="20260907",namespaces=`, "allowed_signers")
		},
		"an approval in place of another's": func(t *testing.T, dir string) {
			other, err := os.ReadFile(filepath.Join(dir, entry, "approvals/amira@demo-fleet.example.sig"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, entry, "approvals/bo@demo-fleet.example.sig"), other, 0o666); err != nil {
				t.Fatal(err)
			}
			seal(t, filepath.Join(dir, entry))
		},
		"one person who is counted twice": func(t *testing.T, dir string) {
			edit(t, dir, "bo@demo-fleet.example", "amira@demo-fleet.example", entry+"/export.json")
			seal(t, filepath.Join(dir, entry))
		},
		"the close that was approved": func(t *testing.T, dir string) {
			edit(t, dir, "payouts.csv", "payouts.CSV", entry+"/closed.SHA256SUMS")
			seal(t, filepath.Join(dir, entry))
		},
		"the transaction that settles": func(t *testing.T, dir string) {
			edit(t, dir, hash, "0x"+strings.Repeat("7", 64), scan+"/tie-out.csv")
			seal(t, filepath.Join(dir, scan))
		},
		"the entry before": func(t *testing.T, dir string) {
			edit(t, dir, `"previous": ""`, `"previous": "`+strings.Repeat("7", 64)+`"`, scan+"/scan.json")
			seal(t, filepath.Join(dir, scan))
		},
	} {
		t.Run(name, func(t *testing.T) {
			forged := t.TempDir()
			if err := os.CopyFS(forged, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			change(t, forged)
			out, err := audit(t, forged)
			if err == nil || !strings.Contains(out, "this is not so: ") {
				t.Errorf("ends with %v:\n%s", err, out)
			}
		})
	}
}
