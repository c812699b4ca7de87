package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// fodsCell is a cell as LibreOffice holds it, read from a flat OpenDocument file.
type fodsCell struct {
	Type  string // float, percentage, currency, date, time, boolean, string, error
	Value string // of numbers, dates, times and booleans as the file has them; of texts the text
}

// fodsSheet is a sheet as LibreOffice holds it: what is not blank, by row and
// column, both from 1.
type fodsSheet struct {
	Name  string
	Cells map[[2]int]fodsCell
}

// mostRepeats is how many equal cells or rows in a row are taken one by one: an
// empty sheet is written as one row repeated a million times.
const mostRepeats = 4096

// readFODS reads a flat OpenDocument spreadsheet (OASIS OpenDocument 1.3, part 3,
// section 9).
func readFODS(r io.Reader) ([]fodsSheet, error) {
	p := &fodsParser{d: xml.NewDecoder(r)}
	for {
		token, err := p.d.Token()
		if errors.Is(err, io.EOF) {
			return p.sheets, nil
		}
		if err != nil {
			return nil, fmt.Errorf("no flat OpenDocument file: %w", err)
		}
		if err := p.take(token); err != nil {
			return nil, err
		}
	}
}

type fodsParser struct {
	d           *xml.Decoder
	sheets      []fodsSheet
	row, column int // where the next row and cell stand
	repeatRow   int
}

func (p *fodsParser) take(token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "table":
			p.sheets = append(p.sheets, fodsSheet{Name: attribute(e, "name"), Cells: map[[2]int]fodsCell{}})
			p.row = 1
		case "table-row":
			p.repeatRow, p.column = repeated(e, "number-rows-repeated"), 1
		case "table-cell", "covered-table-cell":
			return p.cell(e)
		case "annotation", "forms", "shapes", "tracked-changes", "named-expressions":
			return p.d.Skip()
		}
	case xml.EndElement:
		if e.Name.Local == "table-row" {
			p.row += p.repeatRow
		}
	}
	return nil
}

func (p *fodsParser) cell(e xml.StartElement) error {
	c := fodsCell{Type: attribute(e, "value-type")}
	for _, a := range e.Attr {
		if strings.HasSuffix(a.Name.Space, "calcext:1.0") && a.Name.Local == "value-type" && a.Value == "error" {
			c.Type = "error"
		}
	}
	times := repeated(e, "number-columns-repeated")
	text, err := p.text()
	if err != nil {
		return err
	}
	switch c.Type {
	case "float", "percentage", "currency":
		c.Value = attribute(e, "value")
	case "date", "time", "boolean":
		c.Value = attribute(e, c.Type+"-value")
	default:
		c.Value = text
	}
	if c.Value != "" && len(p.sheets) > 0 {
		cells := p.sheets[len(p.sheets)-1].Cells
		for i := range min(p.repeatRow, mostRepeats) {
			for j := range min(times, mostRepeats) {
				cells[[2]int{p.row + i, p.column + j}] = c
			}
		}
	}
	p.column += times
	return nil
}

// text reads a cell to its end: paragraphs are lines.
func (p *fodsParser) text() (string, error) {
	var b strings.Builder
	paragraphs := 0
	for depth := 0; ; {
		token, err := p.d.Token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "annotation", "table", "frame", "custom-shape", "line", "rect", "control", "g", "shapes":
				if err := p.d.Skip(); err != nil {
					return "", err
				}
				continue
			case "p":
				if paragraphs++; paragraphs > 1 {
					b.WriteByte('\n')
				}
			case "s":
				b.WriteString(strings.Repeat(" ", repeated(e, "c")))
			case "tab":
				b.WriteByte('\t')
			case "line-break":
				b.WriteByte('\n')
			}
			depth++
		case xml.EndElement:
			if depth == 0 {
				return b.String(), nil
			}
			depth--
		case xml.CharData:
			if paragraphs > 0 && depth > 0 {
				b.Write(e)
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && !strings.HasSuffix(a.Name.Space, "calcext:1.0") {
			return a.Value
		}
	}
	return ""
}

// repeated is 1 where nothing is said.
func repeated(e xml.StartElement, name string) int {
	if n, err := strconv.Atoi(attribute(e, name)); err == nil && n > 0 {
		return n
	}
	return 1
}
