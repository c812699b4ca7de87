package connector

import (
	"slices"
	"strings"
	"time"

	"ferry/extract/record"
)

// FileShape says what the records of a sub-stream tell of the file they hold.
type FileShape struct {
	Name   string   // field with the file's name; "" none
	About  string   // field with what people wrote about it; "" none
	Folder []string // paths into the parent's record that name its folder, the widest first
}

// Contents lists the fields of a stream that hold the content of a file.
func (s *Stream) Contents() []record.Field {
	return slices.DeleteFunc(slices.Clone(s.Fields), func(f record.Field) bool { return f.Kind != record.File })
}

// Attach says how files are attached to the records of a stream: the vendor is
// told an address and fetches the file from there. Its answer says only that it
// will try; whether it did is seen in the record.
type Attach struct {
	Action   string        // the action that takes a file
	URL      string        // path of its field that takes the address, such as files[].url
	Name     string        // path of its field that takes the file's name
	Shown    ShownFiles    // where the record shows its files
	Most     int           // bytes of the largest file it takes; 0: not known
	Refused  []string      // endings of names that it refuses, such as .exe, in small letters
	Every    time.Duration // between two looks whether a file appeared
	Within   time.Duration // a file that has not appeared after that never will
	Remove   string        // the action that takes a file off; "" none does
	RemoveAs string        // its field that takes the file's own key
}

// ShownFiles says where and how a record shows the files attached to it.
type ShownFiles struct {
	Path   string   // of the list in the record
	Key    string   // path of a file's own key in an element
	Name   []string // paths where its name may stand in an element: the first that is there
	Bytes  string   // path of its size; "" it is not shown
	SHA256 string   // path of its hash; "" it is not shown
}

// NoteWrite says how a line about a record is written where only the account's
// own people see it: as a record of another stream.
type NoteWrite struct {
	Stream string
	Place  string // its field that takes the key of the record the line is about
	Body   string // its field that takes the text
	Fixed  []record.Literal
}

// Refuses tells whether the vendor is known to refuse a file of that name.
func (a *Attach) Refuses(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(a.Refused, func(end string) bool { return strings.HasSuffix(name, end) })
}

// fileLines say of a stream's writes what becomes of files.
func (w *Writes) fileLines() []string {
	var out []string
	if a := w.Attach; a != nil {
		line := "Files can be attached: they are fetched from an address (action " + a.Action + ")"
		if a.Most > 0 {
			line += ", up to " + Bytes(int64(a.Most))
		}
		if len(a.Refused) > 0 {
			line += ", but none that ends in " + strings.Join(a.Refused, ", ")
		}
		if a.Remove == "" {
			line += "; they cannot be taken off again"
		}
		out = append(out, line+".")
	}
	if w.Note != nil {
		out = append(out, "A line that only the account's own people see goes to "+w.Note.Stream+".")
	}
	return out
}
