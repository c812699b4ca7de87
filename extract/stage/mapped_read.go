package stage

import (
	"context"
	"database/sql"
	"errors"

	"ferry/extract/record"
)

// MappedQuery says which records of a mapped stream are wanted, and how.
type MappedQuery struct {
	Bins    []Bin       // empty: all
	Sorted  bool        // by key, byte by byte; else as they were staged
	Without *Generation // leave out what is the same in this generation
	NoJSON  bool        // the keys and bins are enough
	Source  bool        // give orphans with their source records
}

func (q *MappedQuery) wants(b Bin) bool {
	if b == BinNone {
		return false
	}
	for _, want := range q.Bins {
		if want == b {
			return true
		}
	}
	return len(q.Bins) == 0
}

// Mapped calls fn for the records of one mapped stream of a generation, from one
// consistent view. The row and its bytes are valid until fn returns. An error of
// fn ends the walk and comes back as it is. A generation is kept until two newer
// ones were published: what is gone gives nothing.
func (s *Stage) Mapped(ctx context.Context, g *Generation, e MappedEntry, q MappedQuery, fn func(*MappedRow) error) error {
	v, err := s.viewMapped(ctx, g, e)
	if err != nil {
		return err
	}
	defer v.close()
	heads, err := v.heads(q.Without)
	if err != nil {
		return s.failed("read mapped records", err)
	}
	if q.Sorted {
		err = v.sorted(heads, &q, usualRoom, fn)
	} else {
		err = v.staged(heads, &q, fn)
	}
	if v.own != nil {
		return v.own
	}
	return s.failed("read mapped records", err)
}

// MappedRecords finds records of one mapped stream by their source keys; those
// that are not there are not in the result. The rows are the caller's.
func (s *Stage) MappedRecords(ctx context.Context, g *Generation, e MappedEntry, keys ...record.Key) (map[record.Key]MappedRow, error) {
	v, err := s.viewMapped(ctx, g, e)
	if err != nil {
		return nil, err
	}
	defer v.close()
	found := make(map[record.Key]MappedRow, len(keys))
	for _, key := range keys {
		row, ok, err := v.find(string(key))
		if err != nil {
			return nil, s.failed("find a mapped record", err)
		}
		if ok {
			found[key] = row
		}
	}
	return found, nil
}

// mappedView reads one mapped stream of a generation in one transaction.
type mappedView struct {
	s      *Stage
	ctx    context.Context
	tx     *sql.Tx
	g      *Generation
	e      MappedEntry
	dec    *Decoder
	origin *Decoder // of source chunks; nil until one is read
	body   *sql.Stmt
	index  *sql.Stmt
	reason map[uint8]string
	row    MappedRow
	own    error // of the caller's function
}

// mappedHead is a mapped chunk as it stands in a generation.
type mappedHead struct {
	id     int64
	source int64
	codes  []byte
	state  []byte
	notes  []byte
}

func (s *Stage) viewMapped(ctx context.Context, g *Generation, e MappedEntry) (*mappedView, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.failed("read mapped records", err)
	}
	v := &mappedView{s: s, ctx: ctx, tx: tx, g: g, e: e, dec: NewDecoder(), reason: map[uint8]string{lastReason: "other reasons"}}
	err = v.dec.err
	if err == nil {
		v.body, err = tx.PrepareContext(ctx, "SELECT size, idx, body FROM mapped_body WHERE chunk = ?")
	}
	if err == nil {
		v.index, err = tx.PrepareContext(ctx, "SELECT size, idx FROM mapped_body WHERE chunk = ?")
	}
	if err == nil {
		err = v.each("SELECT code, text FROM mapped_reason WHERE stream = ?", func(rows *sql.Rows) error {
			var code uint8
			var text string
			err := rows.Scan(&code, &text)
			v.reason[code] = text
			return err
		}, e.stream)
	}
	if err != nil {
		v.close()
		return nil, s.failed("read mapped records", err)
	}
	return v, nil
}

// close ends the view. Nothing was written: there is nothing to lose by it.
func (v *mappedView) close() { _ = v.tx.Rollback() }

func (v *mappedView) each(query string, fn func(*sql.Rows) error, args ...any) error {
	rows, err := v.tx.QueryContext(v.ctx, query, args...)
	if err != nil {
		return err
	}
	return eachRow(rows, fn)
}

const headWhere = " WHERE c.stream = ?1 AND c.born <= ?2 AND (c.died IS NULL OR c.died > ?2)"

