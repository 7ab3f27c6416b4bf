package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"fleetpay/pipeline"
)

func (p *program) statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Where each month stands: closed, due, waiting, failed or withdrawn",
		Long: `Status tells of every month, from the first close to the month that is running,
where it stands; below the table, why, and what comes next. It takes no lock and
writes nothing. What it reads of a closed folder is held to SHA256SUMS; statements,
workbook and inputs it does not read. A month that is damaged is told as such, and of
the others only what is settled can't be told then.

  closed     in closes/PERIOD
  due        complete and not closed yet
  waiting    over, but the data of a server, or the files, have not settled
  failed     the last try to close it failed, or something is in its way
  withdrawn  its close was taken back; it is due again
  open       not over

It ends with exit status 0 whatever the months are.

HELD is what the month's close keeps back from payees until a reason is gone. The next
close takes it over, so only the latest closed month's is still held, and the column
has no sum. EXCEPTIONS are the rows of exceptions.csv; APPROVED people of those needed;
GIVEN OUT payments that are in an export, and SETTLED those seen on the chain, of the
month's. A - is what there is none of, a ? what can't be told. What is known of single
payments: fleetpay payments status.

SOURCE_DATE_EPOCH, when set, stands in for the clock.`,
		Example: `  fleetpay status
  fleetpay status --json`,
		Args: arguments(0, 0, "no argument"),
	}
	cmd.RunE = p.run(func(_ context.Context, _ []string) error { return p.tellStatus() })
	p.jsonFlag(cmd)
	return cmd
}

func (p *program) tellStatus() error {
	ws, err := p.open()
	if err != nil {
		return p.refuse(noPeriod, err)
	}
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	months, err := pipeline.Months(ws, now)
	if err != nil {
		return p.refuse(noPeriod, err)
	}
	if p.json {
		return p.answer(monthsAnswerOf(months, now))
	}
	if len(months) == 0 {
		for _, line := range wrapped("no month is closed yet, and nothing says which one comes first; "+
			"close it once: fleetpay close PERIOD, or write first_period: PERIOD in fleetpay.yaml", "  ", statusWidth) {
			fmt.Fprintln(p.stdout, line)
		}
		return nil
	}
	writeMonths(p.stdout, months)
	return nil
}

// statusWidth is how many columns the table and the lines below it take.
const statusWidth = 100

// writeMonths writes the table, and below it why each month is not simply closed.
func writeMonths(w io.Writer, months []pipeline.Month) {
	rows := [][]string{{"PERIOD", "STATE", "PAYABLE", "HELD", "EXCEPTIONS", "APPROVED", "GIVEN OUT", "SETTLED"}}
	for _, m := range months {
		rows = append(rows, monthRow(m))
	}
	for _, line := range columns(rows) {
		fmt.Fprintln(w, line)
	}
	for _, m := range months {
		said := saidOfMonth(m)
		if len(said) == 0 {
			continue
		}
		fmt.Fprintln(w)
		for i, text := range said {
			if i == 0 {
				text = m.Period.String() + ": " + text
			} else {
				text = "  " + text
			}
			for _, line := range wrapped(text, "  ", statusWidth) {
				fmt.Fprintln(w, line)
			}
		}
	}
}

// columns lays rows out in columns: the period and its state from the left, and what
// is counted from the right.
func columns(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	var lines []string
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			if i >= firstCounted {
				cells[i] = fmt.Sprintf("%*s", widths[i], cell)
			} else {
				cells[i] = fmt.Sprintf("%-*s", widths[i], cell)
			}
		}
		lines = append(lines, strings.Join(cells, "  "))
	}
	return lines
}

// firstCounted is the first column that is a sum or a number: PAYABLE.
const firstCounted = 2

const (
	none    = "-"
	unknown = "?"
)

// monthRow is a month's row of the table.
func monthRow(m pipeline.Month) []string {
	row := []string{m.Period.String(), string(m.State)}
	if m.State != pipeline.MonthClosed {
		return append(row, none, none, none, none, none, none)
	}
	if m.Totals == nil {
		return append(row, unknown, unknown, unknown, unknown, unknown, unknown)
	}
	held, exceptions := none, none
	if m.Held > 0 {
		held = m.HeldSum.String()
	}
	if n := m.Exceptions.All(); n > 0 {
		exceptions = fmt.Sprint(n)
	}
	row = append(row, m.Totals.Payable, held, exceptions)
	if m.Payments == 0 {
		return append(row, none, none, none)
	}
	approved, settled := none, of(m.Settled, m.Payments)
	if m.Needed > 0 {
		approved = of(m.Approvals, m.Needed)
	}
	if m.Untold != "" {
		settled = unknown
	}
	return append(row, approved, of(m.Given, m.Payments), settled)
}

func of(n, all int) string { return fmt.Sprintf("%d/%d", n, all) }

// saidOfMonth is what stands below the table of a month, line by line: why it is not
// simply closed, what is still to come, and what to do.
func saidOfMonth(m pipeline.Month) []string {
	var said []string
	if m.Reason != "" {
		text := strings.TrimPrefix(m.Reason, m.Period.String()+": ")
		if !strings.HasPrefix(text, string(m.State)+" ") { // withdrawn at …
			text = string(m.State) + ": " + text
		}
		said = append(said, strings.Split(text, "\n")...)
		if over := len(said) - mostSaid; over > 1 {
			said = append(said[:mostSaid], fmt.Sprintf("and %d lines more; see fleetpay status --json", over))
		}
	}
	if m.Held > 0 {
		said = append(said, fmt.Sprintf("this close holds back %s owed to %s; why is in %s/payouts.csv", m.HeldSum, counted(m.Held, "payee"), m.Folder))
	}
	if m.Exceptions.Error > 0 {
		said = append(said, fmt.Sprintf("%s of severity error in %s/exceptions.csv", counted(m.Exceptions.Error, "exception"), m.Folder))
	}
	said = append(said, m.Notes...)
	if m.Next != "" {
		said = append(said, "next: "+m.Next)
	}
	return said
}

// mostSaid is how many lines of a reason are told.
const mostSaid = 8

// wrapped breaks a text into lines of at most so many characters, the later ones
// indented by a few more than the first. A word that is longer stays whole, so that
// people can copy it. What a terminal would act on stands as a question mark.
func wrapped(text, indent string, width int) []string {
	text = strings.Map(printable, text)
	words := strings.Fields(text)
	line := text[:len(text)-len(strings.TrimLeft(text, " "))]
	later := line + indent
	var lines []string
	empty := true
	for _, word := range words {
		if !empty && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line, empty = later, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return append(lines, line)
}
