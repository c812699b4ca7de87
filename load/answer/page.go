package answer

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"

	"ferry/extract/sheet/grid"
)

// page is a sheet that is given answers.
type page struct {
	name     string
	header   int             // number of its last header row; 0 none
	earlier  [ourColumns]int // columns of an earlier answer; 0 none
	atLeast  int             // column that is known to be used: of a table of Excel
	guess    int             // last used column, of an attempt before; -1 none
	deselect bool            // the sheet must not be selected any more
	answered bool            // there are traces of an earlier answer
	headings [ourColumns]string
	// legacy gives the relation of the drawing of its notes: the one it has, "" where
	// it has none; the answer is the id to write, "" for none.
	legacy func(had string) (string, error)
	next   func() (*Row, error) // the answers, ascending; nil at the end
	styles *styles
	space  string // namespace of relations in the workbook
}

// tooWide says that the used columns of a sheet were guessed wrong.
type tooWide struct {
	sheet string
	used  int
}

func (e *tooWide) Error() string {
	return fmt.Sprintf("sheet %s: its last used column is %s", e.sheet, grid.Letters(e.used))
}

// rewriter is a page on its way from the old file to the new one.
type rewriter struct {
	*page
	in      *window
	out     *pipe
	names   cellNames
	columns columnLooks
	places  places
	used    int  // last column that holds something, so far
	plainly bool // rows need no look at their cells unless something is bad in them
	answer  *Row // the next
	headed  bool // the header row was written
	puts    []put
}

// put is a cell to write into a row.
type put struct {
	column int
	cell   []byte
	bad    bool // only the look of a cell: what it holds stays
	style  func(base int) int
}

// rewrite copies a sheet with the answers in it. What is not touched is copied
// byte for byte.
func (p *page) rewrite(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	w := &rewriter{page: p, in: newWindow(in), out: newPipe(ctx, out)}
	defer func() {
		if closed := w.out.close(); err == nil {
			err = closed
		}
	}()
	open, err := w.prologue()
	if err != nil {
		return err
	}
	if w.answer, err = p.next(); err != nil {
		return err
	}
	if open {
		scan := newScanner(w.in, w.names.prefix)
		if err := scan.rows(ctx, w.out.put, w.row); err != nil {
			return err
		}
	}
	if err := w.until(grid.MaxRows + 1); err != nil {
		return err
	}
	w.out.text("</" + w.names.prefix + "sheetData>")
	return w.epilogue()
}

// row writes a row of the file, and before it what is not in the file.
func (w *rewriter) row(row *rowOf) error {
	if err := w.until(row.number); err != nil {
		return err
	}
	w.puts = w.puts[:0]
	bad := false
	if w.answer != nil && w.answer.Number == row.number {
		bad = len(w.answer.Bad) > 0
		w.give(w.answer)
		var err error
		if w.answer, err = w.next(); err != nil {
			return err
		}
	}
	if row.number == w.header {
		w.head()
		w.headed = true
	}
	if !bad && w.plainly {
		cell, used, known := w.names.lastOf(row.body, w.used)
		if known {
			w.used = max(w.used, used)
		}
		if known && cell < w.firstPut() && w.names.ends(row.body) {
			w.plain(row)
			return nil
		}
	}
	return w.mixed(row)
}

func (w *rewriter) firstPut() int {
	if len(w.puts) == 0 {
		return grid.MaxColumns + 1
	}
	return w.puts[0].column
}

// plain writes a row with our cells behind its own.
func (w *rewriter) plain(row *rowOf) {
	if len(w.puts) == 0 {
		w.out.put(row.start)
		w.out.put(row.body)
		w.out.put(row.end)
		return
	}
	w.open(row)
	w.out.put(row.body)
	for i := range w.puts {
		w.out.put(w.puts[i].cell)
	}
	w.close(row)
}

