package connector

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every folder of testdata/bad is one spec with mistakes and all that is said of them.
func TestParseReportsEveryMistakeOfAFile(t *testing.T) {
	folders, err := filepath.Glob("testdata/bad/*")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(folder, "spec.yaml"))
			require.NoError(t, err)
			_, err = Parse("spec.yaml", data)
			problems, ok := errors.AsType[*Problems](err)
			require.True(t, ok, "a *Problems, not %v", err)

			golden := filepath.Join(folder, "want.txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(problems.Error()+"\n"), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), problems.Error()+"\n")
			for _, p := range problems.Items {
				assert.Positive(t, p.Line)
				assert.Positive(t, p.Column)
			}
		})
	}
}
