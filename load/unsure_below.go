package load

import (
	"context"
	"encoding/json"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// below asks for all that hangs on the parent of a creation in a sub-stream, such
// as a comment, where Ferry created that parent: what is there is Ferry's own, or
// came after it. It tells whether that settles the creation.
func (k *asking) below(ctx context.Context, l *lostOne) (settled bool, err error) {
	by, err := k.parentOf(ctx, l)
	if err != nil || by == nil {
		return false, err
	}
	found, asked, err := k.r.cfg.Reader.Find(ctx, k.stream, by)
	if err != nil || !asked {
		return false, err
	}
	for _, f := range found {
		fresh, err := k.fresh(ctx, l, f.Key)
		if err != nil {
			return false, err
		}
		switch {
		case !fresh:
		case k.equal(l, f.Record):
			k.found[l.ID] = append(k.found[l.ID], f)
		case k.resembles(l, &seen{Found: f}):
			k.near[l.ID] = append(k.near[l.ID], f)
		}
	}
	k.sure[l.ID] = true
	return true, nil
}

// parentOf gives the field by which a record of a sub-stream names its parent,
// where Ferry created that; nil: it did not, or there is none.
func (k *asking) parentOf(ctx context.Context, l *lostOne) (json.RawMessage, error) {
	if l.e.stream.Sub == nil {
		return nil, nil
	}
	for i := range l.e.rules.Fields {
		f := &l.e.rules.Fields[i]
		parent := k.r.entryNamed(f.Refs)
		key := fieldAt(l.Fields, f.Path)
		if parent == nil || len(f.Path) != 1 || f.Path[0] != l.e.stream.Key[0] || isNull(key) {
			continue
		}
		links, err := k.r.cfg.Stage.LinkedTo(ctx, parent.side, record.Key(plainText(key)))
		if err != nil || len(links) != 1 || links[0].How != stage.LinkCreated && links[0].How != stage.LinkAdopted {
			return nil, err
		}
		return putField(nil, f.Path, key), nil
	}
	return nil, nil
}
