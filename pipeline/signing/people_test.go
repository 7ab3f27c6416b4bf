package signing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"
)

func TestSameName(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"alice", "alice", true},
		{"alice", "Alice", true},
		{"alice", "  ALICE\t", true},
		{"alice", "alice@example.org", true},
		{"Alice@Example.org", "alice", true},
		{"alice@example.org", "alice@example.ORG", true},
		{"R. Finance", "r. finance", true},
		{"alice@example.org", "alice@example.com", false},
		{"alice", "bob", false},
		{"alice", "bob@alice", false},
		{"alice", "alice+pay@example.org", false},
		{"R. Finance", "finance", false},
		{"", "", false},
		{"", "@example.org", false},
		{" ", "alice", false},
	} {
		if SameName(c.a, c.b) != c.same || SameName(c.b, c.a) != c.same {
			t.Errorf("%q and %q: want %v", c.a, c.b, c.same)
		}
	}
}

// TestPeopleAreCountedAndNotNamesOrKeys: an approval is written alice/1, with the
// key of that number; lines of the list are written in the same way, and "x" after
// it says that the line has expired.
func TestPeopleAreCountedAndNotNamesOrKeys(t *testing.T) {
	keys := make([]ssh.Signer, 6)
	for i := range keys {
		keys[i] = newSigner(t, "ed25519")
	}
	for _, c := range []struct {
		name, list, approvals, preparedBy string
		people                            int
		why                               []string // of each approval, a part; "" for one that counts
	}{
		{"two people", "alice/1 bob/2", "alice/1 bob/2", "R. Finance", 2, []string{"", ""}},
		{"nobody", "alice/1", "", "carol", 0, nil},
		{"nobody is known to have prepared it", "alice/1", "alice/1", " ", 1, []string{""}},
		{"the same approval twice", "alice/1", "alice/1 alice/1", "carol", 1, []string{"", "the same key as the approval of alice"}},
		{"a name with two keys", "alice/1 alice/2", "alice/1 alice/2", "carol", 1, []string{"", "alice and alice are one name, with two keys"}},
		{"a key under two names", "alice,bob/1", "alice/1 bob/1", "carol", 1, []string{"", "the same key as the approval of alice"}},
		{"a name in another case", "alice/1 Alice/2", "alice/1 Alice/2", "carol", 1, []string{"", "Alice and alice are one name"}},
		{"a name with and without its domain", "alice@example.org/1 alice/2", "alice@example.org/1 alice/2", "carol", 1, []string{"", "alice and alice@example.org are one name"}},
		{"two domains", "alice@a.example/1 alice@b.example/2", "alice@a.example/1 alice@b.example/2", "carol", 2, []string{"", ""}},
		{"two domains, one of which is also without", "alice@a.example/1 alice@b.example/2 alice/3", "alice@a.example/1 alice@b.example/2", "carol", 1, []string{"", "share names or keys"}},
		{"her other key is also his", "alice/1 alice,bob/2 bob/3", "alice/1 bob/3", "carol", 1, []string{"", "bob and alice share names or keys in allowed_signers; let somebody else approve, or list each key for one person"}},
		{"her key is also his", "alice,bob/1 bob/2", "alice/1 bob/2", "carol", 1, []string{"", "the key with which alice approves is also listed for bob"}},
		{"his key is also hers", "alice/1 alice,bob/2", "alice/1 bob/2", "carol", 1, []string{"", "its key is also listed for alice, who approves, too"}},
		{"an expired line counts", "alice/1 bob/2 alice/2x", "alice/1 bob/2", "carol", 1, []string{"", "its key is also listed for alice"}},
		{"a third person beside them", "alice,bob/1 dave/3", "alice/1 bob/1 dave/3", "carol", 2, []string{"", "same key", ""}},

		{"who prepared the close", "alice/1 carol/2", "alice/1 carol/2", "carol", 1, []string{"", "carol prepared the close, and who prepares does not approve; let somebody else approve"}},
		{"who prepared, in another case", "Carol/2", "Carol/2", "  carol", 0, []string{"Carol prepared the close"}},
		{"who prepared, with the domain", "carol@example.org/2", "carol@example.org/2", "Carol", 0, []string{"prepared the close"}},
		{"who prepared, without the domain", "carol/2", "carol/2", "carol@example.org", 0, []string{"prepared the close"}},
		{"who prepared, under another name", "carol,alice/1", "alice/1", "carol@example.org", 0, []string{"the key of alice is also that of carol@example.org, who prepared the close (allowed_signers lists it for both)"}},
		{"who prepared, with a key of another name that is also theirs", "carol,alice/1 alice/2", "alice/2", "carol", 0, []string{"alice and carol, who prepared the close, share names or keys"}},
		{"a key that once was the preparer's", "alice/1 carol/1x", "alice/1", "carol", 0, []string{"is also that of carol"}},
		{"free text", "alice/1 finance/2", "alice/1 finance/2", "R. Finance", 2, []string{"", ""}},

		{"one pattern, two names, one key", "*@example.org/1", "alice@example.org/1 bob@example.org/1", "R. Finance", 1, []string{"", "same key"}},
		{"a pattern that may be the preparer's", "*@example.org/1", "alice@example.org/1", "carol@example.org", 0, []string{"the key of alice@example.org is also that of carol@example.org"}},
		{"a pattern that may be the preparer's, whose domain is not told", "*@example.org/1", "alice@example.org/1", "carol", 0, []string{"is also that of carol"}},
		{"a pattern that can't be the preparer's", "a*@example.org/1", "alice@example.org/1", "carol", 1, []string{""}},
		{"a pattern without the preparer", "*@example.org,!carol@example.org/1", "alice@example.org/1", "Carol@example.org", 1, []string{""}},
		{"* may be anybody's", "*/1", "alice/1", "R. Finance", 0, []string{"is also that of R. Finance"}},
		{"a pattern that is not used joins nobody", "alice@example.org/1 bob@example.org/2 *@example.org/3", "alice@example.org/1 bob@example.org/2", "R. Finance", 2, []string{"", ""}},
		{"a pattern's key takes the place of nobody", "alice@example.org/1 bob@example.org/2 *@example.org/3",
			"aaron@example.org/3 alice@example.org/1 bob@example.org/2", "R. Finance", 2, []string{"its key is also listed for alice@example.org", "", ""}},
		{"two patterns that do not meet", "*@a.example/1 *@b.example/2", "x@a.example/1 y@b.example/2", "R. Finance", 2, []string{"", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var list []string
			for _, line := range strings.Fields(c.list) {
				names, key, _ := strings.Cut(line, "/")
				key, expired := strings.CutSuffix(key, "x")
				if expired {
					names += ` valid-before="20200101Z"`
				}
				list = append(list, names+" "+public(keys[key[0]-'0']))
			}
			var valid []Approval
			for _, a := range strings.Fields(c.approvals) {
				name, key, _ := strings.Cut(a, "/")
				valid = append(valid, Approval{name, print256(keys[key[0]-'0'])})
			}
			people, counted := mustParse(t, list...).Count(valid, c.preparedBy)
			if people != c.people || len(counted) != len(valid) {
				t.Errorf("got %d people of %d approvals, want %d of %d", people, len(counted), c.people, len(valid))
			}
			for i, a := range counted {
				if a.Approval != valid[i] || (a.Why == "") != (c.why[i] == "") || !strings.Contains(a.Why, c.why[i]) {
					t.Errorf("%s: %q; want %q", a.Principal, a.Why, c.why[i])
				}
				if a.Why != "" && !strings.Contains(a.Why, "; let somebody else approve") {
					t.Errorf("%q does not say what to do", a.Why)
				}
			}
		})
	}
}

