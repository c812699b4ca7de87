package extract

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// tasks runs functions side by side. An error cancels the others; a stop at the
// quota does not, since what is in flight has been paid for.
type tasks struct {
	group   *errgroup.Group
	ctx     context.Context
	stopped atomic.Bool
}

func newTasks(ctx context.Context) *tasks {
	t := &tasks{}
	t.group, t.ctx = errgroup.WithContext(ctx)
	return t
}

func (t *tasks) Go(fn func(context.Context) error) {
	t.group.Go(func() error {
		err := fn(t.ctx)
		if errors.Is(err, errStopped) {
			t.stopped.Store(true)
			return nil
		}
		return err
	})
}

// Wait returns the first error, errStopped if only stops happened.
func (t *tasks) Wait() error {
	if err := t.group.Wait(); err != nil {
		return err
	}
	if t.stopped.Load() {
		return errStopped
	}
	return nil
}
