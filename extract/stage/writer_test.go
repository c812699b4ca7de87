package stage

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTakeComing looks at what a group that begins with one page waits for.
func TestTakeComing(t *testing.T) {
	soon, late := pagePatience/20, 2*pagePatience
	pages := func(n int) []bool { return slices.Repeat([]bool{true}, n) }
	for name, c := range map[string]struct {
		coming []bool // calls after the first page: whether each is a page
		every  time.Duration
		taken  int
		waited time.Duration
	}{
		"nobody comes":        {nil, soon, 1, pagePatience},
		"pages fill it":       {pages(2 * pageGroup), soon, pageGroup, (pageGroup - 1) * soon},
		"some pages":          {pages(3), soon, 4, pagePatience},
		"pages come too late": {pages(3), late, 1, pagePatience},
		"a call in a hurry":   {[]bool{true, true, false, true}, soon, 4, 3 * soon},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &writer{requests: make(chan *request), quit: make(chan struct{})}
				var sender sync.WaitGroup
				sender.Go(func() {
					for _, page := range c.coming {
						time.Sleep(c.every)
						select {
						case w.requests <- &request{page: page}:
						case <-w.quit:
							return
						}
					}
				})
				began := time.Now()
				group := w.takeComing([]*request{{page: true}})
				require.Equal(t, c.waited, time.Since(began))
				require.Len(t, group, c.taken)
				close(w.quit)
				sender.Wait()
			})
		})
	}
}

// TestTakeComingEnds looks that a stage being closed, and a call that is no
// page, wait for nobody.
func TestTakeComingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &writer{requests: make(chan *request), quit: make(chan struct{})}
		began := time.Now()
		require.Len(t, w.takeComing([]*request{{page: true}, {}}), 2)
		close(w.quit)
		require.Len(t, w.takeComing([]*request{{page: true}}), 1)
		require.Zero(t, time.Since(began))
	})
}
