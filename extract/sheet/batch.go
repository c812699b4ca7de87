package sheet

import (
	"encoding/binary"
	"errors"

	"ferry/extract/sheet/grid"
)

// A batch is: length of the part that tells the shape (uvarint), that part, and
// all texts one after another. The shape: formats and colours not sent before,
// number of rows; a row: number, last line, marks, fields, its fault's length
// where it has one, number of cells; a cell: a byte of kind and marks, the lengths
// of its texts. The reader makes one string of all texts of a batch.
const (
	batchBytes = 64 << 10 // a batch is sent from this size on
	batchRows  = 1024     // and from this number of rows on
	maxCells   = 1 << 20  // of one row
)

// Marks in the byte of a cell, above its kind.
const (
	cellKind   = 0x0f
	cellSame   = 0x10 // Text is Raw
	cellFlags  = 0x20
	cellFormat = 0x40
	cellFill   = 0x80
)

// Marks in the byte of a row.
const (
	rowHidden = 1 << iota
	rowFault
	rowLevel
)

// batchWriter collects rows and sends them as batches.
type batchWriter struct {
	out    *frameWriter
	shape  []byte
	text   []byte
	rows   int
	fresh  []string // formats and colours not sent yet
	common map[string]uint64
	head   []byte
}

func newBatchWriter(out *frameWriter) *batchWriter {
	return &batchWriter{out: out, common: map[string]uint64{}}
}

func (w *batchWriter) add(row *grid.Row) error {
	b := binary.AppendUvarint(w.shape, uint64(row.Number))
	b = binary.AppendUvarint(b, uint64(row.Line))
	var marks byte
	if row.Hidden {
		marks |= rowHidden
	}
	if row.Fault != "" {
		marks |= rowFault
	}
	if row.Level > 0 {
		marks |= rowLevel
	}
	b = append(b, marks)
	if row.Level > 0 {
		b = append(b, row.Level)
	}
	if row.Fault != "" {
		b = binary.AppendUvarint(b, uint64(len(row.Fault)))
		w.text = append(w.text, row.Fault...)
	}
	b = binary.AppendUvarint(b, uint64(row.Fields))
	w.shape = binary.AppendUvarint(b, uint64(len(row.Cells)))
	for i := range row.Cells {
		w.cell(&row.Cells[i])
	}
	w.rows++
	if len(w.text)+len(w.shape) < batchBytes && w.rows < batchRows {
		return nil
	}
	return w.flush()
}

func (w *batchWriter) cell(c *grid.Cell) {
	head := byte(c.Kind) & cellKind
	same := c.Raw == c.Text
	if same {
		head |= cellSame
	}
	if c.Flags != 0 {
		head |= cellFlags
	}
	if c.Format != "" {
		head |= cellFormat
	}
	if c.Fill != "" {
		head |= cellFill
	}
	b := append(w.shape, head)
	b = binary.AppendUvarint(b, uint64(len(c.Text)))
	w.text = append(w.text, c.Text...)
	if !same {
		b = binary.AppendUvarint(b, uint64(len(c.Raw)))
		w.text = append(w.text, c.Raw...)
	}
	if c.Flags != 0 {
		b = binary.AppendUvarint(b, uint64(c.Flags))
	}
	if c.Format != "" {
		b = binary.AppendUvarint(b, w.place(c.Format))
	}
	if c.Fill != "" {
		b = binary.AppendUvarint(b, w.place(c.Fill))
	}
	w.shape = b
}

// place gives the number of a format or colour, which is sent once.
func (w *batchWriter) place(text string) uint64 {
	n, ok := w.common[text]
	if !ok {
		n = uint64(len(w.common))
		w.common[text] = n
		w.fresh = append(w.fresh, text)
	}
	return n
}

// flush sends what was collected.
func (w *batchWriter) flush() error {
	if w.rows == 0 {
		return nil
	}
	lists := binary.AppendUvarint(nil, uint64(len(w.fresh)))
	for _, text := range w.fresh {
		lists = binary.AppendUvarint(lists, uint64(len(text)))
		lists = append(lists, text...)
	}
	lists = binary.AppendUvarint(lists, uint64(w.rows))
	w.head = binary.AppendUvarint(w.head[:0], uint64(len(lists)+len(w.shape)))
	err := w.out.write(frameBatch, w.head, lists, w.shape, w.text)
	w.shape, w.text, w.fresh, w.rows = w.shape[:0], w.text[:0], w.fresh[:0], 0
	return err
}

