package sheet

import (
	"context"
	"fmt"

	"ferry/extract/sheet/grid"
)

// Rows gives every row of the file in its order, each in exactly one bin: what the
// recipe makes records of, what is no data, what is held. The row is good until fn
// returns. The counts of the tally are those of fn's calls and of blank rows after
// the last; they equal the reader's own count and the second one, or the error says
// that they do not. Errors are *grid.Refusal, those of ctx and of fn.
func (b *Book) Rows(ctx context.Context, r *Recipe, fn func(*Row) error) (Tally, error) {
	tally := b.newTally()
	if err := b.reopen(ctx, b.dialectFor(r)); err != nil {
		return tally, err
	}
	moved, err := b.movedOf(ctx, r)
	if err != nil {
		return tally, err
	}
	err = b.eachSheet(ctx, r, func(s *sorter, index int) error {
		s.moved = moved
		_, err := b.pass(ctx, s, index, wantOf(s.recipe), &tally, func(_ *grid.Row, row *Row) error {
			if s.keys.full {
				return b.place(&grid.Refusal{Cause: grid.TooLarge, Why: fmt.Sprintf("it has more than %d rows and no column that identifies them", mostHashes),
					Do: "name the columns that identify a row, or split the file"}, index)
			}
			return fn(row)
		})
		return err
	})
	return tally, err
}

// wantOf is what a recipe needs of the reader.
func wantOf(r *Recipe) want { return want{Fills: r.takes(takeFill), Second: true} }

