package filesink

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"os"
)

// outFile is a file of the set in the making: it counts and sums what is
// written. Its first error is kept, because writers above it wrap or lose it.
type outFile struct {
	f     *os.File
	buf   *bufio.Writer
	sum   hash.Hash
	bytes int64
	err   error

	syncing  chan error // of the sync under way; nil: none
	syncedAt int64      // bytes when it began
}

const (
	outBuffer = 256 << 10
	// syncEvery is after how much a file is synced while it grows, beside the
	// work, so that the last sync is not left with all of it.
	syncEvery = 32 << 20
)

func createFile(path string) (*outFile, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o666)
	if err != nil {
		return nil, fileError(path, err)
	}
	o := &outFile{f: f, sum: sha256.New()}
	o.buf = bufio.NewWriterSize(sink{o}, outBuffer)
	return o, nil
}

// sink is the file below the buffer.
type sink struct{ o *outFile }

func (s sink) Write(p []byte) (int, error) {
	n, err := s.o.f.Write(p)
	s.o.sum.Write(p[:n])
	s.o.bytes += int64(n)
	if err == nil && s.o.bytes-s.o.syncedAt >= syncEvery {
		err = s.o.syncBeside()
	}
	if err != nil {
		err = fileError(s.o.f.Name(), err)
		if s.o.err == nil {
			s.o.err = err
		}
	}
	return n, err
}

// syncBeside starts a sync, after the one before has ended.
func (o *outFile) syncBeside() error {
	if err := o.synced(); err != nil {
		return err
	}
	o.syncedAt = o.bytes
	done := make(chan error, 1)
	o.syncing = done
	go func() { done <- o.f.Sync() }()
	return nil
}

// synced waits for the sync under way, where there is one.
func (o *outFile) synced() error {
	if o.syncing == nil {
		return nil
	}
	err := <-o.syncing
	o.syncing = nil
	return err
}

func (o *outFile) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	return o.buf.Write(p)
}

// finish makes the file durable and describes it under its path in the set.
func (o *outFile) finish(path string, rows int) (ManifestFile, error) {
	err := o.err
	if err == nil {
		err = o.buf.Flush()
	}
	if syncErr := o.synced(); err == nil {
		err = fileError(o.f.Name(), syncErr)
	}
	if err == nil {
		err = fileError(o.f.Name(), o.f.Sync())
	}
	if closeErr := o.f.Close(); err == nil {
		err = fileError(o.f.Name(), closeErr)
	}
	return ManifestFile{Path: path, Rows: rows, Bytes: o.bytes, SHA256: hex.EncodeToString(o.sum.Sum(nil))}, err
}

// abandon closes the file without a word; its folder is about to be removed.
func (o *outFile) abandon() {
	_ = o.synced()
	_ = o.f.Close()
}
