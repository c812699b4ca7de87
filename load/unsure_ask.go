package load

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"ferry/extract/record"
)

// fewAsked is how many lost creations are asked for one by one; more are found by
// reading the stream once.
const fewAsked = 16

// asking finds out what became of the unsure creations of one stream.
//
// A record of the target may be one of them if it is not another source record's
// by the crosswalk, was not known before the send, and is equal in every sent
// field that reads back. It is adopted where it may be only that one and that one
// only it. Where nothing may be it, after a reading that is proven complete, and
// nothing resembles it either, the creation was lost.
type asking struct {
	r      *runner
	stream string
	list   []*lostOne
	found  map[int64][]Found // by attempt: records that may be it
	near   map[int64][]Found // new records that resemble it
	sure   map[int64]bool    // by attempt: the reading was complete
	sent   map[int64]sentLike
}

// sentLike is what a creation was sent with, for holding it against many records.
type sentLike struct {
	line   string // first line of its reference; "" it has none
	fields int    // that say something and can be shown
}

// like gives what a creation was sent with.
func (k *asking) like(l *lostOne) sentLike {
	s, known := k.sent[l.ID]
	if known {
		return s
	}
	if path := referencePath(l.e); path != "" {
		s.line = firstLine(textAt(l.Fields, path))
	}
	s.fields = len(l.e.same.Differ(l.Fields, json.RawMessage("{}")))
	if k.sent == nil {
		k.sent = map[int64]sentLike{}
	}
	k.sent[l.ID] = s
	return s
}

// seen is a record of the target that is held against many creations.
type seen struct {
	Found
	lines map[string]string // first lines of references, by path
}

// line is the first line of the reference at a path; "" there is none.
func (s *seen) line(path string) string {
	if path == "" {
		return ""
	}
	line, known := s.lines[path]
	if !known {
		line = firstLine(textAt(s.Record, path))
		if s.lines == nil {
			s.lines = map[string]string{}
		}
		s.lines[path] = line
	}
	return line
}

// run asks, adopts and gives up. It tells how many were settled.
func (k *asking) run(ctx context.Context) (int, error) {
	k.found, k.near, k.sure = map[int64][]Found{}, map[int64][]Found{}, map[int64]bool{}
	open := k.list
	if len(open) <= fewAsked || k.r.cfg.Refresh == nil {
		var err error
		if open, err = k.one(ctx); err != nil {
			return 0, err
		}
	}
	if len(open) > 0 && k.r.cfg.Refresh != nil {
		if err := k.all(ctx, open); err != nil {
			return 0, err
		}
	}
	return k.decide(ctx)
}

// one asks for each creation by the calls that find records. What they cannot
// settle is given back.
func (k *asking) one(ctx context.Context) (open []*lostOne, err error) {
	for _, l := range k.list {
		settled := false
		for _, by := range k.questions(l) {
			found, asked, err := k.r.cfg.Reader.Find(ctx, k.stream, by.fields)
			if err != nil {
				return nil, err
			}
			if !asked {
				continue
			}
			mine, err := k.mine(ctx, l, found)
			if err != nil {
				return nil, err
			}
			if len(mine) > 0 || by.sure {
				k.found[l.ID], k.sure[l.ID], settled = mine, by.sure, true
				break
			}
		}
		if !settled {
			if settled, err = k.below(ctx, l); err != nil {
				return nil, err
			}
		}
		if !settled {
			open = append(open, l)
		}
	}
	return open, nil
}

// question is a way to find a record; sure: finding none proves that there is none.
type question struct {
	fields json.RawMessage
	sure   bool
}

// questions are by the reference first, then by the match keys.
func (k *asking) questions(l *lostOne) (list []question) {
	if w := l.e.stream.Writes; w != nil && w.Reference != "" {
		path := strings.Split(w.Reference, ".")
		if v := fieldAt(l.Fields, path); !isNull(v) {
			list = append(list, question{putField(nil, path, v), true})
		}
	}
	for _, group := range l.e.rules.Match {
		by, whole := json.RawMessage(nil), true
		for _, path := range group {
			steps := l.e.stepsOf(path)
			v := fieldAt(l.Fields, steps)
			whole = whole && !isNull(v)
			by = putField(by, steps, v)
		}
		if whole {
			list = append(list, question{by, false})
		}
	}
	return list
}

