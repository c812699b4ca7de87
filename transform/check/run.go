package check

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"ferry/extract/sheet"
)

// reportEvery is how many rows go by between two calls of Config.Report.
const reportEvery = 4 * batchRows

// Run checks every row of a file. The report is the same for any number of
// workers. Errors are those of Config.Rows and Config.Found as they are, and one
// that says that there are too many rows.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	if cfg.Target == nil {
		cfg.Target = cfg.Stream.Target()
	}
	if cfg.Doubles == "" {
		cfg.Doubles = Refuse
	}
	if cfg.Workers < 1 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	r := newRunner(&cfg)
	return r.run(ctx)
}

// runner takes rows through the workers and puts them in order again.
type runner struct {
	*plan
	free, work, order chan *batch
	current           *batch
	rows              int
	tally             sheet.Tally
}

func newRunner(cfg *Config) *runner {
	n := 2*cfg.Workers + 2
	r := &runner{plan: newPlan(cfg), free: make(chan *batch, n), work: make(chan *batch, n), order: make(chan *batch, n)}
	for range n {
		r.free <- r.newBatch()
	}
	return r
}

func (r *runner) run(ctx context.Context) (*Report, error) {
	all, within := errgroup.WithContext(ctx)
	collector := r.newCollector()
	all.Go(func() error { return r.read(within) })
	for range r.cfg.Workers {
		j := r.newJudge()
		all.Go(func() error {
			for b := range r.work {
				j.batch(b)
				b.done <- struct{}{}
			}
			return nil
		})
	}
	all.Go(func() error {
		for b := range r.order {
			<-b.done
			if err := collector.batch(b); err != nil {
				return err
			}
			b.reset()
			r.free <- b
		}
		return nil
	})
	if err := all.Wait(); err != nil {
		return nil, err
	}
	return collector.report(r.tally), nil
}

// read gives the rows of the file to the workers, in batches.
func (r *runner) read(ctx context.Context) (err error) {
	defer close(r.order)
	defer close(r.work)
	r.tally, err = r.cfg.Rows(ctx, func(row *sheet.Row) error { return r.row(ctx, row) })
	if err == nil && r.current != nil {
		r.send()
	}
	if err == nil && r.cfg.Report != nil {
		r.cfg.Report(r.rows)
	}
	return err
}

func (r *runner) row(ctx context.Context, row *sheet.Row) error {
	if r.rows++; r.cfg.Report != nil && r.rows%reportEvery == 0 {
		r.cfg.Report(r.rows)
	}
	if row.Bin != sheet.Record && row.Bin != sheet.Held {
		return nil
	}
	if r.current == nil {
		select {
		case r.current = <-r.free:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	r.current.add(r.plan, row)
	if len(r.current.rows) == batchRows {
		r.send()
	}
	return nil
}

func (r *runner) send() {
	r.work <- r.current
	r.order <- r.current
	r.current = nil
}
