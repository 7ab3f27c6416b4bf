package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"fleetpay/outputs"
	"fleetpay/rules"
	"fleetpay/rules/strict"
	"fleetpay/sources"
)

// configName is the file that makes a folder a workspace.
const configName = "fleetpay.yaml"

// Workspace is a folder with a fleetpay.yaml, as that file says. Its paths start
// where the program runs; source patterns start at Dir.
type Workspace struct {
	Dir     string
	Program string   // as printed on statements
	Sources []Source // in the order of the specification

	HeartbeatInterval time.Duration
	Closes            string        // folder of closed periods
	FirstPeriod       rules.Period  // where Due begins before the first close; zero when none is named
	Settling          time.Duration // after a period's end, until the files of the sources are complete
	Rules             string        // folder of the user's rule files, or ""

	Parameters     map[string]string // as written, by name
	Minimum        rules.Money
	DefaultChain   string // "" when none is named
	Confirmers     int
	BlockedWallets string // as configured, or ""
	Paying         Paying
	Memory         string // limit of the database, as 2GiB; "" for its own default

	Fonts []string // patterns of TrueType files, as configured

	Textfile string // that RunDue writes for node_exporter, or ""

	contact   contact
	targets   targets
	proposals proposalsConfig
	notify    notifyConfig
	doc       *strict.Document
}

// config is fleetpay.yaml. What it leaves out has the defaults of newConfig.
type config struct {
	Program           programName        `yaml:"program" required:"true"`
	Sources           sourceList         `yaml:"sources" required:"true"`
	HeartbeatInterval interval           `yaml:"heartbeat_interval"`
	Closes            string             `yaml:"closes"`
	FirstPeriod       firstPeriod        `yaml:"first_period"`
	Settling          settlingTime       `yaml:"settling"`
	Rules             string             `yaml:"rules"`
	Parameters        strict.Map[string] `yaml:"parameters"`
	Payments          payingConfig       `yaml:"payments"`
	Contact           contact            `yaml:"contact"`
	Targets           targets            `yaml:"targets"`
	Fonts             []string           `yaml:"fonts"`
	Database          database           `yaml:"database"`
	Proposals         proposalsConfig    `yaml:"proposals"`
	Notify            notifyConfig       `yaml:"notify"`
	Monitoring        monitoring         `yaml:"monitoring"`
}

type payingConfig struct {
	Minimum        minimum     `yaml:"minimum"`
	DefaultChain   payingChain `yaml:"default_chain"`
	Confirmers     confirmers  `yaml:"confirmers"`
	BlockedWallets string      `yaml:"blocked_wallets"`
	Safes          safes       `yaml:"safes"`
	Approvals      approvals   `yaml:"approvals"`
}

type database struct {
	Memory memory `yaml:"memory"`
}

func newConfig() config {
	tenDollars, err := rules.ParseMoney("10.00")
	if err != nil {
		panic(err)
	}
	return config{
		HeartbeatInterval: interval(time.Minute),
		Closes:            "closes",
		Payments:          payingConfig{Minimum: minimum{tenDollars}, Confirmers: 1},
	}
}

// OpenWorkspace reads the fleetpay.yaml of a folder. Everything that is wrong
// with it, and with the fonts that it names, is reported at once, with line,
// column and an excerpt.
func OpenWorkspace(dir string) (*Workspace, error) {
	path := filepath.Join(dir, configName)
	data, err := readPlain(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse("%s: there is no such file; name the workspace with --workspace DIR", path)
	}
	if err != nil {
		return nil, err
	}
	return parseWorkspace(dir, path, data)
}

