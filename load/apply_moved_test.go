package load_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/stage"
	"ferry/load"
)

func TestACopiedLedgerIsAskedAboutOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(9)...)
		p := b.plan()
		var stop *load.StopError
		_, err := b.apply(p, load.ApplyOptions{Stops: []int{3}})
		require.ErrorAs(t, err, &stop)

		// The stage is copied while it is at rest, and goes on somewhere else.
		ctx := context.Background()
		dir := t.TempDir()
		_, err = b.stage.Repack(ctx)
		require.NoError(t, err)
		copyStage(t, filepath.Dir(b.stage.Path()), dir)
		there, err := openSide(dir, b.cfg.Vendor, b.target, "", requestTimeout, budget.Limit{Requests: 1000, Per: time.Minute})
		require.NoError(t, err)
		defer func() { require.NoError(t, there.Close()) }()
		there.cfg.Rules = b.cfg.Rules
		writes := b.target.writes
		_, err = load.Apply(ctx, there.cfg, p.ID, load.ApplyOptions{All: true})
		var moved *load.MovedError
		require.ErrorAs(t, err, &moved)
		assert.Contains(t, err.Error(), "--moved")
		assert.Equal(t, writes, b.target.writes, "nothing was sent")

		there.cfg.Run, err = there.stage.StartRun(ctx, stage.Run{Command: "apply", Version: "test", Started: time.Now()})
		require.NoError(t, err)
		bins, err := load.Apply(ctx, there.cfg, p.ID, load.ApplyOptions{Stops: []int{6}, Moved: true})
		require.ErrorAs(t, err, &stop)
		assert.Equal(t, 6, bins.Of(stage.LoadCreated))
		bins, err = load.Apply(ctx, there.cfg, p.ID, load.ApplyOptions{All: true})
		require.NoError(t, err, "it was said once")
		assert.Equal(t, 9, bins.Of(stage.LoadCreated))
		assert.Len(t, b.target.live("customers"), 9)
	})
}

// copyStage copies the files of a stage, as people do.
func copyStage(t *testing.T, from, to string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(from, "job.stage*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		if filepath.Ext(file) == ".lock" {
			continue
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(to, filepath.Base(file)), content, 0o600))
	}
}
