package filesink

import (
	"bytes"
	"unicode/utf8"

	"ferry/extract/record"
)

// extractor turns staged records into cells, one record at a time, in one pass
// over each body. It belongs to one worker.
type extractor struct {
	plan  *plan
	names []string   // of the elements of a row that is a list
	zone  *localZone // nil: the account's zone is not known

	body    source
	escapes bool   // the body in work holds a backslash
	scratch []byte // unescaped text of the record in work
	prefix  []byte // dotted path of the list element in work, with a dot at its end
	place   []byte // of the custom field in work in its list
	extra   extras
	misfits int // since the extractor was made
	pairs   []pair
	// onCustom gets the pairs of the plan's custom node number i during check;
	// they stand in the record's memory. nil: nobody asks.
	onCustom func(i int, pairs []pair)

	unknown [][]byte // keys that the detail answer has and no field names
}

func newExtractor(t Table, zone *localZone) *extractor {
	return &extractor{plan: compile(t.Fields), names: t.Names, zone: zone}
}

// record fills the plan's row from one staged record and its detail answer,
// which wins key by key at the top level. The lists of the row are not walked
// yet: whoever writes them, or check, does that before extra is read.
func (x *extractor) record(r *record.Staged) {
	clear(x.plan.row.cells)
	x.scratch, x.prefix, x.unknown = x.scratch[:0], x.prefix[:0], x.unknown[:0]
	x.extra.reset()
	if len(r.Detail) > 0 {
		x.read(r.Detail, fromDetail)
	}
	if len(r.Raw) > 0 {
		x.read(r.Raw, fromRaw)
	}
	for _, n := range x.plan.origin {
		x.fromKey(n, r.Key)
	}
}

// read walks one body of the record in work.
func (x *extractor) read(b []byte, from source) {
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
		x.misfits++
	}
	x.body, x.escapes = from, bytes.IndexByte(b, '\\') >= 0
	i, root, cells := skipSpace(b, 0), x.plan.row.root, x.plan.row.cells
	end := -1
	switch {
	case i >= len(b):
	case b[i] == '{':
		end = x.object(root, cells, b, i)
	case b[i] == '[' && len(x.names) > 0:
		end = x.tuple(root, cells, b, i)
	case b[i] != '[' && len(x.names) > 0:
		end = x.member(root, cells, []byte(x.names[0]), b, i)
	}
	if end < 0 || skipSpace(b, end) != len(b) {
		x.broken(b, from)
	}
}

// broken keeps a body that is no record of this table whole, as text where it
// is no JSON either.
func (x *extractor) broken(b []byte, from source) {
	x.misfits++
	key := "$"
	if from == fromDetail {
		key = "$detail"
	}
	trimmed := bytes.TrimSpace(b)
	if !validJSON(trimmed) {
		trimmed = appendJSONString(nil, b)
	}
	x.extra.add([]byte(key), trimmed)
}

// object reads the members of the object at i into the cells and gives the
// place after it, or -1.
func (x *extractor) object(n *node, cells []cell, b []byte, i int) int {
	cells[n.slot].state, cells[n.slot].source = filled, x.body
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	t, prev := n.names, 0
	for i < len(b) {
		var key []byte
		entry := t.next[prev]
		if entry < len(t.quoted) && hasPrefix(b, i, t.quoted[entry]) {
			i += len(t.quoted[entry])
		} else if key, i = x.key(b, i); i < 0 {
			return -1
		} else if e, ok := t.index[string(key)]; ok {
			t.next[prev], entry = e, e
		} else {
			entry = -1
		}
		if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
			return -1
		}
		if i = skipSpace(b, i+1); entry >= 0 {
			prev = entry + 1
			i = x.value(n.kids[t.kid[entry]], cells, b, i)
		} else {
			i = x.unknownMember(n, key, b, i)
		}
		if i < 0 {
			return -1
		}
		if i = skipSpace(b, i); i >= len(b) {
			return -1
		}
		if b[i] == '}' {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = skipSpace(b, i+1)
	}
	return -1
}

