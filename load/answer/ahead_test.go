package answer

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadingAheadGivesTheSameBytes(t *testing.T) {
	data := bytes.Repeat([]byte("a row of a sheet, "), 5*chunkBytes/18)
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(data), "in halves": iotest.HalfReader(bytes.NewReader(data)), "end with data": iotest.DataErrReader(bytes.NewReader(data)),
	} {
		a := readAhead(r)
		got, err := io.ReadAll(iotest.OneByteReader(io.LimitReader(a, 100)))
		require.NoError(t, err, name)
		rest, err := io.ReadAll(a)
		require.NoError(t, err, name)
		a.close()
		assert.True(t, bytes.Equal(data, append(got, rest...)), name)
	}
}

func TestReadingAheadGivesAFaultInItsPlace(t *testing.T) {
	broken := errors.New("the stream is broken")
	a := readAhead(io.MultiReader(bytes.NewReader(make([]byte, chunkBytes+7)), iotest.ErrReader(broken)))
	defer a.close()
	n, err := io.Copy(io.Discard, a)
	assert.Equal(t, int64(chunkBytes+7), n)
	assert.ErrorIs(t, err, broken)
	_, err = a.Read(make([]byte, 1))
	assert.ErrorIs(t, err, broken, "it stays")
}

func TestReadingAheadEndsInTheMiddle(t *testing.T) {
	a := readAhead(neverEnding{})
	_, err := io.ReadFull(a, make([]byte, 10))
	require.NoError(t, err)
	a.close()
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }
