package schedule

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Enable says which commands make the user of a systemd pair, give it the folders
// that it writes, check the pair and start the timer: a line each.
func Enable(p Plan, service, timer string) string {
	var b strings.Builder
	say := func(words ...string) { fmt.Fprintf(&b, "  %s\n", strings.Join(words, " ")) }
	say("id -u", p.User, "|| useradd --system --home-dir / --shell /usr/sbin/nologin", p.User)
	say("install -d -m 2770", "-o", p.User, "-g", p.User, shellWord(p.Closes))
	say("chown -R", p.User+":"+p.User, shellWord(p.Closes))
	if p.Textfile != "" {
		say("setfacl -m", "u:"+p.User+":rwx", shellWord(filepath.Dir(p.Textfile)))
	}
	say("systemd-analyze verify", shellWord(service), shellWord(timer))
	say("systemctl daemon-reload")
	say("systemctl enable --now", p.Name+".timer")
	say("systemctl list-timers", p.Name+".timer")
	return b.String()
}

// shellWord writes one word for a shell.
func shellWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
