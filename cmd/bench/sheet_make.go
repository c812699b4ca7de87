package main

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/flate"

	"ferry/extract/sheet/grid"
)

// madeColumns are the columns of the workbooks that are made: 20 texts, one of
// them an id, a day, two numbers with parts, a whole one, a yes or no, a time.
const madeColumns = 26

// makeBook writes a workbook as Excel does: texts are shared strings. rows does not
// count the header.
func makeBook(path string, rows int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 5) })
	parts := []struct {
		name  string
		write func(w *bufio.Writer)
	}{
		{"[Content_Types].xml", fixed(bookTypes)}, {"_rels/.rels", fixed(bookRoot)}, {"xl/workbook.xml", fixed(bookMain)},
		{"xl/_rels/workbook.xml.rels", fixed(bookRelations)}, {"xl/styles.xml", fixed(bookStyles)},
		{"xl/sharedStrings.xml", func(w *bufio.Writer) { writeStrings(w, rows) }},
		{"xl/worksheets/sheet1.xml", func(w *bufio.Writer) { writeSheet(w, rows) }},
	}
	for _, part := range parts {
		to, err := z.Create(part.name)
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(to, 1<<16)
		w.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
		part.write(w)
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return z.Close()
}

func fixed(text string) func(*bufio.Writer) {
	return func(w *bufio.Writer) { w.WriteString(text) }
}

const (
	bookMainNS    = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	bookTypes     = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`
	bookRoot      = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookMain      = `<workbook ` + bookMainNS + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>`
	bookRelations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	bookStyles    = `<styleSheet ` + bookMainNS + `><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

// texts of a row: 10 of each row are its own, the others come again and again.
const ownTexts, sharedTexts = 10, 500

func writeStrings(w *bufio.Writer, rows int) {
	fmt.Fprintf(w, `<sst %s count="%d" uniqueCount="%d">`, bookMainNS, rows*20+madeColumns, madeColumns+sharedTexts+rows*ownTexts)
	for i := range madeColumns {
		fmt.Fprintf(w, "<si><t>Column %d</t></si>", i+1)
	}
	for i := range sharedTexts {
		fmt.Fprintf(w, "<si><t>A value that comes often %d</t></si>", i)
	}
	for row := range rows {
		for i := range ownTexts {
			fmt.Fprintf(w, "<si><t>Text %d of row %d &amp; more</t></si>", i, row)
		}
	}
	w.WriteString("</sst>")
}

func writeSheet(w *bufio.Writer, rows int) {
	fmt.Fprintf(w, `<worksheet %s><sheetData><row r="1">`, bookMainNS)
	for i := range madeColumns {
		fmt.Fprintf(w, `<c r="%s1" t="s"><v>%d</v></c>`, grid.Letters(i+1), i)
	}
	w.WriteString("</row>")
	for row := range rows {
		number := row + 2
		fmt.Fprintf(w, `<row r="%d">`, number)
		for i := range madeColumns {
			at := grid.Letters(i + 1)
			switch {
			case i < ownTexts:
				fmt.Fprintf(w, `<c r="%s%d" t="s"><v>%d</v></c>`, at, number, madeColumns+sharedTexts+row*ownTexts+i)
			case i < 20:
				fmt.Fprintf(w, `<c r="%s%d" t="s"><v>%d</v></c>`, at, number, madeColumns+(row*7+i)%sharedTexts)
			case i == 20:
				fmt.Fprintf(w, `<c r="%s%d" s="1"><v>%d</v></c>`, at, number, 43000+row%3000)
			case i == 21:
				fmt.Fprintf(w, `<c r="%s%d" t="b"><v>%d</v></c>`, at, number, row%2)
			case i == 22:
				fmt.Fprintf(w, `<c r="%s%d" s="2"><v>%d.%d</v></c>`, at, number, 43000+row%3000, 1+row%9)
			case i == 23:
				fmt.Fprintf(w, `<c r="%s%d"><v>%d</v></c>`, at, number, row)
			default:
				fmt.Fprintf(w, `<c r="%s%d"><v>%d.%02d</v></c>`, at, number, row%10000, row%100)
			}
		}
		w.WriteString("</row>")
	}
	w.WriteString("</sheetData></worksheet>")
}

// customerColumns are 20 columns of a customer list, by the labels of the target's
// screens.
var customerColumns = []string{
	"Business name", "First name", "Last name", "Email", "Phone", "Mobile", "Address", "Address 2", "City", "State",
	"ZIP", "Notes", "Accepts SMS", "Opted out of marketing mail", "No email", "Gets billing mail", "Gets marketing mail", "Gets reports",
	"Referred by", "Notification emails",
}

// makeCSV writes a list of customers as a spreadsheet program saves it.
func makeCSV(path string, rows int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(bufio.NewWriterSize(f, 1<<20))
	if err := w.Write(customerColumns); err != nil {
		return err
	}
	cities := []string{"Denver", "Colorado Springs", "Pueblo", "Fort Collins", "Boulder"}
	for i := range rows {
		err := w.Write([]string{
			fmt.Sprintf("Acme Plumbing, %d LLC", i), "Ann", fmt.Sprintf("Smith-%d", i%977), fmt.Sprintf("office%d@acme%d.example.com", i, i%5000),
			fmt.Sprintf("(719) 388-%04d", i%10000), fmt.Sprintf("719-555-%04d", i%10000), fmt.Sprintf("%d Main Street", i%9000), "Suite 4",
			cities[i%5], "CO", fmt.Sprintf("%05d", 1000+i%80000), "prefers mornings, \"no\" calls", "true", "false", "no", "yes", "false", "yes",
			"a neighbour", fmt.Sprintf("bills%d@acme.example.com", i),
		})
		if err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
