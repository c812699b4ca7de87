package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode/utf32"

	"ferry/extract/sheet/grid"
)

// dishonest says what of a file came to nothing without a word; "" nothing. It
// counts by means of its own.
func dishonest(file string, seen seenFile) (string, error) {
	for _, s := range seen.Sheets {
		if s.Cause != "" {
			continue
		}
		if s.Why != "" {
			return fmt.Sprintf("sheet %q: %s", s.Name, s.Why), nil
		}
		sum := 0
		for _, n := range s.Bins {
			sum += n
		}
		if sum != s.Rows || s.Tally.Rows != s.Rows {
			return fmt.Sprintf("sheet %q: %d rows came, %d are in bins, the tally says %d", s.Name, s.Rows, sum, s.Tally.Rows), nil
		}
		if s.Tally.Second >= 0 && s.Tally.Second < s.Tally.Rows {
			return fmt.Sprintf("sheet %q: the second count is %d of %d rows", s.Name, s.Tally.Second, s.Tally.Rows), nil
		}
	}
	if seen.Cause != "" || seen.Other != "" {
		return seen.Other, nil
	}
	switch seen.Format {
	case "workbook":
		return lostCells(file, seen)
	case "text":
		return lostLetters(file, seen)
	}
	return "", nil
}

// lostCells counts the cells with a value in all worksheet parts of a package.
func lostCells(file string, seen seenFile) (string, error) {
	ours := 0
	for _, s := range seen.Sheets {
		if s.Cause != "" {
			return "", nil // said so
		}
		for _, c := range s.Cells {
			if c.Kind != grid.Blank && c.Flags&grid.Filled == 0 {
				ours++
			}
		}
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		return "", nil // a package that only Ferry reads: LibreOffice compares it
	}
	defer z.Close()
	empty, err := emptyStrings(z)
	if err != nil {
		return "", nil
	}
	listed, err := listedParts(z)
	if err != nil {
		return "", nil
	}
	theirs := 0
	for _, f := range z.File {
		name := strings.ReplaceAll(f.Name, "\\", "/")
		if path.Base(path.Dir(name)) == "worksheets" && path.Ext(name) == ".xml" && listed[path.Base(name)] {
			n, err := valuedCells(f, empty)
			if err != nil {
				return "", nil
			}
			theirs += n
		}
	}
	if ours < theirs {
		return fmt.Sprintf("%d cells with a value came of %d", ours, theirs), nil
	}
	return "", nil
}

// listedParts gives the base names of the sheet parts that the workbook lists:
// others are no sheets of it.
func listedParts(z *zip.ReadCloser) (map[string]bool, error) {
	listed, ids := map[string]bool{}, map[string]bool{}
	err := eachStart(z, "/workbook.xml", func(e xml.StartElement) {
		if e.Name.Local == "sheet" {
			ids[attribute(e, "id")] = true
		}
	})
	if err != nil {
		return nil, err
	}
	err = eachStart(z, "/_rels/workbook.xml.rels", func(e xml.StartElement) {
		if e.Name.Local == "Relationship" && ids[attribute(e, "Id")] {
			listed[path.Base(attribute(e, "Target"))] = true
		}
	})
	return listed, err
}

// eachStart gives the elements of the parts whose name ends so.
func eachStart(z *zip.ReadCloser, end string, fn func(xml.StartElement)) error {
	for _, f := range z.File {
		if !strings.HasSuffix(strings.ReplaceAll(f.Name, "\\", "/"), end) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		for d := xml.NewDecoder(r); err == nil; {
			var token xml.Token
			if token, err = d.Token(); err == nil {
				if e, ok := token.(xml.StartElement); ok {
					fn(e)
				}
			}
		}
		if err = errors.Join(ignoreEnd(err), r.Close()); err != nil {
			return err
		}
	}
	return nil
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// emptyStrings tells which shared strings are blank.
func emptyStrings(z *zip.ReadCloser) (map[string]bool, error) {
	empty := map[string]bool{}
	for _, f := range z.File {
		if !strings.EqualFold(path.Base(f.Name), "sharedStrings.xml") {
			continue
		}
		err := eachElement(f, "si", func(i int, inner string) {
			if inner == "" {
				empty[fmt.Sprint(i)] = true
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return empty, nil
}

// valuedCells counts the c elements that hold something.
func valuedCells(f *zip.File, empty map[string]bool) (int, error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	d, n := xml.NewDecoder(r), 0
	kind, value, depth := "", "", 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "c":
				kind, value = attribute(e, "t"), ""
			case "v", "t":
				depth++
			case "rPh":
				if err := d.Skip(); err != nil {
					return 0, err
				}
			}
		case xml.CharData:
			if depth > 0 {
				value += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v", "t":
				depth--
			case "c":
				if value != "" && !(kind == "s" && empty[strings.TrimSpace(value)]) {
					n++
				}
			case "sheetData":
				return n, nil
			}
		}
	}
}

// eachElement gives the characters in t elements of each element of that name,
// without phonetic ones.
func eachElement(f *zip.File, name string, fn func(i int, inner string)) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	d, i, inner, depth := xml.NewDecoder(r), 0, "", 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case name:
				inner = ""
			case "t":
				depth++
			case "rPh":
				if err := d.Skip(); err != nil {
					return err
				}
			}
		case xml.CharData:
			if depth > 0 {
				inner += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case name:
				fn(i, inner)
				i++
			case "t":
				depth--
			}
		}
	}
}

// lostLetters compares letters and digits of a text file with those of its rows.
func lostLetters(file string, seen seenFile) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if seen.Dialect == nil {
		return "the dialect is missing", nil
	}
	ours := 0
	for _, s := range seen.Sheets {
		for _, c := range s.Cells {
			ours += letters(c.Raw)
		}
	}
	decoded, err := decodeAs(data, seen.Dialect.Encoding)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path.Base(file), err)
	}
	if seen.Dialect.Sep {
		if _, rest, ok := strings.Cut(decoded, "\n"); ok {
			decoded = rest
		}
	}
	theirs := letters(decoded)
	if ours < theirs {
		return fmt.Sprintf("%d letters and digits came of %d", ours, theirs), nil
	}
	return "", nil
}

func letters(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

func decodeAs(data []byte, name string) (string, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if name == "utf-8" || name == "" {
		return string(data), nil
	}
	var e encoding.Encoding
	var err error
	switch name {
	case "utf-32le":
		e = utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "utf-32be":
		e = utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	default:
		if e, err = htmlindex.Get(name); err != nil {
			e, err = ianaindex.IANA.Encoding(name)
		}
		if err != nil {
			return "", err
		}
	}
	out, err := e.NewDecoder().Bytes(data)
	return strings.TrimPrefix(string(out), "\ufeff"), err
}
