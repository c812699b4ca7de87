package stage

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// dropAtOnce is how many mapped chunks are removed in one transaction.
const dropAtOnce = 200

// Publish makes the generation visible in one commit and gives it back. Where
// nothing differs from the generation before, that one stays and is given back,
// with changed false. What only older generations use stays until DropMapped.
func (d *Draft) Publish(ctx context.Context) (g *Generation, changed bool, err error) {
	bins := make([]Bins, len(d.entries))
	for i, e := range d.entries {
		bins[i] = d.Bins(i)
		if err := d.checkBins(ctx, e, &bins[i]); err != nil {
			return nil, false, err
		}
	}
	changed = d.changed()
	err = d.s.write(ctx, func(t *tx) error {
		if !changed {
			return t.exec("DELETE FROM mapped_chunk WHERE born = ?", d.id)
		}
		return d.publish(t, bins)
	})
	if err != nil {
		return nil, false, err
	}
	g, _, err = d.s.Generations(ctx, d.account)
	return g, changed, err
}

// Close gives back what the draft holds. It may come after Publish or instead.
func (d *Draft) Close() error {
	return d.s.failed("end the mapping", d.read.Close())
}

// changed says whether the draft differs from the generation before.
func (d *Draft) changed() bool {
	if d.before == nil || len(d.before.Entries) != len(d.entries) {
		return true
	}
	for i, e := range d.entries {
		was := d.before.Entries[i]
		if was.stream != e.stream || was.Name != e.Name || was.Target != e.Target || was.Hash != e.Hash ||
			!bytes.Equal(was.marks, e.marks) || (was.keys == nil) != (e.keys == nil) || was.keys != nil && *was.keys != *e.keys {
			return true
		}
		for _, h := range e.heads {
			if h.chosen != (h.born != d.id) || h.chosen && h.stateChanged() {
				return true
			}
		}
	}
	return false
}

func (h *head) stateChanged() bool {
	return !sameState(h.had, h.state) || !bytes.Equal(h.noted, h.notes)
}

func sameState(a, b []byte) bool {
	for pos := range max(len(a), len(b)) {
		if stateOf(a, pos) != stateOf(b, pos) {
			return false
		}
	}
	return true
}

func (d *Draft) publish(t *tx, bins []Bins) error {
	var states []*head
	for _, e := range d.entries {
		for _, h := range e.heads {
			if h.chosen && h.stateChanged() {
				states = append(states, h)
			}
			if err := d.settle(t, h); err != nil {
				return err
			}
		}
	}
	if err := d.putStates(t, states); err != nil {
		return err
	}
	if err := d.endOthers(t); err != nil {
		return err
	}
	for i, e := range d.entries {
		text, err := json.Marshal(bins[i])
		if err != nil {
			return err
		}
		if err := t.exec("INSERT OR REPLACE INTO mapped_entry (generation, number, stream, name, target, hash, marks, keys, bins) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			d.id, i, e.stream, e.Name, e.Target, int64(e.Hash), e.marks, e.keys, text); err != nil {
			return err
		}
	}
	return t.exec("UPDATE generation SET published = ? WHERE id = ?", micros(time.Now()), d.id)
}

// settle ends a mapped chunk that is no part of this generation.
func (d *Draft) settle(t *tx, h *head) error {
	switch {
	case h.chosen:
		return nil
	case h.born == d.id:
		return t.exec("DELETE FROM mapped_chunk WHERE id = ?", h.id)
	}
	return t.exec("UPDATE mapped_chunk SET died = ? WHERE id = ?", d.id, h.id)
}

// putStates writes the states of mapped chunks in this generation.
func (d *Draft) putStates(t *tx, heads []*head) error {
	for part := range slices.Chunk(heads, maxRows) {
		args := make([]any, 0, 4*len(part))
		for _, h := range part {
			state := h.state
			if state == nil {
				state = []byte{}
			}
			args = append(args, h.id, d.id, state, h.notes)
		}
		if err := t.exec("INSERT OR REPLACE INTO mapped_state (chunk, born, state, notes) VALUES "+repeat("(?, ?, ?, ?)", len(part)), args...); err != nil {
			return err
		}
	}
	return nil
}

// endOthers ends the mapped streams that the mapping no longer has.
func (d *Draft) endOthers(t *tx) error {
	kept := map[int64]bool{}
	for _, e := range d.entries {
		kept[e.stream] = true
	}
	var ended []int64
	err := t.each("SELECT id FROM mapped_stream WHERE account = ?", func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		if !kept[id] {
			ended = append(ended, id)
		}
		return err
	}, d.owner)
	if err != nil {
		return err
	}
	for _, id := range ended {
		if err := t.exec("DELETE FROM mapped_chunk WHERE stream = ? AND born = ?", id, d.id); err != nil {
			return err
		}
		if err := t.exec("UPDATE mapped_chunk SET died = ? WHERE stream = ? AND died IS NULL", d.id, id); err != nil {
			return err
		}
	}
	return nil
}

