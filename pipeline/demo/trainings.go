package demo

import (
	"fmt"
	"path/filepath"

	"fleetpay/rules"
)

var courses = [][2]string{
	{"1.5", "Alerts that wake the right person"},
	{"2", "Moving a node without losing a minute"},
	{"2.5", "Backups and how to read one"},
	{"4", "Network basics"},
	{"6", "Course for mentors"},
}

// writeTrainings writes what operators learned: up to three courses a month, and
// a recertification of each in its second year.
func (f *fleet) writeTrainings(dir string) error {
	rows := [][]string{{"training_id", "operator_id", "completed_on", "kind", "hours", "title"}}
	add := func(operator string, day rules.Date, kind, hours, title string) {
		rows = append(rows, []string{fmt.Sprintf("trn-%03d", len(rows)), operator, day.String(), kind, hours, title})
	}
	for m, month := range months {
		for i, operator := range f.operators {
			c := newChance(uint64(4_000_000 + i*len(months) + m))
			for range c.below(4) {
				day, course := month.First()+rules.Date(c.below(month.Days())), courses[c.below(len(courses))]
				if f.activeOn(operator, day) {
					add(operator, day, "course", course[0], course[1])
				}
			}
			if again := f.joined[operator].AddMonths(13); month.Contains(again) && f.activeOn(operator, again) {
				add(operator, again, "recertification", "3", "Second year")
			}
		}
	}
	return writeCSV(filepath.Join(dir, "data", "trainings.csv"), rows)
}
