package load

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"ferry/extract/record"
)

// backState is how something that was written is now.
type backState uint8

const (
	backSame backState = iota
	backGone
	backChanged
)

// filesBack reads back what was attached or written of one entry. It belongs to
// one goroutine.
type filesBack struct {
	f     *filer
	store *filesDir // of a folder that is there
	of    record.Key
	now   json.RawMessage // the record of that key; nil: it is not there
	known bool
}

func newFilesBack(f *filer) (*filesBack, error) {
	b := &filesBack{f: f}
	if f.kind != fileFolder {
		return b, nil
	}
	_, err := os.Stat(f.r.cfg.Files.Folder)
	if errors.Is(err, os.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		b.store, err = openFolder(f.r.cfg.Files.Folder, false)
	}
	return b, err
}

func (b *filesBack) close() error {
	if b.store == nil {
		return nil
	}
	return b.store.close()
}

// forget makes the next look ask again.
func (b *filesBack) forget() { b.known = false }

// look tells how something is now; sent is what was written of it, nil where only
// its being there counts.
func (b *filesBack) look(ctx context.Context, target record.Key, sent []byte) (backState, error) {
	switch b.f.kind {
	case fileFolder:
		return b.lookFolder(ctx, target, sent)
	case fileLine:
		_, found, err := b.f.r.cfg.Reader.Read(ctx, b.f.side.Stream, target)
		if err != nil || found {
			return backSame, err
		}
		return backGone, nil
	}
	if of := keyPart(target, 2, 0); !b.known || b.of != of {
		now, found, err := b.f.r.cfg.Reader.Read(ctx, b.f.stream.Name, of)
		if err != nil {
			return backSame, err
		}
		if b.of, b.now, b.known = of, now, true; !found {
			b.now = nil
		}
	}
	for _, f := range shownFiles(b.f.stream.Writes.Attach, b.now) {
		if f.key == string(keyPart(target, 2, 1)) {
			if sent != nil && !f.called(foldName(textAt(sent, "name"))) {
				return backChanged, nil
			}
			return backSame, nil
		}
	}
	return backGone, nil
}

func (b *filesBack) lookFolder(ctx context.Context, target record.Key, sent []byte) (backState, error) {
	if b.store == nil {
		return backGone, nil
	}
	sum, _, there, err := b.store.hash(ctx, folderPath(target))
	switch {
	case err != nil:
		return backSame, err
	case !there:
		return backGone, nil
	case sent != nil && sum != textAt(sent, "sha256"):
		return backChanged, nil
	}
	return backSame, nil
}
