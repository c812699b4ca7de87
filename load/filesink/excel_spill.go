package filesink

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"strconv"
)

// spillMark is the most that the note at the end of a long cell takes.
const spillMark = 200

// spillColumns are the headers of the sheet that long text goes on in.
var spillColumns = []string{"sheet", "cell", "column", "part", "text"}

// spillSheet is the name of that sheet.
const spillSheet = "Long text"

// spillRow is one part of a text that is too long for its cell.
type spillRow struct {
	sheet, cell, column string
	part                int // 2, 3..: the first part stands in the cell
	text                []byte
}

// text appends a text cell. Text that is too long for a cell goes on in the
// sheet for long text, and the cell says so at its end.
func (e *excelRows) text(dst, s []byte) []byte {
	if len(s) > cellUnits-spillMark {
		if _, rest := splitCell(s, cellUnits); rest != nil {
			return e.longText(dst, s)
		}
	}
	dst = e.ref(append(dst, `<c r="`...))
	if len(s) > 0 && likeNumber(s) {
		dst = strconv.AppendInt(append(dst, ` s="`...), int64(e.styles.text), 10)
		dst = append(dst, '"')
	}
	return append(appendInline(dst, s), `</c>`...)
}

// appendInline appends the rest of a text cell's tag and its content.
func appendInline(dst, s []byte) []byte {
	dst = append(dst, ` t="inlineStr"><is><t`...)
	if len(s) > 0 && keepsSpace(s) {
		dst = append(dst, ` xml:space="preserve"`...)
	}
	dst = appendXMLText(append(dst, '>'), s)
	return append(dst, `</t></is>`...)
}

// longText appends the first part of a text, and the others as rows of the
// sheet for long text: without row numbers, which the writer knows.
func (e *excelRows) longText(dst, s []byte) []byte {
	head, rest := splitCell(s, cellUnits-spillMark)
	ref := e.letters[e.column] + strconv.Itoa(e.row)
	sheet := e.names(e.sheet)
	note := ` [goes on in sheet "` + spillSheet + `": cell ` + ref + ` of "` + sheet + `"]`
	dst = e.ref(append(dst, `<c r="`...))
	dst = append(appendInline(dst, append(bytes.Clone(head), note...)), `</c>`...)
	for part := 2; len(rest) > 0; part++ {
		head, rest = splitCell(rest, cellUnits)
		e.spill = append(e.spill, spillRow{sheet: sheet, cell: ref, column: e.header[e.column], part: part, text: bytes.Clone(head)})
	}
	return dst
}

// spiller keeps the rows of the sheet for long text in a file beside the
// workbook until the other sheets are written.
type spiller struct {
	path string
	f    *os.File
	buf  *bufio.Writer
	rows int     // written
	ends []int64 // length of the file where a sheet's rows end
	size int64
}

// add writes rows; the file is made with the first.
func (s *spiller) add(rows []spillRow, perSheet int) error {
	for i := range rows {
		if s.f == nil {
			f, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
			if err != nil {
				return fileError(s.path, err)
			}
			s.f, s.buf = f, bufio.NewWriter(f)
		}
		if s.rows > 0 && s.rows%perSheet == 0 {
			s.ends = append(s.ends, s.size)
		}
		n, err := s.buf.Write(rows[i].xml(nil, s.rows%perSheet+2))
		if err != nil {
			return fileError(s.path, err)
		}
		s.size += int64(n)
		s.rows++
	}
	return nil
}

// sheets calls fn with the rows of each sheet and their number.
func (s *spiller) sheets(perSheet int, fn func(rows io.Reader, n int) error) error {
	if s.f == nil {
		return nil
	}
	if err := s.buf.Flush(); err != nil {
		return fileError(s.path, err)
	}
	from := int64(0)
	for i, end := range append(s.ends, s.size) {
		n := min(s.rows-i*perSheet, perSheet)
		if err := fn(io.NewSectionReader(s.f, from, end-from), n); err != nil {
			return err
		}
		from = end
	}
	return nil
}

func (s *spiller) close() error {
	if s.f == nil {
		return nil
	}
	err := s.f.Close()
	if removeErr := os.Remove(s.path); err == nil {
		err = removeErr
	}
	s.f = nil
	return fileError(s.path, err)
}

// xml appends the row as row number n of its sheet.
func (r *spillRow) xml(dst []byte, n int) []byte {
	at := strconv.Itoa(n)
	dst = append(dst, `<row r="`+at+`">`...)
	dst = appendPlainCell(dst, "A"+at, []byte(r.sheet))
	dst = appendPlainCell(dst, "B"+at, []byte(r.cell))
	dst = appendPlainCell(dst, "C"+at, []byte(r.column))
	dst = append(dst, `<c r="D`+at+`"><v>`+strconv.Itoa(r.part)+`</v></c>`...)
	dst = appendPlainCell(dst, "E"+at, r.text)
	return append(dst, `</row>`...)
}

func appendPlainCell(dst []byte, ref string, s []byte) []byte {
	return append(appendInline(append(dst, `<c r="`+ref+`"`...), s), `</c>`...)
}
