package schedule

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Systemd renders the service and the timer that starts it. What the service may
// do is as little as a close needs: it reads files, writes a few folders, and
// asks servers.
func Systemd(p Plan) (service, timer []byte, err error) {
	if err := p.checkSystemd(); err != nil {
		return nil, nil, err
	}
	words := make([]string, 0, 8)
	for i, word := range append([]string{p.Program}, p.arguments(p.User)...) {
		if i == 0 {
			word = ":" + word // no variable is replaced in what follows
		}
		words = append(words, systemdWord(word))
	}
	var writable []string
	for _, w := range p.writables() {
		writable = append(writable, systemdWord(w.dir))
	}
	service = fmt.Appendf(nil, serviceForm,
		systemdWord(p.Workspace)+" "+strings.Join(writable, " "),
		p.User, strings.Join(words, " "), p.seconds(), systemdText(p.Environment),
		strings.Join(writable, " "), p.privateTmp())
	return service, fmt.Appendf(nil, timerForm, p.At), nil
}

const serviceForm = `[Unit]
Description=fleetpay: close every month of the fleet that is due
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target
RequiresMountsFor=%s

[Service]
Type=oneshot
User=%s
ExecStart=%s
# A run that takes longer is stopped; the next one goes on from what was pulled.
TimeoutStartSec=%d
# NAME='value' lines: the secrets that fleetpay.yaml names. It may be missing.
EnvironmentFile=-%s
Nice=10
# Who approves and pays is a member of the group.
UMask=0007

# All is read-only but what a close writes.
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=%s
PrivateTmp=%s
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
MemoryDenyWriteExecute=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
`

const timerForm = `[Unit]
Description=fleetpay: when to look for months that are due

[Timer]
OnCalendar=%s
# A machine that was off makes up for it once it is on again.
Persistent=true
RandomizedDelaySec=10min

[Install]
WantedBy=timers.target
`

// calendarForm has the characters of a calendar event, as systemd.time(7) writes
// it; what they mean, systemd-analyze calendar tells.
var calendarForm = regexp.MustCompile(`^[A-Za-z0-9*][A-Za-z0-9*,./:~_+ -]*$`)

func (p Plan) checkSystemd() error {
	if err := p.checkHost(); err != nil {
		return err
	}
	switch {
	case strings.ContainsAny(p.Program, `'"\`):
		return fmt.Errorf("%q holds a quote or a backslash, and systemd runs no such program; link to it, and name the link with --program", p.Program)
	case strings.TrimSpace(p.Environment) != p.Environment || strings.HasSuffix(p.Environment, `\`):
		return fmt.Errorf("%q ends with a blank or a backslash, and systemd reads no such file; name another with --environment", p.Environment)
	case !calendarForm.MatchString(p.At), checkCrontab(p.At) == nil:
		return fmt.Errorf("%q is not a time as systemd writes it; write hourly, or *-*-* 06:10:00 UTC, as systemd-analyze calendar takes it", p.At)
	}
	return nil
}

// privateTmp is yes, but where what is needed lies in /tmp: it would be hidden.
func (p Plan) privateTmp() string {
	for _, path := range append([]string{p.Program, p.Workspace, p.Closes, p.Textfile, p.Environment}, p.Edited...) {
		if below(path, "/tmp") || below(path, "/var/tmp") {
			return "no"
		}
	}
	return "yes"
}

// systemdWord writes one word of a list: quoted where it must be, with %
// doubled, which begins a specifier.
func systemdWord(word string) string {
	word = systemdText(word)
	if !strings.ContainsAny(word, " '\"\\;#") && !hasWideSpace(word) {
		return word
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
}

// systemdText writes a value that systemd takes whole.
func systemdText(text string) string { return strings.ReplaceAll(text, "%", "%%") }

// hasWideSpace tells whether a word holds a blank that is none of ASCII's. systemd
// does not part words there, and people who read the unit see that it belongs.
func hasWideSpace(word string) bool { return strings.ContainsFunc(word, unicode.IsSpace) }