// DropMapped removes the mapped records that neither the newest generation of an
// account nor the one before it uses: the contents of at most so many mapped
// chunks, so that a small change does not pay for a large one before it; with most
// below 0 all. It may be stopped at any point: the next call goes on.
func (s *Stage) DropMapped(ctx context.Context, most int) error {
	err := s.write(ctx, func(t *tx) error {
		for _, query := range []string{
			"DELETE FROM generation WHERE published IS NOT NULL AND (SELECT count(*) FROM generation n" +
				" WHERE n.account = generation.account AND n.published IS NOT NULL AND n.id > generation.id) > 1",
			"DELETE FROM mapped_entry WHERE generation NOT IN (SELECT id FROM generation)",
			"DELETE FROM mapped_chunk WHERE died IS NOT NULL AND died <= (SELECT min(g.id) FROM generation g" +
				" JOIN mapped_stream m ON m.account = g.account WHERE m.id = mapped_chunk.stream AND g.published IS NOT NULL)",
		} {
			if err := t.exec(query); err != nil {
				return err
			}
		}
		// Of the states older than every generation only the latest is read.
		var oldest int64
		if err := t.row("SELECT coalesce(min(id), 0) FROM generation WHERE published IS NOT NULL").Scan(&oldest); err != nil {
			return err
		}
		return t.exec("DELETE FROM mapped_state WHERE born < ?1 AND EXISTS (SELECT 1 FROM mapped_state n"+
			" WHERE n.chunk = mapped_state.chunk AND n.born > mapped_state.born AND n.born <= ?1)", oldest)
	})
	for dropped, more := 0, true; more && err == nil && (most < 0 || dropped < most); dropped += dropAtOnce {
		err = s.write(ctx, func(t *tx) (err error) {
			more, err = t.dropWaste()
			return err
		})
	}
	return err
}

// dropWaste removes the contents of some mapped chunks that are gone; more says
// that there may be others.
func (t *tx) dropWaste() (more bool, err error) {
	var ids []int64
	err = t.each("SELECT chunk FROM mapped_waste ORDER BY chunk LIMIT ?", func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, dropAtOnce)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		for _, query := range []string{
			"DELETE FROM mapped_body WHERE chunk = ?", "DELETE FROM mapped_state WHERE chunk = ?", "DELETE FROM mapped_waste WHERE chunk = ?",
		} {
			if err := t.exec(query, id); err != nil {
				return false, err
			}
		}
	}
	return len(ids) == dropAtOnce, nil
}

// Generations gives the newest published generation of the account's mapped
// records and the one before it; nil where there is none.
func (s *Stage) Generations(ctx context.Context, account string) (current, before *Generation, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT g.id, g.run, g.published FROM generation g JOIN account a ON a.id = g.account"+
		" WHERE a.name = ? AND g.published IS NOT NULL ORDER BY g.id DESC LIMIT 2", account)
	if err != nil {
		return nil, nil, s.failed("list generations", err)
	}
	var all []*Generation
	err = eachRow(rows, func(rows *sql.Rows) error {
		g := &Generation{Account: account}
		var at int64
		err := rows.Scan(&g.ID, &g.Run, &at)
		g.Published = fromMicros(at)
		all = append(all, g)
		return err
	})
	for _, g := range all {
		err = errors.Join(err, s.entries(ctx, g))
	}
	if err != nil {
		return nil, nil, s.failed("list generations", err)
	}
	if len(all) > 0 {
		current = all[0]
	}
	if len(all) > 1 {
		before = all[1]
	}
	return current, before, nil
}

func (s *Stage) entries(ctx context.Context, g *Generation) error {
	rows, err := s.read.QueryContext(ctx, "SELECT e.stream, e.name, m.source, m.part, e.target, e.hash, e.marks, e.keys, e.bins"+
		" FROM mapped_entry e JOIN mapped_stream m ON m.id = e.stream WHERE e.generation = ? ORDER BY e.number", g.ID)
	if err != nil {
		return err
	}
	return eachRow(rows, func(rows *sql.Rows) error {
		var e MappedEntry
		var hash int64
		var bins []byte
		err := rows.Scan(&e.stream, &e.Name, &e.Source, &e.Part, &e.Target, &hash, &e.marks, &e.keys, &bins)
		if err != nil {
			return err
		}
		e.Hash = uint64(hash)
		g.Entries = append(g.Entries, e)
		return json.Unmarshal(bins, &g.Entries[len(g.Entries)-1].Bins)
	})
}
