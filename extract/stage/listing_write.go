package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// StartListing begins a listing of a stream, or goes on with the one that was left
// unfinished where its Print is equal: Pages says how many of its pages are there.
// Any other unfinished listing of the stream is dropped; the records that it
// staged stay until the end of the next.
func (s *Stage) StartListing(ctx context.Context, l Listing) (Listing, error) {
	left, err := s.unfinished(ctx, l.Account, l.Stream)
	if err != nil {
		return Listing{}, err
	}
	if left != nil && left.Print == l.Print {
		return *left, nil
	}
	if left != nil {
		if err := s.DropListing(ctx, *left); err != nil {
			return Listing{}, err
		}
	}
	w, err := s.StartSweep(ctx, Sweep{Account: l.Account, Stream: l.Stream, Kind: SweepFull, Purpose: "files", Started: l.Started})
	if err != nil {
		return Listing{}, err
	}
	stream, err := s.ensureStream(ctx, l.Account, l.Stream, partRecords)
	if err != nil {
		return Listing{}, err
	}
	l.Sweep, l.Pages, l.Ended, l.Summary = w.ID, 0, time.Time{}, nil
	err = s.write(ctx, func(t *tx) error {
		res, err := t.execResult("INSERT INTO listing (stream, run, print, info, sweep, started) VALUES (?, ?, ?, ?, ?, ?)",
			stream, l.Run, l.Print, []byte(l.Info), l.Sweep, micros(l.Started))
		if err != nil {
			return err
		}
		l.ID, err = res.LastInsertId()
		return err
	})
	return l, err
}

// DropListing forgets a listing that was not ended, and its pages.
func (s *Stage) DropListing(ctx context.Context, l Listing) error {
	if err := s.DropSweep(ctx, l.Sweep); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error { return t.dropListing(l.ID) })
}

func (t *tx) dropListing(id int64) error {
	if err := t.exec("DELETE FROM listing_page WHERE listing = ?", id); err != nil {
		return err
	}
	return t.exec("DELETE FROM listing WHERE id = ?", id)
}

// PutListed puts a page of a listing: its rows, and the records that are made of
// them, in one commit. A page that was put before is replaced.
func (s *Stage) PutListed(ctx context.Context, l Listing, p ListedPage) (PutResult, error) {
	if s.writer == nil {
		return PutResult{}, ErrReadOnly
	}
	size, packed, err := s.packListed(p.Rows)
	if err != nil {
		return PutResult{}, err
	}
	w := PageWrite{PageInfo: PageInfo{PageRef: PageRef{Sweep: l.Sweep, Number: p.Number, Step: p.Number}, ReadAt: p.ReadAt, Total: -1},
		Run: l.Run, Body: p.Body, Entries: p.Entries}
	return s.putPageWith(ctx, w, func(t *tx) error { return t.putListed(l.ID, p.Number, size, packed) })
}

// SetListed replaces the rows of a page; its records stay.
func (s *Stage) SetListed(ctx context.Context, l Listing, number int, rows []ListedRow) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	size, packed, err := s.packListed(rows)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error { return t.putListed(l.ID, number, size, packed) })
}

func (s *Stage) packListed(rows []ListedRow) (size int, packed []byte, err error) {
	body := appendListed(make([]byte, 0, 32*len(rows)+8), rows)
	packed, err = s.writer.packer.pack(body)
	return len(body), packed, err
}

func (t *tx) putListed(listing int64, number, size int, packed []byte) error {
	return t.exec("INSERT OR REPLACE INTO listing_page (listing, number, size, body) VALUES (?, ?, ?, ?)", listing, number, size, packed)
}

// EndListing makes a listing the newest of its stream, with its Summary, at its
// Ended, now where that is zero. What was listed before is dropped in the same
// commit.
func (s *Stage) EndListing(ctx context.Context, l Listing) error {
	if l.Ended.IsZero() {
		l.Ended = time.Now()
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.endListing(&l); err != nil {
			return err
		}
		if err := t.exec("UPDATE sweep SET ended = ? WHERE id = ?", micros(l.Ended), l.Sweep); err != nil {
			return err
		}
		return t.letGo(l.Sweep)
	})
}

func (t *tx) endListing(l *Listing) error {
	res, err := t.execResult("UPDATE listing SET ended = ?, summary = ?, info = ? WHERE id = ?", micros(l.Ended), []byte(l.Summary), []byte(l.Info), l.ID)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("there is no listing %d", l.ID))
	}
	var older []int64
	err = t.each("SELECT o.id FROM listing o JOIN listing n ON n.stream = o.stream AND n.id > o.id WHERE n.id = ?", func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		older = append(older, id)
		return err
	}, l.ID)
	for _, id := range older {
		if err == nil {
			err = t.dropListing(id)
		}
	}
	return err
}
