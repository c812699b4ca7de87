package main

import (
	"context"
	"fmt"
	"slices"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/transform/check"
	"ferry/transform/mapping"
)

// foundNames are the records that columns of a sheet may name, for each find of the
// mapping; what the account does not list in pages is not among them.
type foundNames struct {
	finds []mapping.Find
	names []*check.Names
}

func (f *foundNames) of(find mapping.Find) *check.Names {
	for n := range f.finds {
		if f.finds[n].Stream == find.Stream && slices.Equal(f.finds[n].By, find.By) {
			return f.names[n]
		}
	}
	return nil
}

// readFound reads the lists that finds look in, as far as they cost a request a page;
// those that cost one a record are left to the plan.
func (l *loader) readFound(ctx context.Context, finds []mapping.Find) (*foundNames, error) {
	var streams []string
	for _, find := range finds {
		s, err := l.line.Spec.Stream(find.Stream)
		if err != nil {
			return nil, err
		}
		if s.List != nil && s.Sub == nil && !slices.Contains(streams, s.Name) {
			streams = append(streams, s.Name)
		}
	}
	out := &foundNames{}
	whole, err := l.refresh(ctx, streams)
	if err != nil {
		return out, err
	}
	for _, find := range finds {
		if !whole[find.Stream] || out.of(find) != nil {
			continue
		}
		names, err := l.stagedNames(ctx, find)
		if err != nil {
			return out, err
		}
		if names != nil {
			out.finds, out.names = append(out.finds, find), append(out.names, names)
		}
	}
	return out, nil
}

// stagedNames gives the records of a stream of the target by the fields of a find;
// nil where they cannot be compared.
func (l *loader) stagedNames(ctx context.Context, find mapping.Find) (*check.Names, error) {
	list, err := l.line.Spec.Stream(find.Stream)
	if err != nil {
		return nil, err
	}
	names := check.NewNames(list, find.By)
	if names == nil {
		return nil, nil
	}
	dec, texts, archived := stage.NewDecoder(), make([]string, len(find.By)), load.Archived(list)
	err = l.stage.Chunks(ctx, l.line.Account.ID, list.Name, func(c *stage.Chunk) error {
		records, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for n := range records {
			if records[n].Deleted {
				continue
			}
			members, err := records[n].Members()
			if err != nil {
				return fmt.Errorf("%s of the target: %w", list.Name, err)
			}
			addKeyParts(members, list, records[n].Key)
			for i, field := range find.By {
				texts[i] = textOf(members[field])
			}
			names.Add(texts, archived(members))
		}
		return ctx.Err()
	})
	return names, err
}

// lookUp reads the records that the columns name, before the check. Where that fails
// the plan is left to look for them.
func (im *importer) lookUp(ctx context.Context, l *loader) error {
	finds, err := im.in.Finds()
	if err != nil || len(finds) == 0 {
		return err
	}
	found, err := l.readFound(ctx, finds)
	if ctx.Err() != nil || found == nil {
		return err
	}
	if err != nil {
		im.app.screen.warn("not all records that columns name could be read (%v)", err)
	}
	im.in.Records = found.of
	return im.knowDecisions()
}

// knowDecisions reads what people have decided of names that are not found.
func (im *importer) knowDecisions() error {
	kept, err := load.ReadDecisions(decisionsPath(im.job))
	if err != nil {
		return err
	}
	main, err := im.in.Main()
	if err != nil {
		return err
	}
	values := kept.OfEntry(main.Name())
	im.in.Decided = func(field, value string) bool {
		_, ok := values[field][value]
		return ok
	}
	return nil
}
