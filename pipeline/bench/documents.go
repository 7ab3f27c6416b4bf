package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// documents are a kind of PDF that is measured.
type documents struct {
	name, title string
	operators   int // of the month
	nodes       int // of each operator: as many as make a statement of two pages
	kind        rules.PayeeKind
}

var documentKinds = []documents{
	{"statements", "operators' statements", 1_000, 40, rules.OperatorPayee},
	{"reports", "partners' reports", 2_000, 3, rules.PartnerPayee},
}

// measureDocuments prints how many documents of each kind are written a second,
// beside the floor: the same pages' bare text.
func measureDocuments(ctx context.Context, o options) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "what\tdocuments\tpages each\ta second\ttwo pages a second\tfloor a second\t× floor\tpeak memory\t")
	for _, d := range documentKinds {
		r, err := best(o.runs, func() (result, error) {
			r, err := self(ctx, "", d.name, o)
			if err == nil && len(r.row) != 7 {
				err = fmt.Errorf("%s: the child printed %d numbers, not 7", d.name, len(r.row))
			}
			if err == nil {
				r.took = time.Duration(r.row[2]) // the making of the month aside
			}
			return r, err
		})
		if err != nil {
			return err
		}
		count, pages, floor := int(r.row[0]), int(r.row[1]), time.Duration(r.row[4])
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%s\t%s\t%s\t%.2f\t%d MiB\t\n", d.title, thousands(int64(count)), float64(pages)/float64(count),
			thousands(perSecond(count, r.took)), thousands(perSecond(pages, r.took)/2), thousands(perSecond(count, floor)),
			float64(r.row[3])/float64(r.row[5]), r.row[6]>>20)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Println("\nfloor: the same pages' bare text by gofpdf in its built-in font, on as many cores; × floor in CPU seconds; peak memory with the month itself")
	return nil
}

// runDocuments is what a child process does: it writes the documents, then their
// bare text, and prints how many there are, their pages, the nanoseconds that
// each took by the clock and of all cores, and the peak memory of the first.
func runDocuments(ctx context.Context, d documents) error {
	month, err := monthOf(d.operators, d.nodes)
	if err != nil {
		return err
	}
	files, err := outputs.Files(month)
	if err != nil {
		return err
	}
	var pdfs []outputs.File
	for _, f := range files {
		if strings.HasPrefix(f.Path, "statements/"+string(d.kind)+"-") {
			pdfs = append(pdfs, f)
		}
	}
	if len(pdfs) == 0 {
		return errors.New("there are no documents to write")
	}
	// The first of each kind cuts the fonts; a close does that once.
	if err := pdfs[0].Write(io.Discard); err != nil {
		return err
	}
	written, err := timed(ctx, pdfs)
	if err != nil {
		return err
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	bare, pages, err := bareTexts(ctx, pdfs)
	if err != nil {
		return err
	}
	floor, err := timed(ctx, bare)
	if err != nil {
		return err
	}
	for _, n := range []int64{
		int64(len(pdfs)), int64(pages), int64(written.took), int64(written.cpu), int64(floor.took), int64(floor.cpu), bytesOf(usage),
	} {
		fmt.Println(n)
	}
	return nil
}

// cost is what writing took.
type cost struct{ took, cpu time.Duration }

// timed writes files to nowhere, as many at once as a close does.
func timed(ctx context.Context, files []outputs.File) (c cost, err error) {
	var before, after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		return c, err
	}
	start := time.Now()
	err = outputs.EachFile(ctx, files, func(f outputs.File) error { return f.Write(io.Discard) }, nil)
	c.took = time.Since(start)
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		return c, err
	}
	c.cpu = cpuOf(after) - cpuOf(before)
	return c, err
}

func cpuOf(usage syscall.Rusage) time.Duration {
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// bareTexts reads the texts back from the documents and gives files that write
// nothing else.
func bareTexts(ctx context.Context, pdfs []outputs.File) (bare []outputs.File, pages int, err error) {
	var mu sync.Mutex
	err = outputs.EachFile(ctx, pdfs, func(f outputs.File) error {
		var pdf bytes.Buffer
		if err := f.Write(&pdf); err != nil {
			return err
		}
		texts, err := pageTexts(pdf.Bytes())
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		pages += len(texts)
		bare = append(bare, outputs.File{Path: f.Path, Write: func(w io.Writer) error { return writeBare(w, texts) }})
		return nil
	}, nil)
	return bare, pages, err
}
