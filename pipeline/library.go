package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"fleetpay/rules"
	"fleetpay/rules/strict"
)

// LoadRules reads every rule version that a workspace can close under: the
// built-in ones and those of its own folder. Its parameters are held against
// what the versions ask for, so that a misspelt one is found.
func LoadRules(ws *Workspace) ([]*rules.Version, error) {
	library, err := rules.Builtin()
	if err != nil {
		return nil, err
	}
	if ws.Rules != "" {
		own, err := loadFolder(ws.Rules, ws.Rules, rules.LoadVersion)
		if err != nil {
			return nil, err
		}
		library = rules.Combine(library, own)
	}
	if _, err := rules.NewRulebook(library); err != nil {
		return nil, refused(err)
	}
	return library, ws.checkParameters(library)
}

// checkParameters refuses a parameter that no version asks for, and one whose
// value is not of the kind asked for, also when its version is not in force.
func (ws *Workspace) checkParameters(library []*rules.Version) error {
	asked := map[string]bool{}
	wrong := map[string]bool{}
	for _, v := range library {
		for _, p := range v.Parameters {
			asked[p.ID] = true
			if _, given := ws.Parameters[p.ID]; !given || wrong[p.ID] {
				continue
			}
			alone := rules.Version{Name: v.Name, Parameters: []rules.Parameter{p}}
			if _, err := alone.Bind(ws.Parameters); err != nil {
				wrong[p.ID] = true
				ws.doc.Report(err.Error(), "parameters", p.ID)
			}
		}
	}
	for _, id := range sortedKeys(ws.Parameters) {
		if !asked[id] {
			ws.doc.Report(fmt.Sprintf("no rule version asks for %q; %s", id, strict.Suggest(id, sortedKeys(asked))), "parameters", id)
		}
	}
	return refused(ws.doc.Err())
}

// loadFolder reads the rule files of a folder, in byte order of their names;
// shown is what messages call the folder, load reads one file.
func loadFolder(dir, shown string, load func(name string, data []byte) (*rules.Version, error)) ([]*rules.Version, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, refuse("%s: the folder of rule files can't be read: %w", shown, err)
	}
	var versions []*rules.Version
	var errs []error
	for _, e := range entries {
		if e.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(e.Name())) || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := readPlain(filepath.Join(dir, e.Name()))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		v, err := load(path.Join(filepath.ToSlash(shown), e.Name()), data)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		versions = append(versions, v)
	}
	return versions, refused(errors.Join(errs...))
}

// ruleFile is the place of a version in rules/.
func ruleFile(v *rules.Version) RuleFile {
	return RuleFile{Version: v.Name, Path: path.Join("rules", v.Name+".yaml"), SHA256: hashBytes(v.Source)}
}

// ruleFiles lists the places of versions in rules/, by version.
func ruleFiles(used []*rules.Version) []RuleFile {
	kept := []RuleFile{}
	for _, v := range used {
		kept = append(kept, ruleFile(v))
	}
	slices.SortFunc(kept, func(a, b RuleFile) int { return strings.Compare(a.Version, b.Version) })
	return kept
}

// keepRules saves the rule files of the versions used, byte for byte.
func keepRules(folder string, used []*rules.Version) error {
	for _, v := range used {
		if err := writeFile(filepath.Join(folder, filepath.FromSlash(ruleFile(v).Path)), v.Source); err != nil {
			return err
		}
	}
	return nil
}
