package planbook

import (
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"ferry/extract/record"
	"ferry/load"
	"ferry/load/internal/xlsx"
)

// matches reads the decisions about records.
func (r *reader) matches() error {
	type decided struct {
		at   string
		what load.MatchDecision
	}
	seen := map[subject]decided{}
	columns := []string{colStream.Name, colKey.Name, colTarget.Name, nameDecision, nameNote}
	return r.table(sheetMatches, columns, func(row *row) {
		word := strings.ToLower(row.word(nameDecision))
		if word == "" {
			return
		}
		at := row.cell(nameDecision)
		m := load.MatchDecision{Entry: row.word(colStream.Name), Key: record.Key(xlsx.Unpicture(row.text(colKey.Name))), Choice: load.Choice(word),
			Note: row.word(nameNote), By: r.by()}
		switch m.Choice {
		case load.ChooseLink:
			m.Target = record.Key(row.word(colTarget.Name))
			if m.Target == "" {
				r.wrong(row.sheet, row.cell(colTarget.Name), "link needs the key of the target record that it is")
				return
			}
		case load.ChooseCreate, load.ChooseSkip:
		default:
			r.wrong(row.sheet, at, "%q is no decision; write link, create or skip, or leave it empty", word)
			return
		}
		if m.Entry == "" || m.Key == "" {
			r.wrong(row.sheet, row.cell(colKey.Name), "the row does not say which record is decided about; take stream and source key from the workbook as it was written")
			return
		}
		for _, c := range []struct{ column, text string }{{colKey.Name, string(m.Key)}, {colTarget.Name, string(m.Target)}} {
			if rounded.MatchString(c.text) {
				r.wrong(row.sheet, row.cell(c.column), "the program rounded this number to %s; write it out, in a cell formatted as text", c.text)
				return
			}
		}
		about := subject{m.Entry, m.Key}
		old, have := seen[about]
		switch {
		case !have:
			seen[about] = decided{row.sheet + "!" + at, m}
			r.answers.matchCells[m.Entry+" "+string(m.Key)] = row.sheet + "!" + at
			r.answers.Decisions.Matches = append(r.answers.Decisions.Matches, m)
		case old.what.Choice != m.Choice || old.what.Target != m.Target:
			r.wrong(row.sheet, at, "it contradicts %s, which decides about the same record, %s %s; keep one of them", old.at, m.Entry, m.Key)
		}
	})
}

// rounded is a number that a spreadsheet shortened.
var rounded = regexp.MustCompile(`^[0-9][.,][0-9]+E\+[0-9]{2}$`)

// lists reads what the choices of the drop-downs stand for.
func (r *reader) lists() error {
	r.shown = map[string]map[string]string{}
	if len(r.sheets(xlsx.ListSheet)) == 0 {
		return nil
	}
	var names []string
	return r.each(r.sheets(xlsx.ListSheet)[0], func(number int, cells []string) error {
		for i := 0; i+1 < len(cells); i += 2 {
			if number == 1 {
				names = append(names, cells[i])
				r.shown[cells[i]] = map[string]string{}
			} else if i/2 < len(names) && cells[i] != "" {
				r.shown[names[i/2]][cells[i]] = xlsx.Unpicture(cells[i+1])
			}
		}
		return nil
	})
}

// values reads the decisions about values.
func (r *reader) values() error {
	type decided struct{ at, to string }
	seen := map[[3]string]decided{}
	columns := []string{colStream.Name, colField.Name, nameValue, nameBecomes, nameNote}
	return r.table(sheetValues, columns, func(row *row) {
		becomes := row.word(nameBecomes)
		if becomes == "" {
			return
		}
		at := row.cell(nameBecomes)
		v := load.ValueDecision{Entry: row.word(colStream.Name), Field: row.word(colField.Name), Value: xlsx.Unpicture(row.text(nameValue)),
			To: xlsx.Unpicture(becomes), Note: row.word(nameNote), By: r.by()}
		if value, ok := r.shown[v.Entry+"."+v.Field][becomes]; ok {
			v.To = value
		}
		switch {
		case v.Entry == "" || v.Field == "" || v.Value == "":
			r.wrong(row.sheet, at, "the row does not say which value is decided about; take stream, field and value from the workbook as it was written")
			return
		case len(utf16.Encode([]rune(v.Value))) >= excelize.TotalCellChars:
			r.wrong(row.sheet, at, "the value is too long for a workbook; decide about it in the decisions file")
			return
		case rounded.MatchString(v.To):
			r.wrong(row.sheet, at, "the program rounded this number to %s; write it out, in a cell formatted as text", v.To)
			return
		}
		about := [3]string{v.Entry, v.Field, v.Value}
		old, have := seen[about]
		switch {
		case !have:
			seen[about] = decided{row.sheet + "!" + at, v.To}
			r.answers.valueCells[v] = row.sheet + "!" + at
			r.answers.Decisions.Values = append(r.answers.Decisions.Values, v)
		case old.to != v.To:
			r.wrong(row.sheet, at, "it contradicts %s, which decides about the same value; keep one of them", old.at)
		}
	})
}

// by is who decided: whoever approves.
func (r *reader) by() string {
	if r.answers.Approval != nil {
		return r.answers.Approval.By
	}
	return ""
}
