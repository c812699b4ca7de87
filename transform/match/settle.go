package match

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// keyKind is the type of the key that a lookup gives.
func (p *proposer) keyKind(t *target) record.Kind {
	to, err := p.spec.Stream(t.field.Refers.Stream)
	if err != nil {
		return 0
	}
	if f := find(to.Fields, to.Key[0]); f != nil {
		return f.Kind
	}
	return 0
}

// isKey tells whether a lookup is by the other record's own number.
func (p *proposer) isKey(t *target) bool {
	to, err := p.spec.Stream(t.field.Refers.Stream)
	return err == nil && to.Key[0] == t.by
}

// onlyIDs doubts columns that hold numbers of the target's records where nothing
// beside them proves that they are of this account.
func (p *proposer) onlyIDs() {
	for i := range p.match {
		m := &p.match[i]
		if m.target == nil || m.given || m.target.by == "" || !p.isKey(m.target) {
			continue
		}
		second := slices.ContainsFunc(p.match, func(o matched) bool {
			return o.target != nil && o.target != m.target && o.target.path == m.target.path && !o.asked
		})
		if !second {
			m.asked = true
			m.why += "; numbers of another account look the same, and no second column proves them"
		}
	}
}

// offers keeps, for the question about a column, what it may give.
func (p *proposer) offers(offers map[int][]offer) {
	for i := range p.match {
		if !p.match[i].asked {
			continue
		}
		list := offers[i]
		sort.SliceStable(list, func(a, b int) bool { return list[a].score > list[b].score })
		p.askMatch(i, list[:min(len(list), 6)])
	}
}

// likeliest is the best rating of what a column may give.
func likeliest(list []offer) rating {
	return slices.MaxFunc(list, func(a, b offer) int { return cmp.Compare(a.score, b.score) }).rating
}

func (p *proposer) askMatch(i int, list []offer) {
	s := p.cols[i]
	q := grid.Question{ID: "match." + s.Name, Column: s.Name, Free: true, Form: "another field, by its name: see ferry describe " + p.spec.Vendor + "." + p.stream.Name,
		Text: fmt.Sprintf("Which field of %s is the column %s?", p.spec.Title, s.Name), Default: Out}
	var why []string
	for _, o := range list {
		q.Choices = append(q.Choices, grid.Choice{Value: o.id(), Label: o.choice()})
		why = append(why, o.choice()+": "+o.why)
		if o.score > byLooks+0.05 {
			q.Default = ""
		}
	}
	q.Why = strings.Join(why, "; ")
	q.Choices = append(q.Choices, grid.Choice{Value: Out, Label: "leave the column out"})
	p.ask(q)
}

func (p *proposer) unask(id string) {
	p.out.Questions = slices.DeleteFunc(p.out.Questions, func(q grid.Question) bool { return q.ID == id })
}

// settle leaves out what is doubtful, and says what is left out at all.
func (p *proposer) settle() {
	var names, empty []string
	for i := range p.match {
		m, s := &p.match[i], p.cols[i]
		switch {
		case p.bare(i):
			*m = matched{empty: true}
			p.unask("match." + s.Name)
			p.lose(s, emptyColumn)
			empty = append(empty, s.Name)
			continue
		case m.target != nil && !m.asked:
			continue
		case m.out:
			p.lose(s, "left out by choice")
		case m.asked:
			m.target = nil
			p.lose(s, "nobody has said yet which field it is")
			continue
		case p.ownKey(s):
			p.lose(s, "the record's own number, which only "+p.spec.Title+" gives")
			p.tell(grid.Fact{Code: "own-id", Column: s.Name, Warn: true,
				Text: fmt.Sprintf("%s looks like %s's own number of a record; records cannot be found by it, only by what people write: another column must say which record is meant", s.Name, p.spec.Title)})
			continue
		default:
			p.lose(s, fmt.Sprintf("no field of %s is like it", p.spec.Title))
		}
		names = append(names, s.Name)
	}
	if len(names) > 0 {
		p.tell(grid.Fact{Code: "columns-left-out", Count: len(names), Text: "left out: " + someOf(names)})
	}
	if n := len(empty); n > 0 && !p.template() { // a template is left blank where nothing is known
		p.tell(grid.Fact{Code: "columns-empty", Count: n, Text: "nothing stands in: " + someOf(empty)})
	}
}

