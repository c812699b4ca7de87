package workbook

import (
	"context"
	"math"
	"os"
	"strings"

	"ferry/extract/sheet/grid"
)

// Shared strings are kept in blocks. Those of a usual workbook stay in memory;
// beyond the bound they lie in a file.
const (
	inBlock     = 16       // strings
	heldBytes   = 32 << 20 // of all blocks in memory
	cachedBlock = 64 << 10 // a larger one is read string by string
	cacheSlots  = 512
)

// block holds the strings of a block one after another, each after a byte of
// marks; ends are where they end.
type block struct {
	ends []uint32
	data string
}

// Marks of a string.
const (
	markRich byte = 1 << iota
	markUndecoded
	markLong
)

// flags gives what marks say of a cell.
func flags(marks byte) (f grid.Flag) {
	if marks&markRich != 0 {
		f |= grid.Rich
	}
	if marks&markUndecoded != 0 {
		f |= grid.Undecoded
	}
	return f
}

// shared is the table of shared strings (ECMA-376 Part 1, 18.4).
type shared struct {
	count int
	held  []block // while they fit into memory
	bytes int

	open []byte // block in work
	ends []uint32

	file   *os.File // of the blocks that do not fit
	places []int64  // where blocks begin in it
	end    int64
	cache  map[int]block
	order  []int
}

// readShared takes the table from its part.
func readShared(ctx context.Context, p *parts, name string) (t *shared, err error) {
	const what = "the list of texts"
	t = &shared{}
	defer func() {
		if err != nil {
			err = refusal(err, what)
			_ = t.close()
			t = nil
		}
	}()
	in, err := p.open(name)
	if err != nil {
		return t, err
	}
	defer in.Close()
	s := newScanner(ctx, in)
	text := richText{scanner: s, limit: p.limits.Cell}
	for {
		tok, err := s.next()
		if err != nil {
			return t, err
		}
		if tok == tokEOF {
			return t, t.flush()
		}
		if tok != tokStart {
			continue
		}
		if s.depth() == 1 {
			s.space.root(s)
			continue
		}
		if string(s.space.local(s)) != "si" || s.depth() != 2 {
			continue
		}
		if err := text.read(); err != nil {
			return t, err
		}
		if err := t.add(text.value, text.marks()); err != nil {
			return t, err
		}
	}
}

func (t *shared) add(text []byte, marks byte) error {
	if t.count == math.MaxInt32 {
		return tooLarge("the file has more texts than Ferry reads")
	}
	t.open = append(append(t.open, marks), text...)
	t.ends = append(t.ends, uint32(len(t.open)))
	t.count++
	if len(t.ends) == inBlock {
		return t.flush()
	}
	return nil
}

// flush ends the block in work.
func (t *shared) flush() error {
	if len(t.ends) == 0 {
		return nil
	}
	b := block{append([]uint32(nil), t.ends...), string(t.open)}
	t.open, t.ends = t.open[:0], t.ends[:0]
	if t.file == nil && t.bytes+len(b.data) <= heldBytes {
		t.held = append(t.held, b)
		t.bytes += len(b.data)
		return nil
	}
	return t.spill(b)
}

// get gives a string by its place; ok is false where the table has none there.
func (t *shared) get(i int) (text string, marks byte, ok bool, err error) {
	if t == nil || i < 0 || i >= t.count {
		return "", 0, false, nil
	}
	if t.file == nil {
		marked := t.held[i/inBlock].at(i % inBlock)
		return marked[1:], marked[0], true, nil
	}
	marked, err := t.spilled(i/inBlock, i%inBlock)
	if err != nil {
		return "", 0, false, err
	}
	return strings.Clone(marked[1:]), marked[0], true, nil
}

func (b *block) at(i int) string {
	from := uint32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.data[from:b.ends[i]]
}

func (t *shared) close() error {
	if t == nil || t.file == nil {
		return nil
	}
	err := t.file.Close()
	if e := os.Remove(t.file.Name()); err == nil && !os.IsNotExist(e) {
		err = e
	}
	t.file = nil
	return err
}
