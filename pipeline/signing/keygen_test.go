package signing

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hiddeco/sshsig"
	"pgregory.net/rapid"
)

func TestSSHKeygenVerifiesWhatWeSign(t *testing.T) {
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		t.Run(kind, func(t *testing.T) {
			k, key := newKeygen(t), newSigner(t, kind)
			list := "alice@example.org " + public(key) + "\n"
			out, err := k.verify(t, list, "alice@example.org", message, mustSign(t, key, message), noon)
			if want := `Good "` + Namespace + `" signature for alice@example.org with `; err != nil || !strings.HasPrefix(out, want) || !strings.Contains(out, print256(key)) {
				t.Errorf("ssh-keygen says %q (%v); want %q… and %s", out, err, want, print256(key))
			}
		})
	}
}

func TestWeVerifyWhatSSHKeygenSigns(t *testing.T) {
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		for _, hash := range []string{"sha256", "sha512"} {
			t.Run(kind+" "+hash, func(t *testing.T) {
				k, key := newKeygen(t), newKey(t, kind)
				keyFile(t, k.dir, "key", key, "")
				file := k.write(t, "SHA256SUMS", message)
				if out, err := k.run(nil, "-Y", "sign", "-n", Namespace, "-O", "hashalg="+hash, "-f", "key", "SHA256SUMS"); err != nil {
					t.Fatal(out, err)
				}
				armored, err := os.ReadFile(file + ".sig")
				if err != nil {
					t.Fatal(err)
				}
				pub, err := os.ReadFile(k.dir + "/key.pub")
				if err != nil {
					t.Fatal(err)
				}
				signature, err := unarmor(armored)
				if err != nil {
					t.Fatal(err)
				}
				got, err := mustParse(t, "alice "+string(pub)).Verify("alice", message, armored, noon)
				if err != nil || got != signature.fingerprint || string(signature.HashAlgorithm) != hash {
					t.Errorf("got %s of %s, %v", got, signature.HashAlgorithm, err)
				}
			})
		}
	}
}

