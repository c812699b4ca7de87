package load

import (
	"encoding/json"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/connector"
)

// shownFile is a file that a record of the target shows.
type shownFile struct {
	key, name string
	bytes     int64    // -1: not shown
	sha256    string   // "" not shown
	texts     []string // of an element without a known name: all that may hold it
	raw       json.RawMessage
}

// shownFiles reads the files that a record shows. Those without a key of their
// own are left out: nothing could be said of them later.
func shownFiles(a *connector.Attach, now json.RawMessage) []shownFile {
	var list []json.RawMessage
	if json.Unmarshal(fieldAt(now, strings.Split(a.Shown.Path, ".")), &list) != nil {
		return nil
	}
	var out []shownFile
	for _, raw := range list {
		f := shownFile{key: textAt(raw, a.Shown.Key), bytes: -1, raw: raw}
		for _, at := range a.Shown.Name {
			if f.name = textAt(raw, at); f.name != "" {
				break
			}
		}
		if f.name == "" { // under another name than the spec knows, or in an address
			f.texts = textsIn(raw)
		}
		if a.Shown.Bytes != "" {
			if n, err := strconv.ParseInt(textAt(raw, a.Shown.Bytes), 10, 64); err == nil {
				f.bytes = n
			}
		}
		if a.Shown.SHA256 != "" {
			f.sha256 = strings.ToLower(textAt(raw, a.Shown.SHA256))
		}
		if f.key != "" {
			out = append(out, f)
		}
	}
	return out
}

// named picks out the files of a name, as the vendor may have changed it. Of
// those that are skipped nothing is said.
func named(all []shownFile, name string, skip map[string]bool) (out []shownFile) {
	want := foldName(name)
	for _, f := range all {
		if !skip[f.key] && f.called(want) {
			out = append(out, f)
		}
	}
	return out
}

// same tells whether a shown file has the content of a planned one; known is
// false where the target does not show it.
func (f *shownFile) same(n *FileNote) (same, known bool) {
	if f.sha256 != "" {
		return f.sha256 == n.SHA256, true
	}
	if f.bytes >= 0 && f.bytes != n.Bytes {
		return false, true
	}
	return f.bytes >= 0, false
}

// called tells whether a shown file has a folded name.
func (f *shownFile) called(want string) bool {
	if len(f.texts) == 0 {
		return foldName(f.name) == want
	}
	return slices.ContainsFunc(f.texts, func(text string) bool { return foldName(text) == want })
}

// textsIn are the texts in a value; of addresses their last step.
func textsIn(raw json.RawMessage) (out []string) {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if u, err := url.Parse(v); err == nil && u.Host != "" {
				v = path.Base(u.Path)
			}
			out = append(out, v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return out
}
