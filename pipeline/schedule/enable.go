package schedule

import (
	"path/filepath"
	"slices"
	"strings"
)

// Enable says which commands make a systemd pair run: what prepare says, then those
// that check the pair and start the timer, a line each.
func Enable(p Plan, service, timer string) string {
	list := append(p.prepare(), command("systemd-analyze verify", service, timer))
	if !slices.Contains(unitFolders, filepath.Dir(service)) {
		list = append(list, command("install -m 0644", service, timer, unitFolders[0]))
	}
	return lines("  ", append(
		list,
		"systemctl daemon-reload",
		"systemctl enable --now "+p.Name+".timer",
		"systemctl list-timers "+p.Name+".timer",
	))
}

// unitFolders are those in which systemd looks for units of the machine.
var unitFolders = []string{"/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/system"}

// prepare says which commands make the user, with a group of the same name, give them
// the folders that a run writes, and make the file of secrets, for them alone to read. Whatever is made in the closes is for the group
// by its access list: the mask of each member would keep the others out.
func (p Plan) prepare() []string {
	list := []string{
		"id -u " + p.User + " || useradd --system --user-group --home-dir / --shell /usr/sbin/nologin " + p.User,
		command("install -d -m 2770 -o "+p.User+" -g "+p.User, p.Closes),
		command("setfacl -R -m g:"+p.User+":rwX,d:g:"+p.User+":rwX", p.Closes),
	}
	list = append(list, command("[ -e", p.Environment)+command(" ] || install -D -m 0640 -o root -g "+p.User+" /dev/null", p.Environment))
	for _, w := range p.writables()[1:] {
		list = append(list, command("setfacl -m u:"+p.User+":rwx", w.dir))
	}
	return list
}

// command writes a command that is given paths.
func command(words string, paths ...string) string {
	for _, path := range paths {
		words += " " + shellWord(path)
	}
	return words
}

// lines puts each command on a line of its own.
func lines(indent string, commands []string) string {
	return indent + strings.Join(commands, "\n"+indent) + "\n"
}

// shellWord writes one word for a shell.
func shellWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
