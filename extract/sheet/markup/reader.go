package markup

import (
	"context"
	"io"
	"regexp"
	"strconv"

	"ferry/extract/sheet/grid"
)

// Page is the text of a web page in UTF-8.
type Page interface {
	// Again begins the text from its start.
	Again() io.Reader
	// Seen writes NULs and the bytes of text that did not decode so that they can
	// be seen.
	Seen(text string) string
}

// Reader reads the tables of one page.
type Reader struct {
	page   Page
	limits grid.Limits
	tables []grid.Info
	facts  []grid.Fact
}

// declared is how a page says its encoding (HTML, 4.2.5.4).
var declared = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:-]+)|^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([a-z0-9_:-]+)`)

// Encoding gives the encoding that a page says it has, as it is written there; ""
// it says none. The error is a *grid.Refusal.
func Encoding(r io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return "", grid.Unread(err)
	}
	if m := declared.FindSubmatch(head); m != nil {
		return string(m[1]) + string(m[2]), nil
	}
	return "", nil
}

// Open finds the tables of a page. The error is a *grid.Refusal, or that of ctx.
func Open(ctx context.Context, page Page, l grid.Limits) (*Reader, error) {
	p := &Reader{page: page, limits: l}
	return p, p.list(ctx)
}

// Facts gives what a person is told about the tables.
func (r *Reader) Facts() []grid.Fact { return r.facts }

// Sheets gives the tables, in the order in which the page begins them. A table is
// named after its caption; one without is "Table 2".
func (r *Reader) Sheets() []grid.Info { return r.tables }

// Close gives back what the reader holds.
func (r *Reader) Close() error { return nil }

// list finds the tables and their names.
func (r *Reader) list(ctx context.Context) error {
	names := map[string]int{}
	nested := 0
	w := walker{limits: r.limits, each: func(*table, *grid.Row) error { return nil }}
	w.end = func(t *table) {
		for len(r.tables) <= t.index {
			r.tables = append(r.tables, grid.Info{Name: "Table " + strconv.Itoa(len(r.tables)+1)})
		}
		if t.caption != "" {
			r.tables[t.index].Name = t.caption
		}
		if t.inner {
			nested++
		}
	}
	if err := w.walk(ctx, r.page.Again()); err != nil {
		return err
	}
	if w.rows == 0 {
		return &grid.Refusal{Cause: grid.NoSheet, Why: "the page has no table with rows in it", Do: "export again as Excel workbook (.xlsx) or CSV"}
	}
	for i := range r.tables {
		name := r.tables[i].Name
		if names[name]++; names[name] > 1 {
			r.tables[i].Name = name + " (" + strconv.Itoa(names[name]) + ")"
		}
	}
	r.facts = append(r.facts, grid.Fact{Code: "web-page", Text: "The file is a web page, not a workbook: its tables are read as sheets, with the texts that they show.", Count: len(r.tables)})
	if nested > 0 {
		r.facts = append(r.facts, grid.Fact{Code: "nested-tables", Text: "Tables stand within cells of other tables; each is a sheet of its own.", Count: nested})
	}
	return nil
}

// Rows gives each row of the sheet-th table, from 0, numbered from 1 within it; a
// cell over several columns or rows stands in the first of them. The row is
// reused, its strings are not. The error is that of fn or ctx, or a *grid.Refusal.
func (r *Reader) Rows(ctx context.Context, sheet int, fn func(*grid.Row) error) (grid.Tail, error) {
	tail := grid.Tail{Second: -1, SecondWhy: "a web page has no second list of its rows"}
	w := walker{limits: r.limits, seen: r.page.Seen}
	w.each = func(t *table, row *grid.Row) error {
		if t.index != sheet {
			return nil
		}
		tail.Rows++
		if n := len(row.Cells); n > 0 {
			tail.Last = row.Number
			tail.Columns = max(tail.Columns, n)
		}
		return fn(row)
	}
	w.end = func(t *table) {
		if t.index == sheet {
			tail.Merges, tail.Links, tail.Pictures = t.merges, t.links, t.pictures
		}
	}
	return tail, w.walk(ctx, r.page.Again())
}
