package job

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPathsOfASheetSource(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"a.xlsx", "b.xlsx", "~$a.xlsx", "a.answered.xlsx", "a.answered-2.xlsx", "odd [1].xlsx"} {
		require.NoError(t, os.WriteFile(at(name), nil, 0o600))
	}
	for _, c := range []struct {
		name              string
		files, want, none []string
	}{
		{"what * stands for, without locks and answered files", []string{"*.xlsx"}, []string{"a.xlsx", "b.xlsx", "odd [1].xlsx"}, nil},
		{"a name with brackets", []string{"odd [1].xlsx"}, []string{"odd [1].xlsx"}, nil},
		{"an answered file by its name", []string{"a.answered.xlsx"}, []string{"a.answered.xlsx"}, nil},
		{"each once", []string{"a.xlsx", "?.xlsx"}, []string{"a.xlsx", "b.xlsx"}, nil},
		{"nothing fits", []string{"*.csv"}, nil, []string{"*.csv"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &Sheet{}
			for _, f := range c.files {
				s.Files = append(s.Files, at(f))
			}
			paths, none, err := s.Paths()
			require.NoError(t, err)
			var want, wantNone []string
			for _, f := range c.want {
				want = append(want, at(f))
			}
			for _, f := range c.none {
				wantNone = append(wantNone, at(f))
			}
			assert.Equal(t, want, paths)
			assert.Equal(t, wantNone, none)
		})
	}
}
