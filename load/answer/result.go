package answer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"ferry/extract/sheet"
	"ferry/load/internal/plain"
)

// resultSheet makes the sheet that stands before the others: what became of the
// file, and every bad cell with a link to it, as many as help.
func resultSheet(c *Config, s *survey, space string, looks *[looks]int, active bool) []byte {
	w := &resultWriter{looks: looks}
	w.open(space, active)
	w.row(lookTitle, "Result for "+c.Name)
	for _, l := range c.Summary {
		w.row(lookText, l.Label, "", "", l.Text)
	}
	w.row(lookText)
	several := len(s.sheets) > 1
	if len(s.lines) > 0 {
		w.row(lookHead, "Cell", "Sheet", "Column", "What is wrong", "Loaded all the same")
	}
	names := newColumnNames(c)
	for i := range s.lines {
		w.line(&s.lines[i], names, several)
	}
	if s.unlisted > 0 {
		w.row(lookText, "... and "+plain.Count(s.unlisted)+" more: they are coloured on their sheet, and its column "+sheet.ColumnToDo+" says what to do")
	}
	if s.quiet > 0 {
		w.row(lookText, plain.Count(s.quiet)+" bad cells have a colour and no note of their own: Excel gets slow with more notes than there are")
	}
	w.close()
	return []byte(w.out.String())
}

type resultWriter struct {
	out   strings.Builder
	links strings.Builder
	looks *[looks]int
	rows  int
}

func (w *resultWriter) open(space string, active bool) {
	selected := ""
	if active {
		selected = ` tabSelected="1"`
	}
	w.out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet xmlns="` + space + `"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0"` + selected + ` workbookViewId="0"/></sheetViews><cols>`)
	for i, width := range resultWidths {
		fmt.Fprintf(&w.out, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
	}
	w.out.WriteString(`</cols><sheetData>`)
}

// begin begins a row so many lines high: not every program makes room by itself for
// a text that is wrapped or large.
func (w *resultWriter) begin(lines int) {
	w.rows++
	w.out.WriteString(`<row r="` + strconv.Itoa(w.rows) + `"`)
	if lines > 1 {
		w.out.WriteString(` ht="` + strconv.Itoa(lineHigh*lines) + `" customHeight="1"`)
	}
	w.out.WriteByte('>')
}

// resultWidths are the widths of the columns, in characters.
var resultWidths = []int{12, 20, 24, 90, 22}

const (
	lineHigh = 15   // points of a line
	mostHigh = 25   // lines of a row: Excel has no higher rows
	roomy    = 0.85 // of a width that letters fill on the average
)

// linesHigh is how many lines texts with a look need in the columns they stand in.
func linesHigh(l look, texts ...string) int {
	if l == lookTitle {
		return 2
	}
	most := 1
	for i, text := range texts {
		if l != lookWrap && l != lookHead || i >= len(resultWidths) {
			continue
		}
		lines, wide := 0, int(roomy*float64(resultWidths[i]))
		for part := range strings.SplitSeq(text, "\n") {
			lines += max(1, (utf8.RuneCountInString(part)+wide-1)/wide)
		}
		most = max(most, lines)
	}
	return min(most, mostHigh)
}

// row writes texts with one look; blank ones have no cell.
func (w *resultWriter) row(l look, texts ...string) {
	w.begin(linesHigh(l, texts...))
	for i, text := range texts {
		if text != "" {
			w.cell(i+1, l, text)
		}
	}
	w.out.WriteString(`</row>`)
}

func (w *resultWriter) cell(column int, l look, text string) {
	w.out.Write(appendText(nil, "", column, w.rows, w.looks[l], text))
}

// line writes what is wrong with a cell, and a link to it.
func (w *resultWriter) line(l *lineOf, names *columnNames, several bool) {
	w.begin(linesHigh(lookWrap, "", "", "", l.text))
	w.cell(1, lookLink, l.at.String())
	if several {
		w.cell(2, lookText, l.at.Sheet)
	}
	if name := names.of(l.at.Sheet, l.at.Column); name != "" {
		w.cell(3, lookText, name)
	}
	w.cell(4, lookWrap, l.text)
	if l.warn {
		w.cell(5, lookText, "yes")
	}
	w.out.WriteString(`</row>`)
	to := l.at
	to.Column = max(to.Column, 1)
	w.links.WriteString(`<hyperlink ref="A` + strconv.Itoa(w.rows) + `" location="` + escape(quotedSheet(l.at.Sheet)+"!"+to.String()) + `" display="` + l.at.String() + `"/>`)
}

func (w *resultWriter) close() {
	w.out.WriteString(`</sheetData>`)
	if w.links.Len() > 0 {
		w.out.WriteString(`<hyperlinks>` + w.links.String() + `</hyperlinks>`)
	}
	w.out.WriteString(`<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><pageSetup orientation="landscape" fitToHeight="0"/></worksheet>`)
}

// quotedSheet writes a sheet's name as references do.
func quotedSheet(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// markSheet makes the sheet that says to programs what the workbook answers.
func markSheet(m sheet.Mark, space string, style int) []byte {
	out := []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet xmlns="` + space + `"><sheetData>`)
	for i, row := range m.Rows() {
		out = append(out, `<row r="`+strconv.Itoa(i+1)+`">`...)
		for j, text := range row {
			out = appendText(out, "", j+1, i+1, style, text)
		}
		out = append(out, `</row>`...)
	}
	return append(out, `</sheetData></worksheet>`...)
}
