package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"fleetpay/outputs"
	"fleetpay/sources"
)

// fontsDataset is the name under which the workspace's fonts are kept beside the
// datasets. Their order is the configuration's: a character is set in the first
// that has it.
const fontsDataset = "fonts"

// fontFile is a font where it lies: its place and its name in messages.
type fontFile struct{ path, name string }

// largestFont is more than any font needs, and little enough for memory.
const largestFont = 64 << 20

// anyPeriod stands for a period before one is named: what hangs on it is left for
// later.
const anyPeriod = ""

// hangsOnPeriod tells whether a pattern names another file for each period.
func hangsOnPeriod(pattern string) bool { return strings.Contains(pattern, "{period}") }

// fontsHangOnPeriod tells whether fonts are left that OpenWorkspace could not
// look at.
func (ws *Workspace) fontsHangOnPeriod() bool {
	for _, pattern := range ws.Fonts {
		if hangsOnPeriod(pattern) {
			return true
		}
	}
	return false
}

// lookAtTexts looks at the fonts, and at the words of the configuration that are
// set in them on every statement. What is wrong is refused at its place in the
// configuration, with all else that is wrong there.
func (ws *Workspace) lookAtTexts(period string) error {
	var fonts []outputs.Font
	var failed error
	if ws.doc.Clean(fontsDataset) {
		if fonts, _, failed = ws.lookAtFonts(period); failed == nil && ws.doc.Clean(fontsDataset) && (period != anyPeriod || !ws.fontsHangOnPeriod()) {
			ws.lookAtWords(fonts)
		}
	}
	if err := ws.doc.Err(); err != nil {
		return refused(err)
	}
	return failed
}

// lookAtFonts reads the fonts of a period, in their order, with their names, and
// enters in the configuration what is wrong with one. The error is of the
// surroundings. A name twice would leave one of two files out of inputs/fonts.
func (ws *Workspace) lookAtFonts(period string) (fonts []outputs.Font, names []string, err error) {
	first := map[string]string{}
	for i, pattern := range ws.Fonts {
		if period == anyPeriod && hangsOnPeriod(pattern) {
			continue
		}
		found, err := sources.ResolveFiles(ws.Dir, pattern, period)
		if failed := ws.blame(err, fontsDataset, i); failed != nil {
			return nil, nil, failed
		}
		for _, name := range found {
			base := strings.ToLower(path.Base(name))
			if other, twice := first[base]; twice {
				ws.doc.Report(fmt.Sprintf("%s and %s have one name; name a font once, or rename one", other, name), fontsDataset, i)
				continue
			}
			first[base] = name
			font, err := readFont(fontFile{sources.Locate(ws.Dir, name), name})
			if failed := ws.blame(err, fontsDataset, i); failed != nil {
				return nil, nil, failed
			}
			fonts, names = append(fonts, font), append(names, name)
		}
	}
	return fonts, names, nil
}

// blame enters an error at a place of the configuration, unless its surroundings
// are at fault, whose error it gives back.
func (ws *Workspace) blame(err error, at ...any) error {
	if err = inputError(err); ExitStatus(err) == ExitSurroundings {
		return err
	}
	if err != nil {
		ws.doc.Report(err.Error(), at...)
	}
	return nil
}

// lookAtWords holds the words that are on every statement against the fonts.
func (ws *Workspace) lookAtWords(fonts []outputs.Font) {
	month := &outputs.Month{Fonts: fonts}
	for _, words := range []struct {
		text, where string
		at          []any
	}{
		{ws.Program, "the program's name", []any{"program"}},
		{string(ws.contact.Ask), "the contact", []any{"contact", "ask"}},
	} {
		if r, why, ok := month.Unsettable(words.text); !ok {
			ws.doc.Report(outputs.UnsettableText{Where: words.where, Rune: r, Why: why}.Message(), words.at...)
		}
	}
}

// readFonts reads fonts in their order and refuses what is none.
func readFonts(files []fontFile) ([]outputs.Font, error) {
	var fonts []outputs.Font
	var errs []error
	for _, f := range files {
		font, err := readFont(f)
		fonts, errs = append(fonts, font), append(errs, err)
	}
	return fonts, errors.Join(errs...)
}

func readFont(f fontFile) (outputs.Font, error) {
	font := outputs.Font{Name: path.Base(f.name)}
	info, err := os.Stat(f.path)
	if err != nil {
		return font, inFolder(f.name, err)
	}
	if info.Size() > largestFont {
		return font, refuse("%s: has %d bytes; a font has at most %d", f.name, info.Size(), largestFont)
	}
	if font.TTF, err = os.ReadFile(f.path); err != nil {
		return font, inFolder(f.name, err)
	}
	return font, refused(outputs.CheckFont(f.name, font.TTF))
}
