package signing

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"
)

func TestWhoPreparedIsKnownInTheCommonForms(t *testing.T) {
	const alice = "alice@fleet.example"
	for _, text := range []string{
		alice, "alice", " ALICE@Fleet.Example ", "Alice <alice@fleet.example>", "<alice@fleet.example>", "demo, alice@fleet.example", "demo,alice", "demo; alice",
		"mailto:alice@fleet.example", "MAILTO:alice@fleet.example?subject=close", "alice+pay@fleet.example", "Demo <alice+pay+more@fleet.example>", "alice+pay",
		"alice@fleet.example.", "the close was made by alice@fleet.example!", "alice (finance)", "finance (alice@fleet.example)", `"alice" finance`, "\u201calice\u201d",
		"@alice", `FLEET\alice`, "alice / bob", "bob@fleet.example and alice@fleet.example", "bob|alice", "{alice}",
		"ali\u200bce@fleet.example", "\u202ealice@fleet.example", "alice\u00ad@fleet.example", "a\ufe0flice", "al\u034fice", "\ufeffalice", "\u00a0alice\u2003",
	} {
		if !Prepared(alice, text) {
			t.Errorf("%q is not known as %s", text, alice)
		}
	}
	for approver, text := range map[string]string{
		"alice+approvals@fleet.example": "Alice <alice@fleet.example>", "alice@fleet.example.": alice, "Alice": alice, "alice-": "alice",
	} {
		if !Prepared(approver, text) {
			t.Errorf("%q is not known as %s", text, approver)
		}
	}
	for _, text := range []string{
		"", " ", "\u200b", "+", "@", "bob@fleet.example", "alice@other.example", "R. Finance", "Malice", "alice2@fleet.example", "alicefleet.example", "bob+alice@fleet.example",
	} {
		if Prepared(alice, text) {
			t.Errorf("%q is taken for %s", text, alice)
		}
	}
}

func TestWhatIsAroundAnAddressDoesNotHideIt(t *testing.T) {
	around := rapid.SampledFrom([]string{"", " ", "Demo ", ", ", "<", ">", "(", ")", `"`, "mailto:", ".", "\u200b", "\t", "; bob", " bob@fleet.example "})
	rapid.Check(t, func(t *rapid.T) {
		before := strings.Join(rapid.SliceOfN(around, 0, 4).Draw(t, "before"), "")
		if r := []rune(strings.TrimRight(before, "\u200b.")); len(r) > 0 && strings.ContainsRune("bome", r[len(r)-1]) {
			before += " " // a name of more letters is another name, and so is bob.alice
		}
		after := rapid.SampledFrom([]string{"", " ", ", ", ">", ")", `"`, ".", "\u200b", "; bob"}).Draw(t, "after")
		if text := before + "alice@fleet.example" + after; !Prepared("alice@fleet.example", text) {
			t.Fatalf("%q hides who prepared the close", text)
		}
	})
}

// A key that is listed for the preparer's address and for another name is the
// preparer's, whatever stands around the address.
func TestAnotherNameOfThePreparerDoesNotCount(t *testing.T) {
	one, two := newSigner(t, "ed25519"), newSigner(t, "ed25519")
	s := mustParse(t, "alice@fleet.example,zed "+public(one), "zed "+public(two))
	for _, text := range []string{"Alice <alice@fleet.example>", "demo, alice", "alice+pay@fleet.example"} {
		for _, key := range []ssh.Signer{one, two} {
			people, counted := s.Count([]Approval{{"zed", print256(key)}}, text)
			if people != 0 || !strings.Contains(counted[0].Why, "who prepared the close") {
				t.Errorf("%q: got %d people, %q", text, people, counted[0].Why)
			}
		}
	}
	s = mustParse(t, "alice+keys@fleet.example,zed "+public(one), "zed "+public(two))
	if people, _ := s.Count([]Approval{{"zed", print256(two)}}, "alice@fleet.example"); people != 0 {
		t.Error("a key of the preparer's tagged address counts")
	}
}

// TestThePeopleOfAListAreCounted writes a line of the list as alice/1, with the key
// of that number.
func TestThePeopleOfAListAreCounted(t *testing.T) {
	keys := []ssh.Signer{newSigner(t, "ed25519"), newSigner(t, "ed25519"), newSigner(t, "ed25519"), newSigner(t, "ed25519")}
	for _, c := range []struct {
		name, list, preparedBy string
		people                 int
		known                  bool
	}{
		{"three people", "alice/1 bob/2 carol/3", "R. Finance", 3, true},
		{"one of them prepared the close", "alice/1 bob/2 carol/3", "Carol <carol@fleet.example>", 2, true},
		{"a name with two keys", "alice/1 alice/2 bob/3", "", 2, true},
		{"two names of one key", "alice,bob/1 carol/3", "", 2, true},
		{"a name that is taken out again", "alice,bob,!bob/1", "", 1, true},
		{"a pattern", "alice/1 *@fleet.example/2", "", 0, false},
	} {
		var list []string
		for _, line := range strings.Fields(c.list) {
			names, key, _ := strings.Cut(line, "/")
			list = append(list, names+" "+public(keys[key[0]-'0']))
		}
		if people, known := mustParse(t, list...).Listed(c.preparedBy); people != c.people || known != c.known {
			t.Errorf("%s: got %d, %t", c.name, people, known)
		}
	}
}
