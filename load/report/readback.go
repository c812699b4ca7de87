package report

import (
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
		var sent, back []byte
		if ok {
			at, was, answer := unpackWritten(written)
			if rec.SyncedAt.UnixMicro() < at {
				return nil // read before it was written
			}
			sent, back = was, answer
		}
		if rec.Deleted {
			r.targets[hash] = gone
			r.entry.Read.Gone++
			return nil
		}
		r.targets[hash] = readBack
		r.entry.Read.Read++
		return r.look(record.Key(source), rec.Key, sent, back, whole(rec))
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
		return r.look(w.Key, record.Key(target), w.Sent, nil, w.Back)
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

// verified tells whether the last verification of the run that wrote a record
// read it after that write.
func (r *entryReader) verified(w *stage.Written) bool {
	check := r.report.checkOf(w.Run)
	if check == nil || check.At.Before(w.At) {
		return false
	}
	v := verdictOn(check, r.entry.Name)
	return v != nil && v.Unchecked == 0
}

// fromVerdict takes over what the last verifications found of an entry: of each
// record what was found after it was written last.
func (r *entryReader) fromVerdict() error {
	checks := r.report.Checks
	for _, check := range checks {
		if v := verdictOn(check, r.entry.Name); v != nil && len(checks) == 1 {
			r.entry.Read.Compared = v.Checked
		}
		for i := range check.Differs {
			d := &check.Differs[i]
			if d.Entry != r.entry.Name || len(checks) > 1 && r.report.checkOf(r.wrote[hashOf(d.Key)]) != check {
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
	}
	if len(checks) > 1 {
		r.entry.Read.Compared += r.checked
	}
	return nil
}

// look counts a target record and compares it with what was sent; back is what
// the target gave right after the write, where now was read later.
func (r *entryReader) look(source, target record.Key, sent, back, now []byte) error {
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
	if r.compare == nil || len(sent) == 0 || r.report.checkOf(r.wrote[hashOf(source)]) != nil {
		return nil // what was verified is compared already
	}
	r.entry.Read.Compared++
	for _, c := range r.compare.Differ(sent, now) {
		r.entry.Read.Fields++
		d := Difference{Entry: r.entry.Name, Key: string(source), Target: string(target), Field: c.Field, How: string(r.compare.Deviation(&c, back)),
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
