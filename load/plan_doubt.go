package load

import (
	"fmt"
)

// ambiguous says why nobody but a person can tell what becomes of a record.
func (d *decider) ambiguous(t *task, h how) *Reason {
	e := d.e
	why := &Reason{Choose: t.candidates(e)}
	switch h {
	case howSkipped:
		why.Code, why.Text, why.Do = CodeSkipped, "left out by decision", "take the decision out of the decisions file"
		why.Choose = nil
	case howSeveral:
		why.Code, why.Field = CodeSeveral, fieldList(e.groups[e.by[t.row]].fields)
		why.Text = fmt.Sprintf("%d records of %s are equal to it in %s", max(len(why.Choose), len(e.several[t.row])), e.st.Name, why.Field)
		why.Do = "choose link, create or skip in the sheet Matches"
	case howShared:
		why.Code, why.Field = CodeShared, fieldList(e.groups[e.by[t.row]].fields)
		why.Text = fmt.Sprintf("%s %s is equal to it in %s, and other records claim it", e.st.Name, d.p.targetKey(e, t.row), why.Field)
		if e.target.flagged(e.hit[t.row], flagLinked) {
			why.Text = fmt.Sprintf("%s %s is equal to it in %s, and it belongs to another record already", e.st.Name, d.p.targetKey(e, t.row), why.Field)
		}
		why.Value = d.p.others(e, t.row)
		why.Do = "choose link, create or skip in the sheet Matches"
	case howAlike:
		why.Code = CodeAlike
		why.Value = string(e.keys.key(e.twin[t.row]))
		why.Text = fmt.Sprintf("%s %s is alike in the match fields, and the target has neither", e.rules.Source, why.Value)
		why.Do = "choose create or skip in the sheet Matches, or set duplicates: in the mapping"
	case howDeferred:
		why.Code = CodeAlike
		why.Value = string(e.keys.key(e.twin[t.row]))
		why.Text = fmt.Sprintf("%s %s stands for it and is to be created first", e.rules.Source, why.Value)
		why.Do = "apply this plan, then plan again"
	case howRetired:
		why.Code, why.Field = CodeGone, fieldList(e.groups[e.by[t.row]].fields)
		why.Text = fmt.Sprintf("%s %s is equal to it in %s, and it is %s in the target", e.st.Name, d.p.targetKey(e, t.row), why.Field, e.target.state(e.hit[t.row]))
		why.Do = "bring it back in the target, or choose link (to it or to what took its place), create or skip in the sheet Matches"
	case howContrary:
		why.Code, why.Value = CodeShared, d.p.others(e, t.row)
		why.Text = fmt.Sprintf("people decided that it and %s are both %s %s, and the mapping holds duplicates: each would overwrite the other's fields", why.Value, e.st.Name, d.p.targetKey(e, t.row))
		why.Do = "keep one of the two decisions and choose create or skip for the other record, or set duplicates: merge or first in the mapping"
	case howRival:
		why.Code, why.Value = CodeAlike, e.rivals[t.row]
		why.Text = fmt.Sprintf("%s is to be created under the same %s, of which the target keeps one record", why.Value, fieldList(e.groups[e.by[t.row]].fields))
		why.Do = "choose skip in the sheet Matches, or give one of the two another value in the source"
	case howTaken:
		why.Code, why.Field = CodeShared, fieldList(e.groups[e.by[t.row]].fields)
		why.Text = fmt.Sprintf("the target keeps one record for each %s, and %s %s has it: a creation would overwrite that", why.Field, e.st.Name, d.p.targetKey(e, t.row))
		why.Do = "choose link (to that record) or skip in the sheet Matches, or take the decision to create out of the decisions file"
	case howUnasked:
		why.Code, why.Field = CodeUnproven, fieldList(e.groups[e.by[t.row]].fields)
		why.Text = fmt.Sprintf("the target refuses to be asked for its %s, so it may be there already", why.Field)
		why.Do = "mend " + why.Field + " in the source, then extract, transform and plan again; or write a decision to skip it into the decisions file"
	case howLost:
		why.Code = CodeGone
		why.Text = fmt.Sprintf("it is %s %s by the crosswalk or by decision, and the target no longer has that", e.st.Name, d.p.targetKey(e, t.row))
		why.Do = "bring it back in the target, or choose link (to what took its place), create or skip in the sheet Matches"
	case howClash:
		why.Code = CodeShared
		why.Text = fmt.Sprintf("it is %s %s by the crosswalk, and %s by decision", e.st.Name, d.p.targetKey(e, t.row), e.chosen[t.item.Key].Target)
		why.Do = "take the decision out of the decisions file, or undo the run that linked it"
	}
	return why
}

// candidates are the target records that people are shown of a task.
func (t *task) candidates(e *plannedEntry) []Candidate {
	if asked := e.asked[t.row]; asked != nil {
		return asked
	}
	rows := e.several[t.row]
	if rows == nil && e.how[t.row] != howNone {
		rows = []uint32{e.hit[t.row]}
	}
	var all []Candidate
	for _, row := range rows {
		if c, ok := t.labels[row]; ok {
			all = append(all, c)
		}
	}
	return all
}

func fieldList(fields []string) string {
	text := ""
	for i, f := range fields {
		if i > 0 {
			text += " and "
		}
		text += f
	}
	return text
}

// live counts the records that the target has.
func (t *targetStream) live() int {
	n := 0
	for _, flags := range t.flags {
		if flags&flagGone == 0 {
			n++
		}
	}
	return n
}

// flagged and state tell what is known of a target record.
func (t *targetStream) flagged(row uint32, flag uint8) bool {
	return int(row) < len(t.flags) && t.flags[row]&flag != 0
}

func (t *targetStream) state(row uint32) string {
	switch {
	case t.flagged(row, flagGone):
		return "deleted"
	case t.flagged(row, flagArchived):
		return "out of use"
	}
	return ""
}

// others names another source record that claims the same target record.
func (p *planner) others(e *plannedEntry, row uint32) string {
	if !e.listedHit(row) && e.target.claimsAway[e.away[row]] == nil {
		return ""
	}
	c := e.claimOf(row)
	if c.entry == 0 || !c.several && int(c.entry) == e.number+1 && c.row == row {
		return ""
	}
	other, at := p.entries[c.entry-1], c.row
	if other == e && at == row {
		other, at = p.entries[c.second], c.other
	}
	return other.rules.Name + " " + string(other.keys.key(at))
}
