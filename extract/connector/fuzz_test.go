package connector

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Parse gives a spec or a *Problems with positions, whatever it is given.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"specs/*.yaml", "testdata/bad/*/spec.yaml"} {
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
				require.True(t, len(s.Key) > 0 || s.List == nil && s.Get == nil && s.Sub == nil)
				_ = s.Reading()
				_ = Flatten(s.Fields)
				requireWrites(t, s)
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

// requireWrites checks what every parsed write side must hold.
func requireWrites(t *testing.T, s *Stream) {
	require.NotEmpty(t, s.Writing())
	if s.Writes == nil {
		return
	}
	require.NotEmpty(t, s.Writes.Calls())
	paths := writePaths(s.Writes.Fields)
	for _, group := range append(s.Writes.Required, s.Writes.Unique...) {
		for _, path := range group {
			require.Contains(t, paths, path)
		}
	}
	for _, call := range s.Writes.Calls() {
		require.NotEmpty(t, call.Path)
		for _, e := range call.Effects {
			require.NotEmpty(t, e.Name)
		}
		for _, l := range call.Fixed {
			require.True(t, json.Valid(l.Value))
		}
	}
}
