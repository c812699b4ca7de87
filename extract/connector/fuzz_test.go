package connector

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Parse gives a spec or a *Problems with positions, whatever it is given.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"specs/*.yaml", "testdata/vendor/*.yaml", "testdata/bad/*/spec.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		spec, err := Parse("fuzz.yaml", data)
		if err == nil {
			require.NotEmpty(t, spec.Vendor)
			require.NotEmpty(t, spec.Streams)
			for _, s := range spec.Streams {
				require.NotEmpty(t, s.Key)
				_ = s.Reading()
				_ = Flatten(s.Fields)
			}
			return
		}
		problems, ok := errors.AsType[*Problems](err)
		require.True(t, ok)
		require.NotEmpty(t, problems.Items)
		for _, p := range problems.Items {
			require.Positive(t, p.Line)
			require.Positive(t, p.Column)
			require.NotEmpty(t, p.Message)
		}
	})
}
