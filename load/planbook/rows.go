package planbook

import (
	"encoding/json"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
	"ferry/load/internal/xlsx"
)

// Columns that several sheets have. What is read back goes by these names.
var (
	colStream = xlsx.Column{Name: "Stream", Width: 16, Carry: true}
	colKey    = xlsx.Column{Name: "Source key", Width: 16, Carry: true}
	colName   = xlsx.Column{Name: "Name", Width: 30}
	colTarget = xlsx.Column{Name: "Target key", Width: 16}
	colLink   = xlsx.Column{Name: "Page", Width: 9}
	colField  = xlsx.Column{Name: "Field", Width: 22}
)

// page is a cell that opens the record in the target.
func (w *writer) page(entry int, key record.Key) any {
	if key == "" {
		return nil
	}
	if w.in.Entries[entry].Files == "" {
		return link(w.in.Link(w.in.Entries[entry].Target, key))
	}
	stream, key := load.ShownAt(w.in.Vendor, w.in.Plan.Entries[entry], key)
	if key == "" {
		return nil
	}
	return link(w.in.Link(stream, key))
}

func link(address string) any {
	if address == "" {
		return nil
	}
	return xlsx.Cell{Value: "open", Link: address}
}

// creates writes one row a record that is new in the target.
func (w *writer) creates() error {
	s, err := w.book.Sheet(sheetCreate, colStream, colKey, colName, xlsx.Column{Name: "What is written", Width: 80},
		xlsx.Column{Name: "Requests", Width: 10}, xlsx.Column{Name: "Look-alikes", Width: 11}, xlsx.Column{Name: "Reaches people", Width: 18},
		xlsx.Column{Name: "Left out of the request", Width: 30})
	if err != nil {
		return err
	}
	secrets := w.secrets()
	err = w.items([]stage.Action{stage.ActCreate}, func(entry int, it *stage.Item, note *load.Note, mapped []byte) error {
		return s.Row(w.in.Entries[entry].Name, string(it.Key), w.label(note, mapped), w.written(note, mapped, secrets[entry]),
			note.Deeds, orNone(len(note.Alike)), strings.Join(note.Effects, ", "), strings.Join(note.Dropped, "\n"))
	})
	if err != nil {
		return err
	}
	return s.End()
}

// secrets are those of each entry's target stream.
func (w *writer) secrets() []map[string]bool {
	all := make([]map[string]bool, len(w.in.Entries))
	for i := range all {
		if st := w.in.stream(i); st != nil {
			all[i] = streamSecrets(st)
		}
	}
	return all
}

func streamSecrets(st *connector.Stream) map[string]bool {
	fields := st.Fields
	if st.Writes != nil {
		fields = append(fields[:len(fields):len(fields)], st.Writes.Fields...)
	}
	return plain.Secrets(fields)
}

func orNone(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func lines(pairs []plain.Pair) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Path + ": " + p.Text)
	}
	return b.String()
}

// changes writes one row a field of the records that are there already.
func (w *writer) changes() error {
	s, err := w.book.Sheet(sheetChange, colStream, colKey, colName, colTarget, colLink, colField, xlsx.Column{Name: "Old", Width: 36},
		xlsx.Column{Name: "New", Width: 36}, xlsx.Column{Name: "What happens", Width: 30})
	if err != nil {
		return err
	}
	secrets := w.secrets()
	actions := []stage.Action{stage.ActUpdate, stage.ActUnchanged, stage.ActDelete, stage.ActRestore, stage.ActLeft}
	err = w.items(actions, func(entry int, it *stage.Item, note *load.Note, mapped []byte) error {
		label := w.label(note, mapped)
		row := func(field, before, after, what string) error {
			if secrets[entry][field] {
				before, after = hide(before), hide(after)
			}
			return s.Row(w.in.Entries[entry].Name, string(it.Key), label, string(it.Target), w.page(entry, it.Target), field, before, after, what)
		}
		if note.File != nil {
			return fileChange(it, note, w.in.Entries[entry].Files, row)
		}
		return eachChange(it, note, row)
	})
	if err != nil {
		return err
	}
	return s.End()
}

// eachChange calls row for each field of a record that is changed, kept, or of
// which nothing is known.
func eachChange(it *stage.Item, note *load.Note, row func(field, before, after, what string) error) error {
	for _, c := range note.Changes {
		if err := row(c.Field, plain.Value(c.Old), plain.Value(c.New), "is changed"); err != nil {
			return err
		}
	}
	for _, c := range note.Kept {
		if err := row(c.Field, plain.Value(c.Old), plain.Value(c.New), "stays as it is: people changed it in the target"); err != nil {
			return err
		}
	}
	for _, field := range note.Unseen {
		if err := row(field, "", "", "the target does not show it, so nothing is known of it"); err != nil {
			return err
		}
	}
	switch it.Action {
	case stage.ActDelete:
		return row("", "", "", "the record is deleted")
	case stage.ActLeft:
		why := "it is left as it is"
		if note.Held != nil {
			why += ": " + note.Held.Text
		}
		return row("", "", "", why)
	}
	return nil
}

