package sheet

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/column"
)

// An answered file is known again before anybody has said how its columns are read.
func TestARowIsTheSameHoweverItsColumnsAreRead(t *testing.T) {
	b := openFile(t, textFile(t, "Name,Wanted,Since", "Anna, yes ,01/02/2024", "Bert,,05/06/2024"), nil)
	l, err := b.Understand(context.Background(), Answers{})
	require.NoError(t, err)
	hashes := func(r *Recipe) (all []uint64) {
		_, err := b.Rows(context.Background(), r, func(row *Row) error {
			if row.Bin == Record {
				all = append(all, row.Hash)
			}
			return nil
		})
		require.NoError(t, err)
		return all
	}
	plain := hashes(&l.Recipe)
	require.Len(t, plain, 2)
	typed := l.Recipe
	typed.Columns = append([]Column(nil), l.Recipe.Columns...)
	typed.Find("Wanted").Reading.As = column.Boolean
	typed.Find("Since").Reading.As, typed.Find("Since").Reading.Order = column.Date, column.DayFirst
	typed.Find("Name").Reading.Replace = map[string]string{"Anna": "Ann"}
	assert.Equal(t, plain, hashes(&typed))
	assert.NotEqual(t, plain[0], plain[1])
}
