package workbook

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"ferry/transform/mapping"
)

// Read gives the changes that a workbook brings to the mapping it was made of.
// Rows that say what the mapping says give none; a rule of the mapping whose row
// was deleted stays. Every cell that cannot be understood is named in the error,
// as sheet!cell; then there are no changes.
func Read(r io.Reader, f *mapping.File, sides Sides) (changes []mapping.Change, err error) {
	program, err := f.Compile(sides.Source, sides.Target)
	if err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped / 4})
	if err != nil {
		return nil, fmt.Errorf("this is no Excel workbook (.xlsx): %w; save it as .xlsx in Excel", err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	var problems []error
	names, found := sheetNames(f), 0
	for i := range f.Streams {
		at := slices.IndexFunc(book.GetSheetList(), func(name string) bool { return sheetKey(name) == sheetKey(names[i]) })
		if at < 0 {
			continue
		}
		found++
		in := sheet{name: book.GetSheetList()[at], stream: program.Stream(i).Def(), was: rowsOf(program.Stream(i), Sides{Source: sides.Source, Target: sides.Target})}
		got, err := book.GetRows(in.name, excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", in.name, err)
		}
		more, wrong := in.changes(got)
		changes, problems = append(changes, more...), append(problems, wrong...)
	}
	if found == 0 {
		return nil, fmt.Errorf("no sheet is named after a stream of the mapping (%s); is it the workbook of another mapping?", strings.Join(names, ", "))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return changes, nil
}

// maxUnzipped bounds what a workbook may expand to, in bytes.
const maxUnzipped = 256 << 20

// sheet is one stream's sheet on its way back.
type sheet struct {
	name   string
	stream *mapping.Stream
	was    []row
}

// changes compares a sheet with the rows that the mapping gives now.
func (s sheet) changes(rows [][]string) (changes []mapping.Change, problems []error) {
	if len(rows) == 0 {
		return nil, []error{fmt.Errorf("%s!A1: the sheet is empty; export it again", s.name)}
	}
	place, err := s.columns(rows[0])
	if err != nil {
		return nil, []error{err}
	}
	seen := s.ruled(place, rows)
	for i, texts := range rows[1:] {
		in, number := place.row(texts), i+2
		if in.blank() || s.same(in) {
			continue
		}
		more, err := s.change(in)
		if before, twice := seen[in.Target]; in.Target != "" && twice {
			err = fmt.Errorf("%s has a rule already, in row %d; keep one", in.Target, before)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s!%s%d: %w", s.name, place.letter(columnRule), number, err))
			continue
		}
		if in.Target != "" {
			seen[in.Target] = number
		}
		changes = append(changes, more...)
	}
	return changes, problems
}

// ruled gives the rows that still say what the mapping says of a target field.
func (s sheet) ruled(place places, rows [][]string) map[string]int {
	out := map[string]int{}
	for i, texts := range rows[1:] {
		in := place.row(texts)
		if was := s.find(in); in.Target != "" && was != nil && s.same(in) && !was.open && was.Rule != leftOut {
			out[in.Target] = i + 2
		}
	}
	return out
}

// same tells that a row says what the mapping says.
func (s sheet) same(in row) bool {
	was := s.find(in)
	return was != nil && was.cells == in.cells && was.Target == in.Target && (was.Remark == in.Remark || was.open || in.cells == (cells{}))
}

// change is what one row changes.
func (s sheet) change(in row) ([]mapping.Change, error) {
	was := s.find(in)
	if in.Target == "" {
		return s.leaveSource(in, was)
	}
	out := func(section mapping.Section, field, text string) mapping.Change {
		return mapping.Change{Stream: s.stream.Name, Section: section, Field: field, Rule: text}
	}
	switch {
	case in.Rule == leftOut:
		if in.Remark == "" {
			return nil, errors.New("a field that is left out needs a reason in Remark")
		}
		changes := []mapping.Change{out(mapping.SectionLeaveTarget, in.Target, scalar(in.Remark))}
		if was != nil && was.Rule != leftOut && !was.open {
			changes = append(changes, out(mapping.SectionFields, in.Target, ""))
		}
		return changes, nil
	case in.cells == (cells{}):
		if was == nil || was.open {
			return nil, nil
		}
		if was.Rule == leftOut {
			return []mapping.Change{out(mapping.SectionLeaveTarget, in.Target, "")}, nil
		}
		return []mapping.Change{out(mapping.SectionFields, in.Target, "")}, nil
	}
	text, err := in.remarked()
	if err != nil {
		return nil, err
	}
	changes := []mapping.Change{out(mapping.SectionFields, in.Target, text)}
	if was != nil && was.Rule == leftOut && was.Target != "" {
		changes = append(changes, out(mapping.SectionLeaveTarget, in.Target, ""))
	}
	if slices.ContainsFunc(s.stream.Leave, func(l mapping.Left) bool { return l.Name == in.Source }) {
		changes = append(changes, out(mapping.SectionLeave, in.Source, ""))
	}
	return changes, nil
}

// leaveSource is a row of a source field that goes nowhere.
func (s sheet) leaveSource(in row, was *row) ([]mapping.Change, error) {
	switch {
	case in.Rule == "" && was != nil && was.Rule == leftOut:
		return []mapping.Change{{Stream: s.stream.Name, Section: mapping.SectionLeave, Field: in.Source}}, nil
	case in.Rule == "" && in.Values == "":
		return nil, nil
	case in.Rule != leftOut:
		return nil, fmt.Errorf("name the target's field in Target, or write %q here and the reason in Remark", leftOut)
	case in.Remark == "":
		return nil, errors.New("a field that is left out needs a reason in Remark")
	}
	return []mapping.Change{{Stream: s.stream.Name, Section: mapping.SectionLeave, Field: in.Source, Rule: scalar(in.Remark)}}, nil
}

// find gives the row of the mapping that a row of the sheet stands for.
func (s sheet) find(in row) *row {
	for i, r := range s.was {
		if in.Target != "" && r.Target == in.Target || in.Target == "" && r.Target == "" && r.Source == in.Source {
			return &s.was[i]
		}
	}
	return nil
}