// TestListsAreReadAsSSHKeygenReadsThem asks both of the same list. KEY stands for
// the key that signed, OTHER for another. What only we refuse is marked: there
// ssh-keygen would go on, and so would a mistake.
func TestListsAreReadAsSSHKeygenReadsThem(t *testing.T) {
	const alice = "alice@example.org"
	for _, c := range []struct {
		name, list, principal string
		good, stricter        bool
	}{
		{"the name itself", "alice@example.org KEY", alice, true, false},
		{"a comment after the key", "alice@example.org KEY of the laptop", alice, true, false},
		{"comments and empty lines around it", "# approvers\n\n   \n\t# more\nalice@example.org KEY\n\n", alice, true, false},
		{"Windows line ends", "# approvers\r\nalice@example.org KEY\r\n", alice, true, false},
		{"blanks before the name and tabs between", "  \talice@example.org\t \tKEY", alice, true, false},
		{"no line end after the last line", "bob OTHER\nalice@example.org KEY", alice, true, false},
		{"another name", "bob KEY", alice, false, false},
		{"another case", "Alice@example.org KEY", alice, false, false},
		{"only the part before the @", "alice KEY", alice, false, false},
		{"another key", "alice@example.org OTHER", alice, false, false},
		{"the key on the second of two lines of the name", "alice@example.org OTHER\nalice@example.org KEY", alice, true, false},
		{"the name in the middle of a list", "bob,alice@example.org,carol KEY", alice, true, false},
		{"quotes around the list", `"bob,alice@example.org" KEY`, alice, true, false},
		{"a blank in quotes belongs to the name", `"bob, alice@example.org" KEY`, alice, false, true},
		{"a quote that is not closed", `"alice@example.org KEY`, alice, false, true},
		{"quotes amid the names", `alice"@example".org KEY`, alice, false, true},
		{"an empty name in the list", "bob,,alice@example.org KEY", alice, true, false},
		{"* for the start", "*@example.org KEY", alice, true, false},
		{"* for the end", "alice@* KEY", alice, true, false},
		{"* for nothing", "alice*@example.org KEY", alice, true, false},
		{"* twice", "*lic*example* KEY", alice, true, false},
		{"** as *", "a**g KEY", alice, true, false},
		{"* that does not fit", "*@example.com KEY", alice, false, false},
		{"* alone", "* KEY", alice, true, false},
		{"? for one letter", "al?ce@example.org KEY", alice, true, false},
		{"? for none", "alice?@example.org KEY", alice, false, false},
		{"*? for the last", "alice@example.or*? KEY", alice, true, false},
		{"taken out by name", "*@example.org,!alice@example.org KEY", alice, false, false},
		{"taken out before it is let in", "!alice@example.org,*@example.org KEY", alice, false, false},
		{"another is taken out", "*@example.org,!bob@example.org KEY", alice, true, false},
		{"nobody is let in", "!bob@example.org KEY", alice, false, false},
		{"taken out by a pattern", "*,!a* KEY", alice, false, false},
		{"taken out on one line, let in on another", "*,!a* KEY\nalice@example.org KEY", alice, true, false},
		{"two !", "*,!!alice@example.org KEY", alice, true, false},
		{"the namespace", `alice@example.org namespaces="fleetpay-approval" KEY`, alice, true, false},
		{"the namespace among others", `alice@example.org namespaces="git,fleetpay-approval,file" KEY`, alice, true, false},
		{"a pattern of namespaces", `alice@example.org namespaces="fleetpay-*" KEY`, alice, true, false},
		{"the namespace taken out", `alice@example.org namespaces="fleetpay-*,!*-approval" KEY`, alice, false, false},
		{"another namespace", `alice@example.org namespaces="git" KEY`, alice, false, false},
		{"a namespace in another case", `alice@example.org namespaces="Fleetpay-Approval" KEY`, alice, false, false},
		{"another namespace, and a second line", "alice@example.org namespaces=\"git\" KEY\nalice@example.org KEY", alice, true, false},
		{"an option in capitals", `alice@example.org NameSpaces="fleetpay-approval" KEY`, alice, true, false},
		{"an empty list of namespaces", `alice@example.org namespaces="" KEY`, alice, false, true},
		{"a namespace with a blank beside it", `alice@example.org namespaces="a b,fleetpay-approval" KEY`, alice, true, false},
		{"namespaces without quotes", `alice@example.org namespaces=fleetpay-approval KEY`, alice, false, true},
		{"namespaces twice", `alice@example.org namespaces="git",namespaces="fleetpay-approval" KEY`, alice, false, true},
		{"a quote in a namespace", `alice@example.org namespaces="a\"b,fleetpay-approval" KEY`, alice, true, false},
		{"an unknown option", `alice@example.org no-touch-required KEY`, alice, false, true},
		{"a comma after the last option", `alice@example.org namespaces="fleetpay-approval", KEY`, alice, false, true},
		{"two options", `alice@example.org namespaces="fleetpay-approval",valid-before="20270101Z" KEY`, alice, true, false},
		{"a blank between options", `alice@example.org namespaces="fleetpay-approval", valid-before="20270101Z" KEY`, alice, false, true},
		{"valid since noon", `alice@example.org valid-after="20261105120000Z" KEY`, alice, true, false},
		{"valid a second later", `alice@example.org valid-after="20261105120001Z" KEY`, alice, false, false},
		{"valid until noon", `alice@example.org valid-before="20261105120000Z" KEY`, alice, true, false},
		{"valid until a second before", `alice@example.org valid-before="20261105115959Z" KEY`, alice, false, false},
		{"valid since today", `alice@example.org valid-after="20261105Z" KEY`, alice, true, false},
		{"valid until today begins", `alice@example.org valid-before="20261105Z" KEY`, alice, false, false},
		{"valid since a minute", `alice@example.org valid-after="202611051200Z" KEY`, alice, true, false},
		{"valid a minute later", `alice@example.org valid-after="202611051201Z" KEY`, alice, false, false},
		{"a time without Z, in UTC", `alice@example.org valid-after="20261105120000",valid-before="20261105120000" KEY`, alice, false, true},
		{"a day without Z, in UTC", `alice@example.org valid-after="20261105",valid-before="20261106" KEY`, alice, true, false},
		{"a time in capitals of options", `alice@example.org VALID-AFTER="20261105Z" KEY`, alice, true, false},
		{"expired on one line, valid on another", "alice@example.org valid-before=\"20260101Z\" KEY\nalice@example.org valid-after=\"20260101Z\" KEY", alice, true, false},
		{"a month that is none", `alice@example.org valid-after="20261305Z" KEY`, alice, false, true},
		{"a time with dashes", `alice@example.org valid-after="2026-11-05" KEY`, alice, false, true},
		{"valid-before before valid-after", `alice@example.org valid-after="20261101Z",valid-before="20261001Z" KEY`, alice, false, true},
		{"a certificate authority", `alice@example.org cert-authority KEY`, alice, false, true},
		{"no name", "KEY", alice, false, true},
		{"no key", "alice@example.org", alice, false, true},
		{"a bad line elsewhere", "bob nonsense\nalice@example.org KEY", alice, true, true},
		{"a cut key", "alice@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA", alice, false, true},
		{"a key that says it is of another type", "alice@example.org ecdsa-sha2-nistp256 BASE64", alice, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, key, other := newKeygen(t), newSigner(t, "ed25519"), newSigner(t, "ed25519")
			_, base64, _ := strings.Cut(public(key), " ")
			list := strings.NewReplacer("KEY", public(key), "OTHER", public(other), "BASE64", base64).Replace(c.list)
			armored := mustSign(t, key, message)
			if out, err := k.verify(t, list, c.principal, message, armored, noon); (err == nil) != c.good {
				t.Errorf("ssh-keygen says %q (%v)", out, err)
			}
			signers, err := ParseSigners("allowed_signers", []byte(list))
			if (err != nil) != c.stricter {
				t.Fatalf("the list: %v", err)
			}
			if err != nil {
				wantError(t, err, "allowed_signers:", ";")
				return
			}
			got, err := signers.Verify(c.principal, message, armored, noon)
			if (err == nil) != c.good {
				t.Errorf("got %v", err)
			}
			if err == nil && got != print256(key) {
				t.Errorf("got key %s, want %s", got, print256(key))
			}
		})
	}
}

