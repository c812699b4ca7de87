package workbook

import (
	"context"
	"path"
	"strings"

	"ferry/extract/sheet/grid"
)

// mostSheets is far more than people can leaf through.
const mostSheets = 10_000

// book is what the workbook part says (ECMA-376 Part 1, 18.2).
type book struct {
	name      string // of the part
	relations map[string]relation
	sheets    []tab
	from1904  bool
	compute   bool // all formulas are to be computed when it is opened
	facts     []grid.Fact
}

// tab is a sheet of the workbook.
type tab struct {
	grid.Info
	part      string
	relations map[string]relation
}

func readBook(ctx context.Context, p *parts) (*book, error) {
	top, err := p.relations(ctx, "")
	if err != nil {
		return nil, err
	}
	b := &book{name: one(top, "officeDocument")}
	if b.name == "" {
		b.name = "xl/workbook.xml"
	}
	if path.Ext(b.name) == ".bin" {
		return nil, &grid.Refusal{Cause: grid.OtherFormat, Why: "this is a binary Excel workbook (.xlsb)", Do: doCSV}
	}
	if !p.has(b.name) {
		return nil, &grid.Refusal{Cause: grid.OtherFormat, Why: "this is a package, but holds no Excel workbook", Do: doCSV}
	}
	if b.relations, err = p.relations(ctx, b.name); err != nil {
		return nil, err
	}
	if err := p.each(ctx, b.name, "the list of sheets", b.element); err != nil {
		return nil, err
	}
	return b, b.complete(ctx, p)
}

func (b *book) element(s *scanner, tok token) error {
	if tok != tokStart {
		return nil
	}
	switch _, local := splitName(s.name); string(local) {
	case "workbookPr":
		b.from1904 = b.from1904 || s.yes("date1904")
	case "calcPr":
		b.compute = s.yes("fullCalcOnLoad")
	case "sheet":
		if s.depth() != 3 {
			return nil
		}
		if len(b.sheets) == mostSheets {
			return tooLarge("the file has more sheets than Ferry reads")
		}
		t := tab{Info: grid.Info{Name: s.value("name"), State: state(s.value("state"))}}
		if r, ok := b.relations[s.relation()]; ok && !r.out {
			t.part, t.Kind = r.target, kind(r.kind)
			b.sheets = append(b.sheets, t)
		} else {
			b.facts = append(b.facts, grid.Fact{Code: "lost-sheet", Sheet: t.Name, Warn: true,
				Text: "The workbook lists this sheet, but the file does not hold it."})
		}
	}
	return nil
}

func state(text string) grid.State {
	switch text {
	case "hidden":
		return grid.Hidden
	case "veryHidden":
		return grid.VeryHidden
	}
	return grid.Visible
}

func kind(relation string) grid.SheetKind {
	switch strings.ToLower(relation) {
	case "chartsheet":
		return grid.ChartSheet
	case "dialogsheet":
		return grid.DialogSheet
	case "xlmacrosheet", "xlintlmacrosheet":
		return grid.MacroSheet
	}
	return grid.Worksheet
}

// complete adds what the parts of the sheets say.
func (b *book) complete(ctx context.Context, p *parts) error {
	kept := b.sheets[:0]
	for _, t := range b.sheets {
		if !p.has(t.part) {
			b.facts = append(b.facts, grid.Fact{Code: "lost-sheet", Sheet: t.Name, Warn: true,
				Text: "The workbook lists this sheet, but the file does not hold it."})
			continue
		}
		t.Bytes = p.size(t.part)
		var err error
		if t.relations, err = p.relations(ctx, t.part); err != nil {
			return err
		}
		if err := t.readTables(ctx, p); err != nil {
			return err
		}
		kept = append(kept, t)
	}
	b.sheets = kept
	for i := range b.sheets {
		if b.sheets[i].Kind == grid.Worksheet {
			return nil
		}
	}
	return &grid.Refusal{Cause: grid.NoSheet, Why: "no sheet was found in this workbook", Do: doSaveAgain}
}

// readTables takes the table objects of a sheet (18.5) and counts its pivot tables.
func (t *tab) readTables(ctx context.Context, p *parts) error {
	for _, id := range sortedKeys(t.relations) {
		r := t.relations[id]
		switch {
		case r.out:
		case r.kind == "pivotTable":
			t.Pivots++
		case r.kind == "table" && p.has(r.target):
			err := p.each(ctx, r.target, "a table of sheet "+t.Name, func(s *scanner, tok token) error {
				if _, local := splitName(s.name); tok == tokStart && s.depth() == 1 && string(local) == "table" {
					t.addTable(s)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tab) addTable(s *scanner) {
	table := grid.Table{Name: s.value("displayName"), Header: string(s.attr("headerRowCount")) != "0", Totals: number(s, "totalsRowCount")}
	if table.Name == "" {
		table.Name = s.value("name")
	}
	if area, ok := grid.ParseRange(s.value("ref")); ok {
		table.Range = area
		t.Tables = append(t.Tables, table)
	}
}
