package transform

import (
	"context"
	"slices"

	"ferry/extract/stage"
)

// refs is the check of what mapped records refer to.
type refs struct {
	r        *runner
	from     []int          // entries whose records refer to others
	parents  []string       // names they refer to
	entries  map[string]int // of the parents that the mapping has
	sets     map[string]*stage.KeySet
	unparent []stage.Missing
}

// checkRefs makes dead letters of the mapped records that name a record which is
// not mapped, and in turn of those that name these. Where the keys that can be
// named are what they were, only what is new is asked.
func (r *runner) checkRefs(ctx context.Context) error {
	c := &refs{r: r, entries: map[string]int{}, sets: map[string]*stage.KeySet{}}
	for i := range r.sums {
		names := r.draft.Refers(i)
		if len(names) == 0 {
			continue
		}
		c.from = append(c.from, i)
		for _, name := range names {
			if !slices.Contains(c.parents, name) {
				c.parents = append(c.parents, name)
			}
		}
		if err := r.draft.RestoreOrphans(i); err != nil {
			return err
		}
	}
	for i := range r.sums {
		if slices.Contains(c.parents, r.sums[i].Name) {
			c.entries[r.sums[i].Name] = i
		}
	}
	if len(c.from) == 0 {
		return nil
	}
	same, err := c.load(ctx)
	if err != nil {
		return err
	}
	if same {
		if more, err := c.check(ctx, true); err != nil || !more {
			return err
		}
	}
	return c.all(ctx)
}

// load reads the keys of the parents; same says that they are what they were.
func (c *refs) load(ctx context.Context) (same bool, err error) {
	same = len(c.entries) == len(c.parents)
	for name, entry := range c.entries {
		if c.sets[name], err = c.r.draft.KeySet(ctx, entry); err != nil {
			return false, err
		}
		same = c.r.draft.SameKeys(entry, c.sets[name]) && same
	}
	return same, nil
}

// all checks every record, again and again while parents turn out to lack one.
func (c *refs) all(ctx context.Context) error {
	for _, entry := range c.from {
		c.r.draft.ForgetOrphans(entry)
	}
	for more := true; more; {
		if _, err := c.load(ctx); err != nil {
			return err
		}
		var err error
		if more, err = c.check(ctx, false); err != nil {
			return err
		}
	}
	return nil
}

// check asks once for every entry; more says that a parent has become an orphan.
func (c *refs) check(ctx context.Context, only bool) (more bool, err error) {
	for _, entry := range c.from {
		n, err := c.r.draft.CheckRefs(ctx, entry, only, c.missing)
		if err != nil {
			return false, err
		}
		_, parent := c.entries[c.r.sums[entry].Name]
		more = more || n > 0 && parent
	}
	return more, nil
}

// missing tells which of the refs name a record that is not mapped. The result is
// used up before the next call.
func (c *refs) missing(refs []stage.Ref) []stage.Missing {
	c.unparent = c.unparent[:0]
	for _, ref := range refs {
		why := stage.BinNone
		if set := c.sets[ref.To]; set != nil {
			why = set.Find(ref.Key)
		}
		if why != stage.BinMapped {
			c.unparent = append(c.unparent, stage.Missing{Ref: ref, Why: why})
		}
	}
	return c.unparent
}
