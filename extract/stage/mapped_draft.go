package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// DraftEntry says what one entry of a mapping is, for BeginDraft.
type DraftEntry struct {
	Name   string // what references call it
	Part   string // see MappedEntry
	Target string
	Hash   uint64        // of the rules and their lookups
	From   []DraftSource // the base, then the streams joined to it
}

// DraftSource is a staged stream that an entry reads.
type DraftSource struct {
	Stream  string
	Details bool // its detail answers are read: records wait for theirs
}

// Draft is a generation being written. Nothing of it is seen before Publish. What
// a process that was killed had put is found again by the next draft, so a
// mapping that is run again goes on where it was.
//
// Put and ReasonCode may be called from many goroutines; the rest belongs to one.
type Draft struct {
	s       *Stage
	account string
	owner   int64 // account.id
	id      int64
	before  *Generation // nil: this is the first
	run     int64
	entries []*draftEntry
	read    *sql.Stmt

	mu sync.Mutex // guards the entries' heads and reasons while Put runs
}

type draftEntry struct {
	DraftEntry
	stream int64 // mapped_stream.id
	from   []fromStream
	before *MappedEntry
	marks  []byte
	heads  []*head           // in the generation before, or put for this one
	chosen map[int64][]*head // by source chunk: part of this generation, the newest first
	codes  map[string]uint8
	texts  [256]string
	saved  [256]bool
	keys   *int64
}

// fromStream is a source of an entry as the stage knows it.
type fromStream struct {
	DraftSource
	id      int64 // stream.id; 0: nothing was ever staged
	answers int64 // stream.id of the details; 0: none, or not used
}

// head is a mapped chunk without its contents.
type head struct {
	id      int64
	source  int64
	hash    uint64
	born    int64
	keyed   bool
	refs    string // names of the mapped streams it refers to, a line each
	codes   []byte
	had     []byte // state in the newest generation; nil: as it was made
	state   []byte // state in this generation
	noted   []byte // notes of the orphans in the newest generation
	notes   []byte // in this generation
	orphans int
	chosen  bool
}

// lacking is a record of a mapped chunk that lacks parents.
type lacking struct {
	Pos     int       `json:"pos"`
	Missing []Missing `json:"missing"`
}

// Unit is one chunk of a source stream that has to be looked at for an entry.
type Unit struct {
	Entry int  // place in the entries of BeginDraft
	Known bool // some of its records were mapped by the same rules: Prior says from what
	chunk int64
	heads []*head // that know it, the newest first
}

// BeginDraft begins a generation of the account's mapped records. A stage takes
// one at a time.
func (s *Stage) BeginDraft(ctx context.Context, account string, run int64, entries []DraftEntry) (*Draft, error) {
	d := &Draft{s: s, account: account, run: run}
	current, _, err := s.Generations(ctx, account)
	if err != nil {
		return nil, err
	}
	d.before = current
	for i := range entries {
		d.entries = append(d.entries, &draftEntry{DraftEntry: entries[i], chosen: map[int64][]*head{}, codes: map[string]uint8{}})
	}
	if err := s.write(ctx, d.enter); err != nil {
		return nil, err
	}
	for _, e := range d.entries {
		if err := d.find(ctx, e); err != nil {
			return nil, err
		}
	}
	d.read, err = s.read.PrepareContext(ctx, chunkColumns+"WHERE c.id = ?")
	return d, s.failed("prepare the mapping", err)
}

// enter makes the rows of the generation and its streams, where there are none.
func (d *Draft) enter(t *tx) error {
	err := t.row("SELECT id FROM account WHERE name = ?", d.account).Scan(&d.owner)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("account %q is not bound to stage %s", d.account, d.s.path)
	}
	if err != nil {
		return err
	}
	now := micros(time.Now())
	err = t.row("SELECT id FROM generation WHERE account = ? AND published IS NULL", d.owner).Scan(&d.id)
	if errors.Is(err, sql.ErrNoRows) {
		res, err := t.execResult("INSERT INTO generation (account, run, started) VALUES (?, ?, ?)", d.owner, d.run, now)
		if err != nil {
			return err
		}
		if d.id, err = res.LastInsertId(); err != nil {
			return err
		}
	} else if err != nil {
		return err
	} else if err := t.exec("UPDATE generation SET run = ?, started = ? WHERE id = ?", d.run, now, d.id); err != nil {
		return err
	}
	for _, e := range d.entries {
		if err := t.exec("INSERT OR IGNORE INTO mapped_stream (account, source, part) VALUES (?, ?, ?)", d.owner, e.From[0].Stream, e.Part); err != nil {
			return err
		}
		if err := t.row("SELECT id FROM mapped_stream WHERE account = ? AND source = ? AND part = ?", d.owner, e.From[0].Stream, e.Part).Scan(&e.stream); err != nil {
			return err
		}
	}
	return nil
}

