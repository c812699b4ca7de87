package match

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/sheet/grid"
)

// Propose matches the columns of a file with the fields of a stream. The same
// input gives the same proposal. It fails where the stream cannot be written.
func Propose(in Input) (*Proposal, error) {
	if in.Target == nil || in.Layout == nil {
		return nil, errors.New("a match needs the target's spec and the layout of a file")
	}
	st, err := in.Target.Stream(in.Stream)
	switch {
	case err != nil:
		return nil, err
	case st.Writes == nil || st.Writes.Create == nil && st.Writes.Update == nil && st.Writes.Upsert == nil:
		return nil, fmt.Errorf("nothing can be written to stream %q of %s; writable: %s", in.Stream, in.Target.Title, strings.Join(in.Target.Writable(), ", "))
	case st.Writes.Off != "":
		return nil, fmt.Errorf("writes to %q of %s are switched off: %s", in.Stream, in.Target.Title, st.Writes.Off)
	}
	p := &proposer{in: in, spec: in.Target, stream: st, out: &Proposal{}, cols: sources(in.Layout), all: targets(in.Target, st, in.Custom)}
	p.match = make([]matched, len(p.cols))
	p.judge = newJudge(p.spec, st, p.all)
	p.judge.options = func(t *target) []string { values, _ := p.options(t); return values }
	p.pin()
	p.days()
	p.assign()
	p.dayOf()
	p.wholeName()
	p.gather()
	p.settle()
	p.rules()
	p.needs()
	p.keys()
	p.clears()
	p.createOnly()
	p.nothing()
	p.pairs()
	p.write()
	p.quiet()
	return p.out, nil
}

// proposer makes one proposal.
type proposer struct {
	in     Input
	spec   *connector.Spec
	stream *connector.Stream
	judge  *judge
	cols   []*source
	all    []*target
	match  []matched // one a column
	ruled  []rule
	dated  *dated     // a column of days with columns of times; nil none
	found  [][]string // fields by which records of the target are found
	lost   []left     // columns that are left out
	out    *Proposal
}

// left is a column that is left out, with the reason.
type left struct{ name, reason string }

// matched is what was decided of a column.
type matched struct {
	target *target // nil: left out
	rating
	given  bool // by a person or a template
	asked  bool // a question is open: nothing is taken
	out    bool // left out by a person
	empty  bool // left out because nothing stands in it
	into   int  // gathered into the column with this index + 1; 0 none
	day    int  // its times are of the days in the column with this index + 1; 0 none
	with   []int
	values map[string]string
}

// answer gives what a person decided.
func (p *proposer) answer(id string) (string, bool) {
	text, ok := p.in.Answers[id]
	if ok {
		p.out.Heard = append(p.out.Heard, id)
	}
	return text, ok
}

func (p *proposer) ask(q grid.Question) { p.out.Questions = append(p.out.Questions, q) }

func (p *proposer) tell(f grid.Fact) { p.out.Facts = append(p.out.Facts, f) }

// template tells whether the file is our own template for this stream.
func (p *proposer) template() bool {
	m := p.in.Layout.Mark
	return m != nil && m.Kind == "template" && m.Vendor == p.spec.Vendor && m.Stream == p.stream.Name
}

// pin takes what a person or our own template says.
func (p *proposer) pin() {
	taken := map[*target]int{}
	for i, s := range p.cols {
		id, why := "match."+s.Name, "chosen before"
		path, ok := p.answer(id)
		if !ok && p.template() {
			why = "Ferry's own template"
			if path, ok = p.in.Layout.Mark.Fields[s.Header]; !ok {
				path, ok = p.in.Layout.Mark.Fields[s.Name]
			}
		}
		if !ok {
			continue
		}
		m := &p.match[i]
		if path == Out {
			*m = matched{out: true, given: true, rating: rating{1, why}}
			continue
		}
		t := p.named(path, s)
		if t == nil {
			p.out.Unknown = append(p.out.Unknown, id)
			continue // no such field (any more): matched anew, and asked where that is doubtful
		}
		*m = matched{target: t, given: true, rating: rating{1, why}}
		if first, twice := taken[t]; twice {
			if !p.gathers(t) {
				p.refuse(i, first, t)
				continue
			}
			m.into = first + 1
			p.match[first].with = append(p.match[first].with, i)
			continue
		}
		taken[t] = i
	}
}

