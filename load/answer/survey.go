package answer

import (
	"errors"
	"iter"

	"ferry/extract/sheet/grid"
)

// survey is what is known of the answers before a sheet is written. It is bounded:
// what goes beyond is counted.
type survey struct {
	rows, good int
	bad        int // cells
	quiet      int // bad cells without a note of their own
	unlisted   int // lines that the sheet Result has no room for
	notes      map[string][]noteOf
	lines      []lineOf
	cells      []grid.Ref
	sheets     map[string]bool
}

// noteOf is a note to be written.
type noteOf struct {
	at   grid.Ref
	text string
}

// lineOf is a line of the sheet Result.
type lineOf struct {
	at   grid.Ref // Column 0: the whole row
	text string
	warn bool
}

// surveyed reads the answers once.
func surveyed(rows func(func(*Row) error) error) (*survey, error) {
	s := &survey{notes: map[string][]noteOf{}, sheets: map[string]bool{}}
	err := rows(func(r *Row) error {
		s.rows++
		s.sheets[r.Sheet] = true
		if r.Good {
			s.good++
		}
		told := false
		for i := range r.Bad {
			s.add(r, &r.Bad[i])
			told = told || !r.Bad[i].Warn
		}
		if !r.Good && !told && r.ToDo != "" { // a warning is not why it was not loaded
			s.list(lineOf{at: grid.Ref{Sheet: r.Sheet, Row: r.Number}, text: r.ToDo})
		}
		return nil
	})
	if err != nil {
		return nil, &rowsError{err}
	}
	return s, nil
}

func (s *survey) add(r *Row, c *Cell) {
	s.bad++
	at := grid.Ref{Sheet: r.Sheet, Row: r.Number, Column: c.Column}
	s.list(lineOf{at, c.Note, c.Warn && r.Good})
	notes := s.notes[r.Sheet]
	if n := len(notes); n > 0 && notes[n-1].at == at {
		notes[n-1].text += "\n" + c.Note
		return
	}
	if s.bad-s.quiet > mostNotes || c.Note == "" {
		s.quiet++
		return
	}
	s.notes[r.Sheet] = append(notes, noteOf{at, c.Note})
	if len(s.cells) < mostCells {
		s.cells = append(s.cells, at)
	}
}

func (s *survey) list(l lineOf) {
	if len(s.lines) >= mostListed {
		s.unlisted++
		return
	}
	s.lines = append(s.lines, l)
}

// errEnough ends a walk through the answers in the middle.
var errEnough = errors.New("enough")

// step is one answer on its way, or what went wrong.
type step struct {
	row *Row
	err error
}

// of gives the answers of one sheet, one a call; a nil row is the end. stop must be
// called.
func of(rows func(func(*Row) error) error, sheet string) (next func() (*Row, error), stop func()) {
	pull, stop := iter.Pull(func(yield func(step) bool) {
		began, stopped := false, false
		err := rows(func(r *Row) error {
			if r.Sheet != sheet {
				if began {
					return errEnough
				}
				return nil
			}
			began = true
			if stopped = !yield(step{row: r}); stopped {
				return errEnough
			}
			return nil
		})
		if err != nil && !stopped && !errors.Is(err, errEnough) {
			yield(step{err: &rowsError{err}})
		}
	})
	return func() (*Row, error) {
		s, ok := pull()
		if !ok {
			return nil, nil
		}
		return s.row, s.err
	}, stop
}

// rowsError is what Config.Rows failed with: no fault of the file.
type rowsError struct{ error }

func (e *rowsError) Unwrap() error { return e.error }
