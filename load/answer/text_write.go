package answer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

// textAnswer is an answered text file in the making. Records are told apart by the
// reader that the import used; their bytes are copied from the file itself.
type textAnswer struct {
	c       *Config
	names   *columnNames
	lines   *lineReader
	out     *bufio.Writer
	write   fieldWriter
	header  int // line of the last header record; 0 none
	width   int // fields of the longest record, those of an earlier answer left out
	places  places
	answers func() (*Row, error)
	answer  *Row
	fields  [][]byte
}

// writeText writes the answered text file: in its own dialect, every record as it
// was with our fields behind it.
func writeText(ctx context.Context, c *Config, in io.ReaderAt, out *os.File) (done Done, err error) {
	s, err := surveyed(c.Rows)
	if err != nil {
		return Done{}, err
	}
	done = Done{Rows: s.rows, Bad: s.bad, Notes: s.bad}
	file, ok := in.(*os.File)
	if !ok {
		return done, errors.New("it is no file")
	}
	about, err := file.Stat()
	if err != nil {
		return done, err
	}
	reader, err := text.Open(ctx, in, about.Size(), grid.DefaultLimits(), *c.Recipe.Text)
	if err != nil {
		return done, err
	}
	defer reader.Close()
	dialect := reader.Dialect()
	code, err := newCode(dialect.Encoding)
	if err != nil {
		return done, err
	}
	t := &textAnswer{c: c, names: newColumnNames(c), out: bufio.NewWriterSize(out, 256<<10), write: newFieldWriter(dialect, code)}
	t.lines = newLineReader(io.NewSectionReader(in, 0, about.Size()), code.width, code.big)
	if len(c.Recipe.Header) > 0 {
		t.header = slices.Max(c.Recipe.Header)
	}
	if err := t.measure(ctx, reader); err != nil {
		return done, err
	}
	var stop func()
	t.answers, stop = of(c.Rows, c.Recipe.Sheet)
	defer stop()
	if t.answer, err = t.answers(); err != nil {
		return done, err
	}
	if _, err := reader.Rows(ctx, 0, t.record); err != nil {
		return done, err
	}
	if err := t.lines.copyTo(t.out, -1); err != nil {
		return done, err
	}
	if t.answer != nil {
		return done, fmt.Errorf("there is an answer for line %d, which begins no record", t.answer.Number)
	}
	return done, t.out.Flush()
}

