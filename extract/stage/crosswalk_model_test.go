package stage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// TestSharedCrosswalksConverge lets three jobs link, drop, push and pull at random:
// in the end all know the same, and nothing that nobody dropped is missing.
func TestSharedCrosswalksConverge(t *testing.T) {
	ctx := context.Background()
	side := sideOf("customer", "customers")
	for seed := range uint64(3) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		dir := t.TempDir()
		c := openShared(t, filepath.Join(dir, "acme.crosswalk"))
		var jobs []*Stage
		for i := range 3 {
			jobs = append(jobs, openAt(t, filepath.Join(dir, fmt.Sprint(i, ".stage"))))
		}
		put, dropped := map[record.Key]bool{}, map[record.Key]bool{}
		for range 150 {
			s := jobs[rnd.IntN(3)]
			key := record.Key(fmt.Sprint(rnd.IntN(60)))
			switch rnd.IntN(5) {
			case 0, 1:
				var links []Link
				for n := range 1 + rnd.IntN(4) {
					key := record.Key(fmt.Sprint(key, "-", n))
					put[key] = true
					links = append(links, link(key, "t-"+key, LinkCreated))
				}
				require.NoError(t, s.PutLinks(ctx, side, links))
			case 2:
				key += "-0"
				dropped[key] = true
				require.NoError(t, s.DropLink(ctx, side, key))
			case 3:
				_, err := c.Push(ctx, s)
				require.NoError(t, err)
			case 4:
				_, err := c.Pull(ctx, s)
				require.NoError(t, err)
			}
		}
		for range 2 {
			for _, s := range jobs {
				_, err := c.Pull(ctx, s)
				require.NoError(t, err)
				_, err = c.Push(ctx, s)
				require.NoError(t, err)
			}
		}
		first := linksOf(t, jobs[0], side)
		for _, s := range jobs {
			all := linksOf(t, s, side)
			require.Len(t, all, len(first))
			for key, l := range all {
				require.Equal(t, first[key].Target, l.Target)
			}
			pull(t, c, s, 0)
			push(t, c, s, 0)
		}
		for key := range put {
			if !dropped[key] {
				require.Contains(t, first, key)
			}
		}
	}
}

func TestLargeCrosswalksAreExchangedInParts(t *testing.T) {
	ctx := context.Background()
	side := sideOf("customer", "customers")
	dir := t.TempDir()
	c := openShared(t, filepath.Join(dir, "acme.crosswalk"))
	first, second := openAt(t, filepath.Join(dir, "1.stage")), openAt(t, filepath.Join(dir, "2.stage"))
	const n = 2*exchangeAtOnce + 100
	var all, some []Link
	for i := range n {
		l := link(record.Key(fmt.Sprint(i)), record.Key(fmt.Sprint("t", i)), LinkMatched)
		if all = append(all, l); i%3 == 0 {
			some = append(some, l)
		}
	}
	require.NoError(t, first.PutLinks(ctx, side, all))
	require.NoError(t, second.PutLinks(ctx, side, some))
	push(t, c, second, len(some))
	push(t, c, first, n-len(some))
	pull(t, c, second, n-len(some))
	require.Len(t, linksOf(t, second, side), n)
	push(t, c, second, 0)
}
