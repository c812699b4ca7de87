package extract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"ferry/extract/connector"
)

// maxHeader is how far a header row may reach, in bytes.
const maxHeader = 64 << 10

// readKeyText reads keys from a CSV file in UTF-8. Comma, semicolon or tab is
// told from the header row alone, or by a first line `sep=;`. Empty lines are
// no rows.
func readKeyText(ctx context.Context, s *connector.Stream, from KeySource, file *os.File, fail keyFileFailure) (*keyList, error) {
	in := bufio.NewReaderSize(file, maxHeader)
	skipped, separator, err := openKeyText(in)
	if err != nil {
		return nil, fail.at("1", err.Error(), "name the columns in the first row, parted by one of , ; and tab")
	}
	rows := csv.NewReader(in)
	rows.Comma, rows.ReuseRecord = separator, true
	t := &keyText{rows: rows, skipped: skipped, fail: fail}
	header, line, err := t.next()
	if errors.Is(err, io.EOF) {
		return nil, fail.at("", "the file holds no row", "write a column name and the keys below it")
	}
	if err != nil {
		return nil, err
	}
	column, what, do := columnOf(header, s, from.Column)
	if what != "" {
		return nil, fail.at(strconv.Itoa(line), what, do)
	}
	list := newKeyList("line")
	for {
		row, line, err := t.next()
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		if err := list.add(row[column], line); err != nil {
			return nil, fail.dotted(strconv.Itoa(line))
		}
	}
}

// keyText walks the rows of a CSV file.
type keyText struct {
	rows    *csv.Reader
	skipped int // lines before the first that rows sees
	fail    keyFileFailure
}

// next gives a row and the line it begins on; io.EOF behind the last.
func (t *keyText) next() ([]string, int, error) {
	row, err := t.rows.Read()
	var bad *csv.ParseError
	switch {
	case errors.As(err, &bad):
		return nil, 0, t.broken(bad, row)
	case errors.Is(err, io.EOF):
		return nil, 0, err
	case err != nil:
		return nil, 0, t.fail.open(err)
	}
	line, _ := t.rows.FieldPos(0)
	line += t.skipped
	for _, cell := range row {
		if !utf8.ValidString(cell) || strings.Contains(cell, "\x00") {
			return nil, 0, t.fail.at(strconv.Itoa(line), "the text is not UTF-8", `save it as "CSV UTF-8"`)
		}
	}
	return row, line, nil
}

func (t *keyText) broken(bad *csv.ParseError, row []string) error {
	place := strconv.Itoa(bad.StartLine + t.skipped)
	if errors.Is(bad.Err, csv.ErrFieldCount) {
		return t.fail.at(place, fmt.Sprintf("the row has %s, the header has %d", plural(len(row), "cell"), t.rows.FieldsPerRecord),
			"mend the row, or save the file again from the program it comes from")
	}
	return t.fail.at(place, fmt.Sprintf("a quotation mark stands where none may (%v)", bad.Err),
		"mend the row, or save the file again from the program it comes from")
}

// openKeyText steps over the byte order mark and a line `sep=`, and tells what
// parts the cells.
func openKeyText(in *bufio.Reader) (skipped int, separator rune, err error) {
	if head, err := in.Peek(3); err == nil && bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		if _, err := in.Discard(3); err != nil {
			return 0, 0, err
		}
	}
	head, err := in.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	if line, _, _ := bytes.Cut(head, []byte("\n")); len(line) >= 5 && bytes.EqualFold(line[:4], []byte("sep=")) {
		_, err := in.Discard(min(len(line)+1, len(head)))
		if c := rune(line[4]); strings.ContainsRune(",;\t", c) {
			return 1, c, err
		}
		return 0, 0, errors.New("the line sep= names no separator that is known")
	}
	separator, err = separatorOf(head)
	return 0, separator, err
}

// separatorOf counts the separators of the header row outside quotation marks.
func separatorOf(head []byte) (rune, error) {
	counts, quoted := map[rune]int{}, false
header:
	for _, c := range bytes.TrimLeft(head, "\r\n") {
		switch c {
		case '"':
			quoted = !quoted
		case '\n', '\r':
			if !quoted {
				break header
			}
		case ',', ';', '\t':
			if !quoted {
				counts[rune(c)]++
			}
		}
	}
	best, alike := ',', false
	for _, c := range ",;\t" {
		switch {
		case counts[c] > counts[best]:
			best, alike = c, false
		case c != best && counts[c] > 0 && counts[c] == counts[best]:
			alike = true
		}
	}
	if alike {
		return 0, errors.New("what parts the columns cannot be told from the first row")
	}
	return best, nil
}
