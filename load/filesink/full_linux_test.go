package filesink

import (
	"bufio"
	"crypto/sha256"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFullDisk writes to the device that is always full.
func TestFullDisk(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	o := &outFile{f: f, sum: sha256.New()}
	o.buf = bufio.NewWriterSize(sink{o}, 16)
	_, err = o.Write(make([]byte, 64))
	var full *FileError
	require.ErrorAs(t, err, &full)
	assert.Equal(t, DiskFull, full.Reason)
	assert.Contains(t, err.Error(), "/dev/full: the disk is full. The set before stays as it is; make room")
	_, err = o.finish("x", 0)
	require.ErrorAs(t, err, &full, "the first error is kept")
}
