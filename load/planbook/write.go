package planbook

import (
	"context"
	"errors"
	"fmt"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
	"ferry/load/internal/shelf"
	"ferry/load/internal/xlsx"
)

// The sheets of a plan workbook, in their order.
const (
	sheetSummary  = "Summary"
	sheetCreate   = "Create"
	sheetChange   = "Change"
	sheetHeld     = "Held"
	sheetMatches  = "Matches"
	sheetValues   = "Values"
	sheetLeft     = "Not carried over"
	sheetFinal    = "Cannot be undone"
	sheetEffects  = "Effects"
	sheetApproval = "Approval"
)

// Write writes the workbook of a plan to path: the old file or the new one
// stands there at every moment, readable by its owner alone. Memory does not
// grow with the records but by about 50 bytes each.
func Write(ctx context.Context, path string, in Input) (err error) {
	book, err := xlsx.New()
	if err != nil {
		return err
	}
	mapped, err := shelf.New()
	if err != nil {
		return errors.Join(err, book.Close())
	}
	names, err := shelf.New()
	if err != nil {
		return errors.Join(err, mapped.Close(), book.Close())
	}
	defer func() { err = errors.Join(err, mapped.Close(), names.Close(), book.Close()) }()
	w := &writer{ctx: ctx, in: &in, book: book, mapped: mapped, names: names}
	for _, do := range []func() error{
		w.survey, w.keep, w.keepNames, w.summary, w.creates, w.changes, w.held, w.matches, w.values, w.left, w.final, w.effects, w.approval,
	} {
		if err := do(); err != nil {
			return fmt.Errorf("plan workbook: %w", err)
		}
	}
	return book.Save(path)
}

// writer writes one workbook.
type writer struct {
	ctx    context.Context
	in     *Input
	book   *xlsx.Book
	mapped *shelf.Shelf // mapped records, by entry and key
	names  *shelf.Shelf // names of target records, by entry and key
	reader plain.Reader
	found  survey
	lists  map[undecided]*load.ValueList // by entry and field
}

// keep puts what the mapping made on the shelf: it is read as it was staged, and
// shown by key.
func (w *writer) keep() error {
	for i := range w.in.Entries {
		err := w.in.Mapped(w.ctx, i, func(key record.Key, mapped []byte) error {
			return w.mapped.Put(shelfKey(i, key), mapped)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// items calls fn for the records of every entry that have one of the actions.
func (w *writer) items(actions []stage.Action, fn func(entry int, it *stage.Item, note *load.Note, mapped []byte) error) error {
	for i := range w.in.Entries {
		err := w.in.Items(w.ctx, i, actions, func(it *stage.Item) error {
			note, err := noteOf(w.in.Entries[i].Name, it)
			if err != nil {
				return err
			}
			mapped, _, err := w.mapped.Get(shelfKey(i, it.Key))
			if err != nil {
				return err
			}
			return fn(i, it, note, mapped)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
