package extract

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoPlaceIsLostToATaskThatWasCalledOff: else the streams that go on would
// wait for ever.
func TestNoPlaceIsLostToATaskThatWasCalledOff(t *testing.T) {
	s := newSlots(1)
	off, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.acquire(off, 0), context.Canceled)
	require.NoError(t, s.acquire(t.Context(), 0))
	assert.Zero(t, s.free)
	require.ErrorIs(t, s.acquire(off, 0), context.Canceled)
	s.release()
	assert.Equal(t, 1, s.free)
}

// TestASweepWithoutAPageProvesNothing, though all of no pages agree.
func TestASweepWithoutAPageProvesNothing(t *testing.T) {
	assert.False(t, tally{steady: true}.whole())
	assert.True(t, tally{pages: 1, steady: true}.whole())
}

func TestKeySets(t *testing.T) {
	a, b, c := newKeySet([]uint64{5, 1, 5, 9}), newKeySet([]uint64{2, 9}), newKeySet([]uint64{4})
	assert.True(t, a.meets(b))
	assert.False(t, a.meets(c))
	assert.False(t, a.meets(nil))
	assert.Equal(t, 2, a.minus(b))
	assert.Equal(t, 1, a.minus(b, newKeySet([]uint64{1})))
	assert.Equal(t, 3, a.minus())
}
