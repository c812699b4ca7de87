package load

import (
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// FilesKind tells what a planned entry does with files: attach, folder or line;
// "" where it holds mapped records.
func FilesKind(e stage.PlanEntry) string { return filesOf(e.Side).word() }

// ShownAt names the record of the target on whose page people see what a planned
// entry wrote: the record itself, the one that a file or a line is at, or none
// for what lies in the folder.
func ShownAt(vendor *connector.Spec, e stage.PlanEntry, target record.Key) (stream string, key record.Key) {
	switch filesOf(e.Side) {
	case fileFolder:
		return "", ""
	case fileAttach:
		return e.Side.Stream, keyPart(target, 2, 0)
	case fileLine:
		if vendor == nil {
			return "", ""
		}
		st, err := vendor.Stream(e.Side.Stream)
		if err != nil || st.Sub == nil {
			return e.Side.Stream, target
		}
		return st.Sub.Parent, keyPart(target, len(st.Key), slices.Index(st.Key, st.Sub.As))
	}
	return e.Side.Stream, target
}

// Title is what people call a file, or a line: by its name, never by its content.
func (n *FileNote) Title() string {
	switch {
	case n.Path != "":
		return n.Path
	case n.Name != "":
		return n.Name
	case n.Files == 1:
		return "line about 1 file"
	case n.Files > 0:
		return fmt.Sprintf("line about %d files", n.Files)
	}
	return "line about files"
}

// Belongs names the record that a file or a line belongs to, by its source key.
func (n *FileNote) Belongs() string { return n.Parent + " " + string(n.Of) }
