package load

import (
	"strings"

	"ferry/extract/api"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// fileKind tells what an entry of files does. It stands in stage.Side.Part.
type fileKind string

const (
	notFiles   fileKind = ""
	fileAttach fileKind = "file"        // attaches them
	fileFolder fileKind = "file.folder" // writes them into the folder
	fileLine   fileKind = "file.line"   // writes lines into the target that tell where they are
)

// word is the kind as people read it.
func (k fileKind) word() string {
	switch k {
	case fileAttach:
		return "attach"
	case fileFolder:
		return "folder"
	case fileLine:
		return "line"
	}
	return ""
}

// part is Side.Part of an entry whose files stand in a field; further fields of
// one stream have their name in it.
func (k fileKind) part(field string, further bool) string {
	if further {
		return string(k) + ":" + field
	}
	return string(k)
}

// filesOf tells what a planned entry does with files; notFiles where it is one of
// the mapping.
func filesOf(side stage.Side) fileKind {
	kind, _, _ := strings.Cut(side.Part, ":")
	switch k := fileKind(kind); k {
	case fileAttach, fileFolder, fileLine:
		return k
	}
	return notFiles
}

// fileSent is what the crosswalk keeps of a file that was attached or written, or
// of a line, in stage.Written.Sent.
type fileSent struct {
	Parent string     `json:"parent"`
	Of     record.Key `json:"of"`
	Name   string     `json:"name,omitempty"`
	Path   string     `json:"path,omitempty"`
	Bytes  int64      `json:"bytes,omitempty"`
	SHA256 string     `json:"sha256,omitempty"`
	URL    string     `json:"url,omitempty"`   // only in the ledger: where the target was to fetch it
	Files  []string   `json:"files,omitempty"` // of a line: the paths it tells of
	Body   string     `json:"body,omitempty"`  // of a line
}

// goneBack is stage.Written.Back of what was found missing: it is to be brought
// back.
const goneBack = `{"gone":true}`

func sentOf(n *FileNote) fileSent {
	return fileSent{Parent: n.Parent, Of: n.Of, Name: n.Name, Path: n.Path, Bytes: n.Bytes, SHA256: n.SHA256}
}

// keyPart is one part of a key that was joined of n; "" where it has none such.
func keyPart(key record.Key, n, part int) record.Key {
	parts := api.SplitKey(key, n)
	if n == 1 {
		part = 0
	}
	if part < 0 || part >= len(parts) {
		return ""
	}
	return record.Key(parts[part])
}

// folderTarget is how the crosswalk names a file of the folder.
func folderTarget(path string) record.Key { return record.Key("folder:" + path) }

func folderPath(target record.Key) string { return strings.TrimPrefix(string(target), "folder:") }
