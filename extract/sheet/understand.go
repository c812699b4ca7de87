package sheet

import (
	"context"
	"slices"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// understanding is the work of one Understand.
//
//	look around   the first rows of each sheet
//	choose        the sheet, or several that are alike
//	recall        how an answered file was read before
//	shape         table, header, columns, from those rows: a first recipe
//	survey        all rows by that recipe, columns profiled at the same time
//	settle        what only all rows tell: footers, fills, other tables, stray cells
//	survey again  only where that changed the recipe, or where rows may sum up
//	finish        readings, questions, counts
type understanding struct {
	book    *Book
	answers Answers
	layout  *Layout
	looks   []look
	chosen  int // index into looks
	rows    []grid.Row
	heading heading
	survey  *survey
	tail    grid.Tail
	recount bool // rows may be in other bins than when they were surveyed
}

// Understand reads the whole file, once or twice, and says what it is: how its rows
// are to be read, what a person is told about it and asked. answers are what people
// decided, by the ID of the question; what they name that is no longer there is
// asked again. Errors are *grid.Refusal and those of ctx.
func (b *Book) Understand(ctx context.Context, answers Answers) (*Layout, error) {
	if err := b.reopenFor(ctx, answers); err != nil {
		return nil, err
	}
	u := &understanding{book: b, answers: answers, chosen: -1, layout: &Layout{
		Sheets: b.about.Sheets, Facts: slices.Clone(b.about.Facts), Tally: b.newTally(),
	}}
	u.layout.Recipe.Text = b.about.Dialect
	for _, q := range b.about.Questions {
		u.ask(q)
	}
	for _, step := range []func(context.Context) error{u.readMark, u.lookAround, u.choose, u.recall, u.shape, u.read} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	u.noteDecided()
	return u.layout, nil
}

// read surveys the chosen sheets, settles what they tell, and surveys again where
// that changed how they are read.
func (u *understanding) read(ctx context.Context) error {
	if u.chosen < 0 {
		return u.count(ctx)
	}
	if err := u.surveyAll(ctx, nil); err != nil {
		return err
	}
	grown, err := u.settleGrown(ctx)
	if err != nil {
		return err
	}
	if grown {
		if err := u.surveyAll(ctx, nil); err != nil {
			return err
		}
	}
	if u.settleHeader() {
		if err := u.surveyAll(ctx, nil); err != nil {
			return err
		}
	}
	changed, err := u.settle(ctx)
	if err != nil {
		return err
	}
	var sums *totals
	if u.survey.labels > 0 && u.decided(askSkip+RuleTotal) != no {
		sums = newTotals(&u.layout.Recipe)
	}
	if changed || sums != nil {
		if err := u.surveyAll(ctx, sums); err != nil {
			return err
		}
	}
	u.sayTotals(sums)
	u.recountHidden()
	return u.finish(ctx)
}

// surveyAll looks at every row of the chosen sheets by the recipe as it is now.
func (u *understanding) surveyAll(ctx context.Context, sums *totals) error {
	r := &u.layout.Recipe
	u.layout.Tally = u.book.newTally()
	if r.AlsoHeader = nil; len(r.Also) > 0 {
		r.AlsoHeader = map[string][]int{}
	}
	u.survey = newSurvey(r, r.Sheet, u.heading)
	u.survey.totals = sums
	u.survey.beyond = newBeyond(r, u.looks[u.chosen].info.Tables, u.heading)
	for i, name := range append([]string{r.Sheet}, r.Also...) {
		index, err := u.book.index(name)
		if err != nil {
			return err
		}
		own := r
		if i > 0 {
			if own, err = u.book.aligned(ctx, r, index); err != nil {
				return err
			}
			u.survey.next(name)
			r.AlsoHeader[name] = own.Header
		}
		file := stripper{added: addedBy(own)}
		s := newSorter(own, u.book.boundsOf(own, index), name, extrasOf(own, u.book.tails[index]))
		s.looks = true
		tail, err := u.book.pass(ctx, s, index, want{Fills: u.wantsFills(), Second: true}, &u.layout.Tally, func(in *grid.Row, row *Row) error {
			u.survey.row(file.bare(in), row)
			return nil
		})
		u.survey.profiling.wait()
		if err != nil {
			return err
		}
		if i == 0 {
			u.tail = tail
			u.tail.Facts = slices.Clone(tail.Facts)
		} else {
			u.tail.Facts = append(u.tail.Facts, tail.Facts...)
		}
	}
	return nil
}

// wantsFills tells whether colours are looked at: only workbooks have them.
func (u *understanding) wantsFills() bool { return u.book.about.Dialect == nil }

// count counts the rows of a file in which nothing was chosen.
func (u *understanding) count(ctx context.Context) error {
	for _, l := range u.looks {
		if l.hidden() && len(u.looks) > 1 {
			continue
		}
		r := &Recipe{}
		_, err := u.book.pass(ctx, newSorter(r, bounds{}, l.info.Name, extras{}), l.index, want{Second: true}, &u.layout.Tally,
			func(*grid.Row, *Row) error { return nil })
		if err != nil {
			return err
		}
	}
	// Nothing was chosen: what there is is no record of anything yet.
	t := &u.layout.Tally
	if n := t.Bins[Record]; n > 0 {
		delete(t.Bins, Record)
		t.Bins[Outside] = n
	} else {
		u.fact(grid.Fact{Code: "no-rows", Text: "There are no rows in this file.", Warn: true})
	}
	u.order()
	return nil
}

// finish takes the profiles and what they ask, and counts again where only the
// readings tell which rows are done or have a key.
func (u *understanding) finish(ctx context.Context) error {
	u.dropBlankColumns()
	r := &u.layout.Recipe
	for i := range r.Columns {
		c := &r.Columns[i]
		p := u.profile(i, c.Name)
		c.Reading = p.Proposed
		u.layout.Profiles = append(u.layout.Profiles, p)
		if c.Ours {
			continue
		}
		for _, q := range p.Questions {
			q.ID, q.Column, q.Cells = q.ID+"."+c.Name, c.Name, standing(r, q.Cells)
			u.layout.Questions = append(u.layout.Questions, q)
		}
		for _, f := range p.Facts {
			f.Column, f.Sheet, f.Cells = c.Name, r.Sheet, standing(r, f.Cells)
			u.layout.Facts = append(u.layout.Facts, f)
		}
	}
	for _, f := range u.tail.Facts {
		u.fact(f)
	}
	u.addParts()
	u.chooseKey()
	if err := u.settleMoved(ctx); err != nil {
		return err
	}
	u.say()
	u.forget()
	u.layout.Facts, u.layout.Questions = groupFacts(u.layout.Facts), groupQuestions(u.layout.Questions)
	u.layout.Print = printOf(r)
	u.order()
	if !u.countsAgain() {
		return nil
	}
	tally, err := u.book.Rows(ctx, r, func(*Row) error { return nil })
	u.layout.Tally = tally
	return err
}

// addParts gives the parts of cells with several values columns of their own.
func (u *understanding) addParts() {
	r := &u.layout.Recipe
	names := u.names()
	for i := 0; i < len(r.Columns); i++ {
		c := r.Columns[i]
		if c.Reading.Split == "" || c.Take != "" {
			continue
		}
		for n := 3; n >= 2; n-- {
			part := c
			part.Take = takePart + string(rune('0'+n))
			part.Name = names.unique(c.Name + " " + string(rune('0'+n)))
			r.Columns = slices.Insert(r.Columns, i+1, part)
			u.layout.Profiles = slices.Insert(u.layout.Profiles, i+1, column.Profile{Proposed: c.Reading, Distinct: -1})
		}
		i += 2
	}
}

// countsAgain tells whether rows may change their bin by how columns are read.
func (u *understanding) countsAgain() bool {
	r := &u.layout.Recipe
	if u.recount || u.survey.stamps > 0 {
		return true
	}
	for i := range r.Columns {
		if slices.Contains(r.Key, r.Columns[i].Name) && (u.layout.Profiles[i].Blank > 0 || len(r.Columns[i].Reading.Blank) > 0) {
			return true
		}
	}
	return false
}

// order puts the questions first that nothing is taken for.
func (u *understanding) order() {
	u.asLines()
	slices.SortStableFunc(u.layout.Questions, func(a, b grid.Question) int {
		switch {
		case (a.Default == "") == (b.Default == ""):
			return 0
		case a.Default == "":
			return -1
		}
		return 1
	})
}
