package stage

import "context"

// RequeueMapped makes the next mapping go through the dead letters of a mapped
// stream again, of all streams where name is "", whether or not anything changed.
// It tells how many there are. They stay as they are until then. Those that only
// lack a parent need no requeueing: every mapping looks for it.
func (s *Stage) RequeueMapped(ctx context.Context, account, name string) (n int, err error) {
	g, _, err := s.Generations(ctx, account)
	if err != nil || g == nil {
		return 0, err
	}
	var chunks []int64
	for _, e := range g.Entries {
		if name != "" && e.Name != name || e.Bins.Dead == 0 {
			continue
		}
		v, err := s.viewMapped(ctx, g, e)
		if err != nil {
			return 0, err
		}
		heads, err := v.headsOf(g.ID)
		v.close()
		if err != nil {
			return 0, s.failed("read mapped records", err)
		}
		for i := range heads {
			if dead := heads[i].dead(); dead > 0 {
				chunks = append(chunks, heads[i].id)
				n += dead
			}
		}
	}
	return n, s.write(ctx, func(t *tx) error {
		for _, id := range chunks {
			// All that is known of the source chunk goes: what stands below a chunk that
			// was laid over it is out of date.
			if err := t.exec("UPDATE mapped_chunk SET source = 0 WHERE (stream, source) IN (SELECT stream, source FROM mapped_chunk WHERE id = ?)", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// dead counts the dead letters of a chunk, but for orphans.
func (h *mappedHead) dead() (n int) {
	for pos, code := range h.codes {
		if Bin(code) == BinDead && binOf(code, stateOf(h.state, pos)) == BinDead {
			n++
		}
	}
	return n
}
