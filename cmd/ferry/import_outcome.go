package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract"
	"ferry/extract/sheet"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/answer"
	"ferry/transform/check"
	"ferry/transform/mapping"
)

// outcomes gathers what became of every record that was made of a row: of several
// made of one row, the one that needs most counts.
func (l *loader) outcomes(ctx context.Context, p stage.Plan) (*intake.Outcomes, error) {
	out, err := intake.NewOutcomes()
	if err != nil {
		return nil, err
	}
	g, _, err := l.stage.Generations(ctx, l.source.Account.ID)
	if err == nil && g != nil {
		for _, e := range g.Entries {
			if e.Source == sheet.Stream && err == nil {
				err = l.unmapped(ctx, g, e, out)
			}
		}
	}
	for n, e := range p.Entries {
		if e.Side.Source == sheet.Stream && !holdsFiles(p, e.Name) && err == nil {
			err = l.plannedOutcomes(ctx, p, n, out)
		}
	}
	if err == nil {
		err = out.Seal()
	}
	if err != nil {
		_ = out.Close() // the error before it is the one to tell
		return nil, err
	}
	return out, nil
}

// unmapped adds the rows of which the mapping made nothing.
func (l *loader) unmapped(ctx context.Context, g *stage.Generation, e stage.MappedEntry, out *intake.Outcomes) error {
	q := stage.MappedQuery{Bins: []stage.Bin{stage.BinDead, stage.BinHeld, stage.BinSkipped}}
	return l.stage.Mapped(ctx, g, e, q, func(row *stage.MappedRow) error {
		o := intake.Outcome{Result: "not loaded", Rank: intake.RankWrong}
		if row.Bin == stage.BinSkipped {
			o = intake.Outcome{Result: "left out: " + row.Reason, Rank: intake.RankLeft, Good: true}
			return out.Add(string(row.Key), o)
		}
		var letter stage.Letter
		if len(row.Orphan) == 0 {
			if err := json.Unmarshal(row.JSON, &letter); err != nil {
				return err
			}
			o.ToDo = sentence(letter.Field, letter.Reason, letter.Do)
		} else {
			o.ToDo = sentence(row.Orphan[0].Field, "its record of "+row.Orphan[0].To+" is not loaded", "mend that row first")
		}
		return out.Add(string(row.Key), o)
	})
}

// plannedOutcomes adds what a plan did with the records of one of its entries.
func (l *loader) plannedOutcomes(ctx context.Context, p stage.Plan, n int, out *intake.Outcomes) error {
	if err := l.linkedPages(ctx, p.Entries[n], out); err != nil {
		return err
	}
	words, err := l.rowWords(ctx, p.Entries[n])
	if err != nil {
		return err
	}
	return l.stage.Items(ctx, p.ID, n, stage.ItemQuery{}, func(item *stage.Item) error {
		o := intake.Outcome{Result: item.Bin.String()}
		switch item.Bin {
		case stage.LoadCreated, stage.LoadUpdated, stage.LoadUnchanged:
			o.Good = true
		case stage.LoadUnsure:
			o.Rank, o.ToDo = intake.RankUnsure, "its answer was lost: import again, and it is looked for before anything is sent"
		case stage.LoadWaiting:
			o.Rank, o.Result, o.ToDo = intake.RankWaiting, "not loaded", "it waits: import again to go on"
		default:
			o.Rank = intake.RankWrong
		}
		if why := reasonOfItem(item); why != nil && !o.Good {
			o.Column = words.columns[why.Field]
			why = words.reason(why)
			o.ToDo = sentence("", plainReason(why), why.Do)
		}
		return out.Add(string(item.Key), o)
	})
}

// linkedPages adds the pages of the records that rows have in the target.
func (l *loader) linkedPages(ctx context.Context, e stage.PlanEntry, out *intake.Outcomes) error {
	return l.stage.Links(ctx, e.Side, func(k *stage.Link) error {
		if page := l.page(e, k.Target); page != "" {
			return out.Add(string(k.Key), intake.Outcome{Open: page})
		}
		return ctx.Err()
	})
}

// earlierOutcomes gathers where the records are that earlier imports made: what is
// known where nothing is loaded.
func (l *loader) earlierOutcomes(ctx context.Context) (*intake.Outcomes, error) {
	sides, err := l.stage.Sides(ctx)
	if err != nil {
		return nil, err
	}
	out, err := intake.NewOutcomes()
	if err != nil {
		return nil, err
	}
	for _, side := range sides {
		e := stage.PlanEntry{Side: side}
		if side.Account == l.source.Account.ID && side.Source == sheet.Stream && load.FilesKind(e) == "" && err == nil {
			err = l.linkedPages(ctx, e, out)
		}
	}
	if err == nil {
		err = out.Seal()
	}
	if err != nil {
		_ = out.Close() // the error before it is the one to tell
		return nil, err
	}
	return out, nil
}

