package filesink

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"os"
)

// zip64From is the size from which an entry needs the long form of zip.
const zip64From = math.MaxUint32

// markZip64 gives the local headers of large entries the version that Excel
// insists on; the zip package writes it into the directory at the end only.
// The file's sum is taken anew.
func markZip64(path string, from uint64, about *ManifestFile) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fileError(path, err)
	}
	defer f.Close()
	r, err := zip.NewReader(f, about.Bytes)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	const header, versionAt, version = 30, 4, 45
	for _, e := range r.File {
		if e.UncompressedSize64 < from {
			continue
		}
		data, err := e.DataOffset()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		// These entries have no extra field, so the name alone follows the header.
		if _, err := f.WriteAt([]byte{version, 0}, data-header-int64(len(e.Name))+versionAt); err != nil {
			return fileError(path, err)
		}
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, about.Bytes)); err != nil {
		return fileError(path, err)
	}
	about.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return fileError(path, f.Sync())
}
