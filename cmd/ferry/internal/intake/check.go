package intake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ferry/extract/sheet"
	"ferry/extract/stage"
	"ferry/transform/check"
	"ferry/transform/mapping"
)

// Checked is what the check of all files came to.
type Checked struct {
	Reports []*check.Report // of each file
	Good    int             // records without a mistake
	Bad     int             // records with one
	Held    int             // rows that are not whole, and so no records
	Skipped int             // records that the mapping leaves out
	Alike   [][]Alike       // of each file: rows that may be one record, at most 1,000
	Alikes  []int           // how many there are
	// Unloaded are, of each file, cells whose field another cell of the row has filled,
	// at most 1,000. Reports count them all.
	Unloaded [][]Unloaded
}

// Wrong tells whether there is no record that could be loaded, and some that ought
// to be.
func (c *Checked) Wrong() bool { return c.Good == 0 && c.Bad > 0 }

// None tells whether there is no row at all that may be loaded: the files hold none, or
// all are left out.
func (c *Checked) None() bool { return c.Good+c.Bad+c.Held == 0 }

// Warned tells whether people were told of something in rows that are loaded.
func (c *Checked) Warned() bool {
	for n, r := range c.Reports {
		if c.Alikes[n] > 0 || slices.ContainsFunc(r.Findings, func(f check.Finding) bool { return f.Warn }) {
			return true
		}
	}
	return false
}

// Check holds every row of every file against the mapping and the target. Nothing
// is staged by it.
func (i *Import) Check(ctx context.Context) (*Checked, error) {
	stream, err := i.Main()
	if err != nil {
		return nil, err
	}
	out := &Checked{}
	i.places = make([]map[string][]int, len(i.Books))
	for n := range i.Books {
		if err := i.checkOne(ctx, n, stream, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// checkOne adds what the check of one file came to.
func (i *Import) checkOne(ctx context.Context, n int, stream *mapping.ProgramStream, out *Checked) error {
	names := i.alikesOf(&i.Layouts[n].Recipe)
	defer names.end()
	lost := newTally(i.gathersOf(&i.Layouts[n].Recipe))
	before := ""
	r, err := i.checkFile(ctx, n, stream, func(row *sheet.Row) {
		names.add(row)
		lost.add(row)
		if row.Sheet != before {
			before = strings.Clone(row.Sheet)
			i.placed(n, before, row.Places)
		}
	})
	if err != nil {
		return err
	}
	alike, count, err := names.groups(i.found[n])
	if err == nil {
		err = i.found[n].Seal()
	}
	if err != nil {
		return err
	}
	out.Alike, out.Alikes = append(out.Alike, alike), append(out.Alikes, count)
	lost.into(r)
	out.Unloaded = append(out.Unloaded, lost.cells)
	out.Reports = append(out.Reports, r)
	out.Held += r.Tally.Bins[sheet.Held]
	out.Good, out.Bad, out.Skipped = out.Good+r.Good, out.Bad+r.Bad, out.Skipped+r.Skipped
	return nil
}

// Main is the stream of the mapping that says what a row is: the first that is made
// of the rows.
func (i *Import) Main() (*mapping.ProgramStream, error) {
	for _, s := range i.Program.Streams() {
		if s.Source().Name == sheet.Stream {
			return s, nil
		}
	}
	return nil, errors.New("the mapping makes nothing of the rows; write from: " + sheet.Stream + " in one of its streams")
}

func (i *Import) checkFile(ctx context.Context, n int, stream *mapping.ProgramStream, met func(*sheet.Row)) (*check.Report, error) {
	found, err := NewSpool[[]stage.ListedCell](i.options.Dir)
	if err != nil {
		return nil, err
	}
	i.found = append(i.found, found)
	b := i.Books[n]
	cfg := check.Config{
		Recipe: &i.Layouts[n].Recipe, Stream: stream, Lists: i.cfg.Lists, Names: i.Records, Decided: i.Decided, Known: i.cfg.Known,
		Rows: func(ctx context.Context, fn func(*sheet.Row) error) (sheet.Tally, error) {
			return i.rows(ctx, n, func(r *sheet.Row) error {
				met(r)
				return fn(r)
			})
		},
		Report: func(rows int) { i.report(Event{Step: StepCheck, File: b.File().Name, Rows: rows}) },
		Found: func(r *check.Row) error {
			if len(r.Mistakes) == 0 {
				return nil
			}
			cells := cellsOf(r)
			return found.Add(rowKey(r.Sheet, r.Number), &cells)
		},
	}
	if i.cfg.Zone != "" {
		if cfg.Zone, err = time.LoadLocation(i.cfg.Zone); err != nil {
			return nil, fmt.Errorf("zone %s: %w", i.cfg.Zone, err)
		}
	}
	return check.Run(ctx, cfg)
}

// rows gives the rows of a file. One that an import of another job, or into another
// account, has loaded is done there and not here.
func (i *Import) rows(ctx context.Context, n int, fn func(*sheet.Row) error) (sheet.Tally, error) {
	own, foreign := 0, 0
	t, err := i.Books[n].Rows(ctx, &i.Layouts[n].Recipe, func(r *sheet.Row) error {
		if r.Stamp != nil && i.cfg.Own != nil {
			switch {
			case i.cfg.Own(r.Stamp.Import):
				own++
			case r.Bin == sheet.SkippedRow && r.Why == sheet.RuleLoaded:
				foreign++
				r.Bin, r.Why, r.Key = sheet.Record, "", r.Stamp.Key
			}
		}
		return fn(r)
	})
	if foreign > 0 {
		t.Bins, t.Rules = maps.Clone(t.Bins), maps.Clone(t.Rules)
		t.Bins[sheet.SkippedRow] -= foreign
		t.Bins[sheet.Record] += foreign
		t.Rules[sheet.RuleLoaded] -= foreign
	}
	i.Own, i.Foreign = i.Own || own > 0, i.Foreign || foreign > 0
	return t, err
}

// placed keeps where the columns stand on a sheet that has them in another order.
func (i *Import) placed(n int, name string, places []int) {
	r := &i.Layouts[n].Recipe
	if len(places) != len(r.Columns) {
		return
	}
	for k := range places {
		if places[k] != r.Columns[k].Place {
			if i.places[n] == nil {
				i.places[n] = map[string][]int{}
			}
			i.places[n][name] = slices.Clone(places)
			return
		}
	}
}

// cellsOf says what was found in a row in the words of a listing.
func cellsOf(r *check.Row) []stage.ListedCell {
	cells := make([]stage.ListedCell, len(r.Mistakes))
	for n, m := range r.Mistakes {
		note := m.Why
		if m.Do != "" {
			note += "; " + m.Do
		}
		cells[n] = stage.ListedCell{Column: m.Place, Kind: m.Kind, Note: note, Warn: m.Warn}
	}
	return cells
}

// EachRow gives every row of every file, with what the check found in it.
func (i *Import) EachRow(ctx context.Context, fn func(file int, r *sheet.Row, cells []stage.ListedCell) error) error {
	for n := range i.Books {
		gathers := i.gathersOf(&i.Layouts[n].Recipe)
		_, err := i.rows(ctx, n, func(r *sheet.Row) error {
			var cells []stage.ListedCell
			if n < len(i.found) {
				lists, err := i.found[n].Get(rowKey(r.Sheet, r.Number))
				if err != nil {
					return err
				}
				for _, more := range lists {
					cells = append(cells, more...)
				}
			}
			return fn(n, r, append(cells, gathers.cells(r)...))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
