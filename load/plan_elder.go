package load

import (
	"context"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// Several source records that are one target record are merged as they are mapped,
// not as the target happens to be: a field is the first one's that has it. What is
// blank in the target now may be about to be filled by another of them.

// elder is a record that goes before another one in what both have.
type elder struct {
	e   *plannedEntry
	row uint32
}

// settleElders finds for each merged record those that go before it: the one that
// decides, then the merged ones of its entry by age.
func (p *planner) settleElders(e *plannedEntry) {
	merged := map[record.Key][]uint32{}
	for row, h := range e.how {
		if h == howMerged {
			key := p.targetKey(e, uint32(row))
			merged[key] = append(merged[key], uint32(row))
		}
	}
	e.elders = map[uint32][]elder{}
	for _, rows := range merged {
		slices.SortFunc(rows, func(a, b uint32) int {
			if olderKey(e.keys.bytes(a), e.keys.bytes(b)) {
				return -1
			}
			return 1
		})
		for i, row := range rows {
			first := elder{e, e.twin[row]}
			if _, own := e.twin[row]; !own {
				c := e.claimOf(row)
				first = elder{p.entries[c.entry-1], c.row}
			}
			before := []elder{first}
			for _, other := range rows[:i] {
				before = append(before, elder{e, other})
			}
			e.elders[row] = before
		}
	}
}

// eldersOf gives what the records before a merged one are mapped to.
func (d *decider) eldersOf(ctx context.Context, row uint32) (mapped []*fastjson.Value, err error) {
	for _, before := range d.e.elders[row] {
		key := before.e.keys.key(before.row)
		rows, err := d.p.cfg.Stage.MappedRecords(ctx, d.p.gen, before.e.mapped, key)
		if err != nil {
			return nil, err
		}
		resolver := &planResolver{p: d.p, e: before.e}
		resolver.begin(false)
		fields, _ := Resolve(rows[key].JSON, before.e.rules, resolver)
		v, err := fastjson.ParseBytes(fields)
		if err != nil {
			return nil, err
		}
		mapped = append(mapped, v)
	}
	return mapped, nil
}

// elderGives says whether a record before this one decides the field: it has a
// value there, or empties it.
func (c *comparison) elderGives(f *difference, rule *Field) bool {
	if f.sh == nil {
		return false
	}
	path := strings.Split(f.sh.path, ".")
	if f.label != "" {
		path = append(path, f.label)
	}
	for _, v := range c.elders {
		found := v.Get(path...)
		if !blank(found) || found != nil && rule != nil && rule.Clear {
			return true
		}
	}
	return false
}
