package transform

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// joinCache is how many bytes of joined records a worker keeps at hand.
const joinCache = 16 << 20

// joinIndex finds the records of a joined stream by the value they are joined by.
// It holds 16 bytes a record.
type joinIndex struct {
	number int // of the stream among the entry's sources
	join   Join
	chunks []int64
	places []joinPlace // sorted by hash
}

type joinPlace struct {
	hash  uint64
	chunk int32 // place in chunks
	pos   int32 // among the chunk's records
}

// match is the record of a joined stream that belongs to a base record; without a
// key there is none. also names further ones: a merge needs exactly one.
type match struct {
	source stage.Source
	also   []record.Key
}

func (r *runner) details(stream string) bool { return slices.Contains(r.cfg.Details, stream) }

// indexJoins reads the streams joined to an entry's base.
func (r *runner) indexJoins(ctx context.Context, entry int) ([]*joinIndex, error) {
	var all []*joinIndex
	for i, join := range r.cfg.Rules[entry].Joins {
		x := &joinIndex{number: i + 1, join: join}
		var err error
		if x.chunks, err = r.draft.Joined(ctx, entry, x.number); err != nil {
			return nil, err
		}
		if err := r.fillIndex(ctx, entry, x); err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}

func (r *runner) fillIndex(ctx context.Context, entry int, x *joinIndex) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	var mu sync.Mutex
	for range min(r.workers(), len(x.chunks)) {
		g.Go(func() error {
			dec, values := stage.NewDecoder(), &fieldReader{}
			var sources []stage.Source
			var places []joinPlace
			for {
				n := int(next.Add(1)) - 1
				if n >= len(x.chunks) {
					break
				}
				c, err := r.draft.ReadJoined(ctx, entry, x.number, x.chunks[n])
				if err != nil {
					return err
				}
				if sources, err = c.Decode(dec, sources[:0]); err != nil {
					return err
				}
				for i := range sources {
					value := values.of(&sources[i], &x.join.Theirs)
					if value != "" && !sources[i].Deleted {
						places = append(places, joinPlace{xxhash.Sum64String(value), int32(n), int32(i)})
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			x.places = append(x.places, places...)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	slices.SortFunc(x.places, func(a, b joinPlace) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.chunk, b.chunk), cmp.Compare(a.pos, b.pos))
	})
	return nil
}

// find gives the places of the records that may have the value.
func (x *joinIndex) find(value string) []joinPlace {
	hash := xxhash.Sum64String(value)
	from, ok := slices.BinarySearchFunc(x.places, hash, func(p joinPlace, h uint64) int { return cmp.Compare(p.hash, h) })
	if !ok {
		return nil
	}
	to := from
	for to < len(x.places) && x.places[to].hash == hash {
		to++
	}
	return x.places[from:to]
}

// joiner joins records for one worker. It keeps the chunks it used last.
type joiner struct {
	r       *runner
	entry   int
	indexes []*joinIndex
	values  fieldReader
	decoder *stage.Decoder
	kept    map[[2]int32][]stage.Source
	order   [][2]int32
	sizes   []int
	bytes   int
}

func (r *runner) newJoiner(entry int, indexes []*joinIndex) *joiner {
	return &joiner{r: r, entry: entry, indexes: indexes, decoder: stage.NewDecoder(), kept: map[[2]int32][]stage.Source{}}
}

// join appends to to, for every source, its match in each joined stream.
func (j *joiner) join(ctx context.Context, sources []stage.Source, to []match) ([]match, error) {
	for i := range sources {
		for _, x := range j.indexes {
			m, err := j.matchOf(ctx, x, &sources[i])
			if err != nil {
				return nil, err
			}
			to = append(to, m)
		}
	}
	return to, nil
}

func (j *joiner) matchOf(ctx context.Context, x *joinIndex, src *stage.Source) (m match, err error) {
	value := j.values.of(src, &x.join.Ours)
	if value == "" || src.Deleted {
		return m, nil
	}
	for _, p := range x.find(value) {
		chunk, err := j.chunk(ctx, x, p.chunk)
		if err != nil {
			return m, err
		}
		found := &chunk[p.pos]
		switch {
		case j.values.of(found, &x.join.Theirs) != value: // shares its hash alone
		case m.source.Key == "":
			m.source = *found
		default:
			m.also = append(m.also, found.Key)
		}
	}
	return m, nil
}

// chunk gives the records of a chunk of a joined stream; they are not changed
// while a source may still point at them.
func (j *joiner) chunk(ctx context.Context, x *joinIndex, n int32) ([]stage.Source, error) {
	id := [2]int32{int32(x.number), n}
	if sources, ok := j.kept[id]; ok {
		return sources, nil
	}
	c, err := j.r.draft.ReadJoined(ctx, j.entry, x.number, x.chunks[n])
	if err != nil {
		return nil, err
	}
	sources, err := c.Decode(j.decoder, nil)
	if err != nil {
		return nil, err
	}
	size := 0
	for i := range sources {
		s := &sources[i]
		s.Raw, s.Detail = slices.Clone(s.Raw), slices.Clone(s.Detail)
		size += len(s.Raw) + len(s.Detail) + 128
	}
	for j.bytes+size > joinCache && len(j.order) > 0 {
		delete(j.kept, j.order[0])
		j.bytes -= j.sizes[0]
		j.order, j.sizes = j.order[1:], j.sizes[1:]
	}
	j.kept[id] = sources
	j.order, j.sizes, j.bytes = append(j.order, id), append(j.sizes, size), j.bytes+size
	return sources, nil
}
