package load

import (
	"context"
	"encoding/json"
	"slices"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// tell links the records that no source key was found of by the first line of the
// field that the mapping says tells the record, equal to what is mapped. A line
// that several records have on either side links none of them.
func (c *recovering) tell(ctx context.Context) error {
	links, err := c.links(ctx)
	if err != nil {
		return err
	}
	taken := map[record.Key]bool{}
	for _, target := range links {
		taken[target] = true
	}
	for _, d := range c.out.Doubled {
		if _, linked := links[d.Key]; !linked {
			links[d.Key] = "" // told of already
		}
	}
	wanted := map[string][]record.Key{}
	untold := 0
	err = c.cfg.Stage.Mapped(ctx, c.gen, c.e.mapped, stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}, func(row *stage.MappedRow) error {
		if _, linked := links[row.Key]; linked {
			return nil
		}
		line := ""
		if c.out.By != "" {
			line = firstLine(textAt(row.JSON, c.out.By))
		}
		if line == "" || len(c.lines[line]) == 0 {
			untold++
			return nil
		}
		wanted[line] = append(wanted[line], record.Key(string(row.Key)))
		return nil
	})
	if err != nil {
		return err
	}
	for line, keys := range wanted {
		targets := slices.DeleteFunc(slices.Clone(c.lines[line]), func(key record.Key) bool { return taken[key] })
		if len(targets) == 0 {
			untold += len(keys)
			continue
		}
		if len(keys) > 1 || len(targets) > 1 {
			for _, key := range keys {
				c.out.Doubled = append(c.out.Doubled, RecordDouble{Key: key, Targets: targets})
			}
			continue
		}
		if err := c.one(ctx, keys[0], targets[0]); err != nil {
			return err
		}
	}
	c.out.Untold = untold
	slices.SortFunc(c.out.Doubled, func(a, b RecordDouble) int { return compareKeys(string(a.Key), string(b.Key)) })
	return nil
}

// links is the crosswalk of the entry.
func (c *recovering) links(ctx context.Context) (map[record.Key]record.Key, error) {
	links := map[record.Key]record.Key{}
	err := c.cfg.Stage.Links(ctx, c.e.side, func(l *stage.Link) error {
		links[l.Key] = l.Target
		return nil
	})
	return links, err
}

// agree keeps of recovered records what is as it is wanted: that much may be taken
// for written by Ferry. The rest may be people's; it is counted, and a plan holds it.
func (c *recovering) agree(ctx context.Context) error {
	sources := map[record.Key]record.Key{} // by target
	targets := map[record.Key]record.Key{} // by source
	err := c.cfg.Stage.Links(ctx, c.e.side, func(l *stage.Link) error {
		if l.How == stage.LinkRecovered {
			sources[l.Target], targets[l.Key] = l.Key, l.Target
		}
		return nil
	})
	if err != nil || len(sources) == 0 {
		return err
	}
	err = c.cfg.Stage.EachWritten(ctx, c.e.side, func(w *stage.Written) error {
		if target, ours := targets[w.Key]; ours {
			delete(sources, target)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var written []stage.Written
	put := func() error {
		err := c.cfg.Stage.PutWritten(ctx, c.e.side, written)
		written = written[:0]
		return err
	}
	err = eachStaged(ctx, c.cfg.Stage, c.cfg.Target.ID, c.e.side.Stream, func(rec record.Staged) error {
		key, ours := sources[rec.Key]
		if !ours || rec.Deleted {
			return nil
		}
		want, ok, err := c.want(ctx, key)
		if err != nil || !ok {
			return err
		}
		now := wholeRecord(rec)
		if len(c.e.same.Differ(want, now)) > 0 {
			c.out.Differ++
		}
		written = append(written, stage.Written{Key: key, Sent: slices.Clone(c.e.agreed(want, now, true)), Back: now, At: rec.SyncedAt})
		if len(written) < linksAtOnce {
			return nil
		}
		return put()
	})
	if err != nil {
		return err
	}
	return put()
}

// want is what is mapped of a record, its parents' keys filled in.
func (c *recovering) want(ctx context.Context, key record.Key) (want json.RawMessage, ok bool, err error) {
	rows, err := c.cfg.Stage.MappedRecords(ctx, c.gen, c.e.mapped, key)
	if err != nil {
		return nil, false, err
	}
	row, ok := rows[key]
	if !ok {
		return nil, false, nil
	}
	link := func(to string, parent record.Key) (record.Key, bool) {
		for i := range c.cfg.Rules {
			if c.cfg.Rules[i].Name == to {
				l, have, linkErr := c.cfg.Stage.Link(ctx, sideOf(c.cfg, &c.cfg.Rules[i]), parent)
				if linkErr != nil {
					err = linkErr
				}
				return l.Target, have
			}
		}
		return "", false
	}
	want, _ = Resolve(row.JSON, c.e.rules, Settled{Link: link, Decided: c.cfg.Decisions.OfEntry(c.e.name)})
	return want, err == nil, err
}
