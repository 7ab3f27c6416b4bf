package pipeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/sources/chain"
)

// Explorers' exports. A file shows what was paid. What is not in it was not paid
// only if somebody says up to when it is complete: the export of another page,
// or one that the explorer cut off, looks the same.

// scanFile is an explorer's export with the rows of each Safe in it.
type scanFile struct {
	ScanFile
	rows map[account][]chain.Transfer // from and to the Safe
}

// scanFiles reads the transfers of the watched Safes from explorers' exports. When
// somebody vouches for the files, the transfers that earlier scans have seen must
// be in them.
func scanFiles(paths []string, list []watched, seen []payments.Seen, through *time.Time, now time.Time) (*sighting, error) {
	var files []scanFile
	for _, path := range paths {
		f, err := readScanFile(path, list, now)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(files, func(other scanFile) bool { return other.SHA256 == f.SHA256 }); i >= 0 {
			return nil, refuse("%s: is the same file as %s; give each file once", path, paths[i])
		}
		files = append(files, f)
	}
	saw := &sighting{}
	for _, f := range files {
		saw.files = append(saw.files, f.ScanFile)
	}
	for _, w := range list {
		if err := saw.fromFiles(files, w); err != nil {
			return nil, err
		}
	}
	if through == nil {
		saw.notes = append(saw.notes, "a file tells what was paid, and not what was not; if it is the whole export of a Safe, say up to when with --through INSTANT")
		return saw, nil
	}
	return saw, saw.vouch(files, list, seen, *through, now)
}

// readScanFile reads one export.
func readScanFile(path string, list []watched, now time.Time) (scanFile, error) {
	data, err := readPlain(path)
	if err != nil {
		return scanFile{}, err
	}
	tokens := map[string]outputs.Chain{}
	var wanted []string
	for _, name := range outputs.ChainNames() {
		c, _ := outputs.LookupChain(name)
		token := strings.ToLower(c.Token)
		tokens[token], wanted = c, append(wanted, token)
	}
	rows, err := chain.ReadExplorer(path, now, bytes.NewReader(data), wanted...)
	if err != nil {
		return scanFile{}, inputError(err)
	}
	f := scanFile{rows: map[account][]chain.Transfer{}}
	f.File, f.SHA256, f.USDC = filepath.Base(path), hashBytes(data), len(rows)
	if f.Rows, err = dataRows(data); err != nil {
		return f, refuse("%s: %w", path, err)
	}
	senders := map[string]bool{}
	for _, t := range rows {
		on := tokens[t.Token]
		ours := false
		for _, w := range list {
			if w.chain == on && (t.From == w.safe || t.To == w.safe) {
				a := account{on.ID, w.safe}
				f.rows[a] = append(f.rows[a], t)
				ours = true
			}
		}
		if !ours {
			f.Strangers++
			senders[on.Name+" from "+outputs.ChecksumAddress(t.From)] = true
		}
	}
	if len(f.rows) == 0 {
		return f, nothingOfOurs(path, f.ScanFile, sortedKeys(senders), list)
	}
	for _, w := range list {
		a := account{w.chain.ID, w.safe}
		if len(f.rows[a]) > 0 {
			f.Safes = append(f.Safes, safeInFile(w, f.rows[a]))
		}
	}
	return f, nil
}

// safeInFile sums up what a file has of a Safe.
func safeInFile(w watched, rows []chain.Transfer) ScanFileSafe {
	s := ScanFileSafe{Chain: w.chain.Name, ChainID: w.chain.ID, Safe: outputs.ChecksumAddress(w.safe)}
	first, last := rows[0].Time, rows[0].Time
	for _, t := range rows {
		if t.From == w.safe {
			s.Sent++
		} else {
			s.Received++
		}
		if t.Time.Before(first) {
			first = t.Time
		}
		if t.Time.After(last) {
			last = t.Time
		}
	}
	s.From, s.Through = instant(first), instant(last)
	return s
}

// nothingOfOurs says what a file holds instead, and what to look for.
func nothingOfOurs(path string, f ScanFile, senders []string, list []watched) error {
	found := "none of them a transfer of the issuer's own USDC"
	if len(senders) > 0 {
		found = "with USDC on " + strings.Join(senders[:min(len(senders), 3)], ", ")
		if len(senders) > 3 {
			found += fmt.Sprintf(" and %d more", len(senders)-3)
		}
	}
	var wanted []string
	for _, w := range list {
		wanted = append(wanted, outputs.ChecksumAddress(w.safe)+" on "+w.chain.Name)
	}
	return refuse("%s: has %s, %s; export the ERC-20 token transfers of the Safe: %s",
		path, count(f.Rows, "row"), found, strings.Join(wanted, ", "))
}