// open writes the start tag of a row that gets cells.
func (w *rewriter) open(row *rowOf) {
	start := row.start
	if from, to, ok := attribute(start, "spans"); ok {
		start = splice(start, from, to, widened(string(start[from:to]), w.places.last))
	}
	if row.end == nil {
		w.out.put(bytes.TrimRight(start[:len(start)-2], " \t\r\n"))
		w.out.text(">")
		return
	}
	w.out.put(start)
}

func (w *rewriter) close(row *rowOf) {
	if row.end == nil {
		w.out.text("</" + w.names.prefix + "row>")
		return
	}
	w.out.put(row.end)
}

// widened gives the columns that a row says it has, 1:26, with one more.
func widened(spans string, last int) string {
	from, to, ok := bytes.Cut([]byte(spans), []byte{':'})
	if n, err := strconv.Atoi(string(to)); !ok || err != nil || n >= last || bytes.ContainsAny(to, " :") {
		return spans
	}
	return string(from) + ":" + strconv.Itoa(last)
}

// until writes the rows below a number that have something of ours and are not in
// the file.
func (w *rewriter) until(number int) error {
	for {
		a, answer := w.answer, w.answer != nil && w.answer.Number < number
		head := !w.headed && w.header > 0 && w.header < number && (!answer || w.header <= a.Number)
		w.puts = w.puts[:0]
		switch {
		case head:
			w.headed = true
			w.head()
			w.newRow(w.header)
		case answer:
			w.give(a)
			w.newRow(a.Number)
			var err error
			if w.answer, err = w.next(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// newRow writes a row that the file does not have.
func (w *rewriter) newRow(number int) {
	p := w.names.prefix
	w.out.text("<" + p + `row r="` + strconv.Itoa(number) + `">`)
	for i := range w.puts {
		w.missing(&w.puts[i], number, -1)
	}
	w.out.text("</" + p + "row>")
}

// missing writes a cell that the row does not have.
func (w *rewriter) missing(p *put, row, rowStyle int) {
	if !p.bad {
		w.out.put(p.cell)
		return
	}
	base := rowStyle
	if base < 0 {
		base = w.columns.style(p.column)
	}
	w.out.text("<" + w.names.prefix + `c r="` + grid.Letters(p.column) + strconv.Itoa(row) + `" s="` + strconv.Itoa(p.style(base)) + `"/>`)
}

// mixed writes a row whose own cells change, or stand where ours go.
func (w *rewriter) mixed(row *rowOf) error {
	rowStyle := -1
	if value(row.start, "customFormat") == "1" || value(row.start, "customFormat") == "true" {
		rowStyle = integer(row.start, "s", -1)
	}
	if len(w.puts) > 0 {
		w.open(row)
	} else {
		w.out.put(row.start)
	}
	at, inserted := 0, false
	after, err := w.names.each(row.body, row.number, func(c *cellOf) {
		for ; at < len(w.puts) && w.puts[at].column < c.column; at++ {
			w.missing(&w.puts[at], row.number, rowStyle)
			inserted = true
		}
		if w.names.holds(c.bytes) {
			w.used = max(w.used, c.column)
		}
		w.out.put(c.before)
		switch {
		case at < len(w.puts) && w.puts[at].column == c.column:
			p := &w.puts[at]
			at++
			if p.bad {
				w.restyled(c, row.number, p.style, inserted)
			} else {
				w.out.put(p.cell)
			}
		case w.places.stale(c.column) && row.number > w.header:
			inserted = true // the cells behind it must say where they stand
		case w.answered:
			w.restyled(c, row.number, w.styles.plain, inserted)
		default:
			w.kept(c, row.number, inserted)
		}
	})
	if err != nil {
		return err
	}
	for ; at < len(w.puts); at++ {
		w.missing(&w.puts[at], row.number, rowStyle)
	}
	w.out.put(after)
	if len(w.puts) > 0 {
		w.close(row)
	} else {
		w.out.put(row.end)
	}
	return nil
}
