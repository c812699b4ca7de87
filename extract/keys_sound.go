package extract

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// maxSheetRows is the most rows a sheet may have.
const maxSheetRows = 1 << 20

// soundWorkbook refuses workbooks of which a reader that stops quietly at the
// first damage would give a part: sheets that are cut off, whose rows do not
// ascend or lie beyond the last one, and cells whose text is not there.
func soundWorkbook(ctx context.Context, file string) (err error) {
	book, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	texts, most, room := 0, -1, int64(maxWorkbook)
	for _, part := range book.File {
		name := strings.ReplaceAll(part.Name, `\`, "/")
		sheet := strings.HasPrefix(name, "xl/worksheets/") && path.Ext(name) == ".xml"
		if !sheet && !strings.EqualFold(name, "xl/sharedStrings.xml") {
			continue
		}
		scan, err := scanPart(ctx, part, sheet, &room)
		if err != nil {
			return fmt.Errorf("%s: %w", path.Base(name), err)
		}
		texts, most = texts+scan.texts, max(most, scan.highest)
	}
	if most >= texts {
		return errors.New("a cell points at a text that is not in the workbook")
	}
	return nil
}

// partScan is what one part of a workbook was found to hold.
type partScan struct {
	row     int // last one
	texts   int // shared texts
	highest int // shared text that a cell points at; -1 none
	shared  bool
	value   bool
}

func scanPart(ctx context.Context, part *zip.File, sheet bool, room *int64) (scan partScan, err error) {
	scan.highest = -1
	in, err := part.Open()
	if err != nil {
		return scan, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	limited := &io.LimitedReader{R: in, N: *room}
	decoder := xml.NewDecoder(limited)
	for n := 0; ; n++ {
		token, err := decoder.Token()
		switch {
		case limited.N <= 0:
			return scan, fmt.Errorf("it unpacks to more than %d MiB", maxWorkbook>>20)
		case errors.Is(err, io.EOF):
			*room = limited.N
			return scan, nil
		case err != nil:
			return scan, err
		case n%4096 == 0 && ctx.Err() != nil:
			return scan, ctx.Err()
		}
		if err := scan.take(token, sheet); err != nil {
			return scan, err
		}
	}
}

func (scan *partScan) take(token xml.Token, sheet bool) error {
	switch t := token.(type) {
	case xml.StartElement:
		scan.value = false
		switch t.Name.Local {
		case "si":
			scan.texts++
		case "row":
			return scan.nextRow(attribute(t, "r"))
		case "c":
			scan.shared = attribute(t, "t") == "s"
		case "v":
			scan.value = sheet && scan.shared
		}
	case xml.CharData:
		if scan.value {
			if n, err := strconv.Atoi(strings.TrimSpace(string(t))); err == nil {
				scan.highest = max(scan.highest, n)
			}
		}
	case xml.EndElement:
		scan.value = false
	}
	return nil
}

func (scan *partScan) nextRow(number string) error {
	next := scan.row + 1
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < next || n > maxSheetRows {
			return fmt.Errorf("a row is out of its place behind row %d", scan.row)
		}
		next = n
	}
	scan.row = next
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
