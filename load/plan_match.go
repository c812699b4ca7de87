package load

import (
	"context"
	"fmt"
	"sync"

	"github.com/valyala/fastjson"
	"golang.org/x/sync/errgroup"

	"ferry/extract/stage"
)

// batchRows is how many mapped records one worker is given to match.
const batchRows = 512

// mappedBatch is some mapped records that follow each other.
type mappedBatch struct {
	first uint32
	rows  []int // ends in json
	json  []byte
}

// match finds the counterpart of every mapped record of an entry, without
// reading a target record: by the crosswalk, by decisions, by the match fields.
// sums has the hash of each match field group by row, for those alike.
func (p *planner) match(ctx context.Context, e *plannedEntry) (sums []uint64, err error) {
	sums = make([]uint64, e.keys.len()*len(e.groups))
	e.nows = map[uint32][]byte{}
	p.asksSingly(e)
	e.looks, e.several, e.twin = map[uint32][]uint32{}, map[uint32][]uint32{}, map[uint32]uint32{}
	work := make(chan *mappedBatch, p.matchers(e))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(work)
		return p.batches(ctx, e, work)
	})
	for range p.matchers(e) {
		g.Go(func() error {
			m := &matcher{p: p, e: e, sums: sums, resolver: &planResolver{p: p, e: e, matching: true}}
			for b := range work {
				if err := m.batch(ctx, b); err != nil {
					return err
				}
				batchPool.Put(b)
			}
			return nil
		})
	}
	return sums, g.Wait()
}

