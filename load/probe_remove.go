package load

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ferry/extract/stage"
)

// stays says why a record, once it is written, could not be taken out again
// without anybody noticing; "" it can.
func (p *probe) stays(u *unit, made Deeds) string {
	deeds, err := undoDeeds(p.r.cfg.Sink, &u.write, made)
	switch {
	case err != nil:
		var no *RefusedError
		if errors.As(err, &no) {
			return "it could not be removed again: " + no.Reason
		}
		return "it could not be removed again: " + err.Error()
	case len(deeds.Effects) > 0:
		return "removing it again would reach people: " + strings.Join(deeds.Effects, ", ")
	}
	return ""
}

// remove deletes what was written, the children first. What a record that stays
// hangs on stays with it.
func (p *probe) remove(ctx context.Context) error {
	p.r.sends = ctx
	kept := map[string]string{}
	for _, u := range slices.Backward(p.written) {
		if child := kept[u.e.name]; child != "" {
			p.find(u.e, ProbeStays, "", "record %s stays: the probe record of %s hangs on it; take both out by hand", u.key, child)
			p.keepParents(u, kept)
			continue
		}
		gone := &unit{e: u.e, item: u.item, key: u.key, write: Write{Stream: u.e.side.Stream, Kind: stage.AttemptDelete, Key: u.key, Source: u.item.Key, Now: u.back}}
		gone.item.Action = stage.ActDelete
		if err := gone.plan(p.r.cfg.Sink); err != nil {
			_, why, err := refused(err)
			if err != nil {
				return err
			}
			p.find(u.e, ProbeStays, "", "record %s stays: %s; %s", u.key, why.Text, why.Do)
			p.keepParents(u, kept)
			continue
		}
		done, err := p.send(ctx, gone)
		if err != nil {
			return err
		}
		if !done {
			p.find(u.e, ProbeStays, "", "record %s may still be there: take it out by hand", u.key)
			p.keepParents(u, kept)
		}
	}
	return nil
}

// keepParents keeps the probe records that one which stays refers to.
func (p *probe) keepParents(u *unit, kept map[string]string) {
	for i := range u.e.rules.Fields {
		f := &u.e.rules.Fields[i]
		if f.Refs != "" && !isNull(fieldAt(u.want, f.Path)) && kept[f.Refs] == "" {
			kept[f.Refs] = u.e.name
		}
	}
}
