package load

import (
	"context"
	"sync"

	"ferry/extract/stage"
)

// chunkCache keeps chunks of the target as they are in the stage, compressed, up
// to a number of bytes: windows in another order than the target's ask for each
// chunk again. It may be used by many goroutines.
type chunkCache struct {
	mu    sync.Mutex
	bytes int
	kept  map[uint32]*stage.Chunk
}

// cacheBytes bounds what is kept of one stream.
const cacheBytes = 16 << 20

// chunk reads a chunk by its number.
func (t *targetStream) chunk(ctx context.Context, number uint32) (*stage.Chunk, error) {
	t.cache.mu.Lock()
	c := t.cache.kept[number]
	t.cache.mu.Unlock()
	if c != nil {
		return c, nil
	}
	c, err := t.reader.Read(ctx, t.chunks[number])
	if err != nil {
		return nil, err
	}
	t.cache.mu.Lock()
	defer t.cache.mu.Unlock()
	// What does not fit is not kept: with turns as long as the stream, throwing out
	// the oldest would keep nothing that is asked for again.
	if size := c.Stored(); t.cache.bytes+size <= cacheBytes && t.cache.kept[number] == nil {
		if t.cache.kept == nil {
			t.cache.kept = map[uint32]*stage.Chunk{}
		}
		t.cache.kept[number] = c
		t.cache.bytes += size
	}
	return c, nil
}

// drop lets go of the chunks when an entry is decided.
func (t *targetStream) drop() {
	t.cache.mu.Lock()
	defer t.cache.mu.Unlock()
	t.cache.kept, t.cache.bytes = nil, 0
}
