package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
	"ferry/transform/mapping"
	"ferry/transform/match"
)

// Settle reads the files, finds or proposes the mapping, and asks until nothing is
// open that an import cannot do without. The error is an *OpenError where nobody
// answers, an *AnswerError where an answer that was given answers nothing,
// *strictyaml.Problems of a mapping that does not fit the columns.
func (i *Import) Settle(ctx context.Context, cfg Config) error {
	i.cfg = cfg
	if !i.fresh {
		if err := i.understand(ctx); err != nil {
			return err
		}
	}
	for {
		open, err := i.match()
		if err != nil {
			return err
		}
		if wrong := i.wrongAnswer(open, false); wrong != nil {
			return wrong // before anybody is asked the rest
		}
		answered, reread := i.ask(open)
		if !answered {
			if wrong := i.wrongAnswer(open, true); wrong != nil {
				return wrong
			}
			if required := slices.DeleteFunc(open, func(q question) bool { return q.Default != "" }); len(required) > 0 {
				return &OpenError{Questions: plain(required)}
			}
			break
		}
		if reread {
			if err := i.understand(ctx); err != nil {
				return err
			}
		}
	}
	if err := i.compile(); err != nil {
		return err
	}
	i.typed()
	return nil
}

// question is an open question, and whether its answer changes how a file is read.
type question struct {
	grid.Question
	file bool
}

func plain(all []question) []grid.Question {
	out := make([]grid.Question, len(all))
	for n, q := range all {
		out[n] = q.Question
	}
	return out
}

// understand reads every file by what was decided so far.
func (i *Import) understand(ctx context.Context) error {
	i.Layouts = i.Layouts[:0]
	for n, b := range i.Books {
		i.report(Event{Step: StepRead, File: b.File().Name})
		l, err := b.Understand(ctx, i.renamedKey())
		if err != nil {
			return err
		}
		i.Layouts = append(i.Layouts, l)
		i.rename(l)
		if n > 0 {
			if err := sameColumns(b.File().Name, l, i.Layouts[0]); err != nil {
				return err
			}
		}
	}
	i.fresh = true
	return nil
}

// sameColumns refuses a file that has other columns than the first.
func sameColumns(name string, l, first *sheet.Layout) error {
	var missing []string
	for n := range first.Recipe.Columns {
		if c := &first.Recipe.Columns[n]; !c.Ours && l.Recipe.Find(c.Name) == nil {
			missing = append(missing, c.Name)
		}
	}
	var more []string
	for n := range l.Recipe.Columns {
		if c := &l.Recipe.Columns[n]; !c.Ours && first.Recipe.Find(c.Name) == nil {
			more = append(more, c.Name)
		}
	}
	if len(missing)+len(more) == 0 {
		return nil
	}
	why := "its columns are not those of the first file"
	if len(missing) > 0 {
		why += "; missing: " + strings.Join(missing, ", ")
	}
	if len(more) > 0 {
		why += "; not there: " + strings.Join(more, ", ")
	}
	return &grid.Refusal{Cause: grid.Broken, File: name, Why: why, Do: "import it by itself, or make the headers equal"}
}

// match proposes a mapping where none is given, and lists what is open.
func (i *Import) match() ([]question, error) {
	var open []question
	add := func(q grid.Question, file bool) {
		known := slices.ContainsFunc(open, func(o question) bool { return o.ID == q.ID })
		if !known {
			open = append(open, question{q, file})
		}
	}
	for _, q := range i.renames() {
		if _, answered := i.Answers.Answers[q.ID]; !answered {
			add(q, true)
		}
	}
	if i.cfg.Mapping == nil && len(open) == 0 {
		var err error
		i.Proposal, err = match.Propose(match.Input{Target: i.cfg.Target, Stream: i.cfg.Stream, Layout: i.Layouts[0],
			Answers: i.Answers.Answers, Lists: i.cfg.Lists, Custom: i.cfg.Custom, Zone: i.cfg.Zone, Region: i.cfg.Region})
		if err != nil {
			return nil, err
		}
	}
	for _, l := range i.Layouts {
		for _, q := range l.Questions {
			if q.ID == keyID && q.Default == "" && len(open) > 0 {
				continue // its column may have been renamed
			}
			if id, _, _ := strings.Cut(q.ID, "."); !column.OfType(id) || i.takesType(q.Column) {
				add(q, true)
			}
		}
	}
	if i.Proposal != nil {
		for _, q := range i.Proposal.Questions {
			add(q, false)
		}
	}
	slices.SortStableFunc(open, func(a, b question) int { return rank(a) - rank(b) })
	return open, nil
}

// rank puts what must be answered first, and of that how the file is read.
func rank(q question) int {
	n := 0
	if q.Default != "" {
		n += 2
	}
	if !q.file {
		n++
	}
	return n
}

// ask puts what is open and was not asked yet to the person. Answers to how a file
// is read come alone: what else is open depends on them.
func (i *Import) ask(open []question) (answered, reread bool) {
	if i.cfg.Ask == nil {
		return false, false
	}
	for _, q := range open {
		if i.asked[q.ID] {
			continue
		}
		if reread && !q.file {
			break
		}
		i.asked[q.ID] = true
		if value, ok := i.cfg.Ask(q.Question); ok {
			id, kept := q.Kept(value)
			i.Answers.Answers[id] = kept
			answered, reread = true, reread || q.file
		}
	}
	return answered, reread
}

// compile checks the mapping against the columns and the target.
func (i *Import) compile() (err error) {
	i.File = i.cfg.Mapping
	if i.File == nil {
		if i.File, err = mapping.Parse("(proposed) mapping.yaml", i.Proposal.Mapping); err != nil {
			return fmt.Errorf("the mapping that was proposed: %w", err)
		}
	}
	source := i.SpecOf()
	if err := mapping.Check(i.File, source, i.cfg.Target, nil); err != nil {
		return err
	}
	i.Program, err = i.File.Compile(source, i.cfg.Target)
	return err
}
