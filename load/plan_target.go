package load

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/valyala/fastjson"
	"golang.org/x/sync/errgroup"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// targetStream is what planning knows of a stream of the target: where each of
// its records stands in the stage, and hashes of what records are found by.
type targetStream struct {
	st         *connector.Stream
	shapes     map[string]*shape
	listed     bool               // the target lists it: what is not among the records is not there
	proven     bool               // and the list was proven complete
	reader     *stage.ChunkReader // nil: nothing was ever staged
	keys       keyList
	places     []targetPlace
	chunks     []int64
	cache      chunkCache
	flags      []uint8
	groups     map[string]*matchGroup // by their fields
	alike      []*alikeRule
	linkedAway map[record.Key]bool // in the crosswalk, of a target that has no list
	claims     []claim
	claimsAway map[record.Key]*claim  // on records that are not listed
	creating   map[naturalSum]creator // what is to be created, by natural key
}

// targetPlace is where a record stands: number in chunks, place in the chunk.
type targetPlace struct{ chunk, pos uint32 }

// What is known of a target record.
const (
	flagGone     uint8 = 1 << iota // a tombstone
	flagArchived                   // out of use in the target
	flagLinked                     // in the crosswalk
	flagOurs                       // Ferry deleted it, when it undid a load
)

// maxPlanners bounds the memory of planning on a large machine.
const maxPlanners = 8

func planners() int { return min(runtime.GOMAXPROCS(0), maxPlanners) }

func newTargetStream(st *connector.Stream) *targetStream {
	t := &targetStream{st: st, shapes: shapesOf(st), groups: map[string]*matchGroup{}, linkedAway: map[record.Key]bool{}, claimsAway: map[record.Key]*claim{}, creating: map[naturalSum]creator{}, proven: true}
	t.alike = alikeRules(t.shapes)
	return t
}

// group gives the group of these fields, before the stream is read.
func (t *targetStream) group(fields []string) *matchGroup {
	name := strings.Join(fields, "\x00")
	if g := t.groups[name]; g != nil {
		return g
	}
	g := &matchGroup{fields: fields}
	for _, f := range fields {
		sh, label := shapeAt(t.shapes, f)
		step := matchStep{path: strings.Split(f, "."), sh: sh, label: label}
		if label != "" {
			step.path = append(strings.Split(sh.path, "."), label)
		}
		g.steps = append(g.steps, step)
	}
	t.groups[name] = g
	return g
}

// scannedChunk is what one worker found in one chunk.
type scannedChunk struct {
	seq  int
	id   int64
	rows []scannedRow
	sums []uint64 // of each row: its groups, then its looks; 0 none
}

type scannedRow struct {
	key   record.Key
	pos   uint32
	flags uint8
}