// dataRows counts the rows of a CSV file below its header.
func dataRows(data []byte) (int, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	for n := -1; ; n++ {
		_, err := r.Read()
		if errors.Is(err, io.EOF) {
			return max(n, 0), nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// fromFiles takes over what a Safe sent since the scan begins. Files may overlap;
// those that tell the same transaction otherwise are refused.
func (saw *sighting) fromFiles(files []scanFile, w watched) error {
	type key struct {
		payments.Transfer // without block and time
	}
	known := map[key]payments.Transfer{}
	from := map[key]string{}
	for _, f := range files {
		sent := slices.DeleteFunc(f.since(w), func(t chain.Transfer) bool { return t.From != w.safe })
		for _, t := range numbered(w.chain, sent) {
			k := key{t}
			k.Block, k.Time = 0, time.Time{}
			before, twice := known[k]
			switch {
			case !twice:
				known[k], from[k] = t, f.File
				saw.transfers = append(saw.transfers, t)
			case before != t:
				return refuse("%s: transaction %s is in block %d of %s, and in %s in block %d of %s; export the files anew",
					f.File, t.TxHash, t.Block, instant(t.Time), from[k], before.Block, instant(before.Time))
			}
		}
	}
	return nil
}

// since lists the rows of a Safe from where the scan begins.
func (f *scanFile) since(w watched) []chain.Transfer {
	rows := slices.Clone(f.rows[account{w.chain.ID, w.safe}])
	return slices.DeleteFunc(rows, func(t chain.Transfer) bool { return t.Time.Before(w.since) })
}

// vouch makes a span of all files of each Safe, which somebody says are complete
// up to an instant. It refuses what shows that they can't be.
func (saw *sighting) vouch(files []scanFile, list []watched, seen []payments.Seen, through, now time.Time) error {
	if through.After(now) {
		return refuse("--through %s: is yet to come; no file is complete up to then", instant(through))
	}
	for _, f := range files {
		if err := f.mayBeWhole(); err != nil {
			return err
		}
	}
	for _, w := range list {
		if err := saw.vouchFor(w, files, through); err != nil {
			return err
		}
	}
	return saw.holdsAll(list, seen, through)
}

// holdsAll refuses files without a transfer that an earlier scan of their Safe has
// seen, in the time for which somebody vouches.
func (saw *sighting) holdsAll(list []watched, seen []payments.Seen, through time.Time) error {
	in := map[payments.Transfer]bool{}
	for _, t := range saw.transfers {
		in[identityOf(t)] = true
	}
	for _, w := range list {
		i := slices.IndexFunc(saw.spans, func(s ScanSpan) bool {
			return s.ChainID == w.chain.ID && strings.EqualFold(s.Safe, w.safe)
		})
		if i < 0 {
			continue // no file has a row of it, so nobody vouches for it
		}
		for _, x := range seen {
			t := x.Transfer
			if t.ChainID != w.chain.ID || t.Safe != w.safe || t.Time.Before(w.since) || t.Time.After(through) || in[identityOf(t)] {
				continue
			}
			advice := fmt.Sprintf("export the Safe's transfers from %s on", instant(w.since))
			if !x.Final {
				advice += ", or settle with --rpc URL: only a node tells whether it was reorganised away"
			}
			return refuse("%s: is not complete: transaction %s of %s (entry %s of %s) is missing in it; %s",
				saw.spans[i].Source, t.TxHash, instant(t.Time), entryFolder(x.Number), x.Period, advice)
		}
	}
	return nil
}

// vouchFor makes the span of one Safe; none when no file has a row of it. Its
// blocks are those of the rows, since a file tells no others: none of them when
// all rows are older than the scan.
func (saw *sighting) vouchFor(w watched, files []scanFile, through time.Time) error {
	var names []string
	span := ScanSpan{
		Chain: w.chain.Name, ChainID: w.chain.ID, Safe: outputs.ChecksumAddress(w.safe), Token: w.chain.Token,
		From: instant(w.since), Through: instant(through),
	}
	for _, f := range files {
		if len(f.rows[account{w.chain.ID, w.safe}]) == 0 {
			continue
		}
		names = append(names, f.File)
		for _, t := range f.since(w) {
			if t.Time.After(through) {
				return refuse("--through %s: %s has a transfer of %s; say up to when the export is complete",
					instant(through), f.File, instant(t.Time))
			}
			if span.First == 0 || t.Block < span.First {
				span.First = t.Block
			}
			span.Last = max(span.Last, t.Block)
		}
	}
	if len(names) == 0 {
		return nil
	}
	if !through.After(w.given.Add(-payments.ClockMargin)) {
		return refuse("--through %s: is before anything was given out on %s; leave it away, or export the file anew", instant(through), w.chain.Name)
	}
	for _, t := range saw.transfers {
		if t.ChainID == w.chain.ID && t.Safe == w.safe {
			span.Transfers++
		}
	}
	span.Source = strings.Join(names, ", ")
	saw.spans = append(saw.spans, span)
	return nil
}

// roundRows is what the numbers of rows at which explorers cut an export off are
// multiples of.
const roundRows = 1000

// mayBeWhole refuses a file that is not all of a Safe's transfers.
func (f *scanFile) mayBeWhole() error {
	switch {
	case f.Strangers > 0:
		return refuse("%s: has %s of USDC neither from nor to a Safe of ours, so it is not the export of a Safe; export that, or leave --through away",
			f.File, count(f.Strangers, "transfer"))
	case f.Rows > 0 && f.Rows%roundRows == 0:
		return refuse("%s: has exactly %d rows, as an explorer gives that cuts its export off; export shorter stretches of time and give all files",
			f.File, f.Rows)
	}
	return nil
}
