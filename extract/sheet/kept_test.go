package sheet

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func TestASheetIsTakenApartOnceAndGivenAgain(t *testing.T) {
	dir := t.TempDir()
	b, err := Open(t.Context(), manyLines(t, 5_000), Options{Child: []string{os.Args[0], childWord}, Dir: dir})
	require.NoError(t, err)
	read := func(ctx context.Context) (texts []string, tail grid.Tail, err error) {
		tail, err = b.read(ctx, 0, false, want{Second: true}, func(r *grid.Row) error {
			for i := range r.Cells {
				texts = append(texts, r.Cells[i].Text)
			}
			return ctx.Err()
		})
		return texts, tail, err
	}
	first, tail, err := read(t.Context())
	require.NoError(t, err)
	require.Len(t, first, 3*5_001)

	c, ok := b.src.(*child)
	require.True(t, ok)
	require.NoError(t, c.end(), "the child is not needed again")
	again, tailAgain, err := read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, first, again)
	assert.Equal(t, tail, tailAgain)
	assert.Nil(t, c.process)

	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = read(stopped)
	require.ErrorIs(t, err, context.Canceled)

	files, err := filepath.Glob(filepath.Join(dir, "rows-*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, b.Close())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}
