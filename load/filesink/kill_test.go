package filesink

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// publisherIn is the environment name that turns the test binary into a
// process that publishes into the folder it names, until it is killed.
const publisherIn = "FILESINK_TEST_PUBLISH_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(publisherIn); dir != "" {
		publishForever(dir)
	}
	os.Exit(m.Run())
}

func publishForever(dir string) {
	source := brief(1500).times(1)
	for {
		_, err := Publish(context.Background(), Config{
			Dir: dir, Job: "nightly", Formats: []Format{Parquet, CSV, Excel}, Keep: 4,
			Tables: []Table{{Name: "customer", Fields: customerFields(), Rows: source}},
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// phases are what a killed publisher may leave, in the order of its work.
var phases = []string{"before the first file", "while files are written", "complete but not renamed", "renamed but not the latest", "between two sets"}

// phaseOf tells how far the publisher in a folder is.
func phaseOf(home string) string {
	latest, _ := os.ReadFile(filepath.Join(home, latestFile))
	parts, _ := filepath.Glob(filepath.Join(home, setsFolder, ".*.part"))
	for _, p := range parts {
		if _, err := os.Stat(filepath.Join(home, setsFolder, strings.TrimSuffix(filepath.Base(p)[1:], ".part"))); err == nil {
			continue
		}
		files, _ := os.ReadDir(p)
		if len(files) == 0 {
			return phases[0]
		}
		if _, err := os.Stat(filepath.Join(p, ManifestName)); err == nil {
			return phases[2]
		}
		return phases[1]
	}
	sets, _ := filepath.Glob(filepath.Join(home, setsFolder, "2*"))
	if len(sets) > 0 && !strings.Contains(string(latest), filepath.Base(sets[len(sets)-1])) {
		return phases[3]
	}
	return phases[4]
}

// TestKilledPublisher kills publishers in every phase. The latest set is whole
// every time, and the next publisher goes on.
func TestKilledPublisher(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "nightly")
	hits := map[string]int{}
	const enough = 2
	for round := 0; round < 120; round++ {
		want := phases[round%len(phases)]
		if hits[want] >= enough {
			continue
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), publisherIn+"="+dir)
		require.NoError(t, child.Start())
		deadline := time.Now().Add(5 * time.Second)
		for time.Now().Before(deadline) && phaseOf(home) != want {
			time.Sleep(50 * time.Microsecond)
		}
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
		hit := phaseOf(home)
		hits[hit]++
		set, err := Latest(dir, "nightly")
		if err != nil {
			require.ErrorIs(t, err, ErrNoSet)
			require.NoFileExists(t, filepath.Join(home, latestFile))
			continue
		}
		require.NoError(t, verify(set), "killed: %s", hit)
	}
	for _, p := range phases {
		t.Logf("killed %s: %d", p, hits[p])
		assert.NotZero(t, hits[p], p)
	}
}
