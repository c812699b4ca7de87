package answer

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"ferry/load/internal/xlsx"
)

// element is an element of a part, by its places in the bytes.
type element struct {
	name        string // without prefix
	prefix      string // with its colon
	start, head int    // of the start tag
	tail, end   int    // of the end tag; an empty element has tail at head
}

// empty tells whether the element is written as one tag.
func (e element) empty() bool { return e.tail == e.end }

// tag gives the element's start tag.
func (e element) tag(data []byte) []byte { return data[e.start:e.head] }

// bytes gives the whole element.
func (e element) bytes(data []byte) []byte { return data[e.start:e.end] }

// elements lists the elements that stand side by side between two places.
func elements(data []byte, from, to int) ([]element, error) {
	var list []element
	depth := 0
	data = data[:to]
	for {
		t, ok, err := nextTag(data, from)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		from = t.end
		switch t.kind {
		case closeTag:
			if depth--; depth < 0 {
				return nil, errCut
			}
			if depth == 0 {
				last := &list[len(list)-1]
				last.tail, last.end = t.start, t.end
			}
			continue
		case openTag:
			depth++
			if depth > 1 {
				continue
			}
		default:
			if depth > 0 {
				continue
			}
		}
		list = append(list, element{name: string(t.name), prefix: string(t.prefix), start: t.start, head: t.end, tail: t.end, end: t.end})
	}
	if depth != 0 {
		return nil, errCut
	}
	return list, nil
}

// within lists the elements right below e.
func (e element) within(data []byte) ([]element, error) { return elements(data, e.head, e.tail) }

// root gives the element that a part consists of.
func root(data []byte) (element, error) {
	list, err := elements(data, 0, len(data))
	if err != nil {
		return element{}, err
	}
	if len(list) != 1 {
		return element{}, errCut
	}
	return list[0], nil
}

// below finds the first element of a name right below e.
func (e element) below(data []byte, name string) (found element, ok bool, err error) {
	list, err := e.within(data)
	if err != nil {
		return element{}, false, err
	}
	found, ok = named(list, name)
	return found, ok, nil
}

func named(list []element, name string) (element, bool) {
	for _, e := range list {
		if e.name == name {
			return e, true
		}
	}
	return element{}, false
}

// edit replaces the bytes between two places of a part.
type edit struct {
	from, to int
	text     string
}

// edited applies edits, which must not overlap; those at one place keep their order.
func edited(data []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	size := len(data)
	for _, e := range edits {
		size += len(e.text)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		out = append(out, data[at:e.from]...)
		out = append(out, e.text...)
		at = e.to
	}
	return append(out, data[at:]...)
}

// append gives the edit that puts text at the end of what e holds; an empty
// element is opened for it.
func (e element) append(data []byte, text string) edit {
	if !e.empty() {
		return edit{e.tail, e.tail, text}
	}
	start := bytes.TrimRight(bytes.TrimSuffix(e.tag(data), []byte("/>")), " \t\r\n")
	return edit{e.start, e.end, string(start) + ">" + text + "</" + e.prefix + e.name + ">"}
}

// escape makes text safe between tags and in attributes. What XML cannot hold is
// written as the sign that stands for it, and what a spreadsheet would take for
// an escaped character is escaped (ECMA-376 part 1, 22.9.2.19).
func escape(text string) string {
	if harmless(text) {
		return text
	}
	return escaper.Replace(escapeUnderscores(xlsx.Picture(text)))
}

// escaper takes a line end of an attribute as well, which would become a space.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;", "\n", "&#10;", "\t", "&#9;")

func harmless(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c >= utf8.RuneSelf || c == '&' || c == '<' || c == '>' || c == '"' || c == '_' {
			return false
		}
	}
	return true
}

// escapeUnderscores keeps _x000D_ as those seven characters.
func escapeUnderscores(text string) string {
	from := 0
	for {
		i := strings.Index(text[from:], "_x")
		if i < 0 {
			return text
		}
		i += from
		from = i + 2
		if len(text) >= i+7 && text[i+6] == '_' && hexadecimal(text[i+2:i+6]) {
			text = text[:i] + "_x005F" + text[i:]
			from = i + len("_x005F_x")
		}
	}
}

func hexadecimal(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}
