package outputs

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// zipTime stands in every entry of the workbook.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// filler puts rows and tables into a workbook's skeleton.
type filler struct {
	skeleton map[string]*zip.File
	tables   tableParts
	sheets   map[string]sheet // by their entries
}

const contentTypesPath = "[Content_Types].xml"

// fill writes the skeleton's entries and those of the tables in the order of
// their names, and streams the sheets' rows into their places.
func fill(w io.Writer, skeleton []byte, sheets []sheet) error {
	zr, err := zip.NewReader(bytes.NewReader(skeleton), int64(len(skeleton)))
	if err != nil {
		return err
	}
	f := filler{map[string]*zip.File{}, tablePartsOf(sheets), map[string]sheet{}}
	names := slices.Collect(maps.Keys(f.tables.entries))
	for _, entry := range zr.File {
		f.skeleton[entry.Name] = entry
		names = append(names, entry.Name)
	}
	for i, s := range sheets {
		f.sheets[sheetPath(i+1)] = s
	}
	slices.Sort(names)
	zw := zip.NewWriter(w)
	zw.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	for _, name := range names {
		out, err := zw.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime})
		if err != nil {
			return err
		}
		if err := f.entry(out, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return zw.Close()
}

func (f *filler) entry(out io.Writer, name string) error {
	if text, ok := f.tables.entries[name]; ok {
		_, err := io.WriteString(out, text)
		return err
	}
	in, err := f.skeleton[name].Open()
	if err != nil {
		return err
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	switch s, ok := f.sheets[name]; {
	case ok:
		return fillSheet(out, content, s, f.tables.sheets[name])
	case name == contentTypesPath:
		return writeBefore(out, content, "</Types>", f.tables.types)
	}
	_, err = out.Write(content)
	return err
}

// fillSheet writes a sheet with its rows and merged cells, and what names its
// tables at its end.
func fillSheet(out io.Writer, frame []byte, s sheet, tables string) error {
	before, after, ok := bytes.Cut(frame, []byte("<sheetData></sheetData>"))
	if !ok {
		return fmt.Errorf("the frame has no place for rows")
	}
	if _, err := fmt.Fprintf(out, "%s<sheetData>", before); err != nil {
		return err
	}
	rows := newRowWriter(out)
	s.write(rows)
	if err := rows.flush(); err != nil {
		return err
	}
	if _, err := io.WriteString(out, "</sheetData>"+mergedCells(s.merges)); err != nil {
		return err
	}
	return writeBefore(out, after, "</worksheet>", tables)
}

// mergedCells is the part of a sheet that makes ranges one cell; nothing without any.
func mergedCells(ranges []string) string {
	if len(ranges) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<mergeCells count="%d">`, len(ranges))
	for _, cells := range ranges {
		fmt.Fprintf(&b, `<mergeCell ref="%s"/>`, cells)
	}
	b.WriteString(`</mergeCells>`)
	return b.String()
}

// writeBefore writes a content with a text put in before its end.
func writeBefore(out io.Writer, content []byte, end, text string) error {
	before, ok := bytes.CutSuffix(content, []byte(end))
	if !ok {
		return fmt.Errorf("it does not end with %s", end)
	}
	_, err := fmt.Fprintf(out, "%s%s%s", before, text, end)
	return err
}
