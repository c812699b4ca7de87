package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const listingColumns = "SELECT l.id, a.name, s.name, l.run, l.print, l.info, l.sweep, l.started, l.ended, l.summary," +
	" (SELECT count(*) FROM listing_page p WHERE p.listing = l.id)" +
	" FROM listing l JOIN stream s ON s.id = l.stream JOIN account a ON a.id = s.account "

func scanListing(scan func(...any) error) (l Listing, err error) {
	var started int64
	var ended sql.NullInt64
	var info, summary []byte
	err = scan(&l.ID, &l.Account, &l.Stream, &l.Run, &l.Print, &info, &l.Sweep, &started, &ended, &summary, &l.Pages)
	l.Info, l.Summary, l.Started, l.Ended = info, summary, fromMicros(started), fromNull(ended)
	return l, err
}

// Listing gives the newest listing of a stream that was ended; ok is false where
// there is none.
func (s *Stage) Listing(ctx context.Context, account, stream string) (l Listing, ok bool, err error) {
	return s.oneListing(ctx, "WHERE a.name = ? AND s.name = ? AND l.ended IS NOT NULL ORDER BY l.id DESC LIMIT 1", account, stream)
}

// unfinished gives the listing of a stream that was not ended; nil: there is none.
func (s *Stage) unfinished(ctx context.Context, account, stream string) (*Listing, error) {
	l, ok, err := s.oneListing(ctx, "WHERE a.name = ? AND s.name = ? AND l.ended IS NULL ORDER BY l.id DESC LIMIT 1", account, stream)
	if err != nil || !ok {
		return nil, err
	}
	return &l, nil
}

func (s *Stage) oneListing(ctx context.Context, where string, args ...any) (l Listing, ok bool, err error) {
	l, err = scanListing(s.read.QueryRowContext(ctx, listingColumns+where, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Listing{}, false, nil
	}
	return l, err == nil, s.failed("find what was listed", err)
}

// EachListed calls fn for the pages of a listing in their order. They are read one
// at a time: fn may write, and take as long as it likes. The rows are fn's to keep.
// An error of fn ends the walk and comes back as it is.
func (s *Stage) EachListed(ctx context.Context, l Listing, fn func(page int, rows []ListedRow) error) error {
	dec := NewDecoder()
	for page := 0; ; page++ {
		rows, ok, err := s.listedPage(ctx, l.ID, page, dec)
		if err != nil || !ok {
			return err
		}
		if err := fn(page, rows); err != nil {
			return err
		}
	}
}

func (s *Stage) listedPage(ctx context.Context, listing int64, page int, dec *Decoder) (rows []ListedRow, ok bool, err error) {
	var row chunkRow
	err = s.read.QueryRowContext(ctx, "SELECT size, body FROM listing_page WHERE listing = ? AND number = ?", listing, page).Scan(&row.size, &row.stored)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, s.failed("read what was listed", err)
	}
	if err = dec.unpack(&row, &dec.body); err == nil {
		rows, err = readListed(dec.body)
	}
	if err != nil {
		return nil, false, &CorruptError{Path: s.path, What: fmt.Sprintf("page %d of listing %d: %v", page, listing, err)}
	}
	return rows, true, nil
}
