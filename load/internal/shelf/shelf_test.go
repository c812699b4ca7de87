package shelf

import (
	"fmt"
	"hash/maphash"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsPutIsFound(t *testing.T) {
	s, err := New()
	require.NoError(t, err)
	for i := range 5000 {
		require.NoError(t, s.Put(fmt.Sprint(i), []byte(fmt.Sprint("value ", i))))
	}
	require.NoError(t, s.Put("7", []byte("newer")))
	require.NoError(t, s.Put("empty", nil))
	for key, want := range map[string]string{"0": "value 0", "4999": "value 4999", "7": "newer", "empty": ""} {
		got, ok, err := s.Get(key)
		require.NoError(t, err)
		require.True(t, ok, key)
		assert.Equal(t, want, string(got))
	}
	_, ok, err := s.Get("5000")
	require.NoError(t, err)
	assert.False(t, ok)
	name := s.file.Name()
	require.NoError(t, s.Close())
	assert.NoFileExists(t, name)
}

func TestKeysOfOneHashAreToldApart(t *testing.T) {
	s, err := New()
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, s.Put("a", []byte("1")))
	hashA, hashB := maphash.String(s.seed, "a"), maphash.String(s.seed, "b")
	s.place[hashB] = s.place[hashA] // as if b had the hash of a
	_, ok, err := s.Get("b")
	require.NoError(t, err)
	assert.False(t, ok)
	require.NoError(t, s.Put("b", []byte("22")))
	s.place[hashA] = s.place[hashB]
	for key, want := range map[string]string{"a": "1", "b": "22"} {
		got, ok, err := s.Get(key)
		require.NoError(t, err)
		require.True(t, ok)
		assert.Equal(t, want, string(got))
	}
}
