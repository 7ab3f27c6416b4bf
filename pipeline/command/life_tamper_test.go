package command

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
)

// readers are the commands that trust what lies beside a close.
func (l *life) readers(p string) [][]string {
	return [][]string{
		{"payments", "status"}, {"payments", "check", p}, {"payments", "export", p, "--by", preparer},
		l.settling(p),
	}
}

// refusedAll runs commands that must all be refused, and change nothing.
func (l *life) refusedAll(commands [][]string, because string) {
	l.tell("%s", because)
	for _, args := range commands {
		a := l.start(args...)
		l.checkAnswer(a)
		if a.status != 3 && (a.status != 4 || args[0] != "approve") { // which recomputes the month
			l.fail("%s\nwant status 3, since %s", a, because)
		}
	}
	l.litter = false
}

// tamper does something to what lies there, after which nothing may be done with
// the month, and mends it.
func (l *life) tamper() {
	p := l.somePeriod()
	if p == "" {
		return
	}
	l.counts["tampered with"]++
	entries := l.names(l.path("closes", p+".exports"))
	switch n := l.random.IntN(10); {
	case n == 0 && len(entries) > 1:
		l.takeAway(p)
	case n == 1:
		l.noteByHand(p)
	case n < 4 && len(l.approved[l.standing[p].sums]) < 2:
		l.forge(p)
	default:
		l.changeCharacter(p)
	}
	l.look(lifeAnswer{args: []string{"nothing"}})
}

// changeCharacter changes one character: of a file that tells what is to be paid,
// of an entry, or of a signature that is needed.
func (l *life) changeCharacter(p string) {
	root, commands := l.path("closes"), l.readers(p)
	approve := []string{"approve", p, "--as", approvers[0], "--key", "keys/" + approvers[0]}
	var path string
	m := l.standing[p]
	signatures, err := filepath.Glob(filepath.Join(root, p+".approvals", "*."+hashText(m.sums)[:16]+".sig"))
	l.must(err)
	var files []string
	for _, folder := range []string{p + ".exports", p + ".settlement"} {
		found, err := filepath.Glob(filepath.Join(root, folder, "*", "*"))
		l.must(err)
		files = append(files, slices.DeleteFunc(found, func(path string) bool { return filepath.Base(path) == "approvals" })...)
	}
	switch {
	case len(signatures) == 2 && l.chance(30):
		path, commands = pickOne(l, signatures), commands[2:3]
	case len(files) > 0 && l.chance(60):
		path = pickOne(l, files)
	default:
		path = filepath.Join(root, p, pickOne(l, []string{"payments/usdc.json", "payments/usdc.json", "payouts.csv", "lines.csv", "close.json"}))
		commands = append(commands, approve)
	}
	data, err := os.ReadFile(path)
	l.must(err)
	changed := bytes.Clone(data)
	at := l.random.IntN(len(changed))
	for changed[at] == data[at] {
		changed[at] = pickOne(l, []byte("0123456789abcdefXYZ ,\n"))
	}
	l.must(os.WriteFile(path, changed, 0o666))
	l.refusedAll(commands, path[len(root)+1:]+" was changed from "+string(data[at:at+1])+" to "+string(changed[at:at+1]))
	l.must(os.WriteFile(path, data, 0o666))
}

// takeAway takes an export away that is not the last.
func (l *life) takeAway(p string) {
	from, to := l.path("closes", p+".exports", "001"), l.path("taken")
	l.must(os.Rename(from, to))
	l.refusedAll(l.readers(p), "export 001 of "+p+" is gone")
	l.must(os.Rename(to, from))
}

// noteByHand puts a note among the exports: somebody paid without them.
func (l *life) noteByHand(p string) {
	dir := l.path("closes", p+".exports")
	fresh := len(l.names(dir)) == 0
	l.must(os.MkdirAll(dir, 0o777))
	note := filepath.Join(dir, "note.txt")
	l.must(os.WriteFile(note, []byte("alder: paid in cash\n"), 0o666))
	commands := append(l.readers(p)[1:], []string{"withdraw", p, "--reason", "an input was cut short", "--by", preparer})
	l.refusedAll(commands, "somebody noted a payment of "+p+" by hand")
	l.note = note
	l.status() // goes on for all months, and the others can be paid
	l.note = ""
	l.must(os.Remove(note))
	if fresh {
		l.must(os.RemoveAll(dir))
	}
}

// forge puts signatures into the approvals that are those of nobody who may
// approve: a stranger's under an approver's name, an approver's own under that of
// another one, and one over another text.
func (l *life) forge(p string) {
	sums := l.standing[p].sums
	dir := l.path("closes", p+".approvals")
	l.must(os.MkdirAll(dir, 0o777))
	signer := pickOne(l, approvers)
	var forged []string
	for i, name := range approvers {
		path := filepath.Join(dir, name+"."+hashText(sums)[:16]+".sig")
		if l.approved[sums][name] {
			signer = name
			continue
		}
		data := l.sign(stranger, []byte(sums))
		switch {
		case i == 1 && name != signer:
			data = l.sign(signer, []byte(sums))
		case i == 2:
			data = l.sign(name, []byte(sums+" "))
		}
		l.must(os.WriteFile(path, data, 0o666))
		forged = append(forged, path)
	}
	l.refusedAll(l.readers(p)[2:3], "signatures of "+p+" are forged")
	for _, path := range forged {
		l.must(os.Remove(path))
	}
}

// together runs two exports at once: one of them waits for nobody, and is
// refused.
func (l *life) together() {
	p := l.somePeriod()
	if p == "" || l.litter {
		return
	}
	args := []string{"payments", "export", p, "--by", preparer}
	answers := make(chan lifeAnswer, 1)
	go func() { answers <- l.start(args...) }()
	second := l.start(args...)
	first := <-answers
	for _, a := range []lifeAnswer{first, second} {
		l.tell("at once: fleetpay %v: %d%s", a.args, a.status, firstLine(a))
		l.checkAnswer(a)
	}
	if first.status == 0 && second.status == 0 || first.status == 2 || second.status == 2 {
		l.fail("%s\n%s\nwant at most one to give out", first, second)
	}
	l.look(first)
}
