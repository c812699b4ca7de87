package stage

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeySetKnowsWhatWasAdded(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var s keySet
	have := map[uint64]bool{}
	for n := range 20_000 {
		hash := rnd.Uint64()
		switch n % 4 {
		case 0:
			hash &= 0x3ff // many that are close together
		case 1:
			hash <<= 40 // and many that want the same place
		}
		if hash == 0 {
			hash = 1
		}
		require.Equal(t, !have[hash], s.add(hash))
		have[hash] = true
		require.Equal(t, len(have), s.n)
	}
	for hash := range have {
		require.False(t, s.add(hash))
	}
	var zero keySet
	require.True(t, zero.add(0))
	require.False(t, zero.add(0))
}