func hide(text string) string {
	if text == "" {
		return ""
	}
	return plain.Hidden
}

// held writes one row a record that is held or rejected, and one more a further
// candidate.
func (w *writer) held() error {
	s, err := w.book.Sheet(sheetHeld, colStream, colKey, colName, xlsx.Column{Name: "Cause", Width: 22}, xlsx.Column{Name: "Reason", Width: 44},
		colField, xlsx.Column{Name: "Value", Width: 24}, xlsx.Column{Name: "What to do", Width: 44}, colTarget, colLink,
		xlsx.Column{Name: "Candidate", Width: 50}, xlsx.Column{Name: "Its page", Width: 9})
	if err != nil {
		return err
	}
	secrets := w.secrets()
	err = w.items([]stage.Action{stage.ActHeld, stage.ActRejected}, func(entry int, it *stage.Item, note *load.Note, mapped []byte) error {
		why := reasonOf(it, note)
		value := why.Value
		if secrets[entry][why.Field] {
			value = hide(value)
		}
		told := why.Text
		if why.Said != "" {
			told += "\n" + why.Said
		}
		for _, also := range why.Also {
			if also.Text != "" {
				told += "\n" + also.Field + ": " + also.Text
			}
		}
		for _, c := range why.Change {
			told += "\n" + changeLine(c, secrets[entry][c.Field])
		}
		if note.File != nil {
			told += "\n" + fileFacts(note.File)
		}
		if why.Parent != nil {
			told += "\nparent: " + why.Parent.To + " " + string(why.Parent.Key)
		}
		cause := why.Code
		if it.Action == stage.ActRejected {
			cause = "rejected: " + cause
		}
		name, first, page := w.in.Entries[entry].Name, "", any(nil)
		switch {
		case why.AboutValue() && why.Code != load.CodeAmbiguous: // they are values of the field, not records that it may be
			for _, c := range why.Choose {
				first = strings.TrimPrefix(first+"\n"+c.Shown(), "\n")
			}
			why.Choose = nil
		case len(why.Choose) > 0:
			first, page = candidateLine(why.Choose[0]), link(w.pageOf(entry, why, why.Choose[0]))
		}
		err := s.Row(name, string(it.Key), w.label(note, mapped), cause, told, why.Field, value, why.Do,
			string(it.Target), w.page(entry, it.Target), first, page)
		for i := 1; i < len(why.Choose) && err == nil; i++ { // one row a further candidate
			err = s.Row(name, string(it.Key), nil, nil, nil, nil, nil, nil, nil, nil, candidateLine(why.Choose[i]), link(w.pageOf(entry, why, why.Choose[i])))
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.End()
}

// reasonOf is why a record is held or rejected: what came of it last, else what
// the plan says.
func reasonOf(it *stage.Item, note *load.Note) *load.Reason {
	if len(it.Why) > 0 {
		why := &load.Reason{}
		if err := json.Unmarshal(it.Why, why); err == nil && why.Code != "" {
			return why
		}
	}
	if note.Held != nil {
		return note.Held
	}
	return &load.Reason{Code: it.Action.String()}
}

func changeLine(c load.Change, secret bool) string {
	before, after := plain.Value(c.Old), plain.Value(c.New)
	if secret {
		before, after = hide(before), hide(after)
	}
	line := c.Field + ": the target has " + quoted(before) + ", the source wants " + quoted(after)
	if len(c.Last) > 0 && !secret {
		line += ", last written was " + quoted(plain.Value(c.Last))
	}
	return line
}

func quoted(text string) string {
	if text == "" {
		return "nothing"
	}
	return `"` + text + `"`
}

func candidateLine(c load.Candidate) string {
	line := string(c.Key)
	if c.Label != "" {
		line += " " + c.Label
	}
	if c.Why != "" {
		line += " (" + c.Why + ")"
	}
	return line
}

// pageOf is the page of what a held record may be. What a find() found is of
// another stream and brings its page along.
func (w *writer) pageOf(entry int, why *load.Reason, c load.Candidate) string {
	if why.AboutValue() {
		return c.Link
	}
	return w.linkOf(entry, c)
}

// linkOf is the page of a candidate.
func (w *writer) linkOf(entry int, c load.Candidate) string {
	if c.Link != "" || c.Key == "" {
		return c.Link
	}
	return w.in.Link(w.in.Entries[entry].Target, c.Key)
}
