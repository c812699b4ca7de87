package answer

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"ferry/extract/sheet"
)

// errFound ends a walk through a sheet.
var errFound = errors.New("found")

// earlierColumns finds the columns of an earlier answer in a sheet by their
// headers: the last of each name, and none right of the stamp.
func (w *workbook) earlierColumns(ctx context.Context, part string, header int) (at [ourColumns]int, err error) {
	texts, err := w.headerTexts(ctx, part, header)
	if err != nil {
		return at, err
	}
	for column, text := range texts {
		if ourKind(text) == ourStamp {
			at[ourStamp] = max(at[ourStamp], column)
		}
	}
	for column, text := range texts {
		if i := ourKind(text); i >= 0 && i != ourStamp && (at[ourStamp] == 0 || column < at[ourStamp]) {
			at[i] = max(at[i], column)
		}
	}
	return at, nil
}

// ourKind tells which of our columns a header is of; -1 none.
func ourKind(header string) int {
	switch {
	case header == sheet.ColumnResult:
		return ourResult
	case header == sheet.ColumnToDo:
		return ourToDo
	case strings.HasPrefix(header, sheet.ColumnOpen):
		return ourOpen
	case header == sheet.ColumnStamp:
		return ourStamp
	}
	return -1
}

// headerTexts gives the texts of a row of a sheet by column.
func (w *workbook) headerTexts(ctx context.Context, part string, header int) (map[int]string, error) {
	f := w.pack.parts[normal(part)]
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	in := newWindow(r)
	head, data, err := untilRows(in)
	if err != nil {
		return nil, err
	}
	texts, shared := map[int]string{}, map[int]int{}
	if data.kind != openTag {
		return texts, nil
	}
	top, _, err := nextTag(head, 0)
	if err != nil {
		return nil, err
	}
	names := newCellNames(string(top.prefix))
	err = newScanner(in, names.prefix).rows(ctx, func([]byte) {}, func(row *rowOf) error {
		if row.number < header {
			return nil
		}
		if row.number > header {
			return errFound
		}
		_, err := names.each(row.body, row.number, func(c *cellOf) { headerText(c, texts, shared) })
		if err != nil {
			return err
		}
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, err
	}
	return texts, w.sharedTexts(shared, texts)
}

// headerText reads a cell's own text, or notes which shared one it has.
func headerText(c *cellOf, texts map[int]string, shared map[int]int) {
	parts, err := elements(c.bytes, len(c.start), max(len(c.start), strings.LastIndex(string(c.bytes), "</")))
	if err != nil {
		return
	}
	if v, ok := named(parts, "v"); ok {
		inner := strings.TrimSpace(string(c.bytes[v.head:v.tail]))
		if value(c.start, "t") != "s" {
			texts[c.column] = html.UnescapeString(inner)
		} else if n, err := strconv.Atoi(inner); err == nil {
			shared[c.column] = n
		}
	}
	if is, ok := named(parts, "is"); ok {
		if t, ok, _ := is.below(c.bytes, "t"); ok {
			texts[c.column] = html.UnescapeString(string(c.bytes[t.head:t.tail]))
		}
	}
}

// sharedTexts looks up texts of the shared ones by their numbers.
func (w *workbook) sharedTexts(wanted map[int]int, texts map[int]string) error {
	if len(wanted) == 0 {
		return nil
	}
	part, _ := w.relations.by("sharedStrings")
	f := w.pack.parts[normal(part.target)]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	last, at := 0, map[int][]int{}
	for column, n := range wanted {
		last = max(last, n)
		at[n] = append(at[n], column)
	}
	decoder := xml.NewDecoder(r)
	for n := 0; n <= last; {
		token, err := decoder.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("its shared texts: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "si" {
			continue
		}
		var text struct {
			T string   `xml:"t"`
			R []string `xml:"r>t"`
		}
		if err := decoder.DecodeElement(&text, &start); err != nil {
			return fmt.Errorf("its shared texts: %w", err)
		}
		for _, column := range at[n] {
			texts[column] = text.T + strings.Join(text.R, "")
		}
		n++
	}
	return nil
}