// heads lists the mapped chunks of the generation, without those that are the
// same in the generation without.
func (v *mappedView) heads(without *Generation) ([]mappedHead, error) {
	heads, err := v.headsOf(v.g.ID)
	if err != nil || without == nil {
		return heads, err
	}
	others, err := v.headsOf(without.ID)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]*mappedHead, len(others))
	for i := range others {
		byID[others[i].id] = &others[i]
	}
	differ := heads[:0]
	for _, h := range heads {
		o := byID[h.id]
		if o == nil || !sameState(o.state, h.state) || string(o.notes) != string(h.notes) {
			differ = append(differ, h)
		}
	}
	return differ, nil
}

func (v *mappedView) headsOf(generation int64) (heads []mappedHead, err error) {
	place := map[int64]int{}
	err = v.each("SELECT c.id, c.source, c.bins FROM mapped_chunk c"+headWhere+" ORDER BY c.source, c.id", func(rows *sql.Rows) error {
		var h mappedHead
		err := rows.Scan(&h.id, &h.source, &h.codes)
		place[h.id] = len(heads)
		heads = append(heads, h)
		return err
	}, v.e.stream, generation)
	if err != nil {
		return nil, err
	}
	err = v.each("SELECT m.chunk, m.state, m.notes FROM mapped_chunk c CROSS JOIN mapped_state m ON m.chunk = c.id"+
		headWhere+" AND m.born <= ?2 ORDER BY m.chunk, m.born", func(rows *sql.Rows) error {
		var id int64
		var state, notes []byte
		if err := rows.Scan(&id, &state, &notes); err != nil {
			return err
		}
		if i, ok := place[id]; ok {
			heads[i].state, heads[i].notes = state, notes
		}
		return nil
	}, v.e.stream, generation)
	return heads, err
}

// contents reads the index of a mapped chunk, and its body if that is wanted.
func (v *mappedView) contents(id int64, whole bool) (size int, index, body []byte, err error) {
	if whole {
		err = v.body.QueryRowContext(v.ctx, id).Scan(&size, &index, &body)
	} else {
		err = v.index.QueryRowContext(v.ctx, id).Scan(&size, &index)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = corruptMapped(v.s.path, id, errors.New("it is not there"))
	}
	return size, index, body, err
}

// staged gives the rows chunk by chunk.
func (v *mappedView) staged(heads []mappedHead, q *MappedQuery, fn func(*MappedRow) error) error {
	for i := range heads {
		if err := v.rows(&heads[i], q, nil, fn); err != nil {
			return err
		}
	}
	return nil
}

// rows gives the wanted rows of one chunk; only, if set, names the places wanted.
func (v *mappedView) rows(h *mappedHead, q *MappedQuery, only func(pos int) bool, fn func(*MappedRow) error) error {
	wanted := false
	for pos, code := range h.codes {
		wanted = wanted || q.wants(binOf(code, stateOf(h.state, pos))) && (only == nil || only(pos))
	}
	if !wanted {
		return nil
	}
	size, index, packed, err := v.contents(h.id, !q.NoJSON)
	if err != nil {
		return err
	}
	if !q.NoJSON {
		if err := v.dec.unpack(&chunkRow{id: h.id, size: size, stored: packed}, &v.dec.body); err != nil {
			return corruptMapped(v.s.path, h.id, err)
		}
	}
	lacks, err := v.lacks(h)
	if err != nil {
		return err
	}
	var sources map[int]sourceRow
	if q.Source && len(lacks) > 0 {
		if sources, err = v.sources(h); err != nil {
			return err
		}
	}
	err = eachItem(h.codes, index, size, func(it *mappedItem) error {
		bin := binOf(h.codes[it.pos], stateOf(h.state, it.pos))
		if !q.wants(bin) || only != nil && !only(it.pos) {
			return nil
		}
		v.row = MappedRow{Key: record.Key(it.key), Hash: it.hash, Bin: bin, Orphan: lacks[it.pos]}
		if src := sources[it.pos]; src.key == it.key && v.row.Orphan != nil {
			v.row.Source = src.raw
		}
		if bin == BinSkipped {
			v.row.Reason = v.reason[h.codes[it.pos]]
		}
		if !q.NoJSON && bin != BinTombstone {
			v.row.JSON = v.dec.body[it.offset : it.offset+it.length : it.offset+it.length]
		}
		v.own = fn(&v.row)
		return v.own
	})
	if err != nil && v.own == nil {
		return corruptMapped(v.s.path, h.id, err)
	}
	return err
}

// lacks reads what the orphans of a chunk lack, by place.
func (v *mappedView) lacks(h *mappedHead) (map[int][]Missing, error) {
	if len(h.notes) == 0 {
		return nil, nil
	}
	list, err := v.dec.lacking(h.notes)
	if err != nil {
		return nil, corruptMapped(v.s.path, h.id, err)
	}
	byPos := make(map[int][]Missing, len(list))
	for _, o := range list {
		byPos[o.Pos] = o.Missing
	}
	return byPos, nil
}
