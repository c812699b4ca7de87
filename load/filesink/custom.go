package filesink

import "bytes"

// pair is one custom field of one record; value is nil where it is null.
type pair struct{ label, value []byte }

// custom gives the labels and values of a filled Custom cell. A label that
// comes twice keeps its first value that is not blank; an element with another
// value, without a label, or with members of its own goes to the extras. The
// pairs are valid until the next call.
func (x *extractor) custom(n *node, c *cell) []pair {
	x.pairs = x.pairs[:0]
	escapes, from := x.escapes, len(x.prefix)
	x.escapes = escapes || c.source != x.body
	x.prefix = append(append(x.prefix, n.path...), '.')
	if c.text[0] == '{' {
		x.labelled(c.text)
	} else {
		x.labelList(n, c.text)
	}
	x.escapes, x.prefix = escapes, x.prefix[:from]
	return x.pairs
}

// labelled reads an object keyed by label.
func (x *extractor) labelled(b []byte) {
	x.members(b, 0, func(key, raw []byte) { x.pair(key, raw, raw, key) })
}

// labelList reads a list of elements that each name their label.
func (x *extractor) labelList(n *node, b []byte) {
	shape := n.field.Custom
	i := 1
	for at := 0; ; at++ {
		if i = skipSpace(b, i); i >= len(b)-1 {
			return
		}
		x.place = appendIndex(x.place[:0], at)
		end := x.labelElement(shape.Label, shape.Value, b, i, x.place)
		if end < 0 {
			return
		}
		if i = skipSpace(b, end); i < len(b) && b[i] == ',' {
			i++
		}
	}
}

// labelElement reads the {id, label, value} at i, which is number at of its list,
// and gives the place after it, or -1.
func (x *extractor) labelElement(labelKey, valueKey string, b []byte, i int, at []byte) int {
	var label, value []byte
	end := -1
	if b[i] == '{' {
		end = x.members(b, i, func(key, member []byte) {
			switch string(key) {
			case labelKey:
				label = member
			case valueKey:
				value = member
			case "id":
			default:
				x.keep(string(at)+".", key, member)
			}
		})
	}
	if end < 0 {
		if end = valueEnd(b, i, true); end < 0 {
			return -1
		}
	}
	raw := b[i:end]
	name := x.scalarText(label)
	if len(name) == 0 {
		if string(raw) != "null" {
			x.misfits++
			x.keep(string(at), nil, raw)
		}
		return end
	}
	x.pair(name, value, raw, at)
	return end
}

// pair enters a label with its value, which is JSON or nothing; whole and path
// are what is kept where the label has another value already.
func (x *extractor) pair(label, value, whole, path []byte) {
	text := x.scalarText(value)
	for i := range x.pairs {
		p := &x.pairs[i]
		if !bytes.Equal(p.label, label) {
			continue
		}
		switch {
		case len(p.value) == 0:
			if text != nil {
				p.value = text
			}
		case len(text) > 0 && !bytes.Equal(p.value, text):
			x.keep(string(path), nil, whole)
		}
		return
	}
	x.pairs = append(x.pairs, pair{label, text})
}

// scalarText gives the text of a JSON value: of a string its content, of null
// or nothing nil, of everything else the JSON itself.
func (x *extractor) scalarText(raw []byte) []byte {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil
	case raw[0] == '"':
		s := raw[1 : len(raw)-1]
		return x.text(s, bytes.IndexByte(s, '\\') >= 0)
	default:
		return raw
	}
}

// members calls fn with each key and value of the object at i, and gives the
// place after it, or -1.
func (x *extractor) members(b []byte, i int, fn func(key, raw []byte)) int {
	for i = skipSpace(b, i+1); i < len(b) && b[i] == '"'; {
		var key []byte
		if key, i = x.key(b, i); i < 0 {
			return -1
		}
		if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
			return -1
		}
		i = skipSpace(b, i+1)
		end := valueEnd(b, i, x.escapes)
		if end < 0 {
			return -1
		}
		fn(key, b[i:end])
		if i = skipSpace(b, end); i < len(b) && b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	return -1
}
