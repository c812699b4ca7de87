package planbook

import (
	"maps"
	"slices"
	"strings"

	"ferry/load/internal/xlsx"
)

// left writes what stays behind: fields and records.
func (w *writer) left() error {
	s, err := w.book.Sheet(sheetLeft, colStream, xlsx.Column{Name: "What", Width: 30}, xlsx.Column{Name: "Name", Width: 34},
		xlsx.Column{Name: "Records", Width: 10}, xlsx.Column{Name: "Why", Width: 80})
	if err != nil {
		return err
	}
	for _, own := range w.in.Own {
		name, reason, _ := strings.Cut(own, ": ")
		if err := s.Row(name, "what the target sets by itself", "", nil, reason); err != nil {
			return err
		}
	}
	for _, text := range w.in.Unread {
		if err := s.Row("", "photos and attachments", "", nil, text); err != nil {
			return err
		}
	}
	for i, e := range w.in.Entries {
		if e.Files != "" {
			if err := leftFiles(s, e); err != nil {
				return err
			}
			e.Left = nil
		}
		for _, left := range e.Left {
			path, reason, _ := strings.Cut(left, ": ")
			if err := s.Row(e.Name, "field of the source", path, nil, reason); err != nil {
				return err
			}
		}
		for _, what := range ordered(w.found.dropped) {
			if what.entry != i {
				continue
			}
			path, reason, _ := strings.Cut(what.text, ": ")
			if err := s.Row(e.Name, "field of the target", path, w.found.dropped[what].n, reason); err != nil {
				return err
			}
		}
		if e.Files != "" { // why each is not carried over stands under Held
			continue
		}
		if err := leftRecords(s, e); err != nil {
			return err
		}
	}
	return s.End()
}

// leftRecords tells of records that the mapping did not make ready to load.
func leftRecords(s *xlsx.Sheet, e Entry) error {
	if !e.Known {
		return s.Row(e.Name, "records", "", nil, "not known any more: the records were mapped anew since the plan was made")
	}
	for _, reason := range slices.Sorted(maps.Keys(e.Bins.Reasons)) {
		if err := s.Row(e.Name, "records left out by the mapping", "", e.Bins.Reasons[reason], reason); err != nil {
			return err
		}
	}
	for _, r := range []struct {
		what string
		n    int
		why  string
	}{
		{"dead letters", e.Bins.Dead, "a value does not fit, or a parent is not there; `ferry transform` lists them with what to do"},
		{"records held", e.Bins.Held, "their details are not read yet; run `ferry extract`, then `ferry transform`"},
		{"records deleted at the source", e.Bins.Tombstones, "deleting is never carried over"},
	} {
		if r.n == 0 {
			continue
		}
		if err := s.Row(e.Name, r.what, "", r.n, r.why); err != nil {
			return err
		}
	}
	return nil
}

// final writes what no undo takes back.
func (w *writer) final() error {
	s, err := w.book.Sheet(sheetFinal, colStream, xlsx.Column{Name: "What", Width: 90}, xlsx.Column{Name: "Records", Width: 10},
		xlsx.Column{Name: "Such as", Width: 20})
	if err != nil {
		return err
	}
	for _, what := range ordered(w.found.final) {
		f := w.found.final[what]
		if err := s.Row(w.in.Entries[what.entry].Name, what.text, f.n, string(f.key)); err != nil {
			return err
		}
	}
	return s.End()
}

// effects writes what would reach people.
func (w *writer) effects() error {
	s, err := w.book.Sheet(sheetEffects, colStream, xlsx.Column{Name: "Effect", Width: 24}, xlsx.Column{Name: "What it is", Width: 60},
		xlsx.Column{Name: "Will happen", Width: 12}, xlsx.Column{Name: "Muted or left out", Width: 18})
	if err != nil {
		return err
	}
	about := map[string]string{}
	if w.in.Vendor != nil {
		for _, e := range w.in.Vendor.Effects {
			about[e.Name] = e.About
		}
	}
	for _, what := range ordered(w.found.effects) {
		c := w.found.effects[what]
		happen := xlsx.Cell{Value: c.happen, Style: xlsx.Number}
		if c.happen > 0 {
			happen.Style = xlsx.Warn
		}
		if err := s.Row(w.in.Entries[what.entry].Name, what.text, about[what.text], happen, c.muted); err != nil {
			return err
		}
	}
	return s.End()
}
