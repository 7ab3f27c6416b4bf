package pipeline

import (
	"path/filepath"

	"fleetpay/pipeline/payments"
)

// The exports and the settlement of a month cite each other: nothing in a row
// cites its last entry, so that only the other row can tell that it is lost.

// holdExportCited refuses an entry of the settlement that tells of an export that
// is not there.
func (m *paidMonth) holdExportCited(given []entry, e entry, r *ScanRecord) error {
	if r.Exports < 1 {
		return refuse("%s: cites no export, and every scan follows one; restore the folder from a copy", filepath.Join(e.dir, "scan.json"))
	}
	return cited(e, exportsSuffix, m, given, entryEnd{r.Exports, r.LastExport})
}

// holdScansCited refuses a settlement without exports, and an export that tells of
// an entry of the settlement that is not there.
func (m *paidMonth) holdScansCited(given, seen []entry) error {
	if len(given) == 0 && len(seen) > 0 {
		return refuse("%s tells of payments given out, and %s is gone; restore it from a copy", seen[0].dir, m.dir+exportsSuffix)
	}
	for i, e := range given {
		if r := m.exports[i]; r.Scans != 0 || r.LastScan != "" {
			if err := cited(e, settlementSuffix, m, seen, entryEnd{r.Scans, r.LastScan}); err != nil {
				return err
			}
		}
	}
	return nil
}

// cited refuses an entry that cites one of the other row which is not there, or is
// another one.
func cited(e entry, suffix string, m *paidMonth, row []entry, end entryEnd) error {
	place := filepath.Join(m.dir+suffix, entryFolder(end.number))
	switch {
	case end.number < 1 || end.number > len(row):
		return refuse("%s cites %s, which is not there; restore it from a copy", e.dir, place)
	case row[end.number-1].hash != end.hash:
		return refuse("%s cites another %s than the one that is there; restore both from a copy, and find out who changed them", e.dir, place)
	}
	return nil
}

// holdSettled refuses a scan that records a settlement by a transfer which no scan
// has seen up to then.
func (l *ledger) holdSettled(c closes) error {
	wanted := map[payments.Transfer]bool{}
	for _, s := range l.Scans {
		for _, x := range s.Settled {
			wanted[identityOf(x.Transfer)] = true
		}
	}
	seen := map[payments.Transfer]payments.Scan{} // the first scan that shows it
	for _, s := range l.Scans {
		for _, t := range s.Transfers {
			id := identityOf(t)
			if first, known := seen[id]; wanted[id] && (!known || s.At.Before(first.At)) {
				seen[id] = s
			}
		}
	}
	for _, s := range l.Scans {
		for _, x := range s.Settled {
			if first, known := seen[identityOf(x.Transfer)]; !known || s.At.Before(first.At) {
				return refuse("%s: payment %s is settled by transaction %s, which no scan had seen by then; restore the folder from a copy, and find out who changed it",
					filepath.Join(c.settlement(s.Period).dir(), entryFolder(s.Number), "scan.json"), x.PaymentID, x.Transfer.TxHash)
			}
		}
	}
	return nil
}
