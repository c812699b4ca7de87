package load

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ferry/extract/stage"
)

// readTarget brings the target's streams into the stage, as far as records are
// matched or compared with them, and indexes them.
func (p *planner) readTarget(ctx context.Context) error {
	wanted := map[string]bool{}
	if err := p.markUntold(ctx); err != nil {
		return err
	}
	for _, e := range p.entries {
		for _, f := range e.finds {
			t, err := p.stream(f.stream)
			if err != nil {
				return err
			}
			t.group(f.fields)
			wanted[f.stream] = true
		}
		if err := p.wantLists(e, wanted); err != nil {
			return err
		}
		need, err := p.needed(ctx, e)
		if err != nil {
			return err
		}
		wanted[e.st.Name] = wanted[e.st.Name] || need
	}
	var names []string
	for _, name := range p.cfg.Vendor.StreamNames() { // parents before their sub-streams
		if t := p.streams[name]; t != nil && wanted[name] && (t.st.List != nil || t.st.Sub != nil) {
			names = append(names, name)
			t.listed = true
		}
	}
	if err := p.refresh(ctx, names); err != nil {
		return err
	}
	for _, e := range p.entries {
		if err := p.keepOrder(ctx, e); err != nil {
			return fmt.Errorf("%s: %w", e.rules.Name, err)
		}
	}
	for _, name := range names {
		t := p.streams[name]
		t.proven = p.proven[name]
		if err := t.read(ctx, p.cfg.Stage, p.cfg.Target.ID); err != nil {
			return fmt.Errorf("read %s of the target: %w", name, err)
		}
		if err := p.markLinked(ctx, t); err != nil {
			return err
		}
		p.report(Event{Event: EventMatch, Stream: name, Records: t.keys.len()})
	}
	for _, e := range p.entries {
		if !e.target.listed {
			if err := p.markLinked(ctx, e.target); err != nil {
				return err
			}
		}
		if err := p.readLinks(ctx, e); err != nil {
			return err
		}
	}
	return p.readLists(ctx)
}

// needed says whether the target's records of an entry have to be read. A
// sub-stream, which takes a request a parent, is read only to be matched with.
func (p *planner) needed(ctx context.Context, e *plannedEntry) (bool, error) {
	if e.st.List != nil || len(e.groups) > 0 {
		return true, nil
	}
	linked := false
	err := p.cfg.Stage.Links(ctx, e.side, func(*stage.Link) error {
		linked = true
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return linked, err
}

func (p *planner) refresh(ctx context.Context, names []string) error {
	if p.cfg.Refresh == nil {
		for _, name := range names {
			p.proven[name] = true
		}
		return nil
	}
	if len(names) == 0 {
		return nil
	}
	p.report(Event{Event: EventReading, Total: len(names), Reason: strings.Join(names, ", ")})
	proven, err := p.cfg.Refresh(ctx, names)
	if err != nil {
		return fmt.Errorf("read the target: %w", err)
	}
	for name, ok := range proven {
		p.proven[name] = ok
	}
	return nil
}
