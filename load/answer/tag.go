package answer

import (
	"bytes"
	"errors"
	"html"
	"strconv"
)

// tagKind tells the tags of an element apart.
type tagKind uint8

const (
	openTag tagKind = iota
	closeTag
	emptyTag // <c/>
)

// tag is a tag in the bytes of a part, by its places there.
type tag struct {
	kind       tagKind
	start, end int
	name       []byte // without prefix
	prefix     []byte // with its colon
}

// errCut is XML that ends in the middle; errDoctype is XML that brings its own
// entities, which nothing of Office does.
var (
	errCut     = errors.New("its XML ends in the middle")
	errDoctype = errors.New("its XML declares entities of its own")
)

// nextTag finds the next tag of an element; comments, CDATA sections and
// processing instructions are passed over. ok is false at the end.
func nextTag(data []byte, from int) (t tag, ok bool, err error) {
	for {
		i := bytes.IndexByte(data[from:], '<')
		if i < 0 {
			return tag{}, false, nil
		}
		start := from + i
		rest := data[start:]
		if past, special, err := passSpecial(rest); err != nil {
			return tag{}, false, err
		} else if special {
			from = start + past
			continue
		}
		end := tagEnd(rest)
		if end < 0 {
			return tag{}, false, errCut
		}
		t = tag{start: start, end: start + end}
		name := rest[1:end]
		switch {
		case name[0] == '/':
			t.kind, name = closeTag, name[1:]
		case rest[end-2] == '/':
			t.kind = emptyTag
		}
		name = name[:nameEnd(name)]
		if colon := bytes.IndexByte(name, ':'); colon >= 0 {
			t.prefix, name = name[:colon+1], name[colon+1:]
		}
		t.name = name
		return t, true, nil
	}
}

// passSpecial gives the length of what stands at the start of rest and is no tag
// of an element.
func passSpecial(rest []byte) (past int, special bool, err error) {
	if len(rest) < 2 {
		return 0, false, errCut
	}
	until := ""
	switch {
	case rest[1] == '?':
		until = "?>"
	case rest[1] != '!':
		return 0, false, nil
	case bytes.HasPrefix(rest, []byte("<!--")):
		until = "-->"
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		until = "]]>"
	default:
		return 0, false, errDoctype
	}
	i := bytes.Index(rest, []byte(until))
	if i < 0 {
		return 0, false, errCut
	}
	return i + len(until), true, nil
}

// tagEnd gives the length of the tag that data begins with; -1 where it is cut.
func tagEnd(data []byte) int {
	end := bytes.IndexByte(data, '>')
	if end < 2 {
		return -1
	}
	if bytes.IndexByte(data[:end], '\'') < 0 && bytes.Count(data[:end], []byte{'"'})%2 == 0 {
		return end + 1
	}
	var quote byte
	for i, c := range data {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return -1
}

func nameEnd(name []byte) int {
	for i, c := range name {
		if c == ' ' || c == '>' || c == '/' || c == '\t' || c == '\n' || c == '\r' {
			return i
		}
	}
	return len(name)
}

// attribute finds an attribute of a start tag by its name without prefix; from and
// to are the places of its value. Declarations of namespaces are no attributes.
func attribute(start []byte, name string) (from, to int, ok bool) {
	i := 1 + nameEnd(start[1:])
	for i < len(start) {
		for i < len(start) && isSpace(start[i]) {
			i++
		}
		equal := bytes.IndexByte(start[i:], '=')
		if equal < 0 {
			return 0, 0, false
		}
		key := bytes.TrimRight(start[i:i+equal], " \t\r\n")
		i += equal + 1
		for i < len(start) && isSpace(start[i]) {
			i++
		}
		if i >= len(start) || start[i] != '"' && start[i] != '\'' {
			return 0, 0, false
		}
		length := bytes.IndexByte(start[i+1:], start[i])
		if length < 0 {
			return 0, 0, false
		}
		if colon := bytes.IndexByte(key, ':'); colon >= 0 && string(key[:colon]) != "xmlns" {
			key = key[colon+1:]
		}
		if string(key) == name {
			return i + 1, i + 1 + length, true
		}
		i += length + 2
	}
	return 0, 0, false
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// value gives an attribute as text; "" where there is none.
func value(start []byte, name string) string {
	from, to, ok := attribute(start, name)
	if !ok {
		return ""
	}
	return html.UnescapeString(string(start[from:to]))
}

// integer gives an attribute as a number; otherwise where there is none.
func integer(start []byte, name string, otherwise int) int {
	from, to, ok := attribute(start, name)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(string(start[from:to]))
	if err != nil {
		return otherwise
	}
	return n
}

// with gives a start tag with an attribute set, which needs no escaping.
func with(start []byte, name, text string) []byte {
	if from, to, ok := attribute(start, name); ok {
		return splice(start, from, to, text)
	}
	end := len(start) - 1
	if start[end-1] == '/' {
		end--
	}
	for isSpace(start[end-1]) {
		end--
	}
	return splice(start, end, end, " "+name+`="`+text+`"`)
}

// without gives a start tag that lacks an attribute.
func without(start []byte, name string) []byte {
	from, to, ok := attribute(start, name)
	if !ok {
		return start
	}
	begin := from - 1
	for begin > 0 && !isSpace(start[begin-1]) {
		begin--
	}
	return splice(start, begin-1, to+1, "")
}

func splice(data []byte, from, to int, text string) []byte {
	out := make([]byte, 0, len(data)+len(text)-(to-from))
	out = append(out, data[:from]...)
	out = append(out, text...)
	return append(out, data[to:]...)
}
