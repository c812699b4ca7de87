package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ferry/extract/record"
)

// PutDetail stages the answer of one detail call together with the note that it
// was asked for the list row of RowHash. For a sub-stream it replaces the records
// that belonged to the parent: those no longer listed become tombstones. Missing
// does the same for an answer that holds none. Like PutPage it returns when that
// is committed, and may be called from many goroutines.
func (s *Stage) PutDetail(ctx context.Context, w DetailWrite) (PutResult, error) {
	if s.writer == nil {
		return PutResult{}, ErrReadOnly
	}
	if w.Key == "" {
		return PutResult{}, errors.New("stage: put detail: it has no key")
	}
	if w.Missing {
		w.Entries = nil
	}
	if err := checkEntries(w.Body, w.Entries); err != nil {
		return PutResult{}, err
	}
	if w.Sub == "" && !w.Missing && len(w.Entries) != 1 {
		return PutResult{}, fmt.Errorf("stage: put detail: %d entries complete one record of %s", len(w.Entries), w.Stream)
	}
	stream, err := s.ensureStream(ctx, w.Account, w.Stream, partRecords)
	if err != nil {
		return PutResult{}, err
	}
	name, part := answers(w.Stream, w.Sub)
	sub, err := s.ensureStream(ctx, w.Account, name, part)
	if err != nil {
		return PutResult{}, err
	}
	var sum PutResult
	err = s.write(ctx, func(t *tx) error {
		sum = PutResult{}
		return t.putDetail(stream, sub, &w, &sum)
	})
	if err != nil {
		return PutResult{}, err
	}
	return sum, nil
}

// answers names the stream that holds the answers to the detail sub of stream.
func answers(stream, sub string) (name string, part int) {
	if sub == "" {
		return stream, partCompletions
	}
	return sub, partRecords
}

func (t *tx) putDetail(stream, sub int64, w *DetailWrite, sum *PutResult) error {
	to := &target{stream: sub, from: origin{fetched: w.ReadAt, run: w.Run}}
	entries := w.Entries
	if w.Sub == "" {
		if len(entries) > 0 {
			e := entries[0]
			e.Key = w.Key
			entries = []Entry{e}
		}
	} else {
		to.from.parent = string(w.Key)
	}
	if err := t.settleStream(sub); err != nil {
		return err
	}
	found, err := t.lookUp(sub, entries)
	if err != nil {
		return err
	}
	if err := t.putFew(to, w.Body, entries, found, sum); err != nil {
		return err
	}
	if err := t.buryFormer(stream, to, w, entries); err != nil {
		return err
	}
	var keys []byte
	if w.Sub != "" {
		for i := range entries {
			keys = appendKeys(keys, []record.Key{entries[i].Key})
		}
	}
	return t.exec("INSERT OR REPLACE INTO detail (stream, sub, key, hash, read_at, missing, due, rows, keys) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
		stream, sub, string(w.Key), int64(w.RowHash), micros(w.ReadAt), w.Missing, len(entries), keys)
}

// buryFormer makes tombstones of what the answer before this one held and this
// one does not.
func (t *tx) buryFormer(stream int64, to *target, w *DetailWrite, entries []Entry) error {
	at := micros(w.ReadAt)
	if w.Sub == "" {
		if !w.Missing {
			return nil
		}
		_, err := t.bury(to.stream, w.Key, at)
		return err
	}
	former, err := t.children(stream, to.stream, w.Key)
	if err != nil || len(former) == 0 {
		return err
	}
	now := make(map[record.Key]bool, len(entries))
	for i := range entries {
		now[entries[i].Key] = true
	}
	for _, key := range former {
		if now[key] {
			continue
		}
		var parent string
		err := t.row("SELECT coalesce(parent, '') FROM record WHERE stream = ? AND key = ?", to.stream, string(key)).Scan(&parent)
		if errors.Is(err, sql.ErrNoRows) || err == nil && parent != string(w.Key) {
			continue // another parent has it now
		}
		if err != nil {
			return err
		}
		if _, err := t.bury(to.stream, key, at); err != nil {
			return err
		}
	}
	return nil
}

// children lists the keys that the last answer for the parent held.
func (t *tx) children(stream, sub int64, parent record.Key) ([]record.Key, error) {
	var keys []byte
	var rows int
	err := t.row("SELECT rows, keys FROM detail WHERE stream = ? AND sub = ? AND key = ?", stream, sub, string(parent)).Scan(&rows, &keys)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return readKeys(keys, rows)
}

// MarkDue makes a detail of the named records due again, whatever their rows'
// hashes say. Records it was never asked for are due anyway.
func (s *Stage) MarkDue(ctx context.Context, account, stream, sub string, keys []record.Key) error {
	parent, holder, err := s.detailIDs(ctx, account, stream, sub)
	if err != nil || holder == 0 || len(keys) == 0 {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		for _, key := range keys {
			if err := t.exec("UPDATE detail SET due = 1 WHERE stream = ? AND sub = ? AND key = ?", parent, holder, string(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// detailIDs finds the numbers of a stream and of the stream with the answers; 0
// where there is none yet.
func (s *Stage) detailIDs(ctx context.Context, account, stream, sub string) (parent, holder int64, err error) {
	if parent, _, err = s.streamID(ctx, account, stream, partRecords); err != nil {
		return 0, 0, err
	}
	name, part := answers(stream, sub)
	holder, _, err = s.streamID(ctx, account, name, part)
	return parent, holder, err
}
