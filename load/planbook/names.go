package planbook

import (
	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// keepNames puts the names of the target records that records were matched with
// on a shelf: the plan knows their keys alone.
func (w *writer) keepNames() error {
	for i := range w.in.Entries {
		if w.in.Targets == nil || w.in.Entries[i].Files != "" {
			continue
		}
		wanted, err := w.unnamed(i)
		if err != nil {
			return err
		}
		if len(wanted) == 0 {
			continue
		}
		err = w.in.Targets(w.ctx, i, func(key record.Key, raw []byte) error {
			if !wanted[xxhash.Sum64String(string(key))] {
				return nil
			}
			return w.names.Put(shelfKey(i, key), []byte(w.reader.Label(raw)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unnamed are the hashes of the target keys of an entry that are shown without a
// name.
func (w *writer) unnamed(entry int) (map[uint64]bool, error) {
	wanted := map[uint64]bool{}
	err := w.in.Items(w.ctx, entry, nil, func(it *stage.Item) error {
		note, err := noteOf(w.in.Entries[entry].Name, it)
		if err != nil {
			return err
		}
		for _, c := range candidatesOf(it, note) {
			if c.Label == "" && c.Key != "" {
				wanted[xxhash.Sum64String(string(c.Key))] = true
			}
		}
		return nil
	})
	return wanted, err
}
