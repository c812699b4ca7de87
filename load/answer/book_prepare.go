package answer

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// prepare reads what the workbook says of itself and decides which parts change.
func (b *book) prepare(in io.ReaderAt, size int64, guesses map[string]int) (err error) {
	if b.pack, err = openPack(in, size); err != nil {
		return err
	}
	if b.workbook, err = readWorkbook(b.pack); err != nil {
		return err
	}
	if err := b.readStyles(); err != nil {
		return err
	}
	answered := slices.ContainsFunc(b.c.Recipe.Columns, func(c sheet.Column) bool { return c.Ours })
	names := append([]string{b.c.Recipe.Sheet}, b.c.Recipe.Also...)
	for name := range b.survey.sheets {
		if !slices.Contains(names, name) {
			return fmt.Errorf("there are answers for a sheet %q, which was not read", name)
		}
	}
	for _, name := range names {
		if err := b.addPage(name, answered, guesses); err != nil {
			return fmt.Errorf("sheet %s: %w", name, err)
		}
	}
	if err := b.addSheets(answered); err != nil {
		return err
	}
	return b.dropChain()
}

func (b *book) readStyles() error {
	w := b.workbook
	r, ok := w.relations.by("styles")
	b.stylePart = r.target
	if !ok {
		b.stylePart = b.pack.free(w.dir()+"styles", ".xml", b.taken)
		if _, err := w.relations.add("styles", w.relation+"/", b.stylePart); err != nil {
			return err
		}
		b.types.add(b.stylePart, typeStyles)
	}
	data, err := b.pack.read(b.stylePart)
	if err != nil {
		return err
	}
	b.later[normal(b.stylePart)] = true
	b.styles, err = newStyles(data, w.space, b.office())
	return err
}

// addPage prepares one sheet that is given answers.
func (b *book) addPage(name string, answered bool, guesses map[string]int) (err error) {
	s, ok := b.workbook.sheet(name)
	if !ok || b.pack.parts[normal(s.part)] == nil {
		return errors.New("it is not in the file any more")
	}
	p := &sheetAnswer{part: s.part, texts: map[grid.Ref]string{}}
	p.page = page{name: name, guess: -1, answered: answered, headings: headings(b.c.Title), styles: b.styles, space: b.workbook.relation}
	if guess, ok := guesses[name]; ok {
		p.guess = guess
	}
	lines := b.c.Recipe.Header
	if name != b.c.Recipe.Sheet {
		lines = b.c.Recipe.AlsoHeader[name]
	}
	if len(lines) > 0 {
		p.header = slices.Max(lines)
	}
	p.earlier = earlierColumns(b.c, name)
	if p.relations, err = b.pack.relationsOf(s.part); err != nil {
		return err
	}
	if p.atLeast, err = b.tables(p.relations); err != nil {
		return err
	}
	b.pages = append(b.pages, p)
	return b.addNotes(p)
}

// tables gives the last column that tables of Excel on a sheet have.
func (b *book) tables(r *relations) (last int, err error) {
	for _, one := range r.list {
		if one.kind != "table" {
			continue
		}
		data, err := b.pack.read(one.target)
		if err != nil {
			return 0, err
		}
		if t, ok, err := nextTag(data, 0); err == nil && ok {
			if g, ok := grid.ParseRange(value(data[t.start:t.end], "ref")); ok {
				last = max(last, g.LastColumn)
			}
		}
	}
	return last, nil
}

// addNotes prepares the notes of a sheet.
func (b *book) addNotes(p *sheetAnswer) (err error) {
	p.legacy = func(string) (string, error) { return "", nil }
	wanted := b.survey.notes[p.name]
	had, ok := p.relations.by("comments")
	if len(wanted) == 0 && (!ok || !p.answered) {
		return nil
	}
	var data []byte
	if ok {
		if data, err = b.pack.read(had.target); err != nil {
			return err
		}
	}
	if p.notes, err = readNotes(data); err != nil {
		return err
	}
	p.notes.clear()
	still := map[grid.Ref]bool{}
	for _, n := range wanted {
		at := grid.Ref{Row: n.at.Row, Column: n.at.Column}
		done, err := p.notes.put(at, n.text)
		if err != nil {
			return err
		}
		if !done {
			b.quiet++
		}
		still[at], p.texts[at] = true, shortNote(n.text)
	}
	if err := p.notes.strip(still); err != nil {
		return err
	}
	if !p.notes.changed() {
		p.notes = nil
		return nil
	}
	return b.placeNotes(p, had.target, data != nil)
}

// placeNotes names the parts that the notes of a sheet go into.
func (b *book) placeNotes(p *sheetAnswer, part string, had bool) error {
	b.later[normal(p.relations.part)] = true
	p.notesPart = part
	if !had {
		p.notesPart = b.pack.free(b.workbook.dir()+"comments", ".xml", b.taken)
		b.types.add(p.notesPart, typeComments)
		if _, err := p.relations.add("comments", b.workbook.relation+"/", p.notesPart); err != nil {
			return err
		}
	}
	b.later[normal(p.notesPart)] = true
	if len(p.notes.added) == 0 && len(p.notes.gone) == 0 {
		return nil
	}
	b.types.drawing = true
	for _, one := range p.relations.list {
		if one.kind == "vmlDrawing" {
			b.later[normal(one.target)] = true
		}
	}
	p.legacy = func(had string) (string, error) { return b.placeDrawing(p, had) }
	return b.findBlock()
}

// placeDrawing names the drawing that the notes of a sheet have; the sheet names
// the one it has by the id of a relation.
func (b *book) placeDrawing(p *sheetAnswer, had string) (id string, err error) {
	if had != "" {
		r, ok := p.relations.of(had)
		if !ok || b.pack.parts[normal(r.target)] == nil {
			return "", errors.New("the drawing of its notes is missing")
		}
		p.drawingPart = r.target
		return had, nil
	}
	p.drawingPart = b.pack.free(b.workbook.dir()+"drawings/vmlDrawing", ".vml", b.taken)
	return p.relations.add("vmlDrawing", b.workbook.relation+"/", p.drawingPart)
}

// findBlock finds the first block of ids that no drawing of the workbook uses.
func (b *book) findBlock() error {
	if b.block > 0 {
		return nil
	}
	last := 0
	for name, f := range b.pack.parts {
		if !strings.HasSuffix(name, ".vml") {
			continue
		}
		data, err := b.pack.read(f.Name)
		if err != nil {
			return err
		}
		last = max(last, lastBlock(data))
	}
	b.block = last + 1
	return nil
}
