package measure

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fleetpay/sources"
)

// combine makes one of the rows that several sources of a dataset hold alike,
// and rejects those that say something else of the same key. The row of the
// source that is named first stands; the others are taken out of the table before
// rows are checked beside others, so that nothing is counted, or blamed, twice.
//
// Rows are alike when every column holds the same value: instants to the
// microsecond in which they are measured, decimals by value, an id list whatever
// its order, absent as absent. A row that is bad by itself is in no table, and so
// compared with none. Heartbeats repeat by their nature, and are not compared.
func (m *measurement) combine(ctx context.Context) error {
	if err := m.db.exec(ctx, "CREATE TABLE repeats (file INTEGER, number BIGINT, line BIGINT, head_file INTEGER, head_number BIGINT, head_line BIGINT, value VARCHAR)"); err != nil {
		return err
	}
	for _, ds := range sources.Datasets() {
		if ds.Name == heartbeats || !m.combined(ds) {
			continue
		}
		pairs := combinePairs(ds)
		if err := m.db.run(ctx, "combine", pairs...); err != nil {
			return err
		}
		if err := m.db.each(ctx, query("combine_different", pairs...), m.rejectDifferent(ds)); err != nil {
			return err
		}
		if err := m.db.run(ctx, "combine_take_out", pairs...); err != nil {
			return err
		}
	}
	return nil
}

// combined tells whether a dataset has files of several sources.
func (m *measurement) combined(ds *sources.Dataset) bool {
	first := 0
	for _, f := range m.files {
		if f.dataset == ds {
			if first != 0 && f.From != first {
				return true
			}
			first = f.From
		}
	}
	return false
}

// combinePairs fills in the queries that combine a dataset's rows.
func combinePairs(ds *sources.Dataset) []string {
	var all, alike, theirs, own []string
	for _, c := range ds.Columns {
		all = append(all, strconv.Quote(c.Name))
		alike = append(alike, comparableCell("a", c)+" IS NOT DISTINCT FROM "+comparableCell("b", c))
		theirs, own = append(theirs, shownCell("a", c)), append(own, shownCell("b", c))
	}
	columns, compared, named := quotedNames(ds.Key), "nth = 1", ds.Key
	if ds.Key == nil {
		columns, compared, named = all, "true", []string{ds.Columns[0].Name}
	}
	return []string{
		"{table}", ds.Name, "{columns}", strings.Join(columns, ", "), "{keys}", strings.Join(columns, ", "), "{compared}", compared,
		"{alike}", strings.Join(alike, " AND "), "{theirs}", strings.Join(theirs, ", "), "{own}", strings.Join(own, ", "),
		"{value}", `concat_ws(', ', b.` + strings.Join(quotedNames(named), ", b.") + ")",
	}
}

func quotedNames(names []string) []string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(n)
	}
	return quoted
}

// comparableCell is the SQL of a cell so that equal content is equal.
func comparableCell(table string, c sources.Column) string {
	cell := fmt.Sprintf("%s.%q", table, c.Name)
	if c.Type == sources.IDList {
		return "list_sort(list_distinct(string_split(" + cell + ", ';')))"
	}
	return cell
}

// shownCell is the SQL of a cell as text, equal where the cells compare as equal;
// an instant as microseconds, an absent one empty.
func shownCell(table string, c sources.Column) string {
	switch c.Type {
	case sources.Instant:
		return fmt.Sprintf("coalesce(epoch_us(%s.%q)::VARCHAR, '')", table, c.Name)
	case sources.IDList:
		return "coalesce(array_to_string(" + comparableCell(table, c) + ", ';'), '')"
	}
	return fmt.Sprintf("coalesce(%s.%q::VARCHAR, '')", table, c.Name)
}

// rejectDifferent rejects a row that says something else than an earlier source.
func (m *measurement) rejectDifferent(ds *sources.Dataset) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var at int
		var row, line int64
		var key, there string
		var r sources.Reject
		var theirs, own []string
		if err := rows.Scan(&at, &r.Line, &row, &key, &there, &line, listOf[string]{&theirs}, listOf[string]{&own}); err != nil {
			return err
		}
		var differences []string
		for i, c := range ds.Columns {
			if theirs[i] == own[i] {
				continue
			}
			a, b := cellWords(c.Type, theirs[i]), cellWords(c.Type, own[i])
			if r.Column == "" {
				r.Column, r.Value = c.Name, b
			}
			differences = append(differences, c.Name+" is "+apart(a, b)+" there and "+apart(b, a)+" here")
		}
		r.Message = fmt.Sprintf("%s stands at %s:%d of another source with other content: %s; make both say the same, or take the row out of one of them",
			quote(key), there, line, strings.Join(differences, ", "))
		return m.rejectRow(at, row, r)
	}
}

// cellWords writes a cell as an input does; "" for an absent one.
func cellWords(t sources.Type, text string) string {
	switch t {
	case sources.Instant:
		if micros, err := strconv.ParseInt(text, 10, 64); err == nil {
			return time.UnixMicro(micros).UTC().Format(time.RFC3339Nano)
		}
	case sources.Amount, sources.Score, sources.Hours:
		if d, err := parseExact(text); err == nil {
			return d.String()
		}
	}
	return text
}

// apart quotes a value beside another one: a long beginning that both have is
// left out, so that a cut does not hide where they part.
func apart(value, other string) string {
	const shown, kept = 40, 10
	if value == "" {
		return "absent"
	}
	v, o := []rune(value), []rune(other)
	same := 0
	for same < min(len(v), len(o)) && v[same] == o[same] {
		same++
	}
	if same > shown {
		value = "…" + string(v[same-kept:])
	}
	return quote(value)
}

// checkRepeats rejects the rows that repeat a rejected one, as the row that was
// rejected for them is.
func (m *measurement) checkRepeats(ctx context.Context) error {
	return m.db.each(ctx, query("check_repeats"), func(rows *sql.Rows) error {
		var at, head int
		var row, headRow, headLine int64
		var there string
		var r sources.Reject
		if err := rows.Scan(&at, &r.Line, &row, &r.Value, &head, &headRow, &there, &headLine); err != nil {
			return err
		}
		if !m.files[head].bad[headRow] {
			return nil
		}
		r.Column = m.files[at].dataset.Columns[0].Name
		r.Message = fmt.Sprintf("%s repeats %s:%d of another source, which is rejected; correct both", quote(r.Value), there, headLine)
		return m.rejectRow(at, row, r)
	})
}