// TestDrawnPeopleAreNeverCountedTwice deals names and keys to a few people and lets
// them approve at will: without patterns, exactly those who approved and did not
// prepare are counted, in whatever order they come.
func TestDrawnPeopleAreNeverCountedTwice(t *testing.T) {
	var keys []ssh.Signer
	for range 8 {
		keys = append(keys, newSigner(t, "ed25519"))
	}
	people := [][]string{{"alice", "alice@example.org"}, {"bob", "Bob@example.org", "robert"}, {"carol@example.org"}, {"dave", "DAVE"}}
	rapid.Check(t, func(t *rapid.T) {
		// Person i holds the keys 2i and 2i+1; a line gives one of them all of the
		// names, so that names and keys are joined.
		var lines []string
		for i, names := range people {
			lines = append(lines, strings.Join(names, ",")+" "+public(keys[2*i]))
			for _, name := range names {
				lines = append(lines, name+" "+public(keys[2*i+1]))
			}
		}
		signers, err := ParseSigners("allowed_signers", []byte(strings.Join(rapid.Permutation(lines).Draw(t, "lines"), "\n")))
		if err != nil {
			t.Fatal(err)
		}
		preparer := rapid.IntRange(0, len(people)-1).Draw(t, "preparer")
		var valid []Approval
		who := map[int]bool{}
		for range rapid.IntRange(0, 7).Draw(t, "approvals") {
			i := rapid.IntRange(0, len(people)-1).Draw(t, "person")
			key := keys[2*i+rapid.IntRange(0, 1).Draw(t, "key")]
			valid = append(valid, Approval{rapid.SampledFrom(people[i]).Draw(t, "name"), print256(key)})
			if i != preparer {
				who[i] = true
			}
		}
		got, counted := signers.Count(valid, rapid.SampledFrom(people[preparer]).Draw(t, "as"))
		count := 0
		for _, a := range counted {
			if a.Why == "" {
				count++
			}
		}
		if got != len(who) || count != got {
			t.Fatalf("got %d people, and %d approvals that count; want %d: %v", got, count, len(who), counted)
		}
	})
}

// TestMoreApprovalsNeverCountLess holds for lists without patterns.
func TestMoreApprovalsNeverCountLess(t *testing.T) {
	var keys []ssh.Signer
	for range 4 {
		keys = append(keys, newSigner(t, "ed25519"))
	}
	names := []string{"alice", "Alice", "alice@example.org", "bob", "bob@example.org", "carol"}
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		var all []Approval
		for range rapid.IntRange(1, 7).Draw(t, "lines") {
			name, key := rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom(keys).Draw(t, "key")
			lines = append(lines, fmt.Sprintf("%s %s", name, public(key)))
			all = append(all, Approval{name, print256(key)})
		}
		signers, err := ParseSigners("allowed_signers", []byte(strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		before := 0
		for i := range len(all) + 1 {
			now, _ := signers.Count(all[:i], "carol")
			if now < before || now > before+1 {
				t.Fatalf("%d approvals are %d people, one fewer is %d: %v", i, now, before, all[:i])
			}
			before = now
		}
		slices.Reverse(all)
		if back, _ := signers.Count(all, "carol"); back != before {
			t.Fatalf("backwards %d people, forwards %d: %v", back, before, all)
		}
	})
}
