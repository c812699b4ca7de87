package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
)

// streamName names a stream of an account, or the part of it that holds the
// detail answers.
type streamName struct {
	account, stream string
	part            int
}

// The parts of a stream.
const (
	partRecords     = 0
	partCompletions = 1 // detail answers that complete the records, under their keys
)

// hint is what the last page of a stream suggests of the next one. It only
// decides which of two ways to the same result is tried first.
type hint struct {
	insert atomic.Bool // its records are mostly unknown: insert first, look up after
	pack   atomic.Bool // its body will be stored: compress it in the caller's goroutine
}

func (h *hint) learn(rows int, r PutResult) {
	if rows == 0 {
		return
	}
	h.insert.Store(r.New*2 > rows)
	h.pack.Store((r.New+r.Changed)*2 > rows)
}

// streamID finds the small number of a stream, ok false where nothing of it was
// ever written.
func (s *Stage) streamID(ctx context.Context, account, stream string, part int) (id int64, ok bool, err error) {
	name := streamName{account, stream, part}
	s.mu.Lock()
	id, ok = s.streams[name]
	s.mu.Unlock()
	if ok {
		return id, true, nil
	}
	err = s.read.QueryRowContext(ctx,
		"SELECT s.id FROM stream s JOIN account a ON a.id = s.account WHERE a.name = ? AND s.name = ? AND s.part = ?",
		account, stream, part).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, s.failed("find stream "+stream, err)
	}
	s.keepStream(name, id)
	return id, true, nil
}

func (s *Stage) keepStream(name streamName, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams[name] = id
}

// ensureStream is streamID for writers: a stream not seen before is entered.
func (s *Stage) ensureStream(ctx context.Context, account, stream string, part int) (int64, error) {
	if s.writer == nil {
		return 0, ErrReadOnly
	}
	id, ok, err := s.streamID(ctx, account, stream, part)
	if ok || err != nil {
		return id, err
	}
	err = s.write(ctx, func(t *tx) error {
		if err := t.exec("INSERT OR IGNORE INTO stream (account, name, part) SELECT id, ?, ? FROM account WHERE name = ?", stream, part, account); err != nil {
			return err
		}
		err := t.row("SELECT s.id FROM stream s JOIN account a ON a.id = s.account WHERE a.name = ? AND s.name = ? AND s.part = ?",
			account, stream, part).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("account %q is not bound to stage %s", account, s.path)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	s.keepStream(streamName{account, stream, part}, id)
	return id, nil
}

// hintOf gives the hint of a stream, made from what it holds at the first use.
func (s *Stage) hintOf(ctx context.Context, stream int64) (*hint, error) {
	s.mu.Lock()
	h := s.hints[stream]
	s.mu.Unlock()
	if h != nil {
		return h, nil
	}
	var held int
	if err := s.read.QueryRowContext(ctx, "SELECT live + gone FROM stream WHERE id = ?", stream).Scan(&held); err != nil {
		return nil, s.failed("count a stream", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if h = s.hints[stream]; h == nil {
		h = &hint{}
		h.insert.Store(held == 0)
		h.pack.Store(held == 0)
		s.hints[stream] = h
	}
	return h, nil
}

// Streams lists the streams of an account that were ever begun, by name, also
// those without a record.
func (s *Stage) Streams(ctx context.Context, account string) ([]string, error) {
	rows, err := s.read.QueryContext(ctx,
		"SELECT s.name FROM stream s JOIN account a ON a.id = s.account WHERE a.name = ? AND s.part = ? ORDER BY s.name", account, partRecords)
	if err != nil {
		return nil, s.failed("list streams", err)
	}
	var names []string
	err = eachRow(rows, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	})
	return names, s.failed("list streams", err)
}

// LiveCount is how many records of the stream are live.
func (s *Stage) LiveCount(ctx context.Context, account, stream string) (int, error) {
	live, _, err := s.counts(ctx, account, stream)
	return live, err
}

// TombstoneCount is how many records of the stream were found deleted and did not
// come back.
func (s *Stage) TombstoneCount(ctx context.Context, account, stream string) (int, error) {
	_, gone, err := s.counts(ctx, account, stream)
	return gone, err
}

func (s *Stage) counts(ctx context.Context, account, stream string) (live, gone int, err error) {
	err = s.read.QueryRowContext(ctx,
		"SELECT s.live, s.gone FROM stream s JOIN account a ON a.id = s.account WHERE a.name = ? AND s.name = ? AND s.part = ?",
		account, stream, partRecords).Scan(&live, &gone)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return live, gone, s.failed("count stream "+stream, err)
}
