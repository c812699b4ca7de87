package answer

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet"
)

// The namespaces of workbooks, of the usual kind and of the strict one
// (ECMA-376 part 4 and part 1).
const (
	usualSpace      = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictSpace     = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	usualRelations  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictRelations = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// workbook is the part that lists the sheets, and what hangs on it.
type workbook struct {
	pack      *pack
	part      string
	data      []byte
	top       element
	list      element // sheets
	sheets    []sheetOf
	relations *relations
	space     string // main namespace
	relation  string // namespace of relations
	nextID    int
}

// sheetOf is a line of the list of sheets.
type sheetOf struct {
	name string
	part string
	at   element
}

// readWorkbook finds its way from the package to the sheets.
func readWorkbook(p *pack) (*workbook, error) {
	if err := answerable(p); err != nil {
		return nil, err
	}
	w := &workbook{pack: p, part: "xl/workbook.xml", space: usualSpace, relation: usualRelations}
	first, err := p.relationsOf("")
	if err != nil {
		return nil, err
	}
	if r, ok := first.by("officeDocument"); ok {
		w.part = r.target
	}
	if f := p.parts[normal(w.part)]; f != nil {
		w.part = strings.ReplaceAll(f.Name, `\`, "/")
	}
	if w.data, err = p.read(w.part); err != nil {
		return nil, err
	}
	if w.data == nil {
		return nil, errors.New("its list of sheets is missing")
	}
	if w.top, err = root(w.data); err != nil {
		return nil, err
	}
	if strings.Contains(string(w.top.tag(w.data)), strictSpace) {
		w.space, w.relation = strictSpace, strictRelations
	}
	if w.relations, err = p.relationsOf(w.part); err != nil {
		return nil, err
	}
	return w, w.readSheets()
}

// answerable refuses what an answer would break.
func answerable(p *pack) error {
	for name := range p.parts {
		switch {
		case strings.HasPrefix(name, "_xmlsignatures/"):
			return errors.New("it is signed, and an answer in it would break the signature")
		case strings.HasPrefix(name, "xl/revisions/"):
			return errors.New("it is a shared workbook that keeps track of changes; stop sharing it in Excel (Review) to have the answers in it")
		}
	}
	return nil
}

func (w *workbook) readSheets() error {
	list, ok, err := w.top.below(w.data, "sheets")
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("its list of sheets is missing")
	}
	w.list = list
	lines, err := list.within(w.data)
	if err != nil {
		return err
	}
	for _, e := range lines {
		start := e.tag(w.data)
		s := sheetOf{name: value(start, "name"), at: e}
		w.nextID = max(w.nextID, integer(start, "sheetId", 0))
		if r, ok := w.relations.of(value(start, "id")); ok {
			s.part = r.target
		}
		w.sheets = append(w.sheets, s)
	}
	w.nextID++
	return nil
}

// sheet finds a sheet by its name, as Excel does: without regard to case.
func (w *workbook) sheet(name string) (sheetOf, bool) {
	for _, s := range w.sheets {
		if strings.EqualFold(s.name, name) {
			return s, true
		}
	}
	return sheetOf{}, false
}

// resultNames are what the sheet of results is called; the second where the
// person has a sheet of that name.
var resultNames = []string{sheet.ResultSheet, sheet.ResultSheet + " (Ferry)"}

// result tells the sheet for results: of an earlier answer, or a free name.
func (w *workbook) result(answered bool) (earlier sheetOf, name string) {
	if answered {
		for _, name := range slices.Backward(resultNames) {
			if s, ok := w.sheet(name); ok {
				return s, s.name
			}
		}
	}
	for n := 2; ; n++ {
		for _, name := range resultNames {
			if n > 2 {
				name += " " + strconv.Itoa(n)
			}
			if _, ok := w.sheet(name); !ok {
				return sheetOf{}, name
			}
		}
	}
}

// selected tells which sheets but those of skip are selected.
func (w *workbook) selected(skip map[string]bool) (bool, error) {
	const enough = 16 << 10 // the views of a sheet stand at its start
	for _, s := range w.sheets {
		if s.part == "" || skip[normal(s.part)] {
			continue
		}
		start, err := w.pack.start(s.part, enough)
		if err != nil {
			return false, fmt.Errorf("sheet %s: %w", s.name, err)
		}
		if strings.Contains(string(start), `tabSelected="1"`) || strings.Contains(string(start), `tabSelected="true"`) {
			return true, nil
		}
	}
	return false, nil
}

// added is a sheet that is put into a workbook.
type added struct {
	name, relation string
	hidden         bool // where only a program sees it
}

// with gives the part with sheets put before the others and behind them. What
// counts sheets by their place is counted anew. active is the sheet that is shown
// first: the new first one, or the one that was.
func (w *workbook) with(first, last *added, activate bool) ([]byte, error) {
	id := w.nextID
	line := func(s *added) string {
		text := "<" + w.list.prefix + `sheet xmlns:r="` + w.relation + `" name="` + escape(s.name) + `" sheetId="` + strconv.Itoa(id) + `"`
		if s.hidden {
			text += ` state="veryHidden"`
		}
		id++
		return text + ` r:id="` + s.relation + `"/>`
	}
	var edits []edit
	if first != nil {
		edits = append(edits, edit{w.list.head, w.list.head, line(first)})
	}
	if last != nil {
		edits = append(edits, edit{w.list.tail, w.list.tail, line(last)})
	}
	if first != nil {
		shifted, err := w.shifted(activate)
		if err != nil {
			return nil, err
		}
		edits = append(edits, shifted...)
	}
	return edited(w.data, edits), nil
}

// shifted counts sheets by their new place where one stands before them.
func (w *workbook) shifted(activate bool) ([]edit, error) {
	var edits []edit
	list, err := w.top.within(w.data)
	if err != nil {
		return nil, err
	}
	names, _ := named(list, "definedNames")
	defined, err := names.within(w.data)
	if err != nil {
		return nil, err
	}
	for _, d := range defined {
		start := d.tag(w.data)
		if at := integer(start, "localSheetId", -1); at >= 0 {
			edits = append(edits, edit{d.start, d.head, string(with(start, "localSheetId", strconv.Itoa(at+1)))})
		}
	}
	books, ok := named(list, "bookViews")
	if !ok && !activate {
		text := "<" + w.list.prefix + `bookViews><` + w.list.prefix + `workbookView activeTab="1"/></` + w.list.prefix + `bookViews>`
		return append(edits, edit{w.list.start, w.list.start, text}), nil
	}
	views, err := books.within(w.data)
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		start := v.tag(w.data)
		active := integer(start, "activeTab", 0) + 1
		if activate {
			active = 0
		}
		start = without(with(start, "activeTab", strconv.Itoa(active)), "firstSheet")
		edits = append(edits, edit{v.start, v.head, string(start)})
	}
	return edits, nil
}

// dir is the folder that the workbook's parts lie in.
func (w *workbook) dir() string {
	if d := path.Dir(w.part); d != "." {
		return d + "/"
	}
	return ""
}
