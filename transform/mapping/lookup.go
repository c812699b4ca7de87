package mapping

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"ferry/extract/strictyaml"
)

// Bounds on a lookup file.
const (
	maxLookup     = 64 << 20
	maxLookupRows = 1 << 20
)

// lookupRule binds lookup: and its else.
func (c *check) lookupRule(r *boundRule, t *valueType) bool {
	l := r.def.Lookup
	if t.class == list || t.class == object {
		l.node.KeyProblem(fmt.Sprintf("a lookup is for single values, the source is %s", t), "name a field in it")
		return false
	}
	table, ok := c.table(l)
	if !ok {
		return false
	}
	f := r.target.field
	to := make(map[string]value, len(table))
	for key, text := range table {
		if f == nil {
			to[key] = textValue(text)
			continue
		}
		v, ok := c.scalar(text, f, l.valueNode)
		if !ok {
			return false
		}
		to[key] = v
	}
	otherwise, ok := c.otherwise(r)
	first := r.make
	r.make = func(e *eval, v value) value {
		if first != nil {
			v = first(e, v)
		}
		if v.blank() {
			return nothing
		}
		key := e.textOf(v)
		if found, ok := to[key]; ok {
			return found
		}
		return otherwise(e, key)
	}
	return ok
}

// table reads the two columns of a lookup file, each file once.
func (c *check) table(l *Lookup) (map[string]string, bool) {
	id := strings.Join([]string{l.File, l.Sheet, l.Key, l.Value}, "\x00")
	if t, ok := c.tables[id]; ok {
		return t, true
	}
	rows, err := readRows(c.f.lookupPath(l), l.Sheet)
	if err != nil {
		hint := "put the file beside the mapping, or correct its name"
		if !errors.Is(err, os.ErrNotExist) {
			hint = "save it as CSV in UTF-8 or as xlsx"
		}
		l.node.Problem(fmt.Sprintf("lookup file %q cannot be read: %s", l.File, reason(err)), hint)
		return nil, false
	}
	if len(rows) == 0 {
		l.node.Problem(fmt.Sprintf("lookup file %q is empty", l.File), "its first row names the columns")
		return nil, false
	}
	header := rows[0].cells
	key, value := column(header, l.Key, l.keyNode, l.File), column(header, l.Value, l.valueNode, l.File)
	if key < 0 || value < 0 {
		return nil, false
	}
	t, at := map[string]string{}, map[string]int{}
	good := true
	for _, row := range rows[1:] {
		k := cell(row.cells, key)
		if k == "" {
			continue
		}
		if first, twice := at[k]; twice {
			l.keyNode.Problem(fmt.Sprintf("lookup file %q has the key %q in row %d and in row %d", l.File, k, first, row.number), "keep one of the rows")
			good = false
			continue
		}
		t[k], at[k] = cell(row.cells, value), row.number
	}
	c.tables[id] = t
	return t, good
}

// reason is an error without the path it is about.
func reason(err error) string {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

func column(header []string, name string, at *strictyaml.Node, file string) int {
	i := slices.Index(header, name)
	if i < 0 {
		at.Problem(fmt.Sprintf("lookup file %q has no column %q", file, name), strictyaml.Suggest(name, header))
	}
	return i
}

func cell(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}

// row is one row of a lookup file, with its number as a person counts.
type row struct {
	number int
	cells  []string
}

func readRows(path, sheet string) ([]row, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxLookup {
		return nil, errors.New("it is larger than 64 MiB")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx", ".xlsm":
		return workbookRows(data, sheet)
	}
	return csvRows(data)
}

// csvRows reads UTF-8 text with commas, semicolons or tabs between the cells:
// whichever the first line has most of.
func csvRows(data []byte) ([]row, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, errors.New("it is not UTF-8")
	}
	head, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	for _, sep := range []rune{';', '\t'} {
		if bytes.ContainsRune(head, sep) && bytes.Count(head, []byte(string(sep))) > bytes.Count(head, []byte(string(r.Comma))) {
			r.Comma = sep
		}
	}
	var rows []row
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("it is no CSV: %w", err)
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, row{line, trimmed(cells)})
		if len(rows) > maxLookupRows {
			return nil, errors.New("it has more than a million rows")
		}
	}
}

func trimmed(cells []string) []string {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// workbookRows reads a sheet as it is shown, so that codes keep their zeros.
func workbookRows(data []byte, sheet string) ([]row, error) {
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 4 * maxLookup, UnzipXMLSizeLimit: maxLookup})
	if err != nil {
		return nil, errors.New("it is no workbook")
	}
	defer func() { _ = book.Close() }() // read to the end already
	if sheet == "" {
		sheet = book.GetSheetName(0)
	}
	cells, err := book.GetRows(sheet)
	if err != nil {
		return nil, fmt.Errorf("there is no sheet %q; %s", sheet, strictyaml.Suggest(sheet, book.GetSheetList()))
	}
	rows := make([]row, len(cells))
	for i, c := range cells {
		rows[i] = row{i + 1, trimmed(c)}
	}
	return rows, nil
}
