package api_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/samples/vendorsim"
)

// readAll reads pages 1 to n of customers with so many workers.
func readAll(ctx context.Context, c *api.Client, spec *connector.Spec, n, workers int) (ids map[string]int, errs []error) {
	ids = map[string]int{}
	stream, err := spec.Stream("customer")
	if err != nil {
		return nil, []error{err}
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	pages := make(chan int, n)
	for i := range n {
		pages <- i + 1
	}
	close(pages)
	for range workers {
		all.Go(func() {
			for number := range pages {
				p, _, err := c.Page(ctx, stream, api.PageArgs{Number: number, Ordered: true})
				mu.Lock()
				if err != nil {
					errs = append(errs, err)
				} else {
					for _, r := range p.Rows {
						key, err := api.KeyOf(r.Raw, stream.Key)
						errs = append(errs, err)
						ids[string(key)]++
					}
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return ids, errs
}

// A vendor in which 5 % of everything goes wrong is read whole.
func TestSurvivesEveryFaultAtOnce(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var faults []vendorsim.Fault
				for _, kind := range []vendorsim.FaultKind{
					vendorsim.FaultReset, vendorsim.FaultResetCounted, vendorsim.FaultCut, vendorsim.Fault500, vendorsim.Fault503,
					vendorsim.FaultRate, vendorsim.FaultHTML, vendorsim.FaultContentType, vendorsim.FaultSlow, vendorsim.FaultTruncated,
				} {
					faults = append(faults, vendorsim.Fault{Kind: kind, Chance: 0.05})
				}
				c, sim, spec := newSim(t, vendorsim.Options{
					Seed: seed, Faults: faults, Counts: vendorsim.Counts{Customers: 2000}, Rate: vendorsim.Rate{Limit: 1 << 20},
					Quota: vendorsim.Quota{Limit: 1 << 20},
				}, nil)
				ids, errs := readAll(context.Background(), c, spec, 200, 16)
				require.NoError(t, errors.Join(errs...))
				assert.Len(t, ids, 2000)
				assert.EqualValues(t, sim.Counters().Requests, c.Requests(), "every attempt has its ticket")
			})
		})
	}
}

func TestAnOutageEndsInTwoMinutes(t *testing.T) {
	for _, workers := range []int{1, 2, 4, 16} {
		t.Run(strconv.Itoa(workers), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, sim, spec := newSim(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000}}, nil)
				_, errs := readAll(context.Background(), c, spec, 3, 1)
				require.NoError(t, errors.Join(errs...))
				sim.Outage(true)
				began := time.Now()
				_, errs = readAll(context.Background(), c, spec, workers, workers)
				assert.Less(t, time.Since(began), 2*time.Minute)
				assert.LessOrEqual(t, sim.Counters().Requests, 3+6*3+20, "an outage costs little")
				for _, err := range errs {
					require.Error(t, err)
					assert.Equal(t, connector.Retryable, api.ClassOf(err))
					assert.ErrorContains(t, err, "nothing is lost")
				}
				if workers >= 3 {
					assert.Greater(t, time.Since(began), time.Minute, "a restart of the vendor is waited out")
					require.ErrorIs(t, errs[0], api.ErrOutage)
					assert.ErrorContains(t, errs[0], "to everything since 0")
					spent := c.Requests()
					_, errs = readAll(context.Background(), c, spec, 1, 1)
					require.ErrorIs(t, errs[0], api.ErrOutage)
					assert.Equal(t, spent, c.Requests())
				}
			})
		})
	}
}

func TestAShortOutageIsWaitedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, sim, spec := newSim(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000}, Rate: vendorsim.Rate{Limit: 1 << 20}}, nil)
		sim.Outage(true)
		time.AfterFunc(45*time.Second, func() { sim.Outage(false) })
		ids, errs := readAll(context.Background(), c, spec, 30, 16)
		require.NoError(t, errors.Join(errs...))
		assert.Len(t, ids, 3000)
		assert.Less(t, sim.Counters().Requests, 30+40, "probes, not a storm")
	})
}

// A vendor that does not answer at all is an outage as well.
func TestSilenceEnds(t *testing.T) {
	for _, workers := range []int{1, 16} {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, plainSpec(), play(hangs), nil)
			began := time.Now()
			var all sync.WaitGroup
			for range workers {
				all.Go(func() {
					_, err := c.Do(context.Background(), get("thing"))
					assert.ErrorContains(t, err, "no answer within 1m0s")
				})
			}
			all.Wait()
			assert.LessOrEqual(t, time.Since(began), 200*time.Second)
		})
	}
}
