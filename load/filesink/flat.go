package filesink

import (
	"sort"
	"strings"

	"ferry/extract/record"
)

// flatColumn is one column of a CSV file or sheet: objects are flattened with
// dots, a list stays one column of JSON text.
type flatColumn struct {
	name string
	n    *node
	id   bool // a number that names something: a sheet shows it as text
}

// isID tells by its name that a field holds an id: id, customer.id, job_id,
// idContract.
func isID(name string) bool {
	return name == "id" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "Id") ||
		len(name) > 2 && strings.HasPrefix(name, "id") && name[2] >= 'A' && name[2] <= 'Z'
}

// flatten gives the columns of the fields, Custom fields excepted: their labels
// are the only columns that vary, so they stand at the end, after the system
// columns.
func flatten(p *plan) []flatColumn {
	f := flattener{taken: namesTaken{}}
	f.walk(p.row.root, "")
	for _, name := range []string{colAccount, colSyncedAt, colDeleted, colExtra} {
		f.taken.unique(name, "")
	}
	for _, n := range p.custom {
		n.flat = n.flatPrefix + n.name
	}
	return f.columns
}

type flattener struct {
	columns []flatColumn
	taken   namesTaken
}

func (f *flattener) walk(n *node, prefix string) {
	for _, k := range n.kids {
		switch k.kind {
		case record.Object, record.File:
			f.walk(k, prefix+k.name+".")
		case record.Custom:
			k.flatPrefix = prefix
		default:
			f.columns = append(f.columns, flatColumn{name: f.taken.unique(prefix+k.name, ""), n: k, id: isID(k.name)})
		}
	}
}

// labelSet holds the labels of custom fields met in a table: column prefix
// ("custom") -> labels.
type labelSet map[string]map[string]struct{}

func (s labelSet) add(o labelSet) labelSet {
	if s == nil {
		s = labelSet{}
	}
	for column, labels := range o {
		if s[column] == nil {
			s[column] = map[string]struct{}{}
		}
		for l := range labels {
			s[column][l] = struct{}{}
		}
	}
	return s
}

// labelColumns are the columns of custom labels, sorted by label.
type labelColumns struct {
	names []string
	index []map[string]int // a map from label to column for each of the plan's custom nodes
}

func newLabelColumns(p *plan, set labelSet) labelColumns {
	var c labelColumns
	for _, n := range p.custom {
		labels := make([]string, 0, len(set[n.flat]))
		for l := range set[n.flat] {
			labels = append(labels, l)
		}
		sort.Strings(labels)
		index := make(map[string]int, len(labels))
		for _, l := range labels {
			index[l] = len(c.names)
			c.names = append(c.names, n.flat+"."+l)
		}
		c.index = append(c.index, index)
	}
	return c
}

// labelled is the values of the custom columns of one record.
type labelled struct {
	columns labelColumns
	values  []cell // text; by column
	missing bool   // a label without a column was met
}

func newLabelled(c labelColumns) *labelled {
	return &labelled{columns: c, values: make([]cell, len(c.names))}
}

// take notes the pairs of custom node number i; it is the extractor's onCustom.
func (l *labelled) take(i int, pairs []pair) {
	for _, p := range pairs {
		at, ok := l.columns.index[i][string(p.label)]
		if !ok {
			l.missing = true
			continue
		}
		if p.value == nil {
			l.values[at].state = null
		} else {
			l.values[at] = cell{state: filled, text: p.value}
		}
	}
}

// askLabels makes the custom nodes note the labels they meet.
func (p *plan) askLabels() {
	flatten(p) // names the nodes
	for _, n := range p.custom {
		n.seen = map[string]struct{}{}
	}
}

// labels gives what the custom nodes noted.
func (p *plan) labels() labelSet {
	set := labelSet{}
	for _, n := range p.custom {
		if n.seen != nil {
			set[n.flat] = n.seen
		}
	}
	return set
}
