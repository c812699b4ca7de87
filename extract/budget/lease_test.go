package budget

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// taken counts what the usage file says: takes, and those under way.
func taken(t *testing.T, l *Ledger) (takes, aloft int) {
	t.Helper()
	a, err := l.number("SELECT coalesce(sum(takes), 0) FROM take")
	require.NoError(t, err)
	b, err := l.number("SELECT coalesce(sum(takes), 0) FROM flight")
	require.NoError(t, err)
	return int(a), int(b)
}

// TestLeaseIsGivenBack writes blocks ahead and gives back what was not used: at
// Close, after a second, and when the vendor turns out to have a limit.
func TestLeaseIsGivenBack(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, file, Config{})
		page := func(a Answer) {
			ticket, err := c.Take(t.Context())
			require.NoError(t, err)
			time.Sleep(time.Millisecond)
			require.NoError(t, c.Answered(t.Context(), ticket, a))
		}
		page(Answer{}) // goes alone: who knows
		page(Answer{})
		takes, aloft := taken(t, c.ledger)
		assert.Equal(t, 1+leaseSize, takes)
		assert.Equal(t, leaseSize, aloft)
		for range leaseSize - 1 {
			page(Answer{})
		}
		page(Answer{})
		takes, _ = taken(t, c.ledger)
		assert.Equal(t, 1+2*leaseSize, takes)

		time.Sleep(2 * time.Second)
		page(Answer{})
		takes, _ = taken(t, c.ledger)
		assert.Equal(t, 1+leaseSize+1+leaseSize, takes, "31 of the second block were given back, a third taken")

		page(Answer{Rate: Announced{Limit: 100, Remaining: 60}})
		takes, aloft = taken(t, c.ledger)
		assert.Equal(t, 1+leaseSize+1+2, takes)
		assert.Zero(t, aloft)

		page(Answer{Rate: Announced{Limit: 1 << 20, Remaining: 1 << 19}})
		page(Answer{Rate: Announced{Limit: 1 << 20, Remaining: 1 << 19}})
		require.NoError(t, c.Budget.Close())
		takes, aloft = taken(t, c.ledger)
		assert.Equal(t, 1+leaseSize+1+2+2, takes)
		assert.Zero(t, aloft)
		require.NoError(t, c.ledger.Close())
	})
}

// TestLeasesKeepALargeLimit never break it, nor waste much of it.
func TestLeasesKeepALargeLimit(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := newVendor(sliding, 2400, 7*time.Millisecond)
		var wg sync.WaitGroup
		began := time.Now()
		for range 2 {
			c := newClient(t, file, Config{Rate: Limit{2400, time.Minute}})
			wg.Go(func() {
				defer c.close()
				_, err := c.run(context.Background(), v, 1500, 16)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		assert.Zero(t, v.refusedRate)
		assert.Less(t, time.Since(began), 65*time.Second)
	})
}

// BenchmarkTake is what a request costs beside the request: leased, where no
// limit is known, and singly.
func BenchmarkTake(b *testing.B) {
	for _, c := range []struct {
		name   string
		config Config
		answer Answer
	}{
		{"leased", Config{Key: "k"}, Answer{}},
		{"leased, announced", Config{Key: "k"}, Answer{
			Rate: Announced{Limit: 1 << 30, Remaining: 1 << 29}, Quota: Announced{Limit: 1 << 30, Remaining: 1 << 29},
		}},
		{"single", Config{Key: "k"}, Answer{
			Rate: Announced{Limit: 2000, Remaining: 1900}, Quota: Announced{Limit: 1 << 30, Remaining: 1 << 29},
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			l, err := Open(b.TempDir() + "/usage.db")
			require.NoError(b, err)
			budget, err := l.Budget(b.Context(), c.config)
			require.NoError(b, err)
			var take time.Duration
			for b.Loop() {
				began := time.Now()
				ticket, err := budget.Take(b.Context())
				take += time.Since(began)
				if err != nil {
					b.Fatal(err)
				}
				if err := budget.Answered(b.Context(), ticket, c.answer); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(take.Nanoseconds())/float64(b.N), "ns/take")
			require.NoError(b, budget.Close())
			require.NoError(b, l.Close())
		})
	}
}

// TestReasons are in plain words.
func TestReasons(t *testing.T) {
	t.Parallel()
	c := Config{Quota: tenThousand}
	a := allowance{known: true, limit: 10_000, left: 7112, reserve: 1000}
	until := time.Date(2026, 8, 2, 0, 0, 1, 0, time.UTC)
	for _, x := range []struct {
		v     verdict
		lasts time.Duration
		want  string
	}{
		{verdict{cause: byWindow, limit: minute120, quota: a}, 40100 * time.Millisecond, "41 s for the minute's 120 requests; 8,112 of 10,000 left today, 1,000 kept back for imports"},
		{verdict{cause: byOwn, limit: Limit{1, 10 * time.Second}}, 9 * time.Second, "9 s for the 10 seconds' 1 request that the job allows itself"},
		{verdict{cause: byRefusal, limit: minute120}, 61 * time.Second, "1 min 1 s because the vendor refused for its rate limit"},
		{verdict{cause: byWindow}, time.Minute, "1 min for the window to end"},
		{verdict{cause: byAnswer}, time.Second, "for answers under way: they decide what may still be sent"},
		{verdict{cause: byImport}, time.Second, "for an import on the same key, which goes first"},
		{verdict{cause: bySpent, wake: until.UnixMilli(), spent: &SpentError{Until: until}, quota: allowance{known: true, limit: 1_234_567}}, 6*time.Hour + 12*time.Minute, "6 h 12 min for the quota to start again; 0 of 1,234,567 left today"},
		{verdict{cause: bySpent, wake: until.UnixMilli() - 1, spent: &SpentError{Until: until}}, 2 * time.Minute, "2 min to test whether the quota is still spent; it starts again at 2026-08-02 00:00 UTC"},
	} {
		if x.v.cause == bySpent && x.v.wake < until.UnixMilli() {
			x.want = "2 min to test whether the quota is still spent; it starts again at " + until.Format("2006-01-02 15:04 MST")
		}
		assert.Equal(t, x.want, reason(x.v, c, x.lasts))
	}
	assert.Equal(t, "; 5 left of the 2 hours", leftText(allowance{known: true, left: 5}, Config{Quota: Limit{1, 2 * time.Hour}}))
	assert.Equal(t, "-1,234", count(-1234))
	assert.Equal(t, "2 d 3 h", span(51*time.Hour))
}

// TestWaitsAreTold with reason, end and what is left, and that they are over.
func TestWaitsAreTold(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := newVendor(opened, 120, 20*time.Millisecond)
		v.quota = 10_000
		var waits []Wait
		c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand, Reserve: 0.1, OnWait: func(w Wait) { waits = append(waits, w) }})
		defer c.close()
		_, err := c.run(t.Context(), v, 121, 1)
		require.NoError(t, err)
		require.Len(t, waits, 2)
		assert.Equal(t, "58 s for the minute's 120 requests; 9,880 of 10,000 left today, 1,000 kept back for imports", fmt.Sprint(waits[0].Reason))
		assert.Equal(t, 8880, waits[0].Left)
		assert.WithinDuration(t, time.Now(), waits[0].Until, 2*time.Second)
		assert.Equal(t, Wait{Left: -1}, waits[1])
	})
}
