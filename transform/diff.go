package transform

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Change is what differs of one record between two generations. A record that is
// in a generation in no bin has BinNone there.
type Change struct {
	Stream        string // mapped stream, by its newer name
	Source        string // staged stream
	Key           record.Key
	From, To      stage.Bin
	SourceChanged bool          // the source record, its detail or what is joined to it changed too
	Fields        []FieldChange // of a record mapped in both
}

// FieldChange is a field with its JSON before and after; nil where it was or is
// left out. Fields of nested objects have dotted paths.
type FieldChange struct {
	Path     string
	Old, New []byte
}

// StreamDiff counts what differs of one mapped stream.
type StreamDiff struct {
	Name    string
	Added   int            // mapped now, and not before
	Removed int            // mapped before, and not now
	Changed int            // mapped in both, with other fields
	Moved   int            // in another bin, mapped in neither
	Fields  map[string]int // records by field that differs
	Renamed string         // its former name, where that is another
}

// Diff compares two generations of one account, old and new, and calls fn, which
// may be nil, for every record that differs: stream by stream in the order of the
// newer mapping, records by key. Chunks that both share are not read. The change
// is valid until fn returns; an error of fn ends the walk and comes back as it is.
func Diff(ctx context.Context, s *stage.Stage, old, new *stage.Generation, fn func(*Change) error) ([]StreamDiff, error) {
	var all []StreamDiff
	for _, e := range new.Entries {
		d := &differ{ctx: ctx, s: s, fn: fn, sum: StreamDiff{Name: e.Name, Fields: map[string]int{}}, source: e.Source}
		was, ok := old.Same(e)
		if ok && was.Name != e.Name {
			d.sum.Renamed = was.Name
		}
		if err := d.compare(old, new, was, e, ok, true); err != nil {
			return all, err
		}
		all = append(all, d.sum)
	}
	for _, e := range old.Entries {
		if _, ok := new.Same(e); ok {
			continue
		}
		d := &differ{ctx: ctx, s: s, fn: fn, sum: StreamDiff{Name: e.Name, Fields: map[string]int{}}, source: e.Source}
		if err := d.compare(old, new, e, e, true, false); err != nil {
			return all, err
		}
		all = append(all, d.sum)
	}
	return all, nil
}

// differ compares one mapped stream.
type differ struct {
	ctx    context.Context
	s      *stage.Stage
	fn     func(*Change) error
	source string
	sum    StreamDiff
	change Change
	fields fieldDiff
}

// compare walks both generations side by side, in the order of the keys.
func (d *differ) compare(old, new *stage.Generation, was, is stage.MappedEntry, inOld, inNew bool) error {
	nextOld, stopOld := iter.Pull2(d.rows(old, was, new, inOld))
	defer stopOld()
	nextNew, stopNew := iter.Pull2(d.rows(new, is, old, inNew))
	defer stopNew()
	a, errA, okA := nextOld()
	b, errB, okB := nextNew()
	for okA || okB {
		if errA != nil {
			return errA
		}
		if errB != nil {
			return errB
		}
		var err error
		switch {
		case okA && (!okB || a.Key < b.Key):
			err = d.tell(a, nil)
			a, errA, okA = nextOld()
		case okB && (!okA || b.Key < a.Key):
			err = d.tell(nil, b)
			b, errB, okB = nextNew()
		default:
			err = d.tell(a, b)
			a, errA, okA = nextOld()
			b, errB, okB = nextNew()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rows are the records of a mapped stream that are not the same in the other
// generation.
func (d *differ) rows(g *stage.Generation, e stage.MappedEntry, other *stage.Generation, there bool) iter.Seq2[*stage.MappedRow, error] {
	return func(yield func(*stage.MappedRow, error) bool) {
		if !there {
			return
		}
		ended := false
		err := d.s.Mapped(d.ctx, g, e, stage.MappedQuery{Sorted: true, Without: other}, func(row *stage.MappedRow) error {
			if !yield(row, nil) {
				ended = true
				return errEnough
			}
			return nil
		})
		if err != nil && !ended {
			yield(nil, err)
		}
	}
}

// tell counts what differs between two rows of a key and hands it on; nil for one
// that is not there.
func (d *differ) tell(a, b *stage.MappedRow) error {
	c := &d.change
	*c = Change{Stream: d.sum.Name, Source: d.source, Fields: c.Fields[:0]}
	var hashA, hashB uint64
	if a != nil {
		c.Key, c.From, hashA = a.Key, a.Bin, a.Hash
	}
	if b != nil {
		c.Key, c.To, hashB = b.Key, b.Bin, b.Hash
	}
	c.SourceChanged = a == nil || b == nil || hashA != hashB || (a.Bin == stage.BinTombstone) != (b.Bin == stage.BinTombstone)
	switch {
	case c.From == stage.BinMapped && c.To == stage.BinMapped:
		if bytes.Equal(a.JSON, b.JSON) {
			return nil
		}
		if err := d.fields.compare(a.JSON, b.JSON, c); err != nil {
			return fmt.Errorf("compare %s %s: %w", d.source, c.Key, err)
		}
		if len(c.Fields) == 0 {
			return nil
		}
		d.sum.Changed++
		for _, f := range c.Fields {
			d.sum.Fields[f.Path]++
		}
	case c.To == stage.BinMapped:
		d.sum.Added++
	case c.From == stage.BinMapped:
		d.sum.Removed++
	case c.From != c.To:
		d.sum.Moved++
	default:
		return nil
	}
	if d.fn == nil {
		return nil
	}
	return d.fn(c)
}
