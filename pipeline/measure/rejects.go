package measure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fleetpay/sources"
)

// maxRejects bounds how many rejects are kept, of all files together, and with
// them the memory that they take. When an export changes its form every one of
// its rows is bad, and nobody corrects them row by row.
const maxRejects = 1_000_000

// maxTexts bounds the texts that are kept to be shared among rejects.
const maxTexts = 1 << 14

// add keeps a reject of a file. One too many spoils the file as a whole.
func (m *measurement) add(at int, r sources.Reject) {
	f := m.files[at]
	if m.rejects == maxRejects {
		if f.flood == nil {
			f.flood = &sources.FileError{File: r.File, Line: r.Line, Message: fmt.Sprintf(
				"more than %d cells and rows are bad, of all files together; this file is read no further: correct what writes it", maxRejects)}
		}
		return
	}
	m.rejects++
	r.Key = ""
	r.Value, r.Message = m.shared(r.Value), m.shared(r.Message)
	f.rejects = append(f.rejects, r)
}

// shared returns one copy of a text that many rejects have, free of the record
// that it was cut from.
func (m *measurement) shared(text string) string {
	if same, ok := m.texts[text]; ok {
		return same
	}
	if len(m.texts) == maxTexts {
		clear(m.texts)
	}
	own := strings.Clone(text)
	m.texts[own] = own
	return own
}

// decode decodes a file, keeps its rejects, and stops when they are too many.
// badRow, when set, is told each.
func (m *measurement) decode(ctx context.Context, at int, emit func(sources.Row) error, badRow func(sources.Reject)) (sources.Counts, error) {
	f := m.files[at]
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	read := f.Decode
	if read == nil {
		read = sources.Decode
	}
	counts, err := read(ctx, f.dataset, f.Path, f.Name, emit, func(r sources.Reject) {
		m.add(at, r)
		if badRow != nil {
			badRow(r)
		}
		if f.flood != nil {
			stop()
		}
	})
	if f.flood != nil {
		return counts, f.flood
	}
	return counts, err
}

// sortedRejects hands over all rejects in the order of Result.
func (m *measurement) sortedRejects() []sources.Reject {
	if m.rejects == 0 {
		return nil
	}
	sorted := make([]sources.Reject, 0, m.rejects)
	for _, f := range m.files {
		slices.SortStableFunc(f.rejects, func(a, b sources.Reject) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(f.dataset.Index(a.Column), f.dataset.Index(b.Column)),
				cmp.Compare(a.Value, b.Value), cmp.Compare(a.Message, b.Message))
		})
		sorted = append(sorted, f.rejects...)
		f.rejects = nil
	}
	return sorted
}
