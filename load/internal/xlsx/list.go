package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// ListSheet is the hidden sheet that drop-downs with many or long choices stand
// in: two columns a list, what is shown and what it means.
const ListSheet = "Lists"

// Choice is one line of a drop-down: what is shown, and the value it stands for.
type Choice struct{ Shown, Value string }

type list struct {
	name    string
	choices []Choice
}

// List keeps choices under a name for Sheet.Drop. The same name again is
// ignored.
func (b *Book) List(name string, choices []Choice) error {
	if _, have := b.lists[name]; have || len(choices) == 0 {
		return nil
	}
	if len(choices) > b.maxRows-1 {
		choices = choices[:b.maxRows-1] // a longer drop-down helps nobody, and any text may be typed
	}
	letter, err := excelize.ColumnNumberToName(2*len(b.values) + 1)
	if err != nil {
		return err
	}
	b.values = append(b.values, list{name, choices})
	b.lists[name] = fmt.Sprintf("%s!$%s$2:$%s$%d", ListSheet, letter, letter, len(choices)+1)
	return nil
}

// Listed tells whether there is a list of that name.
func (b *Book) Listed(name string) bool { return b.lists[name] != "" }

// writeLists writes the hidden sheet, where there are lists.
func (b *Book) writeLists() error {
	if len(b.values) == 0 {
		return nil
	}
	if err := b.addSheet(ListSheet); err != nil {
		return err
	}
	if err := b.file.SetSheetVisible(ListSheet, false); err != nil {
		return err
	}
	w, err := b.file.NewStreamWriter(ListSheet)
	if err != nil {
		return err
	}
	long := 0
	head := make([]any, 0, 2*len(b.values))
	for _, l := range b.values {
		long = max(long, len(l.choices))
		head = append(head, l.name, "means")
	}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	for i := range long {
		row := make([]any, 2*len(b.values))
		for j, l := range b.values {
			if i < len(l.choices) {
				row[2*j], row[2*j+1] = Picture(l.choices[i].Shown), Picture(l.choices[i].Value)
			}
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+2), row); err != nil {
			return err
		}
	}
	return w.Flush()
}

// dropDowns adds the drop-downs of the sheet in work. They offer and never
// refuse: what is typed is checked when the workbook is read back.
func (s *Sheet) dropDowns() error {
	if s.headed && s.row >= 2 {
		for i, c := range s.columns {
			if len(c.List) == 0 {
				continue
			}
			dv, err := s.validation(i, 2, s.row)
			if err != nil {
				return err
			}
			if err := firstError(dv.SetDropList(c.List), s.book.file.AddDataValidation(s.current, dv)); err != nil {
				return err
			}
		}
	}
	for _, d := range s.drops {
		dv, err := s.validation(d.column, d.from, d.to)
		if err != nil {
			return err
		}
		dv.SetSqrefDropList(s.book.lists[d.list])
		if err := s.book.file.AddDataValidation(s.current, dv); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sheet) validation(column, from, to int) (*excelize.DataValidation, error) {
	letter, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return nil, err
	}
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(fmt.Sprintf("%s%d:%s%d", letter, from, letter, to))
	dv.ShowErrorMessage = false
	return dv, nil
}