func parseWorkspace(dir, path string, data []byte) (*Workspace, error) {
	c := newConfig()
	doc, err := strict.Decode(path, data, &c)
	if doc == nil {
		return nil, refused(err)
	}
	if doc.Clean("sources") && doc.Has("sources") {
		for _, ds := range sources.Datasets() {
			if ds.Needed && !doc.Has("sources", ds.Name) {
				doc.Report(fmt.Sprintf("%s is missing; no period can be closed without it, so say where it is pulled from", ds.Name), "sources")
			}
		}
	}
	ws := &Workspace{
		Dir: dir, Program: string(c.Program), Sources: c.Sources, doc: doc,
		HeartbeatInterval: time.Duration(c.HeartbeatInterval),
		Closes:            within(dir, c.Closes),
		FirstPeriod:       c.FirstPeriod.Period,
		Settling:          time.Duration(c.Settling),
		Parameters:        map[string]string{},
		Minimum:           c.Payments.Minimum.Money,
		DefaultChain:      string(c.Payments.DefaultChain),
		Confirmers:        int(c.Payments.Confirmers),
		BlockedWallets:    c.Payments.BlockedWallets,
		Paying:            c.Payments.paying(dir),
		Memory:            string(c.Database.Memory),
		Fonts:             c.Fonts,
		contact:           c.Contact,
		targets:           c.Targets,
		proposals:         c.Proposals,
		notify:            c.Notify,
	}
	if c.Monitoring.Textfile != "" {
		ws.Textfile = within(dir, string(c.Monitoring.Textfile))
	}
	if c.Rules != "" {
		ws.Rules = within(dir, c.Rules)
	}
	for _, p := range c.Parameters {
		ws.Parameters[p.Key] = p.Value
	}
	if err := ws.lookAtTexts(anyPeriod); err != nil {
		return nil, err
	}
	return ws, nil
}

// within resolves a path that may start at the workspace.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// settings are what a close records of the configuration.
func (ws *Workspace) settings() RecordedSettings {
	return RecordedSettings{
		Program:                  ws.Program,
		HeartbeatIntervalSeconds: int(ws.HeartbeatInterval / time.Second),
		Minimum:                  ws.Minimum,
		DefaultChain:             ws.DefaultChain,
		Confirmers:               ws.Confirmers,
		Contact:                  recordContact(ws.contact),
		Targets:                  recordTargets(ws.targets),
	}
}

// programName is what statements and payment batches call the program.
type programName string

func (p *programName) UnmarshalScalar(text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return fmt.Errorf("the program has no name; write one, as in Demo Fleet")
	}
	for _, r := range text {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return fmt.Errorf("%q holds the character %U, which nobody sees; take it out", text, r)
		}
	}
	*p = programName(text)
	return nil
}

// interval is the heartbeat interval: whole seconds that divide a day.
type interval time.Duration

const dayLength = 24 * time.Hour

func (i *interval) UnmarshalScalar(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d%time.Second != 0 {
		return fmt.Errorf("%q is not an interval; write whole seconds or minutes, as 60s or 5m", text)
	}
	if d > dayLength || dayLength%d != 0 {
		return fmt.Errorf("%s does not divide a day of 86400s; take one that does, such as 60s or 5m", text)
	}
	*i = interval(d)
	return nil
}

// minimum is the least sum that is paid out.
type minimum struct{ rules.Money }

func (m *minimum) UnmarshalText(text []byte) error {
	sum, err := rules.ParseMoney(string(text))
	switch {
	case err != nil:
		return err
	case !plainAmount.Match(text):
		return fmt.Errorf("%q is not an amount of 0 or more; write it as 10.00", text)
	}
	m.Money = sum
	return nil
}

// plainAmount is an amount without sign, exponent or separators.
var plainAmount = regexp.MustCompile(`^\d+(\.\d+)?$`)

// payingChain is a chain by name.
type payingChain string

// Allowed lists the chains that payments can be made on.
func (payingChain) Allowed() []string { return outputs.ChainNames() }

// confirmers is how many people must confirm a changed wallet.
type confirmers int

func (c *confirmers) UnmarshalScalar(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || strconv.Itoa(n) != text {
		return fmt.Errorf("%q is not a number of people; write 1 or more", text)
	}
	*c = confirmers(n)
	return nil
}

// memory is a size, written as 512MiB or 2GiB.
type memory string

var memoryForm = regexp.MustCompile(`^[1-9][0-9]{0,6}(MiB|GiB)$`)

func (m *memory) UnmarshalScalar(text string) error {
	if !memoryForm.MatchString(text) {
		return fmt.Errorf("%q is not a size; write it as 512MiB or 2GiB", text)
	}
	*m = memory(text)
	return nil
}
