package intake

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/transform/match"
)

// otherColumn is the answer that a new column is not one that is gone.
const otherColumn = "-"

// renames asks of columns that are gone since the last file of this kind whether a
// new one is the same under another name. Each is asked once.
func (i *Import) renames() []grid.Question {
	if i.first || len(i.Answers.Columns) == 0 {
		return nil
	}
	now := headersOf(i.Layouts[0])
	var gone, come []string
	for _, h := range i.Answers.Columns {
		if !slices.Contains(now, h) && i.Layouts[0].Recipe.Find(cmp.Or(i.Answers.Renamed[h], h)) == nil {
			gone = append(gone, h)
		}
	}
	for _, h := range now {
		if _, known := i.Answers.Renamed[h]; !known && !slices.Contains(i.Answers.Columns, h) {
			come = append(come, h)
		}
	}
	var out []grid.Question
	for _, old := range gone {
		like := i.like(old, now, come)
		if like == "" {
			continue
		}
		come = slices.DeleteFunc(come, func(h string) bool { return h == like })
		out = append(out, grid.Question{
			ID: "renamed." + like, Column: like,
			Text:    fmt.Sprintf("Column %q of the last file is gone, and %q is new. Is it the same column?", old, like),
			Why:     "their names are alike, or it stands in the same place",
			Choices: []grid.Choice{{Value: old, Label: "yes, it was renamed"}, {Value: otherColumn, Label: "no, it is another"}},
		})
	}
	return out
}

// renamedKey gives the answers, with what the columns of the key may be called now:
// the key is kept by the names that the mapping knows.
func (i *Import) renamedKey() sheet.Answers {
	renamed := sheet.Answers{}
	for part := range strings.SplitSeq(i.Answers.Answers[keyID], ",") {
		name := strings.TrimSpace(part)
		if header := i.nowCalled(name); header != "" {
			renamed[sheet.CalledNow+name] = header
		}
	}
	if len(renamed) == 0 {
		return i.Answers.Answers
	}
	maps.Copy(renamed, i.Answers.Answers)
	return renamed
}

// nowCalled gives the header that took the place of a column's; "" none did.
func (i *Import) nowCalled(name string) string {
	for header, old := range i.Answers.Renamed {
		if old == name {
			return header
		}
	}
	for id, old := range i.Answers.Answers {
		if header, is := strings.CutPrefix(id, "renamed."); is && old == name {
			return header
		}
	}
	return ""
}

// like finds the new column that may be one that is gone; "" none.
func (i *Import) like(old string, now, come []string) string {
	if near, _ := match.Near(old, come); near != "" {
		return near
	}
	at := slices.Index(i.Answers.Columns, old)
	if at < len(now) && len(now) == len(i.Answers.Columns) && slices.Contains(come, now[at]) {
		return now[at]
	}
	return ""
}

// rename gives columns the names by which the mapping knows them.
func (i *Import) rename(l *sheet.Layout) {
	for n := range l.Recipe.Columns {
		c := &l.Recipe.Columns[n]
		if old, ok := i.Answers.Answers["renamed."+c.Header]; ok && old != otherColumn {
			i.Answers.Renamed[c.Header] = old
		}
		name, ok := i.Answers.Renamed[c.Header]
		if !ok || l.Recipe.Find(name) != nil {
			continue
		}
		for k, key := range l.Recipe.Key {
			if key == c.Name {
				l.Recipe.Key[k] = name
			}
		}
		c.Name = name
	}
}
