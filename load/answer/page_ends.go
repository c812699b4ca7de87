package answer

import (
	"bytes"
	"errors"

	"ferry/extract/sheet/grid"
)

var errNoSheet = errors.New("one of its sheets is no sheet of cells")

// prologue copies what stands before the rows, with the columns of ours declared.
// open is false where the sheet has no rows at all.
func (w *rewriter) prologue() (open bool, err error) {
	head, data, err := untilRows(w.in)
	if err != nil {
		return false, err
	}
	top, _, err := nextTag(head, 0)
	if err != nil {
		return false, err
	}
	w.names = newCellNames(string(top.prefix))
	list, err := elements(head, top.end, data.start)
	if err != nil {
		return false, err
	}
	var edits []edit
	dimension, ok := named(list, "dimension")
	var extent grid.Range
	if ok {
		extent, _ = grid.ParseRange(value(dimension.tag(head), "ref"))
	}
	used := w.guess
	if used < 0 {
		used = max(w.likely(extent), w.atLeast)
	}
	if w.places, err = newPlaces(w.earlier, used); err != nil {
		return false, err
	}
	w.used, w.plainly = w.atLeast, !w.answered && !w.places.anyOld()
	if extent.LastColumn > 0 && extent.LastColumn < w.places.last {
		extent.LastColumn = w.places.last
		edits = append(edits, edit{dimension.start, dimension.head, string(with(dimension.tag(head), "ref", extent.String()))})
	}
	if views, ok := named(list, "sheetViews"); ok && w.deselect {
		edits = append(edits, deselected(head, views)...)
	}
	cols, had := named(list, "cols")
	if w.columns, err = readColumns(head, cols, had); err != nil {
		return false, err
	}
	declared := w.columns.with(&w.places, w.names.prefix)
	if had {
		edits = append(edits, edit{cols.start, cols.end, declared})
	} else {
		edits = append(edits, edit{data.start, data.start, declared})
	}
	open = data.kind == openTag
	if !open {
		edits = append(edits, edit{data.start, data.end, "<" + w.names.prefix + "sheetData>"})
	}
	w.out.put(edited(head, edits))
	return open, nil
}

// likely guesses the last used column before any row was read: what the sheet says
// of itself, else what the rows in memory have. A wrong guess costs a second start.
func (w *rewriter) likely(extent grid.Range) int {
	if extent.LastColumn > 1 {
		return extent.LastColumn
	}
	last := extent.LastColumn
	rows := w.in.held()
	for range 100 {
		end := bytes.Index(rows, []byte("</"+w.names.prefix+"row"))
		if end < 0 {
			break
		}
		if _, used, known := w.names.lastOf(rows[:end], last); known {
			last = max(last, used)
		}
		rows = rows[end+1:]
	}
	return last
}

// untilRows takes all up to the tag that the rows begin with.
func untilRows(in *window) (head []byte, data tag, err error) {
	for {
		held := in.held()
		if wide(held) {
			return nil, tag{}, errors.New("one of its sheets is written in UTF-16")
		}
		t, found, err := rowsTag(held)
		if err != nil && !errors.Is(err, errCut) {
			return nil, tag{}, err
		}
		if found {
			return bytes.Clone(in.take(t.end)), t, nil
		}
		ok, err := in.more()
		if err != nil {
			return nil, tag{}, err
		}
		if !ok {
			return nil, tag{}, errNoSheet
		}
	}
}

// rowsTag finds the tag right below the worksheet that the rows begin with.
func rowsTag(data []byte) (t tag, found bool, err error) {
	depth, from := 0, 0
	for {
		t, ok, err := nextTag(data, from)
		if err != nil || !ok {
			return tag{}, false, err
		}
		from = t.end
		switch {
		case depth == 0 && string(t.name) != "worksheet":
			return tag{}, false, errNoSheet
		case t.kind == closeTag:
			depth--
		case depth == 1 && string(t.name) == "sheetData":
			return t, true, nil
		case t.kind == openTag:
			depth++
		}
	}
}

func deselected(head []byte, views element) []edit {
	list, err := views.within(head)
	if err != nil {
		return nil
	}
	var edits []edit
	for _, v := range list {
		edits = append(edits, edit{v.start, v.head, string(without(v.tag(head), "tabSelected"))})
	}
	return edits
}

// afterNotes are the elements of a worksheet that stand behind the one that names
// the drawing of its notes (ECMA-376 part 1, 18.3.1.99).
var afterNotes = map[string]bool{
	"legacyDrawingHF": true, "drawingHF": true, "picture": true, "oleObjects": true, "controls": true,
	"webPublishItems": true, "tableParts": true, "extLst": true, "AlternateContent": true,
}

// epilogue copies what stands behind the rows. It is the last place that tells of
// used columns.
func (w *rewriter) epilogue() error {
	tail, err := w.in.rest()
	if err != nil {
		return err
	}
	end := bytes.LastIndex(tail, []byte("</"))
	if end < 0 {
		return errCut
	}
	list, err := elements(tail, 0, end)
	if err != nil {
		return err
	}
	if err := w.width(tail, list); err != nil {
		return err
	}
	had := ""
	notes, hasNotes := named(list, "legacyDrawing")
	if hasNotes {
		had = value(notes.tag(tail), "id")
	}
	id, err := w.legacy(had)
	if err != nil {
		return err
	}
	if id == "" || hasNotes {
		w.out.put(tail)
		return nil
	}
	at := end
	for _, e := range list {
		if afterNotes[e.name] {
			at = e.start
			break
		}
	}
	line := "<" + w.names.prefix + `legacyDrawing xmlns:r="` + w.space + `" r:id="` + id + `"/>`
	w.out.put(edited(tail, []edit{{at, at, line}}))
	return nil
}

// width holds the guess of the used columns against what was found.
func (w *rewriter) width(tail []byte, list []element) error {
	covered := func(ref string) {
		if g, ok := grid.ParseRange(ref); ok && g.LastRow >= w.header {
			w.used = max(w.used, g.LastColumn)
		}
	}
	if filter, ok := named(list, "autoFilter"); ok {
		covered(value(filter.tag(tail), "ref"))
	}
	if merges, ok := named(list, "mergeCells"); ok {
		cells, err := merges.within(tail)
		if err != nil {
			return err
		}
		for _, c := range cells {
			covered(value(c.tag(tail), "ref"))
		}
	}
	if w.places.fresh > 0 && w.used+1 != w.places.fresh {
		return &tooWide{w.name, w.used}
	}
	return nil
}
