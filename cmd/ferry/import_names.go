package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
)

// rowNames calls the records of files as people know them: by their rows. A million
// rows take 24 MiB.
type rowNames struct {
	places []rowPlace // sorted by hash
	files  []string
	sheets []string
	lines  []bool // of each file: it is a text file
}

// rowPlace is where the row of a record stands.
type rowPlace struct {
	hash   uint64 // of its key
	number int
	file   int16
	sheet  int16
}

// readRowNames reads where the rows of a source stand; nil where it is none of
// files.
func readRowNames(ctx context.Context, st *stage.Stage, account string) (*rowNames, error) {
	listing, ok, err := st.Listing(ctx, account, sheet.Stream)
	if err != nil || !ok {
		return nil, err
	}
	info, err := intake.ReadInfo(listing)
	if err != nil {
		return nil, err
	}
	names := &rowNames{}
	for _, f := range info.Files {
		names.files, names.lines = append(names.files, f.Name), append(names.lines, f.Recipe.Text != nil)
	}
	err = st.EachListed(ctx, listing, func(_ int, rows []stage.ListedRow) error {
		for i := range rows {
			if rows[i].Key != "" {
				names.add(&rows[i])
			}
		}
		return ctx.Err()
	})
	slices.SortStableFunc(names.places, func(a, b rowPlace) int { return cmp.Compare(a.hash, b.hash) })
	return names, err
}

func (n *rowNames) add(r *stage.ListedRow) {
	n.places = append(n.places, n.placeOf(r))
}

func (n *rowNames) placeOf(r *stage.ListedRow) rowPlace {
	at := slices.Index(n.sheets, r.Sheet)
	if at < 0 {
		at = len(n.sheets)
		n.sheets = append(n.sheets, strings.Clone(r.Sheet))
	}
	return rowPlace{hash: xxhash.Sum64String(string(r.Key)), number: r.Number, file: int16(r.File), sheet: int16(at)}
}

// of says where a listed row stands.
func (n *rowNames) of(r *stage.ListedRow) string { return n.place(n.placeOf(r)) }

// cellsKey is a key that is made of what stands in a row: it tells people nothing.
var cellsKey = regexp.MustCompile(`\b[0-9a-f]{16}\.[0-9]+\b`)

// call gives a record the name of its row: row 15, or 1001 (row 15) where a column
// identifies it.
func (n *rowNames) call(key record.Key) string {
	if n == nil {
		return string(key)
	}
	telling := cellsKey.FindString(string(key)) != string(key)
	at, found := slices.BinarySearchFunc(n.places, xxhash.Sum64String(string(key)), func(p rowPlace, h uint64) int { return cmp.Compare(p.hash, h) })
	switch {
	case !found && telling:
		return string(key)
	case !found:
		return "a row of an earlier file"
	case telling:
		return fmt.Sprintf("%s (%s)", key, n.place(n.places[at]))
	}
	return n.place(n.places[at])
}

// place says where a row stands, with sheet and file where there are several.
func (n *rowNames) place(p rowPlace) string {
	text := grid.Ref{Row: p.number, Line: n.lines[p.file]}.String()
	if len(n.sheets) > 1 && n.sheets[p.sheet] != "" {
		text += " of sheet " + n.sheets[p.sheet]
	}
	if len(n.files) > 1 {
		text += " of " + n.files[p.file]
	}
	return text
}

// inWords calls the records by their rows that a sentence names.
func (n *rowNames) inWords(text string) string {
	if n == nil {
		return text
	}
	text = cellsKey.ReplaceAllStringFunc(text, func(key string) string { return n.call(record.Key(key)) })
	if !slices.Contains(n.lines, false) {
		text = ofLines(text)
	}
	return strings.ReplaceAll(text, sheet.Stream+" row ", "row ")
}

// otherRow is how the sentence of a row whose key another has begins.
var otherRow = regexp.MustCompile(`^(says the same as )?row (\d+)`)

// ofLines says of a row of a text file that another has its key: there rows are lines.
func ofLines(why string) string { return otherRow.ReplaceAllString(why, "${1}line $2") }
