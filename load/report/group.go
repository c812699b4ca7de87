package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/valyala/fastjson"
)

// The ways that an entry's records are counted.
const (
	together = iota
	byStatus
	byMonth
	groupings // none
)

// bucket is one line of a table of counts and sums.
type bucket struct {
	Source    int // records that the mapping made
	NotLoaded int
	Loaded    int
	Target    int // records of the target, as read back
	sums      []triple
}

// triple are the sums of one field.
type triple struct{ source, loaded, target amount }

type bucketKey struct {
	group           int
	value, currency string
}

// tally counts the records of one entry.
type tally struct {
	by      counted
	buckets map[bucketKey]*bucket
	odd     int // values of number fields that are no numbers
}

func newTally(by counted) *tally { return &tally{by: by, buckets: map[bucketKey]*bucket{}} }

// each calls fn with the buckets that a record belongs to.
func (t *tally) each(v *fastjson.Value, fn func(*bucket)) {
	currency := ""
	if t.by.currency != nil {
		currency = t.by.currency.text(v)
	}
	fn(t.at(bucketKey{together, "", currency}))
	if t.by.status != nil {
		fn(t.at(bucketKey{byStatus, t.by.status.text(v), currency}))
	}
	if t.by.date != nil {
		fn(t.at(bucketKey{byMonth, t.by.date.month(v), currency}))
	}
}

func (t *tally) at(key bucketKey) *bucket {
	b := t.buckets[key]
	if b == nil {
		b = &bucket{sums: make([]triple, len(t.by.sums))}
		t.buckets[key] = b
	}
	return b
}

// source counts a mapped record.
func (t *tally) source(v *fastjson.Value, loaded bool) {
	t.each(v, func(b *bucket) {
		b.Source++
		if loaded {
			b.Loaded++
		} else {
			b.NotLoaded++
		}
		for i := range t.by.sums {
			t.by.sums[i].each(v, func(in *fastjson.Value) {
				text := textOf(in)
				if !b.sums[i].source.add(text) {
					t.odd++
				}
				if loaded {
					b.sums[i].loaded.add(text)
				}
			})
		}
	})
}

// target counts a record of the target.
func (t *tally) target(v *fastjson.Value) {
	t.each(v, func(b *bucket) {
		b.Target++
		for i := range t.by.sums {
			t.by.sums[i].each(v, func(in *fastjson.Value) {
				if !b.sums[i].target.add(textOf(in)) {
					t.odd++
				}
			})
		}
	})
}

// Table is one table of counts and sums.
type Table struct {
	By       string   // what the lines are told apart by; "" all together
	Sums     []string // the fields that are summed
	Currency bool     // the lines have one
	Lines    []Line
}

// Line is one line of a Table.
type Line struct {
	Value, Currency                   string
	Source, NotLoaded, Loaded, Target int
	Sums                              []Sum
	SameCount                         bool // as many were loaded as the target has
	Same                              bool // and the sums agree too
}

// Sum is one field's sum over the records of a line.
type Sum struct {
	Source, Loaded, Target string
	Same                   bool
}

// tables gives the counts for people. A merge of several source records into one
// of the target makes fewer of them, and is no difference.
func (t *tally) tables(merged bool) []Table {
	titles := [groupings]string{}
	if t.by.status != nil {
		titles[byStatus] = t.by.status.label
	}
	if t.by.date != nil {
		titles[byMonth] = "month of " + t.by.date.label
	}
	var all []Table
	for group := range groupings {
		table := Table{By: titles[group], Currency: t.by.currency != nil}
		for _, f := range t.by.sums {
			table.Sums = append(table.Sums, f.label)
		}
		keys := slices.DeleteFunc(slices.Collect(maps.Keys(t.buckets)), func(k bucketKey) bool { return k.group != group })
		slices.SortFunc(keys, func(a, b bucketKey) int {
			return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.currency, b.currency))
		})
		for _, key := range keys {
			table.Lines = append(table.Lines, t.buckets[key].line(key, merged))
		}
		if len(table.Lines) > 0 {
			all = append(all, table)
		}
	}
	return all
}

func (b *bucket) line(key bucketKey, merged bool) Line {
	l := Line{Value: key.value, Currency: key.currency, Source: b.Source, NotLoaded: b.NotLoaded, Loaded: b.Loaded, Target: b.Target,
		SameCount: b.Loaded == b.Target || merged && b.Target < b.Loaded}
	l.Same = l.SameCount
	for i := range b.sums {
		s := &b.sums[i]
		same := s.loaded.equal(&s.target)
		l.Sums = append(l.Sums, Sum{s.source.String(), s.loaded.String(), s.target.String(), same})
		l.Same = l.Same && same
	}
	return l
}