// mine keeps of found records those that may be a creation's.
func (k *asking) mine(ctx context.Context, l *lostOne, found []Found) (mine []Found, err error) {
	for _, f := range found {
		if !k.equal(l, f.Record) {
			continue
		}
		fresh, err := k.fresh(ctx, l, f.Key)
		if err != nil {
			return nil, err
		}
		if fresh {
			mine = append(mine, f)
		}
	}
	return mine, nil
}

// clockSlack is how far the time of a reading and that of a send may be apart by
// mistake: vendors tell the time in whole seconds.
const clockSlack = 3 * time.Second

// fresh tells whether a record of the target may have come about by a send: it
// is no other source record's, and was not read before. A record that was read
// once and never changed since keeps the time and the run of that reading.
func (k *asking) fresh(ctx context.Context, l *lostOne, key record.Key) (bool, error) {
	other, err := k.r.linkedElsewhere(ctx, l, key)
	if err != nil || other {
		return false, err
	}
	staged, from, known, err := k.r.cfg.Stage.Record(ctx, k.r.cfg.Target.ID, k.stream, key)
	if err != nil || !known || staged.Deleted {
		return err == nil, err
	}
	before := from.Run != 0 && from.Run < l.Run
	return !before && !readBefore(staged, l.Sent), nil
}

func readBefore(rec record.Staged, sent time.Time) bool {
	return rec.SyncedAt.Before(sent.Add(-clockSlack))
}

// equal tells whether a record may be what was sent.
func (k *asking) equal(l *lostOne, now json.RawMessage) bool {
	return k.mayBe(l, &seen{Found: Found{Record: now}})
}

// mayBe does so for a record that is held against many creations. A reference
// that holds the source key decides, whatever the target made of the other fields.
func (k *asking) mayBe(l *lostOne, now *seen) bool {
	sent := k.like(l).line
	if has := now.line(referencePath(l.e)); sent != "" && has != "" {
		switch {
		case sent != has:
			return false
		case strings.Contains(sent, string(l.Key)):
			return true
		}
	}
	return l.e.same.SameAsSent(l.Fields, now.Record)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}

// all reads the whole stream and looks for every open creation in it.
func (k *asking) all(ctx context.Context, open []*lostOne) error {
	proven, err := k.r.cfg.Refresh(ctx, []string{k.stream})
	if err != nil {
		return err
	}
	first := time.Time{}
	for _, l := range open {
		k.sure[l.ID] = proven[k.stream]
		if first.IsZero() || l.Sent.Before(first) {
			first = l.Sent
		}
	}
	return eachStaged(ctx, k.r.cfg.Stage, k.r.cfg.Target.ID, k.stream, func(rec record.Staged) error {
		if rec.Deleted || readBefore(rec, first) {
			return nil
		}
		f := &seen{Found: Found{Key: rec.Key, Record: wholeRecord(rec)}}
		for _, l := range open {
			equal := k.mayBe(l, f)
			if !equal && !k.resembles(l, f) {
				continue
			}
			fresh, err := k.fresh(ctx, l, rec.Key)
			switch {
			case err != nil:
				return err
			case fresh && equal:
				k.found[l.ID] = append(k.found[l.ID], f.Found)
			case fresh:
				k.near[l.ID] = append(k.near[l.ID], f.Found)
			}
		}
		return nil
	})
}

// resembles tells whether a record looks like what was sent though it is not
// equal: the target may have changed a field as it wrote it.
func (k *asking) resembles(l *lostOne, now *seen) bool {
	sent := k.like(l)
	if has := now.line(referencePath(l.e)); sent.line != "" && has != "" {
		return strings.HasPrefix(sent.line, has)
	}
	return sent.fields > 0 && len(l.e.same.Differ(l.Fields, now.Record))*2 <= sent.fields
}