// read goes through the staged records of the stream once, with a worker a
// processor, and indexes them by their keys and groups.
func (t *targetStream) read(ctx context.Context, s *stage.Stage, account string) error {
	reader, err := s.ChunkReader(ctx, account, t.st.Name)
	if err != nil {
		return err
	}
	t.reader = reader
	groups := t.groupList()
	if err := t.makeRoom(ctx, s, account, groups); err != nil {
		return err
	}
	work, done := make(chan *stage.Chunk, planners()), make(chan *scannedChunk, planners())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(work)
		return s.Chunks(ctx, account, t.st.Name, func(c *stage.Chunk) error {
			select {
			case work <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	workers, workCtx := errgroup.WithContext(ctx)
	for range planners() {
		workers.Go(func() error {
			sc := &scanner{t: t, groups: groups, dec: stage.NewDecoder()}
			for c := range work {
				found, err := sc.scan(c)
				if err != nil {
					return err
				}
				select {
				case done <- found:
				case <-workCtx.Done():
					return workCtx.Err()
				}
			}
			return nil
		})
	}
	g.Go(func() error {
		defer close(done)
		return workers.Wait()
	})
	waiting, next := map[int]*scannedChunk{}, 0
	for c := range done {
		waiting[c.seq] = c
		for ; waiting[next] != nil; next++ {
			t.enter(waiting[next], groups)
			delete(waiting, next)
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	t.sort(groups)
	return nil
}

// makeRoom makes room for all records of the stream at once.
func (t *targetStream) makeRoom(ctx context.Context, s *stage.Stage, account string, groups []*matchGroup) error {
	n, err := s.LiveCount(ctx, account, t.st.Name)
	if err != nil {
		return err
	}
	t.keys.grow(n)
	t.places = make([]targetPlace, 0, n)
	t.flags = make([]uint8, 0, n)
	for _, g := range groups {
		g.index.grow(n)
	}
	return nil
}

func (t *targetStream) groupList() []*matchGroup {
	var list []*matchGroup
	for _, g := range t.groups {
		list = append(list, g)
	}
	return list
}

// enter gives the rows of a chunk their numbers.
func (t *targetStream) enter(c *scannedChunk, groups []*matchGroup) {
	chunk := uint32(len(t.chunks))
	t.chunks = append(t.chunks, c.id)
	width := len(groups) + len(t.alike)
	for i := range c.rows {
		r := &c.rows[i]
		row := t.keys.add(string(r.key))
		t.places = append(t.places, targetPlace{chunk, r.pos})
		t.flags = append(t.flags, r.flags)
		for j, sum := range c.sums[i*width : (i+1)*width] {
			switch {
			case sum == 0:
			case j < len(groups):
				groups[j].index.add(sum, row)
			default:
				t.alike[j-len(groups)].index.add(sum, row)
			}
		}
	}
}

func (t *targetStream) sort(groups []*matchGroup) {
	indexes := []*hashIndex{&t.keys.index}
	for _, g := range groups {
		indexes = append(indexes, &g.index)
	}
	for _, a := range t.alike {
		indexes = append(indexes, &a.index)
	}
	var all errgroup.Group
	all.SetLimit(planners())
	for _, x := range indexes {
		all.Go(func() error {
			x.sort()
			return nil
		})
	}
	_ = all.Wait() // none of them fails
	t.claims = make([]claim, t.keys.len())
}

// scanner reads chunks of the target; it belongs to one goroutine.
type scanner struct {
	t      *targetStream
	groups []*matchGroup
	dec    *stage.Decoder
	parser fastjson.Parser
	buf    []byte
}

func (sc *scanner) scan(c *stage.Chunk) (*scannedChunk, error) {
	staged, err := c.Decode(sc.dec)
	if err != nil {
		return nil, err
	}
	width := len(sc.groups) + len(sc.t.alike)
	out := &scannedChunk{seq: c.Seq, id: c.ID(), rows: make([]scannedRow, 0, len(staged)), sums: make([]uint64, 0, len(staged)*width)}
	for i := range staged {
		row := scannedRow{key: staged[i].Key, pos: uint32(i)}
		if staged[i].Deleted {
			row.flags |= flagGone
		}
		now, err := parseStaged(&sc.parser, &staged[i])
		if err != nil {
			return nil, fmt.Errorf("record %s of %s is no JSON object: %w", staged[i].Key, sc.t.st.Name, err)
		}
		if archived(sc.t.shapes, now) {
			row.flags |= flagArchived
		}
		out.rows = append(out.rows, row)
		for _, g := range sc.groups {
			sum := uint64(0)
			sum, sc.buf = g.sum(now, sc.buf)
			out.sums = append(out.sums, sum)
		}
		for _, a := range sc.t.alike {
			sum := uint64(0)
			if row.flags == 0 {
				sum, sc.buf = a.sum(now, sc.buf)
			}
			out.sums = append(out.sums, sum)
		}
	}
	return out, nil
}

// parseStaged parses a staged record with its detail laid over it. The value is
// the parser's.
func parseStaged(p *fastjson.Parser, s *record.Staged) (*fastjson.Value, error) {
	if len(s.Detail) == 0 {
		return p.ParseBytes(s.Raw)
	}
	v, err := p.ParseBytes(s.Raw)
	if err != nil {
		return nil, err
	}
	over, err := fastjson.ParseBytes(s.Detail)
	if err != nil {
		return nil, err
	}
	if obj, err := over.Object(); err == nil {
		obj.Visit(func(key []byte, member *fastjson.Value) { v.Set(string(key), member) })
	}
	return v, nil
}
