package sheet

import (
	"context"
	"fmt"

	"ferry/extract/sheet/grid"
)

// aligned gives the recipe for another sheet with the same columns: its header is
// the first row that names them, wherever it and they stand. A column that it does
// not have is blank there.
func (b *Book) aligned(ctx context.Context, r *Recipe, index int) (*Recipe, error) {
	l, err := b.lookAt(ctx, index)
	if err != nil {
		return nil, err
	}
	own := *r
	own.Also, own.Table, own.Header, own.First, own.Last = nil, "", nil, 0, 0
	if len(l.rows) == 0 {
		return &own, nil
	}
	for _, height := range headerHeights(r) {
		var merges []grid.Range
		if height > 1 {
			tail, err := b.tailOf(ctx, index)
			if err != nil {
				return nil, err
			}
			merges = tail.Merges
		}
		for i := 0; i+height <= len(l.rows); i++ {
			rows := l.rows[i : i+height]
			columns, found := placed(r, headers(rows, widest(rows), merges), &l.added)
			if 2*found <= len(headed(r)) {
				continue
			}
			own.Columns, own.First = columns, endOf(&rows[height-1])+1
			for n := range rows {
				own.Header = append(own.Header, rows[n].Number)
			}
			return &own, nil
		}
	}
	return nil, &grid.Refusal{Cause: grid.Broken, File: b.file.Name, Sheet: l.info.Name,
		Why: fmt.Sprintf("it has no row with the headers of the sheet %q", r.Sheet), Do: "give it the same headers, or leave the sheet out"}
}

// headerHeights gives how many rows a header of the same columns may have.
func headerHeights(r *Recipe) []int {
	if len(r.Header) > 1 {
		return []int{len(r.Header), 1}
	}
	return []int{1}
}

func widest(rows []grid.Row) (n int) {
	for i := range rows {
		n = max(n, len(rows[i].Cells))
	}
	return n
}

// headed gives the columns that have a header in the file, without ours.
func headed(r *Recipe) []*Column {
	var columns []*Column
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Place > 0 && c.Take == "" && c.Header != "" && !c.Ours {
			columns = append(columns, c)
		}
	}
	return columns
}

// placed finds the columns of the recipe among headers, and counts them. Ours are
// known already.
func placed(r *Recipe, texts []string, ours *added) (columns []Column, found int) {
	at := map[string][]int{}
	for c, text := range texts {
		name := fold(cleanName(text))
		at[name] = append(at[name], c+1)
	}
	columns = append(columns, r.Columns...)
	used := map[string]int{}
	last := 0
	for i := range columns {
		c := &columns[i]
		switch {
		case c.Place == 0:
			continue
		case c.Ours:
			if c.Place = ours.place(c.Header); c.Place == 0 {
				c.Place = missingPlace
			}
			continue
		case c.Take != "":
			c.Place = last
			continue
		}
		name := fold(cleanName(c.Header))
		places := at[name]
		c.Place = missingPlace
		if n := used[name]; name != "" && n < len(places) {
			c.Place = places[n]
			used[name]++
			found++
		}
		last = c.Place
	}
	return columns, found
}

// missingPlace is beyond all columns: that of one which a sheet does not have.
const missingPlace = 1 << 30
