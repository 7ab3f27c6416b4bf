package pipeline

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"fleetpay/rules"
)

// fileID tells files with several names apart from others.
type fileID struct{ device, file uint64 }

// sizing gathers what is in a closes folder.
type sizing struct {
	months            map[string]*SizeOfMonth
	leftovers, others []SizeOf
	seen              map[fileID]bool // files that have several names
}

// monthPart is the name of what belongs to a month: 2026-10, 2026-10.exports.
var monthPart = regexp.MustCompile(`^(\d{4}-\d{2})(\.[a-z]+)?$`)

// withdrawnPart is a withdrawn close, its record, or a record half written.
var withdrawnPart = regexp.MustCompile(`^(\d{4}-\d{2})-\d+(\.json)?(\.part)?$`)

// take sizes what lies in the closes folder under a name.
func (m *sizing) take(dir, name string) error {
	path := filepath.Join(dir, name)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir() && name == withdrawnName:
		return m.takeEach(path, withdrawnPart, name, func(x *SizeOfMonth) *Size { return &x.Withdrawn })
	case info.IsDir() && name == pulledName:
		return m.takeEach(path, monthPart, name, func(x *SizeOfMonth) *Size { return &x.Pulled })
	}
	if part := monthPart.FindStringSubmatch(name); part != nil {
		if x := m.month(part[1]); x != nil {
			switch part[2] {
			case "":
				return m.takeClose(x, path)
			case approvalsSuffix:
				return m.size(path, &x.Approvals)
			case exportsSuffix:
				return m.size(path, &x.Exports)
			case settlementSuffix:
				return m.size(path, &x.Settlement)
			}
		}
	}
	return m.name(path, name)
}

// takeClose sizes a closed folder, and its inputs apart. Names within it are met in
// byte order, so that a file of several names counts where it is first.
func (m *sizing) takeClose(x *SizeOfMonth, path string) error {
	return m.walk(path, func(below string, one Size) {
		x.Close.add(one)
		if strings.HasPrefix(below, savedInputs+"/") {
			x.Inputs.add(one)
		}
	})
}

// savedInputs is the folder of saved inputs in a closed one.
const savedInputs = "inputs"

// takeEach sizes what lies in a folder, by the month that each name begins with.
func (m *sizing) takeEach(dir string, form *regexp.Regexp, of string, in func(*SizeOfMonth) *Size) error {
	names, err := namesIn(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		part := form.FindStringSubmatch(name)
		var x *SizeOfMonth
		if part != nil {
			x = m.month(part[1])
		}
		if x == nil || strings.HasSuffix(name, partSuffix) {
			err = m.name(path, of+"/"+name)
		} else {
			err = m.size(path, in(x))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// month finds or begins what is told of a month; nil when the text names none.
func (m *sizing) month(text string) *SizeOfMonth {
	p, err := rules.ParsePeriod(text)
	if err != nil || p.String() != text {
		return nil
	}
	if m.months[text] == nil {
		m.months[text] = &SizeOfMonth{Period: text}
	}
	return m.months[text]
}

// name sizes what is of no month.
func (m *sizing) name(path, name string) error {
	one := SizeOf{Name: name}
	err := m.size(path, &one.Size)
	base := name[strings.LastIndex(name, "/")+1:]
	if strings.HasPrefix(base, stagingPrefix) || strings.HasPrefix(base, workPrefix) || strings.HasSuffix(base, partSuffix) {
		m.leftovers = append(m.leftovers, one)
	} else {
		m.others = append(m.others, one)
	}
	return err
}

// size adds a file, or all files below a folder.
func (m *sizing) size(path string, to *Size) error {
	return m.walk(path, func(_ string, one Size) { to.add(one) })
}

// walk meets each file at or below a path. What goes away meanwhile is passed over.
func (m *sizing) walk(root string, met func(below string, one Size)) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && d.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if id, several := idOf(info); several {
			if m.seen[id] {
				return nil
			}
			m.seen[id] = true
		}
		below, err := filepath.Rel(root, path)
		met(filepath.ToSlash(below), Size{1, info.Size()})
		return err
	})
}

// namesIn lists a folder in byte order; nothing when it is not there.
func namesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}
