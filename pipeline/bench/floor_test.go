package main

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"fleetpay/outputs"
	"fleetpay/rules"
)

func TestTheFloorWritesTheTextsOfThePages(t *testing.T) {
	want := [][]placed{
		{{50, 800, `one (1) and \ two`}, {60.5, 20.25, "three"}},
		{{50, 700, "on page 2"}},
	}
	var pdf bytes.Buffer
	if err := writeBare(&pdf, want); err != nil {
		t.Fatal(err)
	}
	got, err := pageTexts(pdf.Bytes())
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

func TestWhatHasNoTextIsNoFloor(t *testing.T) {
	if _, err := pageTexts([]byte("%PDF-1.3\n")); err == nil {
		t.Error("it is one")
	}
	if _, err := pageTexts([]byte("<</Length 9>>\nstream\nabc")); err == nil {
		t.Error("a stream that is cut short is one")
	}
}

// The name of each payee is on its document, and so in the floor.
func TestTheFloorHasWhatTheDocumentsSay(t *testing.T) {
	month, err := monthOf(10, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range month.Book.Payouts {
		var pdf bytes.Buffer
		if err := outputs.WriteStatement(&pdf, month, p.PayeeKind, p.PayeeID); err != nil {
			t.Fatal(err)
		}
		pages, err := pageTexts(pdf.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, text := range pages[0] {
			found = found || text.text == p.Name || p.PayeeKind == rules.PartnerPayee && bytes.Contains([]byte(text.text), []byte(p.Name))
		}
		if !found {
			t.Errorf("%s is not among %v", p.Name, pages[0])
		}
	}
}

func TestAStatementOfTheBenchHasTwoPages(t *testing.T) {
	for _, d := range documentKinds {
		if d.kind != rules.OperatorPayee {
			continue
		}
		month, err := monthOf(1, d.nodes)
		if err != nil {
			t.Fatal(err)
		}
		files, err := outputs.Files(month)
		if err != nil {
			t.Fatal(err)
		}
		var pdfs []outputs.File
		for _, f := range files {
			if f.Path == outputs.StatementPath(d.kind, "op-00000") {
				pdfs = append(pdfs, f)
			}
		}
		if _, pages, err := bareTexts(context.Background(), pdfs); err != nil || pages != 2 {
			t.Errorf("%d pages, %v", pages, err)
		}
	}
}
