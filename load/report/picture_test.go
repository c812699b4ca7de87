package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPicture writes a report of some size to the folder that FERRY_REPORT_DIR
// names, for people to look at.
func TestPicture(t *testing.T) {
	dir := os.Getenv("FERRY_REPORT_DIR")
	if dir == "" {
		t.Skip("set FERRY_REPORT_DIR to a folder to look at a report: this makes one and checks nothing")
	}
	_, err := Write(t.Context(), scene(t, 40, 220).cfg, 0, dir)
	require.NoError(t, err)
	_, err = Write(t.Context(), fileScene(t).cfg, 0, filepath.Join(dir, "files"))
	require.NoError(t, err)
}
