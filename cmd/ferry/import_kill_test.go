package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/samples/vendorsim"
)

// TestKilledImportGoesOn kills an import at random moments up to its plan. The
// last run, which nobody kills, plans each row once, and counts as new what was
// new before the first.
func TestKilledImportGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary")
	}
	const rows = 2000
	dir := t.TempDir()
	binary := filepath.Join(dir, "ferry")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	box, err := startSimulator("syncro", "127.0.0.1:0", vendorsim.Options{APIKey: scriptKey, Latency: -1}, map[string]int{"customers": 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	var b strings.Builder
	b.WriteString("Company,Email,Number\n")
	for n := range rows {
		fmt.Fprintf(&b, "Firm %d,f%d@example.com,%d\n", n, n, n)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "firms.csv"), []byte(b.String()), 0o600))

	command := func() *exec.Cmd {
		cmd := exec.Command(binary, "import", "firms.csv", "--into", "syncro.customers", "--key", "Number", "--base-url", box.BaseURL, "--yes", "--dry-run")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "FERRY_STATE="+filepath.Join(dir, "state"), "FERRY_USAGE="+filepath.Join(dir, "usage.db"),
			"SYNCRO_SUBDOMAIN=acme", "SYNCRO_TOKEN="+scriptKey)
		return cmd
	}
	random, killed := rand.New(rand.NewPCG(5, 6)), 0
	for range 6 {
		cmd := command()
		require.NoError(t, cmd.Start())
		timer := time.AfterFunc(time.Duration(20+random.IntN(800))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		if err := cmd.Wait(); err != nil && !cmd.ProcessState.Exited() {
			killed++
		}
		timer.Stop()
	}
	require.NotZero(t, killed)
	last := command()
	out, _ = last.CombinedOutput() // exit 4: nothing is sent
	assert.Equal(t, int(exitWaiting), last.ProcessState.ExitCode(), "%s", out)
	assert.Contains(t, string(out), fmt.Sprintf("%s records staged, the first of this kind", count(rows)), "%s", out)
	assert.Regexp(t, `(?m)^customers +2,000 +2,000 +0 +0 +0 +0$`, string(out))
	t.Logf("%d of 6 were killed", killed)
}
