package workbook

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// tell collects what is to be said of the whole workbook.
func (b *book) tell(ctx context.Context, p *parts) []grid.Fact {
	facts := b.facts
	say := func(code, text string, count int, warn bool) {
		facts = append(facts, grid.Fact{Code: code, Text: text, Count: count, Warn: warn})
	}
	if name := writtenBy(ctx, p); name != "" {
		say("written-by", "The workbook was written by "+name+".", 0, false)
	}
	if b.from1904 {
		say("dates-1904", "The workbook counts its days from 1904, as Excel for Mac did; the dates are read so.", 0, false)
	}
	if b.compute {
		say("recalculate", "The workbook wants its formulas computed when it is opened: their values may be old or missing. Open it in Excel and save it to be sure.", 0, true)
	}
	count := func(kinds ...string) int { return countParts(p, kinds...) }
	if n := count("vbaproject.bin"); n > 0 {
		say("macros", "The workbook holds macros; they are not run.", 0, false)
	}
	if n := count("externallinks/externallink"); n > 0 {
		say("external-links", fmt.Sprintf("The workbook takes values from %s elsewhere; the links are not followed, the values last seen are read.", plural(n, "file", "files")), n, false)
	}
	if n := count("xl/embeddings/"); n > 0 {
		say("embedded", fmt.Sprintf("The workbook holds %s within it, not read.", plural(n, "other document", "other documents")), n, false)
	}
	if n := count("xl/connections.xml"); n > 0 {
		say("connections", "The workbook is connected to a data source; it is not asked, the values last seen are read.", 0, false)
	}
	return append(facts, b.tellSheets()...)
}

func (b *book) tellSheets() (facts []grid.Fact) {
	for _, t := range b.sheets {
		say := func(code, text string, warn bool) {
			facts = append(facts, grid.Fact{Code: code, Sheet: t.Name, Text: text, Warn: warn})
		}
		switch {
		case t.Kind == grid.ChartSheet:
			say("chart-sheet", fmt.Sprintf("The sheet %q is a chart, without rows.", t.Name), false)
		case t.Kind != grid.Worksheet:
			say("no-rows", fmt.Sprintf("The sheet %q is one of old macros or dialogs, without rows.", t.Name), false)
		case t.State == grid.VeryHidden:
			say("hidden-sheet", fmt.Sprintf("The sheet %q is hidden so that only a program can show it.", t.Name), false)
		case t.State == grid.Hidden:
			say("hidden-sheet", fmt.Sprintf("The sheet %q is hidden.", t.Name), false)
		}
		if t.Pivots > 0 {
			say("pivot", fmt.Sprintf("The sheet %q shows a pivot table: a summary, not the rows it was made of.", t.Name), true)
		}
	}
	return facts
}

func countParts(p *parts, pieces ...string) (n int) {
	for name := range p.files {
		for _, piece := range pieces {
			if strings.Contains(name, piece) && !strings.HasSuffix(name, ".rels") {
				n++
			}
		}
	}
	return n
}

func plural(n int, singular, many string) string {
	if n == 1 {
		return "1 " + singular
	}
	return fmt.Sprintf("%d %s", n, many)
}

// writtenBy names the program that wrote the file (ECMA-376 Part 1, 22.2.2.1); ""
// it does not say, or the part cannot be read: nothing rests on it.
func writtenBy(ctx context.Context, p *parts) (name string) {
	const part = "docprops/app.xml"
	if !p.has(part) {
		return ""
	}
	long := false
	_ = p.each(ctx, part, "the properties", func(s *scanner, tok token) error {
		if _, local := splitName(s.name); tok != tokStart || string(local) != "Application" {
			return nil
		}
		text, err := s.gather(nil, 80, &long)
		name = strings.TrimSpace(string(text))
		return err
	})
	return name
}
