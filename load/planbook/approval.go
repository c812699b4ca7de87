package planbook

import "ferry/load/internal/xlsx"

// What stands in column A of the sheet Approval, beside what is read back.
const (
	labelPlan     = "Plan"
	labelSource   = "From"
	labelTarget   = "To"
	labelBy       = "Approved by"
	labelDate     = "Date"
	labelWord     = "Write the word approve"
	approvingWord = "approve"
)

// approval writes the last sheet, to be filled in.
func (w *writer) approval() error {
	p := &w.in.Plan
	s, err := w.book.Sheet(sheetApproval, xlsx.Column{Width: 26}, xlsx.Column{Width: 70})
	if err != nil {
		return err
	}
	input := func(style xlsx.Style) xlsx.Cell { return xlsx.Cell{Value: "", Style: style} }
	rows := [][]any{
		{text("Approval", xlsx.Title)}, {nil},
		{text(labelPlan, xlsx.Heading), p.Hash}, {text("Made", xlsx.Heading), moment(p.Made)},
		{text(labelSource, xlsx.Heading), p.Source}, {text(labelTarget, xlsx.Heading), p.Target},
		{text("What is done", xlsx.Heading), w.countLine()},
		{text("Cannot be undone", xlsx.Heading), countOf(len(w.found.final), "nothing", "see the sheet "+sheetFinal)},
		{text("Reaches people", xlsx.Heading), countOf(w.happening(), "nothing", "see the sheet "+sheetEffects)}, {nil},
		{text(labelBy, xlsx.Heading), input(xlsx.Input)}, {text(labelDate, xlsx.Heading), input(xlsx.InputDay)},
		{text(labelWord, xlsx.Heading), input(xlsx.Input)}, {nil},
		{text("How", xlsx.Heading), "Fill in the three yellow cells, save the workbook and hand it back: ferry apply JOB --plan THIS.xlsx"},
		{nil, "The date is written as 2026-08-31."},
		{nil, "It approves this plan and no other. If you decided something under Matches or Values, hand it back first with ferry plan JOB --answers THIS.xlsx: that makes a new plan, and a new workbook to approve."},
	}
	for _, r := range rows {
		if err := s.Row(r...); err != nil {
			return err
		}
	}
	return s.End()
}

func (w *writer) happening() (n int) {
	for _, c := range w.found.effects {
		n += c.happen
	}
	return n
}

func countOf(n int, none, some string) string {
	if n == 0 {
		return none
	}
	return some
}