// eachSheet gives the sheets of a recipe, each with a sorter of its own.
func (b *Book) eachSheet(ctx context.Context, r *Recipe, fn func(s *sorter, index int) error) error {
	for i, name := range append([]string{r.Sheet}, r.Also...) {
		index, err := b.index(name)
		if err != nil {
			return err
		}
		own := r
		if i > 0 {
			if own, err = b.aligned(ctx, r, index); err != nil {
				return err
			}
		}
		var x extras
		if own.takes(takeNote, takeLink) {
			tail, err := b.tailOf(ctx, index)
			if err != nil {
				return err
			}
			x = extrasOf(own, tail)
		}
		if err := fn(newSorter(own, b.boundsOf(own, index), name, x), index); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) newTally() Tally {
	return Tally{Bins: map[Bin]int{}, Rules: map[string]int{}, Second: -1, SHA256: b.file.SHA256, Bytes: b.file.Bytes}
}

// dialectFor gives the dialect that a recipe of a text file was made with.
func (b *Book) dialectFor(r *Recipe) Dialect {
	if r.Text == nil || b.about.Dialect != nil && *b.about.Dialect == *r.Text {
		return b.given
	}
	return *r.Text
}

// pass sorts all rows of a sheet and counts them.
func (b *Book) pass(ctx context.Context, s *sorter, index int, o want, tally *Tally, fn func(*grid.Row, *Row) error) (grid.Tail, error) {
	given, last := 0, 0
	tail, err := b.read(ctx, index, s.recipe.Turned, o, func(in *grid.Row) error {
		given++
		row := s.sort(in)
		tally.Bins[row.Bin]++
		if row.Bin == SkippedRow {
			tally.Rules[row.Why]++
		}
		if row.Bin != BlankRow || holds(in) {
			last = in.Number
		}
		return fn(in, row)
	})
	if err != nil {
		return tail, err
	}
	if err := b.account(tail, given, last, s.sheet); err != nil {
		return tail, err
	}
	tally.Rows += max(given, tail.Rows)
	if more := tail.Rows - given; more > 0 {
		tally.Bins[BlankRow] += more
	}
	if tail.Second >= 0 {
		tally.Second = max(tally.Second, 0) + tail.Second
	}
	return tail, nil
}

// holds tells whether a row has a cell that readers count, be it of spaces.
func holds(row *grid.Row) bool {
	for i := range row.Cells {
		if row.Cells[i].Kind != grid.Blank || row.Cells[i].Flags != 0 {
			return true
		}
	}
	return false
}

// account refuses a sheet whose rows do not add up: one of the ways to read it
// loses rows.
func (b *Book) account(tail grid.Tail, given, last int, sheet string) error {
	why := ""
	switch {
	case tail.Rows > 0 && given > tail.Rows, given < tail.Rows && tail.Last > last:
		why = fmt.Sprintf("%d rows came of it, the last with something in it is row %d; it says that there are %d, up to row %d",
			given, last, tail.Rows, tail.Last)
	case tail.Second >= 0 && tail.Second != tail.Rows && tail.SecondWhy == "":
		why = fmt.Sprintf("two ways of counting its rows give %d and %d", tail.Rows, tail.Second)
	default:
		return nil
	}
	return &grid.Refusal{Cause: grid.Broken, File: b.file.Name, Sheet: sheet, Why: why, Do: doSaveAgain}
}

// read gives the rows of a sheet, turned where the recipe says so. What is known
// of it at its end is kept.
func (b *Book) read(ctx context.Context, index int, turned bool, o want, fn func(*grid.Row) error) (grid.Tail, error) {
	known, read := b.tails[index]
	// The private copy does not change: one second count is enough.
	o.Second = o.Second && !(read && known.Second >= 0)
	each, flush := fn, func(tail grid.Tail) (grid.Tail, error) { return tail, nil }
	if turned {
		each, flush = turn(fn)
	}
	tail, err := b.src.Rows(ctx, index, o, each)
	if err != nil {
		return tail, b.place(err, index)
	}
	if o.Head > 0 {
		return flush(tail)
	}
	if read && !o.Second {
		tail.Second, tail.SecondWhy = known.Second, known.SecondWhy
	}
	b.tails[index] = tail
	return flush(tail)
}

// place puts file and sheet into a refusal that lacks them.
func (b *Book) place(err error, index int) error {
	err = named(err, b.file.Name)
	if refusal, ok := err.(*grid.Refusal); ok && refusal.Sheet == "" && len(b.about.Sheets) > 1 {
		with := *refusal
		with.Sheet = b.about.Sheets[index].Name
		return &with
	}
	return err
}

// tailOf gives what is known of a sheet at its end, and reads it where nobody has.
func (b *Book) tailOf(ctx context.Context, index int) (grid.Tail, error) {
	if tail, ok := b.tails[index]; ok {
		return tail, nil
	}
	return b.read(ctx, index, false, want{}, func(*grid.Row) error { return nil })
}

// index finds the sheet of that name; "" is the first that has rows.
func (b *Book) index(name string) (int, error) {
	for i, info := range b.about.Sheets {
		if info.Kind == grid.Worksheet && (info.Name == name || name == "") {
			return i, nil
		}
	}
	return 0, &grid.Refusal{Cause: grid.NoSheet, File: b.file.Name, Why: fmt.Sprintf("it has no worksheet named %q", name),
		Do: "name one of: " + b.sheetNames()}
}

func (b *Book) sheetNames() string {
	text := ""
	for _, info := range b.about.Sheets {
		if info.Kind != grid.Worksheet || info.Name == MarkSheet {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += info.Name
	}
	return text
}

// boundsOf gives the columns that the recipe's table stands in.
func (b *Book) boundsOf(r *Recipe, index int) bounds {
	if r.Table == "" {
		return bounds{}
	}
	if g, ok := b.tableRange(r.Table, index); ok {
		return bounds{left: g.FirstColumn, right: g.LastColumn}
	}
	return bounds{}
}

// tableRange gives where a table stands: an Excel table by its name, or a range.
func (b *Book) tableRange(name string, index int) (grid.Range, bool) {
	for _, table := range b.about.Sheets[index].Tables {
		if table.Name == name {
			return table.Range, true
		}
	}
	return grid.ParseRange(name)
}