// someOf names the first, and how many more there are.
func someOf(names []string) string {
	const most = 8
	text := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

const emptyColumn = "nothing stands in it"

// bare tells whether a column holds nothing, and so nothing need be asked of it:
// not where a blank is to empty its field, or a record cannot do without it.
func (p *proposer) bare(i int) bool {
	m, s := &p.match[i], p.cols[i]
	if s.profile.Cells > 0 || s.profile.Blank == 0 || m.out || m.into > 0 || len(m.with) > 0 {
		return false
	}
	if cleared, _ := p.answer("clear." + s.Name); cleared == "clear" || m.target == nil {
		return m.target == nil
	}
	return !slices.ContainsFunc(p.stream.Writes.Required, func(group []string) bool {
		return slices.Contains(group, m.target.path) && !p.gives(group)
	}) && (m.target.list != "" || !m.target.field.Required) // of a list the object as a whole may be left out
}

// gives tells whether a column with something in it gives one of the fields.
func (p *proposer) gives(group []string) bool {
	for i, m := range p.match {
		if m.target == nil || p.cols[i].profile.Cells == 0 {
			continue
		}
		if slices.Contains(group, m.target.path) || slices.Contains(group, m.target.person[0]) || slices.Contains(group, m.target.person[1]) {
			return true
		}
	}
	return false
}

func (p *proposer) lose(s *source, reason string) { p.lost = append(p.lost, left{s.Name, reason}) }

// ownKey tells whether a column holds the target's own numbers of these records.
func (p *proposer) ownKey(s *source) bool {
	if len(p.stream.Key) != 1 {
		return false
	}
	f := find(p.stream.Fields, p.stream.Key[0])
	return f != nil && f.ReadOnly && slices.ContainsFunc(s.senses, func(c sense) bool {
		return c.idea == "id" && (c.owner == "" || c.owner == p.judge.own)
	})
}

// pairs writes down what became of each column.
func (p *proposer) pairs() {
	reasons := map[string]string{}
	for _, l := range p.lost {
		reasons[l.name] = l.reason
	}
	for i, s := range p.cols {
		m := p.match[i]
		pair := Pair{Column: s.Name, Confidence: m.score, Why: m.why, Values: m.values}
		switch {
		case m.target != nil:
			pair.Field, pair.By, pair.Read = m.target.path, m.target.by, reading(s, m.target)
			pair.Confidence = min(m.score, 1)
		case m.asked:
			pair.Why = "asked: " + m.why
		case m.out:
		case m.empty:
			pair.Confidence, pair.Empty, pair.Why = 0, true, emptyColumn
		default:
			pair.Confidence = 0
			pair.Why = reasons[s.Name]
		}
		if m.day > 0 {
			pair.Read, pair.With = column.Time, []string{s.Name, p.cols[m.day-1].Name}
		}
		if len(m.with) > 0 {
			pair.With = []string{s.Name}
			for _, k := range m.with {
				pair.With = append(pair.With, p.cols[k].Name)
			}
		}
		if m.into > 0 && !p.dated.isDay(i) {
			pair.Why += ", gathered there"
		}
		p.out.Pairs = append(p.out.Pairs, pair)
	}
}

// quiet drops the questions of our own template that have a default: it was made
// so that they need not be asked.
func (p *proposer) quiet() {
	if p.template() {
		p.out.Questions = slices.DeleteFunc(p.out.Questions, func(q grid.Question) bool { return q.Default != "" && q.Value == "" })
	}
	sort.SliceStable(p.out.Questions, func(a, b int) bool {
		return p.out.Questions[a].Default == "" && p.out.Questions[b].Default != ""
	})
}

// nothing asks where no column gives anything.
func (p *proposer) nothing() {
	if len(p.ruled) == 0 && !slices.ContainsFunc(p.out.Questions, func(q grid.Question) bool { return q.Default == "" }) {
		p.ask(grid.Question{ID: "columns", Text: fmt.Sprintf("No column is like a field of %s. Which is which?", p.spec.Title),
			Why: "neither the headers nor the cells tell; answer match.COLUMN for each column, or take another stream"})
	}
}
