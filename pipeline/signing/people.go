package signing

import (
	"fmt"
	"slices"
)

// Approval is a signature that Verify accepted: who signed, with which key.
type Approval struct {
	Principal   string
	Fingerprint string
}

// Counted is an approval, and why it does not count; "" if it does.
type Counted struct {
	Approval
	Why string
}

// Count counts the people behind approvals: how many distinct ones, each other
// than who prepared the close (Prepared). What it returns is in the order of what it is
// given.
//
// Two approvals are one person's if their names are (SameName) or their keys are,
// if the key of the one is also listed for the name of the other, or if keys and
// names that are listed together join them. A line counts here even when its key
// has expired: a key does not change hands. A pattern such as *@example.org may
// mean anyone whom it matches: it makes its key and theirs one person's, but not
// those that it matches among each other. A blank preparedBy is nobody.
func (s *Signers) Count(valid []Approval, preparedBy string) (people int, counted []Counted) {
	join := s.join(valid, preparedBy)
	counted = make([]Counted, len(valid))
	conflicts := make([]int, len(valid)) // with how many of the others an approval is one person's
	var order []int
	for i, a := range valid {
		counted[i] = Counted{Approval: a}
		if counted[i].Why = s.prepared(join, a, preparedBy); counted[i].Why != "" {
			continue
		}
		order = append(order, i)
		for j, b := range valid {
			if i != j && s.same(join, a, b) != "" {
				conflicts[i]++
			}
		}
	}
	// A key that may be anyone's must not take the place of two people who are
	// told apart.
	slices.SortStableFunc(order, func(i, j int) int { return conflicts[i] - conflicts[j] })
	var taken []int
	for _, i := range order {
		for _, j := range taken {
			if counted[i].Why = s.same(join, valid[i], valid[j]); counted[i].Why != "" {
				break
			}
		}
		if counted[i].Why == "" {
			taken = append(taken, i)
		}
	}
	return len(taken), counted
}

// Listed counts the people whom the list names and who did not prepare the close: no
// more than that can approve it. known is false when a pattern stands in the list,
// which may mean anyone.
func (s *Signers) Listed(preparedBy string) (people int, known bool) {
	var all []Approval
	for _, e := range s.entries {
		for _, p := range e.names {
			switch {
			case p.negated:
			case !p.literal():
				return 0, false
			case matches(e.names, p.glob):
				all = append(all, Approval{p.glob, e.fingerprint})
			}
		}
	}
	people, _ = s.Count(all, preparedBy)
	return people, true
}

const (
	someoneElse = "let somebody else approve"
	ownKeys     = "let somebody else approve, or list each key for one person only"
)

// prepared says why an approval is that of who prepared the close; "" if it is not.
func (s *Signers) prepared(join *joined, a Approval, preparedBy string) string {
	if Prepared(a.Principal, preparedBy) {
		return fmt.Sprintf("%s prepared the close, and who prepares does not approve; %s", a.Principal, someoneElse)
	}
	names := preparers(preparedBy)
	for _, name := range names {
		if s.mayHold(a.Fingerprint, name) {
			return fmt.Sprintf("the key of %s is also that of %s, who prepared the close (%s lists it for both); %s", a.Principal, preparedBy, s.name, ownKeys)
		}
	}
	for _, name := range names {
		if join.are(byKey(a.Fingerprint), byName(name)) || join.are(byName(a.Principal), byName(name)) {
			return fmt.Sprintf("%s and %s, who prepared the close, share names or keys in %s; %s", a.Principal, preparedBy, s.name, ownKeys)
		}
	}
	return ""
}

// same says why two approvals are one person's, told of the first; "" if they are
// not.
func (s *Signers) same(join *joined, a, b Approval) string {
	switch {
	case a.Fingerprint == b.Fingerprint:
		return fmt.Sprintf("it is made with the same key as the approval of %s; %s", b.Principal, someoneElse)
	case SameName(a.Principal, b.Principal):
		return fmt.Sprintf("%s and %s are one name, with two keys; %s", a.Principal, b.Principal, someoneElse)
	case s.mayHold(a.Fingerprint, b.Principal):
		return fmt.Sprintf("its key is also listed for %s, who approves, too; %s", b.Principal, ownKeys)
	case s.mayHold(b.Fingerprint, a.Principal):
		return fmt.Sprintf("the key with which %s approves is also listed for %s; %s", b.Principal, a.Principal, ownKeys)
	case join.are(byKey(a.Fingerprint), byKey(b.Fingerprint)) || join.are(byName(a.Principal), byName(b.Principal)):
		return fmt.Sprintf("%s and %s share names or keys in %s; %s", a.Principal, b.Principal, s.name, ownKeys)
	}
	return ""
}

// mayHold tells whether a key is listed for a person of that name, under any name
// that SameName takes for the same. A pattern that only some such name would match
// is enough, if one could approve under that name.
func (s *Signers) mayHold(fingerprint, name string) bool {
	name = fold(name)
	for _, e := range s.entries {
		if e.fingerprint != fingerprint || name == "" {
			continue
		}
		names := parsePatterns(fold(e.principals))
		box := mailbox(name)
		if matches(names, name) || box != "" && matches(names, box) || box == "" && SafeName(name) == nil && maySpell(names, name+"@") {
			return true
		}
	}
	return false
}

// node is a name or a key in the graph of who is who.
type node struct{ name, key string }

func byName(name string) node       { return node{name: fold(name)} }
func byKey(fingerprint string) node { return node{key: fingerprint} }

// joined holds the names and keys that belong to one person each, as a forest:
// each points towards the one that stands for all of its person.
type joined struct{ parent map[node]node }

// join puts together the names and keys that the list joins by name, not by
// pattern.
func (s *Signers) join(valid []Approval, preparedBy string) *joined {
	j := &joined{map[node]node{}}
	var names []string
	for _, a := range valid {
		names = append(names, a.Principal)
	}
	for _, e := range s.entries {
		for _, p := range e.names {
			if p.literal() && matches(e.names, p.glob) {
				names = append(names, p.glob)
				j.unite(byName(p.glob), byKey(e.fingerprint))
			}
		}
	}
	for i, a := range names {
		for _, b := range names[:i] {
			if SameName(a, b) {
				j.unite(byName(a), byName(b))
			}
		}
	}
	for _, p := range preparers(preparedBy) {
		for _, a := range names {
			if Prepared(a, p) {
				j.unite(byName(a), byName(p))
			}
		}
	}
	return j
}

// root finds who stands for a node's person.
func (j *joined) root(n node) node {
	for {
		parent, ok := j.parent[n]
		if !ok {
			return n
		}
		n = parent
	}
}

func (j *joined) unite(a, b node) {
	if a, b = j.root(a), j.root(b); a != b {
		j.parent[a] = b
	}
}

// are tells whether two nodes are one person's.
func (j *joined) are(a, b node) bool { return j.root(a) == j.root(b) }
