package budget

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzNeverRefusedWhenAlone runs one or two processes against a vendor with
// random window, limit, quota, latencies, clock and silence, so that answers
// come in any order, and kills the vendor's announcements now and then. As long
// as nobody else spends, nothing may be refused.
func FuzzNeverRefusedWhenAlone(f *testing.F) {
	for seed := range uint64(12) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		file := usageFile(t)
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 7))
			v := newVendor(kinds[rng.IntN(3)], 1+rng.IntN(150), time.Duration(rng.IntN(3000))*time.Millisecond)
			v.rng = rand.New(rand.NewPCG(seed, 8))
			v.per = []time.Duration{time.Second, 10 * time.Second, time.Minute}[rng.IntN(3)]
			v.up = time.Duration(rng.IntN(200)) * time.Millisecond
			v.jitter = min(45*time.Millisecond, v.per/100)
			v.wild = time.Duration(rng.IntN(4000)) * time.Millisecond
			v.ahead = time.Duration(rng.IntN(4_000_000)-2_000_000) * time.Millisecond
			v.noReset = rng.IntN(4) == 0
			if rng.IntN(3) == 0 {
				v.mumble = 0.2
			}
			if rng.IntN(3) == 0 {
				v.quota = 20 + rng.IntN(200)
			}
			time.Sleep(time.Duration(rng.IntN(60_000)) * time.Millisecond)
			rate := Limit{v.limit, v.per}
			processes := 1 + rng.IntN(2)
			errs := make(chan error)
			for i := range processes {
				pages, connections, pause := 3*v.limit/processes, 1+rng.IntN(20), time.Duration(i*rng.IntN(10_000))*time.Millisecond
				go func() {
					time.Sleep(pause)
					c := newClient(t, file, Config{Rate: rate, Quota: tenThousand})
					defer c.close()
					_, err := c.run(t.Context(), v, min(pages, 200), connections)
					errs <- err
				}()
			}
			for range processes {
				if err := <-errs; err != nil {
					var spent *SpentError
					require.ErrorAs(t, err, &spent)
					assert.NotEqual(t, 1<<30, v.quota)
				}
			}
			assert.Zero(t, v.refusedRate, "%+v", v.settings())
			assert.LessOrEqual(t, v.refusedQuota, processes-1, "a start may test a spent quota: %+v", v.settings())
		})
	})
}
