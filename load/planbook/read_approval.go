package planbook

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ferry/extract/stage"
)

// approval reads the sheet Approval: by what stands in column A, since people
// add rows.
func (r *reader) approval() error {
	a := r.answers
	a.sheet = r.sheets(sheetApproval)[0]
	texts := map[string]string{}
	err := r.each(a.sheet, func(number int, cells []string) error {
		if len(cells) == 0 {
			return nil
		}
		label := strings.TrimSpace(cells[0])
		if _, have := a.cells[label]; have || label == "" {
			return nil
		}
		a.cells[label] = cellName(1, number)
		if len(cells) > 1 {
			texts[label] = strings.TrimSpace(cells[1])
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.Hash, a.Source, a.Target = texts[labelPlan], texts[labelSource], texts[labelTarget]
	for _, label := range []string{labelPlan, labelBy, labelDate, labelWord} {
		if a.cells[label] == "" {
			r.wrong(a.sheet, "", "there is no %q in column A; take the workbook as it was written and fill it in again", label)
		}
	}
	if len(r.problems) == 0 {
		r.approved(texts[labelBy], texts[labelDate], texts[labelWord])
	}
	return nil
}

// approved checks the three cells: all of them, or none.
func (r *reader) approved(by, date, word string) {
	a := r.answers
	if by == "" && date == "" && word == "" {
		return
	}
	if by == "" {
		r.wrong(a.sheet, a.cells[labelBy], "write who approves the plan")
	}
	day, err := dayOf(date)
	if err != nil {
		r.wrong(a.sheet, a.cells[labelDate], "%s", err.Error())
	}
	if !strings.EqualFold(word, approvingWord) {
		r.wrong(a.sheet, a.cells[labelWord], "write the word %s, or empty all three cells", approvingWord)
	}
	if len(r.problems) == 0 {
		a.Approval = &Approval{By: by, Date: day}
	}
}

// dayOf reads a day as programs keep it or as people write it. What could be two
// days is refused.
func dayOf(text string) (time.Time, error) {
	if serial, err := strconv.ParseFloat(text, 64); err == nil && serial >= 1 && serial < 2958466 {
		t, err := excelize.ExcelDateToTime(serial, false)
		return t.Truncate(24 * time.Hour), err
	}
	for _, layout := range []string{"2006-01-02", "2.1.2006", "2 January 2006", "2 Jan 2006", "January 2, 2006", "Jan 2, 2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	if text == "" {
		return time.Time{}, errors.New("write the day of the approval, as 2026-08-31")
	}
	return time.Time{}, errors.New(strconv.Quote(text) + " could be more than one day, or none; write it as 2026-08-31")
}

// Check tells whether answers belong to a plan: the same plan and accounts, and
// only records and streams that it has. Every mistake is a *Problem, all of them
// joined. Decisions may be taken over from the workbook of an older plan of the
// same accounts: then leave the hash aside with samePlan false.
func (a *Answers) Check(ctx context.Context, s *stage.Stage, p stage.Plan, samePlan bool) error {
	var problems []error
	wrong := func(sheet, cell, text string) {
		problems = append(problems, &Problem{Sheet: sheet, Cell: cell, Text: text})
	}
	if a.Source != p.Source || a.Target != p.Target {
		wrong(a.sheet, a.cells[labelTarget], "the workbook is about "+a.Source+" to "+a.Target+", and the plan about "+p.Source+" to "+p.Target+"; take the workbook of this job")
	}
	if samePlan && a.Hash != p.Hash {
		wrong(a.sheet, a.cells[labelPlan], "the workbook is of plan "+short(a.Hash)+", and the plan that waits is "+short(p.Hash)+"; make its workbook with ferry plan JOB --workbook FILE.xlsx and fill in that one")
	}
	for _, m := range a.Decisions.Matches {
		sheet, cell, _ := strings.Cut(a.matchCells[m.Entry+" "+string(m.Key)], "!")
		at := slices.IndexFunc(p.Entries, func(e stage.PlanEntry) bool { return e.Name == m.Entry })
		if at < 0 {
			wrong(sheet, cell, "the plan has no stream "+m.Entry)
			continue
		}
		_, found, err := s.Item(ctx, p.ID, at, m.Key)
		if err != nil {
			return err
		}
		if !found {
			wrong(sheet, cell, "the plan has no record "+string(m.Key)+" in "+m.Entry+"; take the source key from the workbook as it was written")
		}
	}
	for _, v := range a.Decisions.Values {
		if !slices.ContainsFunc(p.Entries, func(e stage.PlanEntry) bool { return e.Name == v.Entry }) {
			sheet, cell, _ := strings.Cut(a.valueCells[v], "!")
			wrong(sheet, cell, "the plan has no stream "+v.Entry)
		}
	}
	return errors.Join(problems...)
}

// short is the start of a hash, enough for people.
func short(hash string) string { return hash[:min(len(hash), 12)] }
