package main

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/jung-kurt/gofpdf"
)

// placed is a piece of text where it stands on a page, in points from below.
type placed struct {
	x, y float64
	text string
}

var compressed = regexp.MustCompile(`/Length (\d+)[^>]*>>\nstream\n`)

// pageTexts finds the texts of a PDF's pages. It reads what this program writes,
// not any PDF.
func pageTexts(pdf []byte) (pages [][]placed, err error) {
	for {
		at := compressed.FindSubmatchIndex(pdf)
		if at == nil {
			break
		}
		length, err := strconv.Atoi(string(pdf[at[2]:at[3]]))
		if err != nil || at[1]+length > len(pdf) {
			return nil, errors.New("the PDF has a stream without its length")
		}
		content, err := inflated(pdf[at[1] : at[1]+length])
		if err != nil {
			return nil, err
		}
		if texts := textsOf(content); len(texts) > 0 {
			pages = append(pages, texts)
		}
		pdf = pdf[at[1]+length:]
	}
	if len(pages) == 0 {
		return nil, errors.New("the PDF has no text")
	}
	return pages, nil
}

func inflated(stream []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return nil, fmt.Errorf("a stream of the PDF: %w", err)
	}
	return io.ReadAll(z)
}

// textsOf finds what stands as «x y Td (text) Tj».
func textsOf(content []byte) (texts []placed) {
	for {
		before, after, found := bytes.Cut(content, []byte(" Td ("))
		if !found {
			return texts
		}
		words := bytes.Fields(before[max(0, len(before)-40):])
		text, length := literal(after)
		content = after[length:]
		if len(words) < 2 {
			continue
		}
		x, errX := strconv.ParseFloat(string(words[len(words)-2]), 64)
		y, errY := strconv.ParseFloat(string(words[len(words)-1]), 64)
		if errX == nil && errY == nil {
			texts = append(texts, placed{x, y, text})
		}
	}
}

// literal reads a string up to its closing bracket, and says how many bytes it
// took.
func literal(b []byte) (text string, length int) {
	var plain []byte
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case ')':
			return string(plain), i
		case '\\':
			i++
		}
		if i < len(b) {
			plain = append(plain, b[i])
		}
	}
	return string(plain), len(b)
}

// writeBare writes pages of text in the plainest way that gofpdf has.
func writeBare(w io.Writer, pages [][]placed) error {
	const height = 841.89 // of A4, in points
	pdf := gofpdf.New("P", "pt", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetFont("Helvetica", "", 9)
	for _, page := range pages {
		pdf.AddPage()
		for _, t := range page {
			pdf.Text(t.x, height-t.y, t.text)
		}
	}
	return pdf.Output(w)
}
