package filesink

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

const (
	// maxParts is how many files a large table is spread over, so that as many
	// workers decode and encode side by side. It is fixed, so that equal records
	// give equal files on every machine.
	maxParts = 2
	// soloUnits is how many units go to the first part before any other begins.
	soloUnits = 16
)

// tally is what one pass over a table counted.
type tally struct {
	rows, tombstones, misfits int
	labels                    labelSet // of custom fields, where asked for
}

// add sums up two tallies of different rows of one table.
func (t *tally) add(o tally) {
	t.rows += o.rows
	t.tombstones += o.tombstones
	t.misfits += o.misfits
	t.labels = t.labels.add(o.labels)
}

// writeParquet writes a table's folder of parts below dir. An empty table has
// one part with its schema.
func writeParquet(ctx context.Context, dir string, t Table, env environment, done func(rows int)) ([]ManifestFile, tally, error) {
	folder := filepath.Join(dir, t.Name)
	if err := os.Mkdir(folder, 0o777); err != nil {
		return nil, tally{}, fileError(folder, err)
	}
	parts := make([]*part, maxParts)
	feeds := make([]chan unit, maxParts)
	for i := range parts {
		p, err := newPart(t, env, i)
		if err != nil {
			return nil, tally{}, fmt.Errorf("columns of %s: %w", t.Name, err)
		}
		parts[i], feeds[i] = p, make(chan unit, 1)
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, p := range parts {
		group.Go(func() error { return p.run(ctx, folder, feeds[i]) })
	}
	group.Go(func() error {
		defer func() {
			for _, f := range feeds {
				close(f)
			}
		}()
		return cut(ctx, t.Rows, func(u unit) error {
			to := 0
			if u.seq >= soloUnits {
				to = u.seq % maxParts
			}
			select {
			case feeds[to] <- u:
				done(u.rows)
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	if err := group.Wait(); err != nil {
		return nil, tally{}, err
	}
	var files []ManifestFile
	var sum tally
	for _, p := range parts {
		if p.wrote {
			files = append(files, p.file)
		}
		sum.add(p.tally)
	}
	return files, sum, syncFolder(folder)
}

func syncFolder(path string) error { return fileError(path, syncDir(path)) }

// run writes the units of a feed into the part's file. The first part is there
// even when nothing comes.
func (p *part) run(ctx context.Context, folder string, feed <-chan unit) error {
	defer p.abandon()
	in := newReader()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case u, more := <-feed:
			if !more {
				return p.end(folder)
			}
			if err := in.each(ctx, u, func(r *record.Staged) error { return p.add(folder, r) }); err != nil {
				return err
			}
		}
	}
}

func partName(i int) string { return fmt.Sprintf("part-%04d.parquet", i) }
