package report

import (
	"slices"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load/internal/plain"
)

// readTarget looks at the target's records as they were read after they were
// written.
func (r *entryReader) readTarget() error {
	return r.chunks(r.report.Plan.Target, r.entry.Side.Stream, func(rec *record.Staged) error {
		hash := hashOf(rec.Key)
		if _, ours := r.targets[hash]; !ours {
			return nil
		}
		source, ok, err := r.links.Get("t" + string(rec.Key))
		if err != nil || !ok {
			return err
		}
		written, ok, err := r.sent.Get(string(source))
		if err != nil {
			return err
		}
		var sent []byte
		if ok {
			at, was, _ := unpackWritten(written)
			if rec.SyncedAt.UnixMicro() < at {
				return nil // read before it was written
			}
			sent = was
		}
		if rec.Deleted {
			r.targets[hash] = gone
			r.entry.Read.Gone++
			return nil
		}
		r.targets[hash] = readBack
		r.entry.Read.Read++
		return r.look(record.Key(source), rec.Key, sent, whole(rec))
	})
}

// whole is a record with the detail answer that completes it.
func whole(rec *record.Staged) []byte {
	if len(rec.Detail) > 0 {
		return rec.Detail
	}
	return rec.Raw
}

// readAnswers looks at what the target gave back right after a write, where it
// was not read again since.
func (r *entryReader) readAnswers() error {
	err := r.cfg.Stage.EachWritten(r.ctx, r.entry.Side, func(w *stage.Written) error {
		target, ok, err := r.links.Get("s" + string(w.Key))
		if err != nil || !ok || len(w.Back) == 0 {
			return err
		}
		hash := hashOf(record.Key(target))
		if r.targets[hash] != expected {
			return nil
		}
		r.targets[hash] = answered
		if r.verified(w) {
			r.entry.Read.Read++
		} else {
			r.entry.Read.Answered++
		}
		return r.look(w.Key, record.Key(target), w.Sent, w.Back)
	})
	if err != nil {
		return err
	}
	for _, how := range r.targets {
		if how == expected {
			r.entry.Read.Missing++
		}
	}
	return nil
}

// verified tells whether the last verification read the record after that write.
func (r *entryReader) verified(w *stage.Written) bool {
	if r.verdict == nil || r.verdict.Unchecked > 0 || r.report.Check.At.Before(w.At) {
		return false
	}
	return slices.ContainsFunc(r.report.Runs, func(run stage.Run) bool { return run.ID == w.Run })
}

// fromVerdict takes over what the last verification found of an entry.
func (r *entryReader) fromVerdict() error {
	check := r.report.Check
	if check == nil {
		return nil
	}
	if r.verdict != nil {
		r.entry.Read.Compared = r.verdict.Checked
	}
	for i := range check.Differs {
		d := &check.Differs[i]
		if d.Entry != r.entry.Name {
			continue
		}
		r.entry.Read.Fields++
		out := Difference{Entry: d.Entry, Key: string(d.Key), Target: string(d.Target), Field: d.Field, How: string(d.Deviation),
			Sent: plain.Value(d.Sent), Has: plain.Value(d.Now), Link: page(r.cfg, r.entry.Side.Stream, d.Target)}
		if r.secrets[d.Field] {
			out.Sent, out.Has = plain.Hidden, plain.Hidden
		}
		if err := r.differs(out); err != nil {
			return err
		}
	}
	return nil
}

// look counts a target record and compares it with what was sent.
func (r *entryReader) look(source, target record.Key, sent, now []byte) error {
	if number := r.plain.Number(now); number != "" {
		if err := r.numbers.Put("t"+string(target), []byte(number)); err != nil {
			return err
		}
	}
	v, err := r.parser.ParseBytes(now)
	if err != nil {
		return err
	}
	r.tally.target(v)
	if r.compare == nil || len(sent) == 0 || r.report.Check != nil {
		return nil // what was verified is compared already
	}
	r.entry.Read.Compared++
	for _, c := range r.compare.Differ(sent, now) {
		r.entry.Read.Fields++
		d := Difference{Entry: r.entry.Name, Key: string(source), Target: string(target), Field: c.Field,
			Sent: plain.Value(c.New), Has: plain.Value(c.Old), Link: page(r.cfg, r.entry.Side.Stream, target)}
		if r.secrets[c.Field] {
			d.Sent, d.Has = plain.Hidden, plain.Hidden
		}
		if err := r.differs(d); err != nil {
			return err
		}
	}
	return nil
}
