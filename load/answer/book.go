package answer

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/flate"

	"ferry/extract/sheet/grid"
)

// largest is the most bytes that a part of a workbook has without the long form of
// zip, which not every program reads.
const largest = 1<<32 - 1

// book is an answered workbook in the making.
type book struct {
	c         *Config
	survey    *survey
	pack      *pack
	workbook  *workbook
	styles    *styles
	stylePart string
	pages     []*sheetAnswer
	types     types
	taken     map[string]bool // names of new parts
	ready     map[string][]byte
	later     map[string]bool // parts that are written when the sheets are
	dropped   map[string]bool
	fresh     []freshPart
	active    bool // the sheet of results is shown first
	block     int  // first free block of ids of drawings
	quiet     int  // cells whose note could not be given
}

// freshPart is a part that the old file does not have.
type freshPart struct {
	name string
	data []byte
}

// sheetAnswer is a sheet on its way, with the parts that hang on it.
type sheetAnswer struct {
	page
	part        string
	relations   *relations
	notes       *notes
	notesPart   string
	drawingPart string
	texts       map[grid.Ref]string
}

// writeBook writes the answered workbook to out, which is empty before and after a
// wrong guess of the used columns.
func writeBook(ctx context.Context, c *Config, in io.ReaderAt, size int64, out *os.File) (Done, error) {
	s, err := surveyed(c.Rows)
	if err != nil {
		return Done{}, err
	}
	guesses := map[string]int{}
	for {
		b := &book{c: c, survey: s, types: types{gone: map[string]bool{}}, taken: map[string]bool{}, ready: map[string][]byte{}, later: map[string]bool{}, dropped: map[string]bool{}}
		err := b.prepare(in, size, guesses)
		if err == nil {
			err = b.write(ctx, out)
		}
		var wide *tooWide
		if errors.As(err, &wide) {
			if _, twice := guesses[wide.sheet]; !twice {
				guesses[wide.sheet] = wide.used
				if _, err := out.Seek(0, io.SeekStart); err != nil {
					return Done{}, err
				}
				if err := out.Truncate(0); err != nil {
					return Done{}, err
				}
				continue
			}
		}
		return Done{Rows: s.rows, Cells: s.cells, Bad: s.bad, Notes: s.quiet + b.quiet}, err
	}
}

// write writes all parts: those of the file in its order, then the new ones.
func (b *book) write(ctx context.Context, out io.Writer) error {
	z := zip.NewWriter(out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	pages := map[string]*sheetAnswer{}
	for _, p := range b.pages {
		pages[normal(p.part)] = p
	}
	for _, f := range b.pack.zip.File {
		name := normal(f.Name)
		var err error
		switch data, ready := b.ready[name]; {
		case pages[name] != nil:
			err = b.sheet(ctx, z, f, pages[name])
		case ready:
			err = write(z, slashed(f.Name), data)
		case !b.later[name] && !b.dropped[name]:
			err = copyPart(z, f)
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := b.rest(z); err != nil {
		return err
	}
	return z.Close()
}

// sheet writes one answered sheet.
func (b *book) sheet(ctx context.Context, z *zip.Writer, f *zip.File, p *sheetAnswer) error {
	if f.UncompressedSize64 > largest-largest/8 {
		return fmt.Errorf("sheet %s is larger than 3.5 GiB", p.name)
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := z.CreateHeader(&zip.FileHeader{Name: slashed(f.Name), Method: zip.Deflate})
	if err != nil {
		return err
	}
	unpacked := readAhead(in)
	defer unpacked.close()
	var stop func()
	p.next, stop = of(b.c.Rows, p.name)
	defer stop()
	err = p.rewrite(ctx, unpacked, out)
	var wide *tooWide
	var rows *rowsError
	if err != nil && !errors.As(err, &wide) && !errors.As(err, &rows) {
		return fmt.Errorf("sheet %s: %w", p.name, err)
	}
	return err
}

// rest writes what had to wait for the sheets, and what is new.
func (b *book) rest(z *zip.Writer) error {
	styles, err := b.styles.bytes()
	if err != nil {
		return err
	}
	parts := []freshPart{{b.stylePart, styles}}
	for _, p := range b.pages {
		more, err := b.beside(p)
		if err != nil {
			return err
		}
		parts = append(parts, more...)
	}
	for _, p := range append(parts, b.fresh...) {
		name := p.name
		if f := b.pack.parts[normal(name)]; f != nil {
			name = slashed(f.Name)
		}
		if err := write(z, name, p.data); err != nil {
			return err
		}
		delete(b.later, normal(p.name))
	}
	for _, f := range b.pack.zip.File {
		if b.later[normal(f.Name)] {
			if err := copyPart(z, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// beside gives the notes of a sheet, their drawing, and its relations.
func (b *book) beside(p *sheetAnswer) ([]freshPart, error) {
	if p.notes == nil {
		return nil, nil
	}
	parts := []freshPart{{p.notesPart, p.notes.bytes(b.workbook.space)}, {p.relations.part, p.relations.data}}
	if p.drawingPart == "" {
		return parts, nil
	}
	had, err := b.pack.read(p.drawingPart)
	if err != nil {
		return nil, err
	}
	var drawing []byte
	if drawing, b.block, err = drawn(had, p.notes.added, p.texts, p.notes.gone, b.block); err != nil {
		return nil, err
	}
	return append(parts, freshPart{p.drawingPart, drawing}), nil
}

func write(z *zip.Writer, name string, data []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// slashed gives the name that a part has in the answered file: some programs write
// names with backslashes, and not every one reads files that have both.
func slashed(name string) string { return strings.ReplaceAll(name, `\`, "/") }

// copyPart copies a part as it is, compressed.
func copyPart(z *zip.Writer, f *zip.File) error {
	header := f.FileHeader
	header.Name = slashed(f.Name)
	in, err := f.OpenRaw()
	if err != nil {
		return err
	}
	out, err := z.CreateRaw(&header)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

// office tells whether the workbook was saved by LibreOffice.
func (b *book) office() bool {
	app, err := b.pack.read("docProps/app.xml")
	return err == nil && strings.Contains(string(app), "LibreOffice")
}
