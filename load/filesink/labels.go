package filesink

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

// sampleRows is how many records the labels of custom fields are looked for in
// at first: most accounts have them all on every record.
const sampleRows = 8 * unitRows

// errEnough ends a pass over a source on purpose.
var errEnough = errors.New("enough")

// collectLabels reads the labels of custom fields from the first records of a
// table, or from all where limit is 0. A table without custom fields is not read.
func collectLabels(ctx context.Context, t Table, limit, workers int) (labelSet, error) {
	if len(compile(t.Fields).custom) == 0 {
		return nil, nil
	}
	group, ctx := errgroup.WithContext(ctx)
	units := make(chan unit)
	sets := make([]labelSet, workers)
	group.Go(func() error {
		defer close(units)
		err := cut(ctx, t.Rows, func(u unit) error {
			if limit > 0 && u.first >= limit {
				return errEnough
			}
			return send(ctx, units, u)
		})
		if errors.Is(err, errEnough) {
			return nil
		}
		return err
	})
	for i := range sets {
		group.Go(func() error {
			x := newExtractor(t, nil)
			x.plan.askLabels()
			x.onCustom = func(at int, pairs []pair) {
				for _, p := range pairs {
					x.plan.custom[at].meet(p.label)
				}
			}
			in := newReader()
			for u := range units {
				err := in.each(ctx, u, func(r *record.Staged) error {
					x.record(r)
					for _, n := range x.plan.custom {
						x.checkNode(n, x.plan.row.cells)
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			sets[i] = x.plan.labels()
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var all labelSet
	for _, s := range sets {
		all = all.add(s)
	}
	return all, nil
}