// sentence says what is wrong and what to do.
func sentence(field, why, do string) string {
	text := why
	if field != "" {
		text = field + ": " + text
	}
	if do != "" {
		text += "; " + do
	}
	return text
}

// answer is the answer to one row; ok is false for rows that need none.
func (w *answerWriter) answer(r *stage.ListedRow) (row *answer.Row, ok bool, err error) {
	row = &answer.Row{Sheet: r.Sheet, Number: r.Number}
	if w.file.Recipe.Text != nil {
		r.Why = ofLines(r.Why)
	}
	for _, c := range r.Cells {
		if c.Column > 0 {
			row.Bad = append(row.Bad, answer.Cell{Column: c.Column, Note: c.Note, Warn: c.Warn})
		}
	}
	switch {
	case r.Bin == stage.ListedRecord:
		return row, true, w.loaded(row, r)
	case r.Bin == string(sheet.SkippedRow):
		row.Result, row.ToDo, row.Good = "left out: "+r.Rule, r.Why, true
		if r.Rule == extract.RuleLoaded {
			row.Result = "done before"
			row.Stamp = &sheet.Stamp{Import: w.id, Key: string(r.Key), Hash: r.Hash, Done: true}
			if w.outcomes != nil {
				o, _, err := w.outcomes.Of(string(r.Key))
				if err != nil {
					return nil, false, err
				}
				row.Open = o.Open
			}
		}
	case r.Bin == string(sheet.Held):
		row.Result, row.ToDo = "not loaded", held(r)
		switch {
		case r.Rule == extract.RuleRagged:
			row.Stamp = &sheet.Stamp{Import: w.id, Hash: r.Hash, Held: true}
		case r.Key != "" && !doubled(r): // its key is the mistake: the stamp would keep it
			row.Stamp = &sheet.Stamp{Import: w.id, Key: string(r.Key), Hash: r.Hash}
		}
		if w.file.Recipe.Text == nil { // a text file says it of its cells by itself: they cannot be marked
			row.ToDo = strings.Trim(row.ToDo+"; "+w.cellsText(r), "; ")
		}
	default:
		return nil, false, nil
	}
	return row, true, nil
}

// doubled tells whether other rows have the key of a row.
func doubled(r *stage.ListedRow) bool {
	return r.Rule == extract.RuleDouble || slices.ContainsFunc(r.Cells, func(c stage.ListedCell) bool { return c.Kind == check.KindKey && !c.Warn })
}

// cellsText says what is wrong in the cells of a row, by the names of their columns.
func (w *answerWriter) cellsText(r *stage.ListedRow) string {
	var parts []string
	for _, c := range r.Cells {
		if header := w.file.HeaderAt(r.Sheet, c.Column); header != "" && !c.Warn {
			parts = append(parts, header+": "+c.Note)
		}
	}
	return strings.Join(parts, "; ")
}

// loaded fills in what became of the record of a row.
func (w *answerWriter) loaded(row *answer.Row, r *stage.ListedRow) error {
	row.Result = w.none
	if w.outcomes != nil {
		o, ok, err := w.outcomes.Of(string(r.Key))
		if err != nil {
			return err
		}
		row.Open = o.Open // a record may be there though this reading of its row was not loaded
		if ok {
			row.Result, row.ToDo, row.Good = o.Result, o.ToDo, o.Good
			// A text file has no cells to mark: what to do names the column.
			if place := w.placeOf(r.Sheet, o.Column); place > 0 && !o.Good && w.file.Recipe.Text == nil {
				row.Bad = append(row.Bad, answer.Cell{Column: place, Note: o.ToDo})
			}
		}
	}
	row.Stamp = &sheet.Stamp{Import: w.id, Key: string(r.Key), Hash: r.Hash, Done: row.Good}
	return nil
}

// placeOf is where a column stands on a sheet; 0 it does not.
func (w *answerWriter) placeOf(name, column string) int {
	at := slices.IndexFunc(w.file.Recipe.Columns, func(c sheet.Column) bool { return c.Name == column })
	if at < 0 {
		return 0
	}
	return w.file.PlaceOn(name, at)
}

// held says what to do about a row that was held back.
func held(r *stage.ListedRow) string {
	var parts []string
	if r.Why != "" {
		parts = append(parts, sentence("", r.Why, r.Do))
	}
	for _, c := range r.Cells {
		if !c.Warn && c.Column == 0 && !slices.Contains(parts, c.Note) { // what is wrong in a cell is said there
			parts = append(parts, c.Note)
		}
	}
	return strings.Join(parts, "; ")
}

// fieldsOf gives for each column that goes into a field as it is that field.
func fieldsOf(p *mapping.Program) map[string]string { return intake.FieldsOf(p) }

// hashOf is the SHA-256 of a file.
func hashOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
