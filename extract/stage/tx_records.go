package stage

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ferry/extract/record"
)

// maxRows is the most rows of one statement; more brings nothing.
const maxRows = 100

// placed is a record as the index table has it.
type placed struct {
	chunk  int64
	pos    int
	hash   uint64
	gone   bool
	parent string // "" for a record of a list
}

// insertNew writes index rows for all entries at once, leaving those whose key is
// there already, and tells how many went in. Entry i stands at pos i of chunk.
func (t *tx) insertNew(stream, chunk int64, entries []Entry) (int, error) {
	sum := 0
	for from := 0; from < len(entries); from += maxRows {
		part := entries[from:min(from+maxRows, len(entries))]
		args := append(t.args[:0], stream, chunk)
		for i := range part {
			args = append(args, string(part[i].Key), from+i, int64(part[i].Hash))
		}
		res, err := t.execResult(insertQuery(len(part)), args...)
		t.args = args
		if err != nil {
			return 0, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return 0, err
		}
		sum += int(n)
	}
	return sum, nil
}

func insertQuery(rows int) string {
	return "WITH at(stream, chunk) AS (VALUES (?, ?)), v(key, pos, hash) AS (VALUES " + repeat("(?, ?, ?)", rows) +
		") INSERT OR IGNORE INTO record (stream, key, chunk, pos, hash) SELECT stream, key, chunk, pos, hash FROM at, v"
}

// repeat is item n times with commas between.
func repeat(item string, n int) string {
	return strings.TrimSuffix(strings.Repeat(item+", ", n), ", ")
}

// lookUp finds the index rows of the entries' keys.
func (t *tx) lookUp(stream int64, entries []Entry) (map[record.Key]placed, error) {
	found := make(map[record.Key]placed, len(entries))
	for from := 0; from < len(entries); from += maxRows {
		part := entries[from:min(from+maxRows, len(entries))]
		args := append(t.args[:0], stream)
		for i := range part {
			args = append(args, string(part[i].Key))
		}
		query := "SELECT key, chunk, pos, hash, gone IS NOT NULL, coalesce(parent, '') FROM record WHERE stream = ? AND key IN (" + repeat("?", len(part)) + ")"
		err := t.each(query, func(rows *sql.Rows) error {
			var key string
			var p placed
			var hash int64
			if err := rows.Scan(&key, &p.chunk, &p.pos, &hash, &p.gone, &p.parent); err != nil {
				return err
			}
			p.hash = uint64(hash)
			found[record.Key(key)] = p
			return nil
		}, args...)
		t.args = args
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// target is a stream records are put into, and where they come from.
type target struct {
	stream int64
	from   origin
}

// parent is the key the records belong to, NULL for a list.
func (to *target) parent() sql.NullString {
	return sql.NullString{String: to.from.parent, Valid: to.from.parent != ""}
}

// fate is what happens to one entry of a page.
type fate uint8

const (
	fateKeep   fate = iota // known and unchanged, or an older reading: nothing is stored
	fateInsert             // unknown
	fateChange             // its content is new
)

// decide tells what becomes of entry e, and brings a tombstone back to life where
// the content is what it was. found is what is known of the page's keys.
func (t *tx) decide(to *target, e *Entry, found map[record.Key]placed, sum *PutResult) (fate, error) {
	have, known := found[e.Key]
	if !known {
		sum.New++
		return fateInsert, nil
	}
	if have.hash != e.Hash || have.parent != to.from.parent {
		older, err := t.olderThan(to.from, have)
		if err != nil {
			return fateKeep, err
		}
		if !older {
			if have.gone {
				sum.Revived++
			} else {
				sum.Changed++
			}
			return fateChange, nil
		}
	}
	if have.gone {
		sum.Revived++
		if err := t.revive(to.stream, e.Key, have); err != nil {
			return fateKeep, err
		}
		have.gone = false // the key may come again in this page
		found[e.Key] = have
		return fateKeep, nil
	}
	sum.Unchanged++
	return fateKeep, nil
}

// olderThan says whether a reading was overtaken: another call of this process
// read the record later and was committed first.
func (t *tx) olderThan(from origin, have placed) (bool, error) {
	if have.chunk <= t.w.first {
		return false, nil // of an earlier process, so read earlier whatever the clocks say
	}
	if b := t.building(have.chunk); b != nil {
		return b.fetched > micros(from.fetched), nil
	}
	var fetched int64
	err := t.row("SELECT fetched FROM chunk WHERE id = ?", have.chunk).Scan(&fetched)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // of this very page
	}
	return fetched > micros(from.fetched), err
}

// building is the chunk of that id if it is not written yet.
func (t *tx) building(chunk int64) *builder {
	for _, b := range t.builders {
		if b.chunk == chunk {
			return b
		}
	}
	return nil
}

// revive makes a tombstone live again, its content being what it was.
func (t *tx) revive(stream int64, key record.Key, have placed) error {
	if err := t.exec("UPDATE record SET gone = NULL WHERE stream = ? AND key = ?", stream, string(key)); err != nil {
		return err
	}
	t.count(stream, 1, -1)
	return t.mark(have.chunk, have.pos, stateLive)
}

// place points the index row of key at its new content and supersedes the old.
func (t *tx) place(to *target, e *Entry, f fate, have placed, chunk int64, pos int) error {
	if f == fateInsert {
		t.count(to.stream, 1, 0)
		return t.exec("INSERT INTO record (stream, key, chunk, pos, hash, parent) VALUES (?, ?, ?, ?, ?, ?)",
			to.stream, string(e.Key), chunk, pos, int64(e.Hash), to.parent())
	}
	if err := t.mark(have.chunk, have.pos, stateSuperseded); err != nil {
		return err
	}
	if have.gone {
		t.count(to.stream, 1, -1)
	}
	return t.exec("UPDATE record SET chunk = ?, pos = ?, hash = ?, gone = NULL, parent = ? WHERE stream = ? AND key = ?",
		chunk, pos, int64(e.Hash), to.parent(), to.stream, string(e.Key))
}

// bury makes a live record a tombstone; false where it is none.
func (t *tx) bury(stream int64, key record.Key, at int64) (bool, error) {
	var p placed
	err := t.row("SELECT chunk, pos FROM record WHERE stream = ? AND key = ? AND gone IS NULL", stream, string(key)).Scan(&p.chunk, &p.pos)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := t.exec("UPDATE record SET gone = ? WHERE stream = ? AND key = ?", at, stream, string(key)); err != nil {
		return false, err
	}
	t.count(stream, -1, 1)
	return true, t.mark(p.chunk, p.pos, stateTombstone)
}

// checkEntries refuses entries that do not lie in the body.
func checkEntries(body []byte, entries []Entry) error {
	for i := range entries {
		e := &entries[i]
		if e.Key == "" {
			return fmt.Errorf("stage: entry %d has no key", i)
		}
		if e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(body) || e.Offset+e.Length < e.Offset {
			return fmt.Errorf("stage: entry %s lies outside its body (%d+%d of %d bytes)",
				strconv.Quote(string(e.Key)), e.Offset, e.Length, len(body))
		}
	}
	return nil
}
