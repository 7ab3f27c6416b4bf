package pipeline

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"fleetpay/rules/strict"
)

// secret says where a secret lies: in an environment variable or in a file. It is
// read when it is needed, and never written.
type secret struct{ env, file string }

// variableForm is the name of an environment variable. It has no small letters, so
// that few secrets pass for one.
var variableForm = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

const whereSecrets = "write {env: NAME} for an environment variable or {file: path} for a file that holds it"

// UnmarshalNode reads {env: NAME} or {file: path}. Whatever else stands there may be
// the secret itself, so no message shows it.
func (s *secret) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Mapping || len(n.Entries) != 1 {
		n.Hide()
		n.Problem("a secret does not stand in this file; " + whereSecrets)
		return
	}
	key, value := n.Entries[0].Key, n.Entries[0].Value
	if value.Kind != strict.Scalar || value.Text == "" {
		n.Hide()
		n.Problem("it is not said where the secret lies; " + whereSecrets)
		return
	}
	switch key.Text {
	case "env":
		if !variableForm.MatchString(value.Text) {
			n.Hide()
			n.Problem("this is not the name of an environment variable; write capital letters, digits and _, as in {env: FLEETPAY_TOKEN}")
			return
		}
		s.env = value.Text
	case "file":
		if strings.ContainsAny(value.Text, "\n\r") {
			n.Hide()
			n.Problem("this is not the path of a file; " + whereSecrets)
			return
		}
		s.file = value.Text
	default:
		n.Hide()
		n.Problem("a secret lies in env or file; " + whereSecrets)
	}
}

// words says where the secret lies, for messages.
func (s *secret) words() string {
	if s.env != "" {
		return "the environment variable " + s.env
	}
	return "the file " + s.file
}

// maxSecret is the longest secret, in bytes: more is another kind of file.
const maxSecret = 64 << 10

// read reads the secret; a relative file starts at dir. An error names where it
// should lie, and nothing of it.
func (s *secret) read(dir string) (string, error) {
	var text string
	if s.env != "" {
		value, set := os.LookupEnv(s.env)
		if !set {
			return "", refuse("%s is not set; set it for this run, or name another in %s", s.words(), configName)
		}
		text = value
	} else {
		path := within(dir, s.file)
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return "", refuse("%s can't be read (%s); put the secret there, or name another in %s", s.words(), reasonOf(err), configName)
		case !info.Mode().IsRegular():
			return "", refuse("%s is no plain file; put the secret into one", s.words())
		case info.Size() > maxSecret:
			return "", refuse("%s has %d bytes, which no secret has; name the file that holds the secret alone", s.words(), info.Size())
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return "", refuse("%s can't be read (%s); let this user read it", s.words(), reasonOf(err))
		}
		text = string(data)
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	switch {
	case strings.TrimSpace(text) == "":
		return "", refuse("%s is empty; put the secret there", s.words())
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "", refuse("%s holds a control character or several lines, which no secret has; put the secret there alone", s.words())
	}
	return text, nil
}

// reasonOf takes the path off an error of the file system, since the message names
// the file already.
func reasonOf(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