// errBatch is a batch that is not what batchWriter writes.
var errBatch = errors.New("a batch of rows is damaged")

// batchReader gives the rows of batches.
type batchReader struct {
	shape  []byte
	text   string
	left   int
	common []string
	bad    bool
}

// open takes the next batch; the memory of payload must stay until its last row.
func (r *batchReader) open(payload []byte) error {
	size, n := binary.Uvarint(payload)
	if n <= 0 || size > uint64(len(payload)-n) {
		return errBatch
	}
	r.shape, r.text = payload[n:n+int(size)], string(payload[n+int(size):])
	for range r.number() {
		length := r.number()
		if r.bad || length > len(r.shape) {
			return errBatch
		}
		r.common = append(r.common, string(r.shape[:length]))
		r.shape = r.shape[length:]
	}
	if r.left = r.number(); r.bad {
		return errBatch
	}
	return nil
}

// next reads a row into the memory of row. ok is false after the last.
func (r *batchReader) next(row *grid.Row) (ok bool, err error) {
	if r.left == 0 {
		if len(r.shape) > 0 || r.text != "" {
			return false, errBatch
		}
		return false, nil
	}
	r.left--
	row.Number, row.Line = r.number(), r.number()
	marks := r.byte()
	row.Hidden, row.Level, row.Fault = marks&rowHidden != 0, 0, ""
	if marks&rowLevel != 0 {
		row.Level = r.byte()
	}
	if marks&rowFault != 0 {
		row.Fault = r.take(r.number())
	}
	row.Fields = r.number()
	cells := r.number()
	if r.bad || cells > min(len(r.shape), maxCells) { // a cell has two bytes at least
		return false, errBatch
	}
	if cap(row.Cells) < cells {
		row.Cells = make([]grid.Cell, cells, cells+cells/2)
	}
	row.Cells = row.Cells[:cells]
	r.cells(row.Cells)
	if r.bad {
		return false, errBatch
	}
	return true, nil
}

// cells reads the cells of a row. Nearly all of them are short texts as they stand,
// of two bytes: kind and length.
func (r *batchReader) cells(cells []grid.Cell) {
	shape, text := r.shape, r.text
	for i := range cells {
		if len(shape) > 1 && shape[0]&^cellKind == cellSame && shape[1] < 0x80 && int(shape[1]) <= len(text) {
			c, n := &cells[i], shape[1]
			c.Kind, c.Raw, c.Text = grid.Kind(shape[0]&cellKind), text[:n], text[:n]
			c.Flags, c.Format, c.Fill = 0, "", ""
			shape, text = shape[2:], text[n:]
			continue
		}
		r.shape, r.text = shape, text
		r.cell(&cells[i])
		shape, text = r.shape, r.text
	}
	r.shape, r.text = shape, text
}

func (r *batchReader) cell(c *grid.Cell) {
	head := r.byte()
	c.Kind = grid.Kind(head & cellKind)
	c.Text = r.take(r.number())
	c.Raw = c.Text
	if head&cellSame == 0 {
		c.Raw = r.take(r.number())
	}
	c.Flags, c.Format, c.Fill = 0, "", ""
	if head&(cellFlags|cellFormat|cellFill) == 0 {
		return
	}
	if head&cellFlags != 0 {
		c.Flags = grid.Flag(r.number())
	}
	if head&cellFormat != 0 {
		c.Format = r.shared()
	}
	if head&cellFill != 0 {
		c.Fill = r.shared()
	}
}

func (r *batchReader) byte() byte {
	if len(r.shape) == 0 {
		r.bad = true
		return 0
	}
	b := r.shape[0]
	r.shape = r.shape[1:]
	return b
}

// number reads an uvarint, which is a length or a count: never beyond an int32.
func (r *batchReader) number() int {
	if len(r.shape) > 0 && r.shape[0] < 0x80 {
		b := r.shape[0]
		r.shape = r.shape[1:]
		return int(b)
	}
	n, size := binary.Uvarint(r.shape)
	if size <= 0 || n > 1<<31-1 {
		r.bad = true
		return 0
	}
	r.shape = r.shape[size:]
	return int(n)
}

func (r *batchReader) take(n int) string {
	if n > len(r.text) {
		r.bad = true
		return ""
	}
	text := r.text[:n]
	r.text = r.text[n:]
	return text
}

func (r *batchReader) shared() string {
	n := r.number()
	if n >= len(r.common) {
		r.bad = true
		return ""
	}
	return r.common[n]
}