// batches reads the mapped records of an entry in their order.
func (p *planner) batches(ctx context.Context, e *plannedEntry, work chan<- *mappedBatch) error {
	row := uint32(0)
	b := newBatch(0)
	send := func() error {
		select {
		case work <- b:
			b = newBatch(row)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := p.cfg.Stage.Mapped(ctx, p.gen, e.mapped, stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}, func(r *stage.MappedRow) error {
		if int(row) >= e.keys.len() || string(e.keys.bytes(row)) != string(r.Key) {
			return fmt.Errorf("the mapped records of %s changed while they were planned; run ferry plan again", e.rules.Name)
		}
		b.json = append(b.json, r.JSON...)
		b.rows = append(b.rows, len(b.json))
		row++
		if len(b.rows) == batchRows {
			return send()
		}
		return nil
	})
	if err == nil && len(b.rows) > 0 {
		err = send()
	}
	return err
}

// batchPool keeps batches that are done with.
var batchPool = sync.Pool{New: func() any { return &mappedBatch{rows: make([]int, 0, batchRows)} }}

func newBatch(first uint32) *mappedBatch {
	b := batchPool.Get().(*mappedBatch)
	b.first, b.rows, b.json = first, b.rows[:0], b.json[:0]
	return b
}

// each calls fn for the records of the batch.
func (b *mappedBatch) each(fn func(row uint32, json []byte) error) error {
	from := 0
	for i, to := range b.rows {
		if err := fn(b.first+uint32(i), b.json[from:to:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// matcher matches batches; it belongs to one goroutine, and writes what it finds
// of its own rows alone.
type matcher struct {
	p        *planner
	e        *plannedEntry
	sums     []uint64
	resolver *planResolver
	parser   fastjson.Parser
	buf      []byte
}

func (m *matcher) batch(ctx context.Context, b *mappedBatch) error {
	return b.each(func(row uint32, json []byte) error { return m.record(ctx, row, json) })
}

// record finds the counterpart of one record.
func (m *matcher) record(ctx context.Context, row uint32, mapped []byte) error {
	e := m.e
	if d, ok := e.choice(row); ok {
		if err := m.decided(ctx, row, d); err != nil {
			return err
		}
	}
	if len(e.groups) == 0 && len(e.target.alike) == 0 {
		return nil
	}
	// What stands in the place of parents to be created is nobody's key yet.
	m.resolver.begin(false)
	fields, _ := Resolve(mapped, e.rules, m.resolver)
	v, err := m.parser.ParseBytes(fields)
	if err != nil {
		return fmt.Errorf("mapped record %s of %s is no JSON: %w", e.keys.key(row), e.rules.Name, err)
	}
	width := len(e.groups)
	for i, g := range e.groups {
		m.sums[int(row)*width+i], m.buf = g.sum(v, m.buf)
	}
	if e.how[row] == howNone {
		m.byFields(row)
	}
	if e.how[row] == howNone && !e.target.listed {
		if err := m.ask(ctx, row, v); err != nil {
			return err
		}
	}
	if e.how[row] == howCreated {
		if err := m.taken(ctx, row, v); err != nil {
			return err
		}
	}
	if e.how[row] == howNone || e.how[row] == howCreated {
		m.lookAlike(row, v)
	}
	return nil
}

// decided takes over what people decided of a record.
func (m *matcher) decided(ctx context.Context, row uint32, d MatchDecision) error {
	e := m.e
	linked := e.how[row] == howLinked || e.how[row] == howLost
	switch d.Choice {
	case ChooseSkip:
		e.how[row] = howSkipped
	case ChooseCreate:
		gone, err := m.goneUnlisted(ctx, row)
		if err != nil {
			return fmt.Errorf("look for %s in the target: %w", e.rules.Name, err)
		}
		if e.how[row] != howLinked || gone {
			e.how[row] = howCreated
		}
	case ChooseLink:
		to, there := e.target.keys.find([]byte(d.Target))
		same := linked && m.p.targetKey(e, row) == d.Target
		switch {
		case same:
		case e.how[row] == howLinked:
			e.how[row] = howClash
		case there && e.target.flags[to]&flagGone == 0:
			e.how[row], e.hit[row] = howDecided, to
		case there || e.target.listed:
			e.how[row] = howLost
			m.p.keepAway(e, row, d.Target)
		default:
			e.how[row] = howDecided
			m.p.keepAway(e, row, d.Target)
		}
	}
	return nil
}

// byFields tries the match fields in turn. The first group that any target
// record is equal in decides.
func (m *matcher) byFields(row uint32) {
	e := m.e
	width := len(e.groups)
	for i, g := range e.groups {
		sum := m.sums[int(row)*width+i]
		if sum == 0 {
			continue
		}
		var there, gone []uint32
		for _, found := range g.index.find(sum) {
			switch flags := e.target.flags[found.row]; {
			case flags&flagGone == 0:
				there = append(there, found.row)
			case flags&flagOurs == 0:
				gone = append(gone, found.row)
			}
		}
		if len(there) == 0 {
			there = gone
		}
		if len(there) == 0 {
			continue
		}
		e.target.oldestFirst(there)
		e.by[row], e.hit[row] = uint8(i), there[0]
		switch flags := e.target.flags[there[0]]; {
		case len(there) > 1:
			e.how[row] = howSeveral
			m.p.keepRows(e.several, row, there)
		case flags&(flagGone|flagArchived) != 0:
			e.how[row] = howRetired
		case flags&flagLinked != 0:
			e.how[row] = howShared
		default:
			e.how[row] = howMatched
		}
		return
	}
}

// ask asks a target that has no list whether it has the record.
func (m *matcher) ask(ctx context.Context, row uint32, v *fastjson.Value) error {
	e := m.e
	for i := range e.groups {
		found, err := m.find(ctx, row, i, v)
		if err != nil || e.how[row] == howUnasked {
			return err
		}
		if len(found) == 0 {
			continue
		}
		e.by[row] = uint8(i)
		e.how[row] = howMatched
		if len(found) > 1 {
			e.how[row] = howSeveral
			m.p.keepFound(e, row, found)
		} else {
			m.p.keepNow(e, row, found[0])
		}
		m.p.keepAway(e, row, found[0].Key)
		return nil
	}
	return nil
}