// find reads what is known of an entry: its source, its heads, its reasons.
func (d *Draft) find(ctx context.Context, e *draftEntry) (err error) {
	for _, src := range e.From {
		f := fromStream{DraftSource: src}
		if f.id, _, err = d.s.streamID(ctx, d.account, src.Stream, partRecords); err != nil {
			return err
		}
		if src.Details {
			if f.answers, _, err = d.s.streamID(ctx, d.account, src.Stream, partCompletions); err != nil {
				return err
			}
		}
		e.from = append(e.from, f)
	}
	if d.before != nil {
		i := slices.IndexFunc(d.before.Entries, func(b MappedEntry) bool { return b.stream == e.stream })
		if i >= 0 {
			e.before = &d.before.Entries[i]
		}
	}
	if e.marks, err = d.marksOf(ctx, e); err != nil {
		return err
	}
	if err := d.findReasons(ctx, e); err != nil {
		return err
	}
	return d.findHeads(ctx, e)
}

func (d *Draft) findReasons(ctx context.Context, e *draftEntry) error {
	e.texts[lastReason] = "other reasons"
	rows, err := d.s.read.QueryContext(ctx, "SELECT code, text FROM mapped_reason WHERE stream = ?", e.stream)
	if err != nil {
		return d.s.failed("read reasons", err)
	}
	return d.s.failed("read reasons", eachRow(rows, func(rows *sql.Rows) error {
		var code uint8
		var text string
		if err := rows.Scan(&code, &text); err != nil {
			return err
		}
		e.texts[code], e.saved[code], e.codes[text] = text, true, code
		return nil
	}))
}

// ReasonCode gives the code of a reason for which records of the entry are
// skipped. A stream has 239 of them; later ones are counted together.
func (d *Draft) ReasonCode(entry int, reason string) uint8 {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.entries[entry]
	if code, ok := e.codes[reason]; ok {
		return code
	}
	for code := firstReason; code < lastReason; code++ {
		if e.texts[code] == "" {
			e.texts[code], e.codes[reason] = reason, uint8(code)
			return uint8(code)
		}
	}
	return lastReason
}

// findHeads reads the mapped chunks of the generation before and those that were
// put for this one, with their latest states.
func (d *Draft) findHeads(ctx context.Context, e *draftEntry) error {
	rows, err := d.s.read.QueryContext(ctx, "SELECT id, source, hash, born, keyed, refs, bins FROM mapped_chunk"+
		" WHERE stream = ? AND died IS NULL ORDER BY id", e.stream)
	if err != nil {
		return d.s.failed("read what is mapped", err)
	}
	byID := map[int64]*head{}
	err = eachRow(rows, func(rows *sql.Rows) error {
		h := &head{}
		var hash int64
		if err := rows.Scan(&h.id, &h.source, &hash, &h.born, &h.keyed, &h.refs, &h.codes); err != nil {
			return err
		}
		h.hash = uint64(hash)
		byID[h.id] = h
		e.heads = append(e.heads, h)
		return nil
	})
	if err != nil {
		return d.s.failed("read what is mapped", err)
	}
	rows, err = d.s.read.QueryContext(ctx, "SELECT m.chunk, m.state, m.notes FROM mapped_chunk c CROSS JOIN mapped_state m ON m.chunk = c.id"+
		" WHERE c.stream = ? AND c.died IS NULL ORDER BY m.chunk, m.born", e.stream)
	if err != nil {
		return d.s.failed("read what is mapped", err)
	}
	return d.s.failed("read what is mapped", eachRow(rows, func(rows *sql.Rows) error {
		var id int64
		var state, notes []byte
		if err := rows.Scan(&id, &state, &notes); err != nil {
			return err
		}
		if h := byID[id]; h != nil {
			h.had, h.noted = state, notes
		}
		return nil
	}))
}
