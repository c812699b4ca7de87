package planbook

import (
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
	"ferry/load/internal/xlsx"
)

// filesSay are the sentences of a plan on what becomes of files, by entry.
func filesSay(sum *load.Summary) map[string][]string {
	says := map[string][]string{}
	for _, e := range sum.Entries {
		if e.Files != nil {
			says[e.Name] = e.Files.Says
		}
	}
	return says
}

// label is what people call a record, or a file.
func (w *writer) label(note *load.Note, mapped []byte) string {
	if note.File != nil {
		return note.File.Title()
	}
	return w.reader.Label(mapped)
}

// written is all that is written of a record, or what is known of a file but its
// content.
func (w *writer) written(note *load.Note, mapped []byte, secrets map[string]bool) string {
	if note.File != nil {
		return fileFacts(note.File)
	}
	return lines(w.reader.Pairs(mapped, secrets))
}

// fileFacts says of a file what it is called, its size, and whose it is.
func fileFacts(f *load.FileNote) string {
	text := "of: " + f.Belongs()
	if f.Files > 0 {
		return text + "\nfiles: " + plain.Count(f.Files)
	}
	if f.Name != "" && f.Name != f.Title() {
		text += "\nname: " + f.Name
	}
	text += "\nsize: " + connector.Bytes(f.Bytes)
	if f.About != "" {
		text += "\ntext: " + f.About
	}
	return text
}

// fileChange calls row for a file that is there already and becomes another one,
// is taken away or left.
func fileChange(it *stage.Item, note *load.Note, kind string, row func(field, before, after, what string) error) error {
	thing, taken := "the file", "the file is taken off"
	switch kind {
	case "folder":
		taken = "the file is deleted from the folder"
	case "line":
		thing, taken = "the line", "the line is deleted"
	}
	switch it.Action {
	case stage.ActUpdate:
		return row("content", "", connector.Bytes(note.File.Bytes), thing+" is written anew: its content is another one at the source")
	case stage.ActDelete:
		return row("", "", "", taken)
	}
	return eachChange(it, note, row)
}

// howFiles are the words for what is done with files.
var howFiles = map[string]string{"attach": "attached to ", "folder": "into the folder, of ", "line": "lines in "}

// filesTable counts the files of each stream by what is done with them, with
// their size; nothing where the plan has none.
func (w *writer) filesTable() [][]any {
	used := w.usedActions()
	head := []any{text("Photos and attachments", xlsx.Head), text("From", xlsx.Head), text("What is done", xlsx.Head)}
	for _, a := range shownActions {
		if used[a.action] {
			head = append(head, text(a.name, xlsx.HeadRight))
		}
	}
	rows := [][]any{nil, append(head, text("Number", xlsx.HeadRight), text("Size", xlsx.HeadRight))}
	for i, e := range w.in.Entries {
		if e.Files == "" {
			continue
		}
		row, sum := []any{e.Name, e.Source, howFiles[e.Files] + e.Target}, 0
		for _, a := range shownActions {
			if used[a.action] {
				n := w.found.actions[i][a.action]
				row = append(row, n)
				sum += n
			}
		}
		size := any(nil)
		if e.Files != "line" {
			size = text(connector.Bytes(w.found.bytes[i]), xlsx.Text)
		}
		rows = append(rows, append(row, sum, size))
	}
	for _, said := range w.in.Unread {
		rows = append(rows, []any{text("Not carried over", xlsx.Heading), text(said, xlsx.Line)})
	}
	if len(rows) == 2 {
		return nil
	}
	return rows
}

// leftFiles tells what becomes of files otherwise than the job says.
func leftFiles(s *xlsx.Sheet, e Entry) error {
	for _, said := range e.Left {
		if err := s.Row(e.Name, "photos and attachments", "", nil, said); err != nil {
			return err
		}
	}
	return nil
}