// measure finds how many fields the longest record has, and the columns of an
// earlier answer.
func (t *textAnswer) measure(ctx context.Context, r *text.Reader) error {
	earlier := earlierColumns(t.c, t.c.Recipe.Sheet)
	free := delimiters
	_, err := r.Rows(ctx, 0, func(row *grid.Row) error {
		t.width = max(t.width, row.Fields)
		if t.write.dialect.Delimiter == "" {
			for i := range row.Cells {
				free = unused(free, row.Cells[i].Raw)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if t.write.dialect.Delimiter == "" {
		if free == "" {
			return errors.New("it has one column, and every sign that could begin a second one stands in its text")
		}
		t.write.separate(free[:1])
	}
	t.places, err = newPlaces(earlier, t.width)
	return err
}

// delimiters are those that a file of one column may get, the best first.
const delimiters = "\t;|,"

// unused leaves out of some delimiters those that stand in a text.
func unused(free, text string) string {
	if !strings.ContainsAny(text, free) {
		return free
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(text, r) {
			return -1
		}
		return r
	}, free)
}

// comment tells whether a record is a line of remarks.
func (t *textAnswer) comment(row *grid.Row) bool {
	sign := t.write.dialect.Comment
	return sign != "" && len(row.Cells) > 0 && !row.Cells[0].Is(grid.Quoted) && strings.HasPrefix(row.Cells[0].Raw, sign)
}

// record copies the lines up to a record, and the record with its answer.
func (t *textAnswer) record(row *grid.Row) error {
	if err := t.lines.copyTo(t.out, row.Number-1); err != nil {
		return err
	}
	raw, end, err := t.lines.take(max(row.Line, row.Number))
	if err != nil {
		return err
	}
	texts, given, err := t.texts(row)
	if err != nil {
		return err
	}
	switch {
	case t.comment(row), !given && (!t.places.anyOld() || row.Number <= t.header || row.Fields == 0):
		_, err = t.out.Write(raw)
	case t.places.anyOld():
		err = t.replaced(raw, texts, t.shifted(row))
	default:
		err = t.extended(raw, row.Fields, texts)
	}
	if err == nil {
		_, err = t.out.Write(end)
	}
	return err
}

// texts gives what our columns say of a record.
func (t *textAnswer) texts(row *grid.Row) (texts [ourColumns]string, given bool, err error) {
	if t.answer != nil && t.answer.Number < row.Number {
		return texts, false, fmt.Errorf("there is an answer for line %d, which begins no record", t.answer.Number)
	}
	if t.answer != nil && t.answer.Number == row.Number {
		a := t.answer
		texts, given = [ourColumns]string{ourResult: a.Result, ourToDo: toDo(a, t.names), ourOpen: a.Open}, true
		if a.Stamp != nil {
			texts[ourStamp] = a.Stamp.String()
		}
		if t.answer, err = t.answers(); err != nil {
			return texts, false, err
		}
	}
	if row.Number == t.header {
		texts, given = headings(t.c.Title), true
	}
	return texts, given, nil
}

// extended writes a record with our fields behind it; one that ends early is
// filled up with blank fields.
func (t *textAnswer) extended(raw []byte, fields int, texts [ourColumns]string) error {
	if _, err := t.out.Write(raw); err != nil {
		return err
	}
	out := t.write.delimiters(nil, t.width-max(fields, 1))
	for _, text := range texts {
		out = t.write.field(t.write.delimiters(out, 1), text)
	}
	_, err := t.out.Write(out)
	return err
}

// shifted tells whether the fields of an earlier answer stand one too far left in a
// record, because somebody took a field out of it.
func (t *textAnswer) shifted(row *grid.Row) bool {
	before := t.places.at[ourResult] - 1
	if !t.places.old[ourResult] || before < 1 || before > len(row.Cells) || !sheet.IsResult(row.Cells[before-1].Text) {
		return false
	}
	return !slices.ContainsFunc(t.c.Recipe.Columns, func(c sheet.Column) bool { return c.Place == before })
}

// replaced writes a record with our fields in place of those of an earlier answer,
// and of the one before them where they are shifted.
func (t *textAnswer) replaced(raw []byte, texts [ourColumns]string, shifted bool) error {
	fields, err := t.write.split(raw, t.fields[:0])
	if err != nil {
		return err
	}
	t.fields = fields
	for len(fields) < t.places.last {
		fields = append(fields, nil)
	}
	if shifted {
		fields[t.places.at[ourResult]-2] = nil
	}
	for i, at := range t.places.at {
		fields[at-1] = t.write.field(nil, texts[i])
	}
	for i, f := range fields {
		if i > 0 {
			if _, err := t.out.Write(t.write.delimiters(nil, 1)); err != nil {
				return err
			}
		}
		if _, err := t.out.Write(f); err != nil {
			return err
		}
	}
	return nil
}

// toDo says what to do with a row; a text file has no notes, so it says of each bad
// cell what is wrong.
func toDo(a *Row, names *columnNames) string {
	if len(a.Bad) == 0 {
		return a.ToDo
	}
	out := ""
	for _, b := range a.Bad {
		name := names.of(a.Sheet, b.Column)
		if name == "" {
			name = "column " + grid.Letters(b.Column)
		}
		if out != "" {
			out += "; "
		}
		out += name + ": " + b.Note
	}
	if a.ToDo != "" {
		out += "; " + a.ToDo
	}
	return out
}
