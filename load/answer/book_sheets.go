package answer

import (
	"cmp"
	"slices"

	"ferry/extract/sheet"
)

// addSheets puts the sheets Result and _ferry in, in place of earlier ones.
func (b *book) addSheets(answered bool) error {
	w := b.workbook
	skip := map[string]bool{}
	for _, p := range b.pages {
		skip[normal(p.part)] = true
	}
	earlier, name := w.result(answered)
	skip[normal(earlier.part)] = true
	other, err := w.selected(skip)
	if err != nil {
		return err
	}
	b.active = !other
	for _, p := range b.pages {
		p.deselect = b.active
	}
	first, err := b.addSheet(earlier, name, func() []byte {
		return resultSheet(b.c, b.survey, w.space, &b.styles.looks, b.active)
	})
	if err != nil {
		return err
	}
	mark, _ := w.sheet(sheet.MarkSheet)
	last, err := b.addSheet(mark, sheet.MarkSheet, func() []byte {
		return markSheet(b.mark(), w.space, b.styles.looks[lookText])
	})
	if err != nil {
		return err
	}
	if last != nil {
		last.hidden = true
	}
	if b.ready[normal(w.part)], err = w.with(first, last, b.active); err != nil {
		return err
	}
	b.ready[normal(w.relations.part)] = w.relations.data
	return nil
}

// addSheet writes a sheet of ours into the part of an earlier one, or into a part
// of its own, which is then to be listed.
func (b *book) addSheet(earlier sheetOf, name string, make func() []byte) (*added, error) {
	if f := b.pack.parts[normal(earlier.part)]; earlier.part != "" && f != nil {
		b.ready[normal(earlier.part)] = make()
		return nil, nil
	}
	part := b.pack.free(b.workbook.dir()+"worksheets/sheet", ".xml", b.taken)
	id, err := b.workbook.relations.add("worksheet", b.workbook.relation+"/", part)
	if err != nil {
		return nil, err
	}
	b.types.add(part, typeSheet)
	b.fresh = append(b.fresh, freshPart{part, make()})
	return &added{name: name, relation: id}, nil
}

// dropChain leaves out the order of calculation where formulas of an earlier
// answer go: Excel makes it anew, and complains of one that names other cells.
func (b *book) dropChain() error {
	chain, ok := b.workbook.relations.by("calcChain")
	if ok && slices.ContainsFunc(b.pages, func(p *sheetAnswer) bool { return p.earlier[ourOpen] > 0 }) {
		b.dropped[normal(chain.target)] = true
		b.types.gone[normal(chain.target)] = true
		if err := b.workbook.relations.remove(chain.id); err != nil {
			return err
		}
		b.ready[normal(b.workbook.relations.part)] = b.workbook.relations.data
	}
	data, err := b.pack.read(typesPart)
	if err != nil {
		return err
	}
	b.ready[normal(typesPart)], err = b.types.with(data)
	return err
}

// mark gives what the workbook says of itself to programs.
func (b *book) mark() sheet.Mark {
	m := b.c.Mark
	m.Kind, m.Version = sheet.MarkAnswer, sheet.MarkVersion
	m.Sheet = cmp.Or(m.Sheet, b.c.Recipe.Sheet)
	if m.Header == 0 && len(b.c.Recipe.Header) > 0 {
		m.Header = slices.Max(b.c.Recipe.Header)
	}
	m.Layout = b.c.Recipe
	return m
}
