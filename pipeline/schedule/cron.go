package schedule

import (
	"fmt"
	"regexp"
	"strings"
)

// Cron renders a file for /etc/cron.d. A run that would overlap with another one
// ends at once, and one that takes too long is stopped.
func Cron(p Plan) ([]byte, error) {
	if err := p.checkCron(); err != nil {
		return nil, err
	}
	env := cronWord(p.Environment)
	words := []string{
		"exec flock --nonblock --conflict-exit-code 0", cronWord(p.Workspace),
		fmt.Sprintf("timeout --kill-after=60 %d", p.seconds()), cronWord(p.Program),
	}
	for _, a := range p.arguments(p.User) {
		words = append(words, cronWord(a))
	}
	command := fmt.Sprintf("if [ -e %s ]; then set -a; . %s; set +a; fi; %s", env, env, strings.Join(words, " "))
	if len(command) > longestCommand {
		return nil, fmt.Errorf("the line has %d bytes, and cron cuts it after %d; link to the long paths, and name the links", len(command), longestCommand)
	}
	return fmt.Appendf(nil, cronForm, p.Name, lines("#   ", p.prepare()), p.At, p.User, command), nil
}

const cronForm = `# fleetpay: close every month of the fleet that is due. This is /etc/cron.d/%s.
# Once, as root:
%s# The file that the line reads first sets the secrets that fleetpay.yaml names, as
# NAME='value' lines; it may be missing.
SHELL=/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
%s %s %s
`

// longestCommand is what the cron of Debian takes of a command, in bytes.
const longestCommand = 998

func (p Plan) checkCron() error {
	if err := p.checkHost(); err != nil {
		return err
	}
	return checkCrontab(p.At)
}

// plainWord needs no quotes in a shell or a crontab.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@+,-]+$`)

// cronWord writes one word for the shell that cron runs. A % ends the command
// unless a backslash is before it, which some crons leave there and some take
// away: outside of quotes the shell reads both alike. No backslash is beside another
// or before a %, for crons differ there, too.
func cronWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.NewReplacer(`'`, `'\''`, `%`, `'\%'`, `\`, `\''`).Replace(word) + "'"
}
