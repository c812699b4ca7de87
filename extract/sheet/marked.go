package sheet

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// markRows bounds what is read of a mark.
const markRows = 5_000

// readMark reads the mark of our own templates and answered workbooks.
func (u *understanding) readMark(ctx context.Context) error {
	index := slices.IndexFunc(u.layout.Sheets, func(i grid.Info) bool { return i.Name == MarkSheet && i.Kind == grid.Worksheet })
	if index < 0 {
		return nil
	}
	var rows [][]string
	_, err := u.book.src.Rows(ctx, index, want{Head: markRows}, func(row *grid.Row) error {
		var texts []string
		for i := range row.Cells {
			texts = append(texts, strings.Clone(row.Cells[i].Text))
		}
		rows = append(rows, texts)
		return nil
	})
	if err != nil {
		return u.book.place(err, index)
	}
	if mark, ok := ParseMark(rows); ok {
		if mark.Kind == MarkBeside {
			return &grid.Refusal{Cause: grid.OtherFormat, File: u.book.file.Name, Why: "this workbook holds answers only",
				Do: "mend " + cmp.Or(mark.File, "the file that they are about") + " and import that"}
		}
		u.layout.Mark = mark
		return nil
	}
	u.layout.Facts = append(u.layout.Facts, grid.Fact{Code: "mark-unreadable", Sheet: MarkSheet, Warn: true,
		Text: "The file was made by Ferry, but what Ferry noted in it was changed or is of a newer version: it is read like any other."})
	return nil
}

// markedSheet gives the sheet that our mark names, where it is still there.
func (u *understanding) markedSheet() string {
	if u.layout.Mark == nil || u.lookNamed(u.layout.Mark.Sheet) < 0 {
		return ""
	}
	return u.layout.Mark.Sheet
}

// askUnstamped asks about an answered file whose stamps are gone: without them a row
// that is done and was changed since looks like a new one.
func (u *understanding) askUnstamped() {
	u.fact(grid.Fact{Code: "unstamped", Warn: true,
		Text: fmt.Sprintf("Ferry has answered this file before, but its column %q is gone: rows are recognised by what stands in them.", ColumnStamp)})
	if len(u.layout.Recipe.Key) > 0 {
		return
	}
	u.ask(grid.Question{ID: askUnstamped, Text: "Was no row changed that is loaded already?",
		Why: fmt.Sprintf("Without the column %q a loaded row that was changed since counts as a new one, and is created once more.", ColumnStamp),
		Choices: []grid.Choice{{Value: u.book.file.SHA256[:8], // the answer holds for this file alone
			Label: "none was changed: recognise rows by what stands in them; else mend the file as Ferry answered it"}}})
}

// sayMark tells what a recognised file is, and what was changed in its columns.
func (u *understanding) sayMark() {
	r := &u.layout.Recipe
	u.layout.Stamped = u.survey.stamps > 0
	m := u.layout.Mark
	if ours := u.added(); !u.layout.Stamped && ours.place(ColumnStamp) == 0 && (m != nil && m.Kind == MarkAnswer || len(ours.names) > 0) {
		u.askUnstamped()
		return
	}
	if m == nil {
		if u.layout.Stamped {
			u.fact(grid.Fact{Code: "answered", Count: u.survey.stamps, Text: "Ferry has answered this file before: its rows are recognised."})
		}
		return
	}
	text := "This is a template of Ferry's for " + m.Vendor + "." + m.Stream + "."
	if m.Kind == MarkAnswer {
		text = "Ferry has answered this workbook before: its rows are recognised."
	}
	u.fact(grid.Fact{Code: m.Kind, Text: text})
	have := map[string]bool{}
	for i := range r.Columns {
		have[cleanName(r.Columns[i].Header)] = true
	}
	var gone []string
	for _, header := range slices.Sorted(maps.Keys(m.Fields)) {
		if !have[cleanName(header)] {
			gone = append(gone, header)
		}
	}
	if len(gone) > 0 {
		u.fact(grid.Fact{Code: "columns-gone", Count: len(gone), Warn: true,
			Text: fmt.Sprintf("Columns that it was made with are gone: %s.", strings.Join(gone, ", "))})
	}
}
