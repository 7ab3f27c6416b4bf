package pipeline

import "slices"

// Size is how much something takes: its files, and their lengths in bytes. A file
// of several names counts once, under the first of them in byte order; a link counts
// as itself, and is not followed.
type Size struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

func (s *Size) add(t Size) { s.Files += t.Files; s.Bytes += t.Bytes }

// SizeOfMonth is what a month takes. Inputs is part of Close, and of nothing else.
type SizeOfMonth struct {
	Period     string `json:"period"`
	Close      Size   `json:"close"`
	Inputs     Size   `json:"inputs"` // of Close: the saved inputs
	Approvals  Size   `json:"approvals"`
	Exports    Size   `json:"exports"`
	Settlement Size   `json:"settlement"`
	Withdrawn  Size   `json:"withdrawn"` // with the records beside them
	Pulled     Size   `json:"pulled"`    // pieces of pulls that broke off
	Total      Size   `json:"total"`
}

// SizeOf is what something in the closes folder takes that is of no month.
type SizeOf struct {
	Name string `json:"name"` // below the closes folder, as a slash path
	Size
}

// Sizes is what the closes take. Nothing of it is ever deleted by the program but
// leftovers of killed runs, and pieces of pulls once their month is closed.
type Sizes struct {
	Folder    string        `json:"folder"`
	Months    []SizeOfMonth `json:"months"`    // in ascending order
	Leftovers []SizeOf      `json:"leftovers"` // of killed runs, or of one at work: by name
	Others    []SizeOf      `json:"others"`    // by name
	Total     Size          `json:"total"`
	Removable Size          `json:"removable"` // of Total: the pieces of pulls
}

// MeasureCloses tells what the closes of a workspace take. It reads names and
// lengths only, takes no lock, and passes over what goes away meanwhile.
func MeasureCloses(ws *Workspace) (*Sizes, error) {
	m := &sizing{months: map[string]*SizeOfMonth{}, seen: map[fileID]bool{}}
	names, err := namesIn(ws.Closes)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := m.take(ws.Closes, name); err != nil {
			return nil, err
		}
	}
	s := &Sizes{
		Folder: ws.Closes, Months: []SizeOfMonth{}, Leftovers: orNone(m.leftovers), Others: orNone(m.others),
	}
	for _, p := range sortedKeys(m.months) {
		month := m.months[p]
		for _, part := range []Size{month.Close, month.Approvals, month.Exports, month.Settlement, month.Withdrawn, month.Pulled} {
			month.Total.add(part)
		}
		s.Months = append(s.Months, *month)
		s.Total.add(month.Total)
		s.Removable.add(month.Pulled)
	}
	for _, o := range slices.Concat(s.Leftovers, s.Others) {
		s.Total.add(o.Size)
	}
	return s, nil
}
