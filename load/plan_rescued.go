package load

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// After the stage was lost, Recover links the records that the target tells of.
// What Ferry last wrote of them is lost: where they differ, people may have changed
// them. And what the target does not tell of may be there all the same.

// rescuedOnly says whether the crosswalk knows a record from Recover alone, and no
// person said since that it is that target record and to be written.
func (e *plannedEntry) rescuedOnly(row uint32) bool {
	if e.rescued == nil || !e.rescued[row] {
		return false
	}
	d, decided := e.choice(row)
	return !decided || d.Choice != ChooseLink
}

func (e *plannedEntry) foreignReason(target record.Key, differ []Change) *Reason {
	return &Reason{Code: CodeEdited, Field: differ[0].Field, Change: differ,
		Text:   "it was linked again after the stage was lost, and " + fieldsChanged(differ) + " differ in the target: nobody knows whether people changed that",
		Choose: []Candidate{{Key: target}},
		Do:     "choose link to write what is wanted, or skip, in the sheet Matches; or write the wanted value in the target yourself"}
}

// markUntold finds the entries whose unlinked records may be in the target though
// nothing tells so: some links of the job come from Recover, and the entry created
// nothing since. Their creations are compared in more than names.
func (p *planner) markUntold(ctx context.Context) error {
	lost := int64(0)
	last := map[*plannedEntry]int64{}
	for _, e := range p.entries {
		err := p.cfg.Stage.Links(ctx, e.side, func(l *stage.Link) error {
			switch l.How {
			case stage.LinkRecovered:
				lost = max(lost, l.Run)
			case stage.LinkCreated:
				last[e] = max(last[e], l.Run)
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
	}
	if lost == 0 {
		return nil
	}
	for _, e := range p.entries {
		if e.untold = last[e] <= lost; e.untold {
			e.target.alikeIn(e.tellingFields())
		}
	}
	return nil
}

// tellingFields are the pairs of a reference and a moment that the entry writes
// and the target shows: few records of one parent have the same moment.
func (e *plannedEntry) tellingFields() (pairs [][]string) {
	for i := range e.rules.Fields {
		parent := &e.rules.Fields[i]
		if sh, label := shapeAt(e.target.shapes, parent.Dotted()); parent.Refs == "" || sh == nil || label != "" || !sh.shown {
			continue
		}
		for j := range e.rules.Fields {
			at := &e.rules.Fields[j]
			sh, label := shapeAt(e.target.shapes, at.Dotted())
			if sh != nil && label == "" && sh.shown && (sh.kind == record.DateTime || sh.kind == record.Date) {
				pairs = append(pairs, []string{parent.Dotted(), at.Dotted()})
			}
		}
	}
	return pairs
}

// alikeIn adds ways of being alike, before the stream is read.
func (t *targetStream) alikeIn(groups [][]string) {
	for _, fields := range groups {
		why := "the same " + strings.Join(fields, " and ")
		known := false
		for _, r := range t.alike {
			known = known || r.why == why
		}
		if !known {
			t.alike = append(t.alike, &alikeRule{why: why, whole: t.group(fields)})
		}
	}
}

// untoldText says how many creations may be there already.
func untoldText(name string, n int) string {
	return fmt.Sprintf("%s: the crosswalk was recovered, and of %d to be created nobody can tell whether they are there already; look at them and at their look-alikes before you apply", name, n)
}
