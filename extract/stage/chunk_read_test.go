package stage

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// A chunk read again by its ID gives what the walk over the stream gave, details
// and tombstones included.
func TestChunkReader(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "job")
	for n := range 5 {
		put(t, s, page(w.ID, n+1, row{recordKey(2 * n), fmt.Sprintf(`{"n":%d}`, 2*n)}, row{recordKey(2*n + 1), fmt.Sprintf(`{"n":%d}`, 2*n+1)}))
	}
	putDetail(t, s, detail("job", "", recordKey(3), `{"n":3}`, row{recordKey(3), `{"full":true}`}))
	_, err := s.Tombstone(ctx, testAccount, "job", []record.Key{recordKey(4)}, testTime)
	require.NoError(t, err)

	show := func(c *Chunk) (all []string) {
		records, err := c.Decode(NewDecoder())
		require.NoError(t, err)
		for _, r := range records {
			all = append(all, fmt.Sprintf("%s %s %s %v", r.Key, r.Raw, r.Detail, r.Deleted))
		}
		return all
	}
	walked := map[int64][]string{}
	require.NoError(t, s.Chunks(ctx, testAccount, "job", func(c *Chunk) error {
		walked[c.ID()] = show(c)
		assert.Positive(t, c.Stored())
		return nil
	}))
	require.Len(t, walked, 5)
	reader, err := s.ChunkReader(ctx, testAccount, "job")
	require.NoError(t, err)
	for id, want := range walked {
		c, err := reader.Read(ctx, id)
		require.NoError(t, err)
		assert.Equal(t, want, show(c))
	}
	_, err = reader.Read(ctx, 999)
	assert.ErrorContains(t, err, "chunk 999 of job went")
	_, err = s.ChunkReader(ctx, testAccount, "never")
	assert.NoError(t, err)
}

func recordKey(n int) record.Key { return record.Key(fmt.Sprintf("k%d", n)) }
