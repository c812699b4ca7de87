package check

import (
	"slices"
	"strings"
	"sync"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// Names are the records of a stream of the target by fields that people know them by,
// as a find of a mapping looks for them. They are filled by one goroutine, and may
// then be read by several.
type Names struct {
	label  string // of the stream
	by     string // of the fields
	folds  []record.Folding
	counts map[string]nameCount // by the fields, folded, each with a zero byte behind it
	texts  []string             // each once; nil where there are several fields
	buf    []byte
	loosen sync.Once
	loose  map[string]string // names without their spelling; "" where it is that of several
}

// nameCount is how many records have a name, at most 2.
type nameCount struct{ live, old uint8 }

// NewNames makes the empty list for a find; nil where a check cannot compare the
// fields as the load does.
func NewNames(s *connector.Stream, by []string) *Names {
	n := &Names{label: s.Label, counts: map[string]nameCount{}}
	if n.label == "" {
		n.label = s.Name
	}
	var labels []string
	for _, name := range by {
		at := slices.IndexFunc(s.Fields, func(f record.Field) bool { return f.Name == name })
		if at < 0 || s.Fields[at].Kind != record.String && s.Fields[at].Kind != record.Integer {
			return nil
		}
		f := &s.Fields[at]
		n.folds = append(n.folds, record.FoldingOf(f.Folds))
		label := f.Label
		if label == "" {
			label = name
		}
		labels = append(labels, label)
	}
	n.by = strings.Join(labels, " and ")
	return n
}

// Add takes in a record by the texts of its fields, in the order of NewNames; old
// tells that it is out of use, so that it is found only where no other is.
func (n *Names) Add(texts []string, old bool) {
	key := n.buf[:0]
	for i, text := range texts {
		if key = n.fold(key, i, []byte(text)); key == nil {
			return
		}
	}
	n.buf = key
	count, known := n.counts[string(key)]
	if old {
		count.old = min(count.old+1, 2)
	} else {
		count.live = min(count.live+1, 2)
	}
	n.counts[string(key)] = count
	if !known && len(texts) == 1 {
		n.texts = append(n.texts, strings.Clone(texts[0]))
	}
}

// fold appends the i-th text of a name to its key; nil where nothing is left of it.
func (n *Names) fold(key []byte, i int, text []byte) []byte {
	from := len(key)
	if key = n.folds[i].Append(key, text); len(key) == from {
		return nil
	}
	return append(key, 0)
}

// has gives how many records a key finds, at most 2.
func (n *Names) has(key []byte) int {
	count := n.counts[string(key)]
	if count.live > 0 {
		return int(count.live)
	}
	return int(count.old)
}

// maxNear is how many names are held against a text letter by letter.
const maxNear = 5000

// suggest gives the name that a text may mean: one in another spelling, else a near
// one; "" none.
func (n *Names) suggest(text string) string {
	var l record.Looser
	n.loosen.Do(func() {
		n.loose = make(map[string]string, len(n.texts))
		for _, t := range n.texts {
			name := l.Name(t)
			if _, doubled := n.loose[string(name)]; doubled {
				t = ""
			}
			if len(name) > 0 {
				n.loose[string(name)] = t
			}
		}
	})
	if near := n.loose[string(l.Name(text))]; near != "" || len(n.texts) > maxNear {
		return near
	}
	return strictyaml.Nearest(text, n.texts)
}
