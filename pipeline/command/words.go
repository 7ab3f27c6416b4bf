package command

import (
	"fmt"
	"os/user"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"fleetpay/sources/chain"
)

// checkWords refuses a text for the record that could not be read back from it as
// it was given, that would not stay on its line, or that shows less than it holds.
func checkWords(flag, text string) error {
	switch {
	case !utf8.ValidString(text):
		return usage("--%s is not UTF-8 text; write it in UTF-8", flag)
	case strings.ContainsFunc(text, unicode.IsControl):
		return usage("--%s holds a line end or another control character; write it on one line", flag)
	}
	for _, r := range text {
		if unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return usage("--%s holds the character %U, which nobody sees; take it out", flag, r)
		}
	}
	return nil
}

// counted words a number of things: 1 payment, 2 payments.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// whoever returns the name given with --by, or the user's.
func whoever(cmd *cobra.Command, by, what string) (string, error) {
	if cmd.Flags().Changed("by") {
		return strings.TrimSpace(by), said(cmd, "by", "NAME", what)
	}
	u, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("the user has no name here (%w); say %s with --by NAME", err, what)
	}
	return u.Username, checkWords("by", u.Username)
}

// dialAll makes a client of every --rpc URL. Nothing is sent yet.
func dialAll(urls []string) ([]*chain.Client, error) {
	var nodes []*chain.Client
	for _, url := range urls {
		node, err := chain.Dial(url)
		if err != nil {
			return nil, usage("--rpc: %w", err)
		}
		nodes = append(nodes, node)
	}
	return nodes, nil
}
