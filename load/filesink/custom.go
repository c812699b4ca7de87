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
	x.escapes = true
	from := len(x.prefix)
	x.prefix = append(append(x.prefix, n.path...), '.')
	if c.text[0] == '{' {
		x.labelled(c.text)
	} else {
		x.labelList(n, c.text)
	}
	x.prefix = x.prefix[:from]
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
		end := valueEnd(b, i, true)
		if end < 0 {
			return
		}
		x.labelElement(shape.Label, shape.Value, b[i:end], appendIndex(nil, at))
		if i = skipSpace(b, end); i < len(b) && b[i] == ',' {
			i++
		}
	}
}

// labelElement reads one {id, label, value}.
func (x *extractor) labelElement(labelKey, valueKey string, raw, at []byte) {
	var label, value []byte
	if raw[0] == '{' {
		x.members(raw, 0, func(key, member []byte) {
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
	name := x.scalarText(label)
	if len(name) == 0 {
		if string(raw) != "null" {
			x.misfits++
			x.keep(string(at), nil, raw)
		}
		return
	}
	x.pair(name, value, raw, at)
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

// members calls fn with each key and value of the object at i.
func (x *extractor) members(b []byte, i int, fn func(key, raw []byte)) {
	for i = skipSpace(b, i+1); i < len(b) && b[i] == '"'; {
		var key []byte
		if key, i = x.key(b, i); i < 0 {
			return
		}
		if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
			return
		}
		i = skipSpace(b, i+1)
		end := valueEnd(b, i, true)
		if end < 0 {
			return
		}
		fn(key, b[i:end])
		if i = skipSpace(b, end); i < len(b) && b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
}
