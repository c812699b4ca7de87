package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

func TestWhatTheJobSaysOfFilesReachesTheLoad(t *testing.T) {
	spec, err := connector.Load("synchroteam")
	require.NoError(t, err)
	dir := t.TempDir()
	for _, c := range []struct {
		name, stage string
		details     []string
		refused     bool
	}{
		{"a stage as it is named by default", "move.stage", []string{"job.photos"}, false},
		{"a stage whose own folder it would be", "move", []string{"job.photos"}, true},
		{"capitals make no other folder everywhere", "MOVE", []string{"job", "job.photos"}, true},
		{"no files are read", "move", []string{"job"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := stage.Open(t.Context(), filepath.Join(dir, c.stage), stage.Options{Job: "move", Command: "test"})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			l := &loader{app: &app{}, stage: s, source: &login{Spec: spec}, job: &job.Job{Path: filepath.Join(dir, "move.yaml"), Name: "move",
				Source: job.Source{Details: c.details}, Target: &job.Target{Files: "folder", FilesAt: &job.FilesAt{Dir: "/srv/public", URL: "https://files.example.com"}}}}
			l.app.flags.DryRun = true
			f, err := l.files()
			if c.refused {
				require.ErrorContains(t, err, "where the stage keeps those that it read")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, load.Files{Mode: load.FilesFolder, At: load.FilesAt{Dir: "/srv/public", URL: "https://files.example.com"},
				Folder: filepath.Join(dir, "move.files"), Source: spec, Details: c.details, Dry: true}, f)
		})
	}
}

func TestRecordsAndFilesInWords(t *testing.T) {
	sum := func(records, files int) load.Summary {
		return load.Summary{Entries: []load.EntrySummary{{Actions: map[string]int{"held": records, "create": records}},
			{Actions: map[string]int{"held": files, "create": files}, Files: &load.FilesSummary{Kind: "attach"}}}}
	}
	for _, c := range []struct {
		records, files int
		want           string
	}{{2, 0, "2 records"}, {0, 1, "1 file or line"}, {1, 3, "1 record and 3 files or lines"}} {
		s := sum(c.records, c.files)
		assert.Equal(t, c.want, sorts(s, stage.ActHeld, s.Of(stage.ActHeld)))
	}
	assert.Equal(t, "2 records and 1 file or line", writesText(sum(2, 1)))
	assert.Equal(t, "2 records", writesText(sum(2, 0)))
}
