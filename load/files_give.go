package load

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
)

// readContent reads what is staged of a file and of what people wrote about it.
func (f *plannedFiles) readContent(whole json.RawMessage, file *FileNote) (*Reason, error) {
	var staged struct {
		SHA256 string `json:"sha256"`
		Bytes  int64  `json:"bytes"`
	}
	if f.sub.File != nil && f.sub.File.About != "" {
		file.About = textAt(whole, f.sub.File.About)
	}
	v := fieldAt(whole, []string{f.content})
	if isNull(v) || json.Unmarshal(v, &staged) != nil || staged.SHA256 == "" {
		return &Reason{Code: CodeNoContent, Text: "its content was not given when it was read", Field: f.content,
			Do: "read it again: name " + f.sub.Name + " in details of the job and run ferry extract"}, nil
	}
	file.SHA256, file.Bytes = staged.SHA256, staged.Bytes
	info, err := os.Stat(filepath.Join(f.cfg.Stage.FilesDir(), staged.SHA256))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil || info.Size() != staged.Bytes {
		return noContent("its content is not beside the stage, or not whole"), nil
	}
	return nil, nil
}

func noContent(why string) *Reason {
	return &Reason{Code: CodeNoContent, Text: why, Do: "put the folder of the stage's files back, or read the files again with ferry extract"}
}

// giveName names a file that is new.
func (f *plannedFiles) giveName(whole json.RawMessage, file *FileNote) {
	given := ""
	if f.sub.File != nil {
		given = textAt(whole, f.sub.File.Name)
	}
	name := safeName(given, longestFile)
	if name == "" {
		_, name, _ = strings.Cut(f.sub.Name, ".")
	}
	if _, end := splitName(name); end == "" && file.SHA256 != "" {
		name += endingOf(filepath.Join(f.cfg.Stage.FilesDir(), file.SHA256))
	}
	dir := ""
	if f.kind == fileFolder {
		if dir = f.folders[file.Of]; dir == "" {
			dir = path.Join(f.sub.Sub.Parent, safeName(string(file.Of), longestFolder))
		}
	}
	file.Name = name
	for n := 2; ; n++ {
		if f.kind == fileFolder {
			file.Path = path.Join(dir, file.Name)
		}
		if sum := f.claim(file.Of, file.Name, file.Path); !f.claimed[sum] {
			f.claimed[sum] = true
			return
		}
		file.Name = numbered(name, n)
	}
}

// claim is a hash of the name that no two files share: in the folder, or at the
// record that a file is attached to.
func (f *plannedFiles) claim(of record.Key, name, at string) uint64 {
	if f.kind == fileFolder {
		return xxhash.Sum64String(foldPath(at))
	}
	return xxhash.Sum64String(string(of) + "\x00" + foldName(name))
}

// endingOf is the ending of a name that tells what a file holds; "" unknown.
func endingOf(file string) string {
	in, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer in.Close()
	head := make([]byte, 512)
	n, _ := io.ReadFull(in, head) // a short file is a head too
	kind, _, _ := strings.Cut(http.DetectContentType(head[:n]), ";")
	return map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "application/pdf": ".pdf",
		"video/mp4": ".mp4", "text/plain": ".txt"}[kind]
}

// readFolders names the folders of the records that the files belong to.
func (f *plannedFiles) readFolders(ctx context.Context) error {
	if f.sub.File == nil || len(f.sub.File.Folder) == 0 {
		return nil
	}
	wanted := map[record.Key]bool{}
	err := eachStaged(ctx, f.cfg.Stage, f.cfg.Source.ID, f.sub.Name, func(rec record.Staged) error {
		if !rec.Deleted {
			wanted[record.Key(strings.Clone(string(f.of(rec.Key))))] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	return eachStaged(ctx, f.cfg.Stage, f.cfg.Source.ID, f.sub.Sub.Parent, func(rec record.Staged) error {
		if !wanted[rec.Key] {
			return nil
		}
		key := record.Key(strings.Clone(string(rec.Key)))
		whole := wholeRecord(rec)
		var parts []string
		for i, at := range f.sub.File.Folder {
			part := safeName(textAt(whole, at), longestFolder)
			if part == "" && i == len(f.sub.File.Folder)-1 {
				part = safeName(string(key), longestFolder)
			}
			if part == "" {
				part = "without " + safeName(at, longestFolder)
			}
			parts = append(parts, part)
		}
		f.folders[key] = path.Join(parts...)
		return nil
	})
}
