package stage

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// Stats says what a stage holds.
type Stats struct {
	Path, Job  string
	Bytes      int64 // of the file and of its write-ahead log
	Free       int64 // of Bytes, room that the next records will use
	Files      int   // in FilesDir
	FilesBytes int64
	Streams    []StreamStats // by account and name
}

// StreamStats says what a stage holds of one stream. Detail answers that complete
// its records count in the bytes.
type StreamStats struct {
	Account, Stream          string
	Live, Tombstones, Chunks int
	RawBytes                 int64 // of the bodies as received
	StoredBytes              int64 // compressed
}

// Stats reads what the stage holds.
func (s *Stage) Stats(ctx context.Context) (Stats, error) {
	st := Stats{Path: s.path}
	var err error
	if st.Bytes, err = s.Size(); err != nil {
		return Stats{}, err
	}
	err = s.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'job'").Scan(&st.Job)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Stats{}, s.failed("read what the stage holds", err)
	}
	var free, page int64
	if err := s.read.QueryRowContext(ctx, "SELECT f.freelist_count, p.page_size FROM pragma_freelist_count f, pragma_page_size p").Scan(&free, &page); err != nil {
		return Stats{}, s.failed("read what the stage holds", err)
	}
	st.Free = free * page
	if st.Streams, err = s.streamStats(ctx); err != nil {
		return Stats{}, err
	}
	st.Files, st.FilesBytes, err = s.countFiles()
	return st, err
}

func (s *Stage) streamStats(ctx context.Context) ([]StreamStats, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT a.name, s.name, sum(CASE s.part WHEN 0 THEN s.live ELSE 0 END),"+
		" sum(CASE s.part WHEN 0 THEN s.gone ELSE 0 END), sum(c.n), sum(c.raw), sum(c.stored)"+
		" FROM stream s JOIN account a ON a.id = s.account JOIN"+
		" (SELECT s.id AS stream, count(c.id) AS n, coalesce(sum(c.size), 0) AS raw, coalesce(sum(length(c.body)), 0) AS stored"+
		" FROM stream s LEFT JOIN chunk c ON c.stream = s.id GROUP BY s.id) c ON c.stream = s.id"+
		" GROUP BY a.name, s.name ORDER BY a.name, s.name")
	if err != nil {
		return nil, s.failed("count the streams", err)
	}
	var all []StreamStats
	err = eachRow(rows, func(rows *sql.Rows) error {
		var st StreamStats
		err := rows.Scan(&st.Account, &st.Stream, &st.Live, &st.Tombstones, &st.Chunks, &st.RawBytes, &st.StoredBytes)
		all = append(all, st)
		return err
	})
	return all, s.failed("count the streams", err)
}

// Size is how many bytes the stage file and its write-ahead log take.
func (s *Stage) Size() (int64, error) {
	var sum int64
	for _, name := range []string{s.path, s.path + "-wal"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, s.failed("size", err)
		}
		sum += info.Size()
	}
	return sum, nil
}

func (s *Stage) countFiles() (n int, bytes int64, err error) {
	entries, err := os.ReadDir(s.FilesDir())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, s.failed("count files", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || strings.HasPrefix(e.Name(), tempPrefix) {
			continue // gone meanwhile, or not a file yet
		}
		n++
		bytes += info.Size()
	}
	return n, bytes, nil
}