// named finds a target by its id, or by its path alone.
func (p *proposer) named(id string, s *source) *target {
	if i := slices.IndexFunc(p.all, func(t *target) bool { return t.id() == id }); i >= 0 {
		return p.all[i]
	}
	var of []*target
	for _, t := range p.all {
		if t.path == id && t.by != "" {
			of = append(of, t)
		}
	}
	if len(of) == 0 {
		return nil
	}
	if last := of[len(of)-1]; s.looks("id") && !s.wordy() && last.byField.Kind == p.keyKind(last) {
		return last
	}
	return of[0]
}

// assign finds the best field for each column that nobody has decided.
func (p *proposer) assign() {
	var columns []int
	free := p.free()
	var rated [][]rating
	var weights [][]float64
	for i, s := range p.cols {
		if p.match[i].given || p.dated.isDay(i) {
			continue
		}
		row, sums, any := make([]rating, len(free)), make([]float64, len(free)), false
		for j, t := range free {
			row[j] = p.judge.rate(s, t)
			sums[j] = weight(row[j].score)
			any = any || sums[j] > 0
		}
		if any {
			columns, rated, weights = append(columns, i), append(rated, row), append(weights, sums)
		}
	}
	p.apart(free, rated, weights)
	chosen := assign(weights)
	for k, i := range columns {
		if j := chosen[k]; j >= 0 {
			p.match[i].target, p.match[i].rating = free[j], rated[k][j]
		}
	}
	p.doubts(columns, free, rated, chosen)
}

// free lists the targets that nobody has given a column.
func (p *proposer) free() []*target {
	used := map[string]bool{}
	for _, m := range p.match {
		if m.target != nil {
			used[m.target.id()] = true
			for _, part := range m.target.person {
				used[part] = true
			}
		}
	}
	var out []*target
	for _, t := range p.all {
		if !used[t.id()] && !(t.person[0] != "" && (used[t.person[0]] || used[t.person[1]])) {
			out = append(out, t)
		}
	}
	return out
}

// apart takes the split of a whole name away where the parts have columns.
func (p *proposer) apart(free []*target, rated [][]rating, weights [][]float64) {
	whole := slices.IndexFunc(free, func(t *target) bool { return t.person[0] != "" })
	if whole < 0 {
		return
	}
	for _, row := range rated {
		for j, t := range free {
			if (t.path == free[whole].person[0] || t.path == free[whole].person[1]) && t.by == "" && t.person[0] == "" && row[j].score >= taken {
				for k := range weights {
					weights[k][whole], rated[k][whole] = 0, rating{}
				}
				return
			}
		}
	}
}

// doubts marks what is not sure enough, or has a rival that comes near.
func (p *proposer) doubts(columns []int, free []*target, rated [][]rating, chosen []int) {
	holder := make([]int, len(free)) // row of the matrix + 1
	for k, j := range chosen {
		if j >= 0 {
			holder[j] = k + 1
		}
	}
	offers := map[int][]offer{}
	for k, i := range columns {
		j := chosen[k]
		for other, r := range rated[k] {
			if r.score >= shown {
				offers[i] = append(offers[i], offer{free[other], r})
			}
			if j < 0 || other == j || r.score < rated[k][j].score-gap {
				continue
			}
			if h := holder[other]; h == 0 || rated[h-1][other].score < r.score {
				p.match[i].asked = true
			}
		}
		if j < 0 {
			if p.match[i].asked = len(offers[i]) > 0; p.match[i].asked {
				p.match[i].rating = likeliest(offers[i])
			}
			continue
		}
		p.match[i].asked = p.match[i].asked || rated[k][j].score < taken
		for other := range rated {
			if other != k && rated[other][j].score >= rated[k][j].score-gap && (chosen[other] < 0 || rated[other][chosen[other]].score < rated[other][j].score) {
				p.match[i].asked = true
			}
		}
	}
	p.onlyIDs()
	p.onlyParts()
	p.offers(offers)
}

// offer is a target that a column may give.
type offer struct {
	*target
	rating
}
