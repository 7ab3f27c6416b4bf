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

// resolveFonts lists the names of the fonts that patterns match, by pattern. A
// name twice would leave one of two files out of inputs/fonts.
func resolveFonts(ws *Workspace, period string) ([][]string, error) {
	var found [][]string
	var errs []error
	first := map[string]string{}
	for _, pattern := range ws.Fonts {
		names, err := sources.ResolveFiles(ws.Dir, pattern, period)
		if err != nil {
			errs = append(errs, inputError(fmt.Errorf("%s: %w", fontsDataset, err)))
			continue
		}
		for _, name := range names {
			base := strings.ToLower(path.Base(name))
			if other, twice := first[base]; twice {
				errs = append(errs, refuse("%s: %s and %s have one name; name a font once, or rename one", fontsDataset, other, name))
			}
			first[base] = name
		}
		found = append(found, names)
	}
	return found, errors.Join(errs...)
}

// readFonts reads fonts in their order and refuses what is none.
func readFonts(files []fontFile) ([]outputs.Font, error) {
	var fonts []outputs.Font
	var errs []error
	for _, f := range files {
		info, err := os.Stat(f.path)
		if err != nil {
			return nil, err
		}
		if info.Size() > largestFont {
			errs = append(errs, refuse("%s: has %d bytes; a font has at most %d", f.name, info.Size(), largestFont))
			continue
		}
		data, err := os.ReadFile(f.path)
		if err != nil {
			return nil, err
		}
		if err := outputs.CheckFont(f.name, data); err != nil {
			errs = append(errs, refused(err))
			continue
		}
		fonts = append(fonts, outputs.Font{Name: path.Base(f.name), TTF: data})
	}
	return fonts, errors.Join(errs...)
}
