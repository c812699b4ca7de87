package planbook

import (
	"fmt"
	"strings"
	"time"

	"ferry/extract/stage"
	"ferry/load/internal/plain"
	"ferry/load/internal/xlsx"
)

// shownActions are the columns of the summary's table.
var shownActions = []struct {
	action stage.Action
	name   string
}{
	{stage.ActCreate, "Create"}, {stage.ActUpdate, "Change"}, {stage.ActUnchanged, "Unchanged"}, {stage.ActHeld, "Held"},
	{stage.ActRejected, "Rejected"}, {stage.ActDelete, "Delete"}, {stage.ActRestore, "Restore"}, {stage.ActLeft, "Left as it is"},
}

func text(value string, style xlsx.Style) xlsx.Cell { return xlsx.Cell{Value: value, Style: style} }

// summary writes the first sheet.
func (w *writer) summary() error {
	p := &w.in.Plan
	s, err := w.book.Sheet(sheetSummary, xlsx.Column{Width: 26}, xlsx.Column{Width: 22}, xlsx.Column{Width: 22}, xlsx.Column{Width: 12},
		xlsx.Column{Width: 12}, xlsx.Column{Width: 12}, xlsx.Column{Width: 12}, xlsx.Column{Width: 12}, xlsx.Column{Width: 14})
	if err != nil {
		return err
	}
	rows := [][]any{
		{text(title(p.Kind), xlsx.Title)},
		{text("Nothing has been sent. Look at the sheets, decide under Matches and Values, and fill in Approval.", xlsx.Line)},
		nil,
		{text("From", xlsx.Heading), text(p.Source, xlsx.Line)}, {text("To", xlsx.Heading), text(p.Target, xlsx.Line)},
		{text("Made", xlsx.Heading), text(moment(p.Made), xlsx.Line)}, {text("Plan", xlsx.Heading), text(p.Hash, xlsx.Line)}, nil,
	}
	rows = append(rows, w.countTable()...)
	rows = append(rows, w.filesTable()...)
	rows = append(rows, nil, []any{text("Requests that write", xlsx.Heading), text(plain.Count(w.found.requests), xlsx.Line)})
	for _, f := range w.in.Facts {
		rows = append(rows, []any{text(f.Name, xlsx.Heading), text(f.Text, xlsx.Line)})
	}
	rows = append(rows, nil, []any{text("Sheets", xlsx.Heading)})
	for _, line := range sheetGuide {
		rows = append(rows, []any{line[0], text(line[1], xlsx.Line)})
	}
	for _, r := range rows {
		if r == nil {
			r = []any{nil}
		}
		if err := s.Row(r...); err != nil {
			return err
		}
	}
	return s.End()
}

// moment is how times are written: to the minute, in UTC.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }

func title(kind stage.PlanKind) string {
	if kind == stage.PlanUndo {
		return "Plan to take a run back"
	}
	return "Plan of a load"
}

// sheetGuide says what stands where.
var sheetGuide = [][2]string{
	{sheetCreate, "records that are new in the target, with all that is written"},
	{sheetChange, "records that are there already: one row a field, old and new"},
	{sheetHeld, "records that cannot be loaded as it is, with the reason and what to do"},
	{sheetMatches, "which target record a source record is taken for, and on what that rests; look-alikes; yours to decide"},
	{sheetValues, "values the target does not know yet; yours to decide"},
	{sheetLeft, "what stays behind, with the reason"},
	{sheetFinal, "what no undo can take back"},
	{sheetEffects, "mails, messages and the like that would reach people"},
	{sheetApproval, "to be filled in before anything is sent"},
}

// usedActions are those that the tables show: the usual ones of a kind of plan,
// and those that there are.
func (w *writer) usedActions() map[stage.Action]bool {
	used := map[stage.Action]bool{stage.ActCreate: true, stage.ActUpdate: true, stage.ActUnchanged: true, stage.ActHeld: true, stage.ActRejected: true}
	if w.in.Plan.Kind == stage.PlanUndo {
		used = map[stage.Action]bool{stage.ActDelete: true, stage.ActRestore: true, stage.ActLeft: true}
	}
	for _, counts := range w.found.actions {
		for action := range counts {
			used[action] = true
		}
	}
	return used
}

// countTable counts the records of each stream by what is done with them.
func (w *writer) countTable() [][]any {
	used := w.usedActions()
	head := []any{text("Stream", xlsx.Head), text("From", xlsx.Head), text("To", xlsx.Head)}
	last := []any{text("Together", xlsx.Heading), nil, nil}
	sums := map[stage.Action]int{}
	var rows [][]any
	all := 0
	for i, e := range w.in.Entries {
		if e.Files != "" {
			continue
		}
		row, sum := []any{e.Name, e.Source, e.Target}, 0
		for _, a := range shownActions {
			if used[a.action] {
				n := w.found.actions[i][a.action]
				row = append(row, n)
				sum += n
				sums[a.action] += n
			}
		}
		rows = append(rows, append(row, sum))
		all += sum
	}
	for _, a := range shownActions {
		if used[a.action] {
			head = append(head, text(a.name, xlsx.HeadRight))
			last = append(last, sums[a.action])
		}
	}
	return append(append([][]any{append(head, text("Records", xlsx.HeadRight))}, rows...), append(last, all))
}

// countLine is the counts of all streams as a sentence.
func (w *writer) countLine() string {
	line := ""
	for _, a := range shownActions {
		n := 0
		for _, counts := range w.found.actions {
			n += counts[a.action]
		}
		if n > 0 {
			if line != "" {
				line += ", "
			}
			line += fmt.Sprintf("%s %s", strings.ToLower(a.name), plain.Count(n))
		}
	}
	if line == "" {
		return "nothing"
	}
	return line
}