func TestSignaturesAreRefusedAsSSHKeygenRefusesThem(t *testing.T) {
	key, foreign := newSigner(t, "ed25519"), newSigner(t, "ed25519")
	list := "alice " + public(key) + "\n"
	good := string(mustSign(t, key, message))
	for _, c := range []struct {
		name, armored  string
		good, stricter bool
	}{
		{"ours", good, true, false},
		{"without its last line end", strings.TrimSuffix(good, "\n"), true, false},
		{"on one line", oneLine(good), true, false},
		{"of a foreign key", string(mustSign(t, foreign, message)), false, false},
		{"for another purpose", string(signAs(t, key, sshsig.HashSHA512, "git", message)), false, false},
		{"over other bytes", string(mustSign(t, key, append(message[:len(message):len(message)], '\n'))), false, false},
		{"empty", "", false, false},
		{"cut in the middle", good[:len(good)/2], false, false},
		{"without its last lines", strings.Join(strings.SplitAfter(good, "\n")[:2], "") + armorFoot + "\n", false, false},
		{"with a line before it", "\n" + good, false, false},
		{"with carriage returns", strings.ReplaceAll(good, "\n", "\r\n"), false, false},
		{"a public key", public(key), false, false},
		{"twice", good + good, true, true},
		{"with words after it", good + "approved\n", true, true},
		{"with blanks in it", strings.Replace(good, "U1NI", "U1 NI", 1), true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := newKeygen(t).verify(t, list, "alice", message, []byte(c.armored), noon)
			if (err == nil) != c.good {
				t.Errorf("ssh-keygen says %q (%v)", out, err)
			}
			if _, err = mustParse(t, list).Verify("alice", message, []byte(c.armored), noon); (err == nil) != (c.good && !c.stricter) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// oneLine takes the line breaks out of an armor's base64.
func oneLine(armored string) string {
	lines := strings.Split(strings.TrimSpace(armored), "\n")
	last := len(lines) - 1
	return lines[0] + "\n" + strings.Join(lines[1:last], "") + "\n" + lines[last] + "\n"
}

func TestDrawnListsAreReadAsSSHKeygenReadsThem(t *testing.T) {
	k, key, other := newKeygen(t), newSigner(t, "ed25519"), newSigner(t, "ed25519")
	armored := mustSign(t, key, message)
	globs := rapid.StringMatching(`!?[ab*?@]{1,5}`)
	namespaces := rapid.SampledFrom([]string{Namespace, "git", "fleetpay-*", "!*approval", "*", "!git", "?leetpay-approval"})
	rapid.Check(t, func(t *rapid.T) {
		var list strings.Builder
		for range rapid.IntRange(1, 3).Draw(t, "lines") {
			names := strings.Join(rapid.SliceOfN(globs, 1, 3).Draw(t, "names"), ",")
			if rapid.Bool().Draw(t, "quoted") {
				names = `"` + names + `"`
			}
			var options []string
			if rapid.Bool().Draw(t, "narrow") {
				options = append(options, fmt.Sprintf("namespaces=%q", strings.Join(rapid.SliceOfN(namespaces, 1, 2).Draw(t, "namespaces"), ",")))
			}
			if rapid.Bool().Draw(t, "starts") {
				options = append(options, fmt.Sprintf("valid-after=%q", drawTime(t, 0)))
			}
			if rapid.Bool().Draw(t, "ends") {
				options = append(options, fmt.Sprintf("valid-before=%q", drawTime(t, 1)))
			}
			holder := key
			if rapid.IntRange(0, 3).Draw(t, "whose") == 0 {
				holder = other
			}
			fmt.Fprintln(&list, strings.Join(strings.Fields(names+" "+strings.Join(options, ",")+" "+public(holder)), " "))
		}
		signers, err := ParseSigners("allowed_signers", []byte(list.String()))
		if err != nil {
			if strings.Contains(err.Error(), "not later than") {
				return // both refuse such a line; ssh-keygen goes on to the next
			}
			t.Fatalf("%v of\n%s", err, &list)
		}
		principal := rapid.StringMatching(`[ab][ab@]{0,4}`).Draw(t, "principal")
		_, ours := signers.Verify(principal, message, armored, noon)
		k.mustAgree(t, list.String(), principal, armored, ours)
	})
}

// drawTime draws an instant around noon, on the day that is days later.
func drawTime(t *rapid.T, days int) string {
	at := noon.AddDate(0, 0, rapid.IntRange(-1, 0).Draw(t, "day")+days).Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "second")) * time.Second)
	return at.Format(rapid.SampledFrom([]string{"20060102", "200601021504", "20060102150405"}).Draw(t, "layout")) + rapid.SampledFrom([]string{"", "Z"}).Draw(t, "zone")
}

// mustAgree asks that ssh-keygen accepts exactly what we do.
func (k keygen) mustAgree(t *rapid.T, list, principal string, armored []byte, ours error) {
	for name, data := range map[string][]byte{"allowed_signers": []byte(list), "file.sig": armored} {
		if err := os.WriteFile(k.dir+"/"+name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, theirs := k.run(message, "-Y", "verify", "-f", "allowed_signers", "-I", principal, "-n", Namespace,
		"-s", "file.sig", "-Overify-time="+noon.Format("20060102150405"))
	if (ours == nil) != (theirs == nil) {
		t.Fatalf("for %q we say %v, and ssh-keygen %q, of\n%s", principal, ours, out, list)
	}
}
