package connector

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/extract/strictyaml"
)

// How often and how long a vendor is looked at for a file where its spec does
// not say.
const (
	usualLook   = 3 * time.Second
	usualWithin = time.Minute
)

// fileShape reads what the records of a sub-stream tell of their file.
func (r *reader) fileShape(n *strictyaml.Node, s, parent *Stream) *FileShape {
	if n == nil {
		return nil
	}
	m := n.Map("name", "about", "folder")
	f := &FileShape{}
	own, above := fieldPaths(s.Fields), fieldPaths(parent.Fields)
	f.Name, f.About = knownPath(m.Get("name"), own), knownPath(m.Get("about"), own)
	for _, item := range listOrOne(m.Get("folder")) {
		f.Folder = append(f.Folder, knownPath(item, above))
	}
	if len(s.Contents()) == 0 {
		n.KeyProblem("the stream has no field that holds a file", "give one the type file, or remove this")
	}
	return f
}

// knownPath reads one of the paths.
func knownPath(n *strictyaml.Node, known []string) string {
	name := n.Word()
	if name != "" && !slices.Contains(known, name) {
		n.Problem(fmt.Sprintf("no field %q", name), strictyaml.Suggest(name, known))
	}
	return name
}

// attach reads how files are attached; the actions are read before it.
func (c *writeReader) attach(n *strictyaml.Node, w *Writes) *Attach {
	if n == nil {
		return nil
	}
	m := n.Map("action", "url", "name", "shown", "most", "refused", "every", "within", "remove")
	a := &Attach{Action: m.Need("action").Word(), Most: m.Get("most").Int(), Every: c.span(m.Get("every")), Within: c.span(m.Get("within"))}
	known := actionPaths(w, m.Get("action"))
	a.URL, a.Name = c.actionField(m.Need("url"), known), c.actionField(m.Need("name"), known)
	for _, item := range listOrOne(m.Get("refused")) {
		end := strings.ToLower(item.Word())
		if end != "" && !strings.HasPrefix(end, ".") {
			item.Problem(fmt.Sprintf("%q is no ending of a name", end), "write it with its dot, such as .exe")
		}
		a.Refused = append(a.Refused, end)
	}
	if m.Get("most") != nil && a.Most < 1 {
		m.Get("most").Problem("must be at least 1", "the bytes of the largest file")
	}
	a.Shown = c.shown(m.Need("shown"))
	if remove := m.Get("remove"); remove != nil {
		f := remove.Map("action", "key")
		a.Remove = f.Need("action").Word()
		a.RemoveAs = c.actionField(f.Need("key"), actionPaths(w, f.Get("action")))
	}
	if a.Every == 0 {
		a.Every = usualLook
	}
	if a.Within == 0 {
		a.Within = usualWithin
	}
	if c.stream.Get == nil && n.Kind == strictyaml.Map {
		n.KeyProblem("the stream has no get", "whether a file appeared is seen in the record: give the call that reads one")
	}
	return a
}

// shown reads where a record shows its files.
func (c *writeReader) shown(n *strictyaml.Node) ShownFiles {
	m := n.Map("path", "key", "name", "bytes", "sha256")
	s := ShownFiles{Path: c.reader.path(m.Need("path")), Key: c.reader.path(m.Need("key")),
		Bytes: c.reader.path(m.Get("bytes")), SHA256: c.reader.path(m.Get("sha256"))}
	for _, item := range listOrOne(m.Need("name")) {
		s.Name = append(s.Name, c.reader.path(item))
	}
	if top, _, _ := strings.Cut(s.Path, "."); top != "" && !slices.Contains(fieldNames(c.stream.Fields), top) {
		m.Get("path").Problem(fmt.Sprintf("no field %q", top), strictyaml.Suggest(top, fieldNames(c.stream.Fields)))
	}
	return s
}

// actionPaths are the paths of the fields that an action takes; an action that
// is not there is complained of.
func actionPaths(w *Writes, n *strictyaml.Node) []string {
	a, err := w.Action(n.Text())
	if err != nil {
		if n.Text() != "" {
			n.Problem(err.Error(), "name one of the stream's actions")
		}
		return nil
	}
	return writePaths(a.Fields)
}

func (c *writeReader) actionField(n *strictyaml.Node, known []string) string {
	name := n.Word()
	if name != "" && known != nil && !slices.Contains(known, name) {
		n.Problem(fmt.Sprintf("the action takes no field %q", name), strictyaml.Suggest(name, known))
	}
	return name
}

// note reads how a line about a record is written. Its stream may stand further
// down.
func (c *writeReader) note(n *strictyaml.Node) *NoteWrite {
	if n == nil {
		return nil
	}
	m := n.Map("stream", "place", "body", "fixed")
	w := &NoteWrite{Stream: m.Need("stream").Word(), Place: m.Need("place").Word(), Body: m.Need("body").Word()}
	c.later(func() { c.checkNote(m, w) })
	return w
}

// checkNote looks up the fields of a note's stream.
func (c *writeReader) checkNote(m *strictyaml.Fields, w *NoteWrite) {
	s, err := c.spec.Stream(w.Stream)
	if err != nil {
		if w.Stream != "" {
			m.Get("stream").Problem(fmt.Sprintf("no stream %q", w.Stream), strictyaml.Suggest(w.Stream, c.spec.StreamNames()))
		}
		return
	}
	if s.Writes == nil || s.Writes.Create == nil {
		m.Get("stream").Problem(w.Stream+" cannot be created", "name a stream that has create")
		return
	}
	known := writePaths(s.Writes.Fields)
	for _, key := range []string{"place", "body"} {
		knownPath(m.Get(key), known)
	}
	w.Fixed = c.literalsOf(m.Get("fixed"), s.Writes.Fields)
}

// Bytes writes a size as people do: 25 MB, 1.5 kB, 12 bytes.
func Bytes(n int64) string {
	switch {
	case n >= 1e9:
		return round(n, 1e9) + " GB"
	case n >= 1e6:
		return round(n, 1e6) + " MB"
	case n >= 1e3:
		return round(n, 1e3) + " kB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

func round(n int64, unit float64) string {
	return strconv.FormatFloat(float64(int64(float64(n)/unit*10))/10, 'f', -1, 64)
}