// hasPrefix tells whether b goes on with s at i.
func hasPrefix(b []byte, i int, s string) bool {
	return len(b)-i >= len(s) && string(b[i:i+len(s)]) == s
}

// key reads the member name at i and gives the place after its closing quote.
func (x *extractor) key(b []byte, i int) (key []byte, after int) {
	if b[i] != '"' {
		return nil, -1
	}
	end, escaped := stringEnd(b, i+1, x.escapes)
	if end < 0 {
		return nil, -1
	}
	return x.text(b[i+1:end], escaped), end + 1
}

// text gives a string's content without escapes.
func (x *extractor) text(s []byte, escaped bool) []byte {
	if !escaped {
		return s
	}
	from := len(x.scratch)
	x.scratch = unescape(x.scratch, s)
	return x.scratch[from:len(x.scratch):len(x.scratch)]
}

// unknownMember keeps the value of a key that no field names.
func (x *extractor) unknownMember(n *node, key, b []byte, i int) int {
	end := valueEnd(b, i, x.escapes)
	if end < 0 {
		return -1
	}
	if n == x.plan.row.root {
		if x.body == fromDetail {
			x.unknown = append(x.unknown, key)
		} else if contains(x.unknown, key) {
			return end
		}
	}
	x.keep(n.path, key, b[i:end])
	return end
}

func contains(keys [][]byte, key []byte) bool {
	for _, k := range keys {
		if bytes.Equal(k, key) {
			return true
		}
	}
	return false
}

// keep puts a value into the extras under its dotted path.
func (x *extractor) keep(path string, key, raw []byte) {
	from := len(x.prefix)
	x.prefix = append(append(x.prefix, path...), key...)
	x.extra.add(x.prefix, raw)
	x.prefix = x.prefix[:from]
}

// misfit makes the cell null, keeps the value and counts it.
func (x *extractor) misfit(n *node, c *cell, raw []byte) {
	c.state = null
	x.misfits++
	from := len(x.prefix)
	x.prefix = append(x.prefix, n.path...)
	key := bytes.TrimSuffix(x.prefix, []byte("."))
	x.extra.add(key, raw)
	x.prefix = x.prefix[:from]
}

// tuple reads a row that is a list: its elements get the table's names.
func (x *extractor) tuple(n *node, cells []cell, b []byte, i int) int {
	cells[n.slot].state = filled
	i = skipSpace(b, i+1)
	for at := 0; i < len(b) && b[i] != ']'; at++ {
		name := appendIndex(nil, at)
		if at < len(x.names) {
			name = []byte(x.names[at])
		}
		if i = x.member(n, cells, name, b, i); i < 0 {
			return -1
		}
		if i = skipSpace(b, i); i < len(b) && b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
	if i >= len(b) {
		return -1
	}
	return i + 1
}

// member reads one value under a name that is not in the JSON.
func (x *extractor) member(n *node, cells []cell, name, b []byte, i int) int {
	if entry, ok := n.names.index[string(name)]; ok {
		return x.value(n.kids[n.names.kid[entry]], cells, b, i)
	}
	return x.unknownMember(n, name, b, i)
}

// fromKey fills a field that stands in the record's key before the first "/":
// the parent's key, or the list variant. A variant that is not part of the key
// is not known any more, so its field stays null.
func (x *extractor) fromKey(n *node, key record.Key) {
	part, _, cut := bytes.Cut([]byte(key), []byte("/"))
	c := &x.plan.row.cells[n.slot]
	if n.field.From == record.FromVariant && (!cut || !knownVariant(n.field.Enum, part)) {
		return
	}
	x.fromText(n, c, part, appendJSONString(nil, part))
}

func knownVariant(enum []string, part []byte) bool {
	for _, v := range enum {
		if v == string(part) {
			return true
		}
	}
	return len(enum) == 0
}
