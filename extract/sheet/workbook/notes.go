package workbook

import (
	"strings"

	"ferry/extract/sheet/grid"
)

// What is kept of notes and links of a sheet.
const (
	mostNotes     = 1 << 20
	mostMerges    = 1 << 19
	mostNoteBytes = 24 << 20
)

// notebook keeps notes and links within a bound.
type notebook struct {
	links   []grid.Note
	bytes   int
	count   int
	dropped int
}

func (n *notebook) room(text string) bool {
	if n.count++; n.count > mostNotes || n.bytes+len(text) > mostNoteBytes {
		n.dropped++
		return false
	}
	n.bytes += len(text)
	return true
}

func (n *notebook) link(at grid.Ref, address string) {
	if n.room(address) {
		n.links = append(n.links, grid.Note{Ref: at, Text: address})
	}
}

// firstCells says where the first of them stand.
func firstCells(notes []grid.Note) (cells []grid.Ref) {
	for _, note := range notes[:min(len(notes), mostCells)] {
		cells = append(cells, note.Ref)
	}
	return cells
}

// column takes <col> (18.3.1.13).
func (w *walk) column() error {
	from, to := number(w.scanner, "min"), number(w.scanner, "max")
	width, ok := float(w.attr("width"))
	hidden := w.yes("hidden") || ok && width == 0
	if hidden && 0 < from && from <= to && to <= grid.MaxColumns && len(w.tail.HiddenColumns) < grid.MaxColumns {
		w.tail.HiddenColumns = append(w.tail.HiddenColumns, grid.Range{FirstColumn: from, LastColumn: to})
	}
	return nil
}

// merge takes <mergeCell> (18.3.1.54).
func (w *walk) merge() error {
	area, ok := grid.ParseRange(w.value("ref"))
	if !ok {
		return nil
	}
	if len(w.tail.Merges) == mostMerges {
		return tooLarge("it has more merged cells than Ferry reads")
	}
	w.tail.Merges = append(w.tail.Merges, area)
	return nil
}

// hyperlink takes <hyperlink> (18.3.1.47): an address, a place in it, or a place
// in this workbook.
func (w *walk) hyperlink() error {
	area, ok := grid.ParseRange(w.value("ref"))
	if !ok {
		return nil
	}
	address := w.tab.relations[w.relation()].target
	if place := w.value("location"); place != "" {
		address += "#" + place
	}
	if address == "" {
		return nil
	}
	const most = 1000 // cells of one link
	left := most
	for row := area.FirstRow; row <= area.LastRow; row++ {
		for column := area.FirstColumn; column <= area.LastColumn && left > 0; column++ {
			w.notes.link(grid.Ref{Row: row, Column: column}, address)
			left--
		}
		if left == 0 {
			break
		}
	}
	return nil
}

// beside reads the parts that belong to the sheet: notes, conversations, pictures.
// No row depends on them: one that is damaged is told, and left out.
func (w *walk) beside() error {
	notes := map[grid.Ref]int{}
	for _, id := range sortedKeys(w.tab.relations) {
		r := w.tab.relations[id]
		if r.out || !w.reader.parts.has(r.target) {
			continue
		}
		var err error
		switch r.kind {
		case "comments":
			err = w.comments(r.target, notes)
		case "threadedComment":
			err = w.conversations(r.target, notes)
		case "drawing":
			err = w.reader.parts.each(w.ctx, r.target, "the pictures of the sheet", func(s *scanner, tok token) error {
				if _, local := splitName(s.name); tok == tokStart && string(local) == "pic" {
					w.tail.Pictures++
				}
				return nil
			})
		}
		if stop := w.ctx.Err(); stop != nil {
			return stop
		}
		if err != nil {
			w.tail.Facts = append(w.tail.Facts, grid.Fact{Code: "part-damaged", Sheet: w.tab.Name, Warn: true,
				Text: "Notes or pictures of the sheet cannot be read: that part of the file is damaged."})
		}
	}
	w.tail.Links = w.notes.links
	return nil
}

// comments reads notes (18.7), but not those that an answer of ours has put there.
func (w *walk) comments(part string, known map[grid.Ref]int) error {
	text := richText{limit: w.limits.Cell}
	var at grid.Ref
	var ours []bool // by author
	mine := false
	return w.reader.parts.each(w.ctx, part, "the notes of the sheet", func(s *scanner, tok token) error {
		if tok != tokStart {
			return nil
		}
		if s.depth() == 1 {
			s.space.root(s)
			return nil
		}
		switch string(s.space.local(s)) {
		case "author":
			long := false
			name, err := s.gather(nil, w.limits.Cell, &long)
			if err != nil {
				return err
			}
			ours = append(ours, string(name) == grid.NoteAuthor)
		case "comment":
			at, _ = grid.ParseRef(s.value("ref"))
			by := number(s, "authorId")
			mine = 0 <= by && by < len(ours) && ours[by]
		case "text":
			text.scanner = s
			if err := text.read(); err != nil {
				return err
			}
			if _, twice := known[at]; at.Row > 0 && !twice && !mine {
				said, _, _ := strings.Cut(string(text.value), "\n"+grid.NoteMark)
				w.note(at, said, known)
			}
		}
		return nil
	})
}

func (w *walk) note(at grid.Ref, text string, known map[grid.Ref]int) {
	if w.notes.room(text) {
		known[at] = len(w.tail.Notes)
		w.tail.Notes = append(w.tail.Notes, grid.Note{Ref: at, Text: text})
	}
}

// conversations reads threaded comments ([MS-XLSX] 2.6.205). The note that Excel
// leaves in the same cell for older versions gives way to them.
func (w *walk) conversations(part string, known map[grid.Ref]int) error {
	started := map[grid.Ref]bool{}
	var at grid.Ref
	return w.reader.parts.each(w.ctx, part, "the comments of the sheet", func(s *scanner, tok token) error {
		if tok != tokStart {
			return nil
		}
		switch _, local := splitName(s.name); string(local) {
		case "threadedComment":
			at, _ = grid.ParseRef(s.value("ref"))
		case "text":
			long := false
			raw, err := s.gather(nil, w.limits.Cell, &long)
			if err != nil || at.Row == 0 {
				return err
			}
			i, ok := known[at]
			switch {
			case !ok:
				w.note(at, string(raw), known)
			case started[at]:
				w.tail.Notes[i].Text += "\n" + string(raw)
			default:
				w.tail.Notes[i].Text = string(raw)
			}
			started[at] = true
		}
		return nil
	})
}
