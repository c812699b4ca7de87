package markup

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ferry/extract/sheet/grid"
)

// maxDepth bounds tables within tables.
const maxDepth = 64

// walker goes through the tables of a page. Missing end tags of rows and cells are
// added as browsers do (HTML, 13.1.2.4).
type walker struct {
	limits grid.Limits
	seen   func(string) string // nil: cells that do not decode are not looked for
	each   func(*table, *grid.Row) error
	end    func(*table)

	stack   []*table
	tables  int
	rows    int
	caption *textBuilder // where texts go while a caption is open
	skip    atom.Atom    // element whose content nobody sees
}

func (w *walker) walk(ctx context.Context, in io.Reader) error {
	z := html.NewTokenizer(in)
	z.SetMaxBuf(w.limits.Line)
	for n := 0; ; n++ {
		if n&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.token(z); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	if len(w.stack) > 0 {
		return &grid.Refusal{Cause: grid.Cut, Why: "the page ends in the middle of a table", Do: "download or export it again"}
	}
	return nil
}

func (w *walker) token(z *html.Tokenizer) error {
	kind := z.Next()
	switch kind {
	case html.ErrorToken:
		if errors.Is(z.Err(), html.ErrBufferExceeded) {
			return w.refuse("a text or a tag of the page has more than " + strconv.Itoa(w.limits.Line) + " bytes")
		}
		return z.Err()
	case html.TextToken:
		return w.text(string(z.Text()))
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := z.TagName()
		tag := atom.Lookup(name)
		attributes := map[string]string{}
		if more && wanted(tag) {
			attributes = read(z)
		}
		if w.skip != 0 {
			return nil
		}
		return w.begin(tag, attributes, kind == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := z.TagName()
		return w.finish(atom.Lookup(name))
	}
	return nil
}

// wanted tells whether the attributes of an element say something of its cells.
func wanted(tag atom.Atom) bool {
	switch tag {
	case atom.Td, atom.Th, atom.Tr, atom.A:
		return true
	}
	return false
}

func read(z *html.Tokenizer) map[string]string {
	out := map[string]string{}
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, twice := out[string(key)]; !twice {
			out[string(key)] = string(value)
		}
	}
	return out
}

func (w *walker) top() *table {
	if len(w.stack) == 0 {
		return nil
	}
	return w.stack[len(w.stack)-1]
}

func (w *walker) text(text string) error {
	t := w.top()
	switch {
	case w.skip != 0 || t == nil:
	case w.caption != nil:
		w.caption.add(text)
	case t.cell.open:
		if t.cell.text.b.Len()+len(text) > w.limits.Cell {
			return w.refuse("cell " + grid.Ref{Row: t.row.Number, Column: t.cell.column + 1}.String() + " has more than " + strconv.Itoa(w.limits.Cell) + " bytes")
		}
		t.cell.text.add(text)
	}
	return nil
}

func (w *walker) begin(tag atom.Atom, attributes map[string]string, closed bool) error {
	t := w.top()
	if tag == atom.Table {
		return w.beginTable(t)
	}
	if t == nil {
		if hidden(tag) && !closed {
			w.skip = tag
		}
		return nil
	}
	switch tag {
	case atom.Caption:
		w.caption = &textBuilder{}
	case atom.Tr:
		if err := w.endRow(t); err != nil {
			return err
		}
		t.beginRow(unseen(attributes))
	case atom.Thead, atom.Tbody, atom.Tfoot:
		return w.endRow(t)
	case atom.Td, atom.Th:
		return w.beginCell(t, attributes)
	case atom.Br:
		t.cell.text.brk()
	case atom.P, atom.Div, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4:
		t.cell.text.block()
	case atom.Img:
		t.pictures++
	case atom.A:
		if href := strings.TrimSpace(attributes["href"]); t.cell.open && t.cell.link == "" && href != "" && !strings.HasPrefix(href, "#") {
			t.cell.link = href
		}
	default:
		if hidden(tag) && !closed {
			w.skip = tag
		}
	}
	return nil
}

func (w *walker) beginTable(outer *table) error {
	if len(w.stack) == maxDepth {
		return w.refuse("the page has more than " + strconv.Itoa(maxDepth) + " tables within each other")
	}
	w.stack = append(w.stack, &table{index: w.tables, inner: outer != nil})
	w.tables++
	w.caption = nil
	return nil
}

func (w *walker) beginCell(t *table, attributes map[string]string) error {
	if !t.open {
		t.beginRow(false)
	}
	t.endCell(w.seen)
	across, down := span(attributes["colspan"], maxSpan), span(attributes["rowspan"], maxDown)
	if !t.beginCell(across, down, w.limits.Columns) {
		return w.refuse("row " + strconv.Itoa(t.row.Number) + " of a table has more than " + strconv.Itoa(w.limits.Columns) + " cells")
	}
	return nil
}

func span(text string, most int) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, most)
}

// hidden tells whether an element's content is not shown.
func hidden(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Title, atom.Textarea, atom.Select:
		return true
	}
	return false
}

// unseen tells whether a row is not shown.
func unseen(attributes map[string]string) bool {
	if _, ok := attributes["hidden"]; ok {
		return true
	}
	style := strings.ToLower(strings.ReplaceAll(attributes["style"], " ", ""))
	return strings.Contains(style, "display:none")
}

func (w *walker) finish(tag atom.Atom) error {
	if w.skip != 0 {
		if tag == w.skip {
			w.skip = 0
		}
		return nil
	}
	t := w.top()
	if t == nil {
		return nil
	}
	switch tag {
	case atom.Caption:
		if w.caption != nil {
			t.caption, w.caption = w.caption.take(), nil
		}
	case atom.Td, atom.Th:
		t.endCell(w.seen)
	case atom.Tr, atom.Thead, atom.Tbody, atom.Tfoot:
		return w.endRow(t)
	case atom.P, atom.Div, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4:
		t.cell.text.block()
	case atom.Table:
		if err := w.endRow(t); err != nil {
			return err
		}
		w.end(t)
		w.stack, w.caption = w.stack[:len(w.stack)-1], nil
	}
	return nil
}

// endRow gives the row that is open, if one is.
func (w *walker) endRow(t *table) error {
	if !t.open {
		return nil
	}
	t.endCell(w.seen)
	if w.rows++; t.row.Number > w.limits.Rows {
		return w.refuse("a table has more than " + strconv.Itoa(w.limits.Rows) + " rows")
	}
	return w.each(t, t.endRow())
}

func (w *walker) refuse(why string) error {
	return &grid.Refusal{Cause: grid.TooLarge, Why: why, Do: "export again as Excel workbook (.xlsx) or CSV"}
}
