package load

import (
	"context"
	"errors"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// A person may decide that a record is created anew whose target record is gone.
// The crosswalk still names that one, so its link is dropped first, before children
// could be given its key.

// insteadOf is the target record that the crosswalk names for a record which is to
// be created; "" none.
func (p *planner) insteadOf(e *plannedEntry, row uint32) record.Key {
	p.mu.Lock()
	defer p.mu.Unlock()
	return e.away[row]
}

// goneUnlisted tells whether the target no longer has the linked record of a
// stream that it does not list.
func (m *matcher) goneUnlisted(ctx context.Context, row uint32) (bool, error) {
	e := m.e
	if e.how[row] != howLinked || e.target.listed || m.p.cfg.Reader == nil {
		return false, nil
	}
	_, found, err := m.p.cfg.Reader.Read(ctx, e.st.Name, m.p.targetKey(e, row))
	if errors.Is(err, ErrNoRead) {
		return false, nil
	}
	return err == nil && !found, err
}

// dropLost drops the link to a record that is gone. Where the target has it again
// the record is held.
func (s *surveyor) dropLost(e *entry, it *stage.Item, gone record.Key) error {
	link, ok, err := s.r.cfg.Stage.Link(s.ctx, e.side, it.Key)
	if err != nil || !ok || link.Target != gone {
		return err // dropped before
	}
	_, found, err := s.r.readNow(s.r.sends, e, gone, s.r.began)
	if err != nil {
		return err
	}
	if found {
		return s.r.hold(s.ctx, e, it.Key, &Reason{Code: CodeStale, Text: "it was to be created anew, and the target has " + string(gone) + " again",
			Choose: []Candidate{{Key: gone, Link: s.r.tell.linkTo(e.side.Stream, gone)}}, Do: "take the decision back and plan again"})
	}
	return s.r.cfg.Stage.DropLink(s.ctx, e.side, it.Key)
}
