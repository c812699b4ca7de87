package main

import (
	"cmp"
	"context"
	"regexp"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/transform/mapping"
)

// oneMember is an object of one member, as a search by one field is written.
var oneMember = regexp.MustCompile(`\{"[a-z_A-Z.]+":("(?:[^"\\]|\\.)*")\}`)

// rowWords says of the records of one entry what becomes of them in the words of
// somebody who has the file: rows and columns, not keys and fields.
type rowWords struct {
	names   *rowNames         // nil: the source is none of files
	columns map[string]string // field to column
	match   [][]string        // fields by which records of the target are found
	entry   string
}

// readNames reads where the rows of files stand, once.
func (l *loader) readNames(ctx context.Context) (err error) {
	if l.names == nil {
		l.names, err = readRowNames(ctx, l.stage, l.source.Account.ID)
	}
	return err
}

// rowWords gives the words for an entry of a plan.
func (l *loader) rowWords(ctx context.Context, e stage.PlanEntry) (*rowWords, error) {
	w := &rowWords{entry: e.Name, columns: map[string]string{}}
	if e.Side.Source != sheet.Stream {
		return w, nil
	}
	if err := l.readNames(ctx); err != nil {
		return w, err
	}
	w.names = l.names
	if l.rules != nil && l.rules.Program != nil {
		w.columns = columnsOf(l.rules.Program)
	}
	for i := range l.cfg.Rules {
		if l.cfg.Rules[i].Name == e.Name {
			w.match = l.cfg.Rules[i].Match
		}
	}
	return w, nil
}

// tellRows tells of the records of files by their rows, for reports; nil of another
// source.
func tellRows(ctx context.Context, st *stage.Stage, account string, m *rules, all []load.Rules) (func(string, record.Key, *load.Reason) (string, *load.Reason), error) {
	names, err := readRowNames(ctx, st, account)
	if err != nil || names == nil {
		return nil, err
	}
	words := map[string]*rowWords{}
	for i := range all {
		words[all[i].Name] = &rowWords{names: names, entry: all[i].Name, match: all[i].Match, columns: columnsOf(m.Program)}
	}
	return func(entry string, key record.Key, why *load.Reason) (string, *load.Reason) {
		w := words[entry]
		if w == nil {
			return string(key), why
		}
		return w.call(key), w.reason(why)
	}, nil
}

// columnsOf gives for each field that one column decides that column.
func columnsOf(p *mapping.Program) map[string]string {
	columns := map[string]string{}
	for _, s := range p.Streams() {
		if s.Source().Name != sheet.Stream {
			continue
		}
		for n, f := range s.Fields() {
			if reads := s.Reads(n); len(reads) == 1 && columns[f.Path.String()] == "" {
				columns[f.Path.String()] = reads[0]
			}
		}
	}
	return columns
}

// call names a record.
func (w *rowWords) call(key record.Key) string { return w.names.call(key) }

// matched names the columns by which records are found.
func (w *rowWords) matched() string {
	var all []string
	for _, group := range w.match {
		all = append(all, w.column(strings.Join(group, " and ")))
	}
	return cmp.Or(strings.Join(all, ", or "), "what tells them apart")
}

// column gives the columns of fields that are joined by and.
func (w *rowWords) column(fields string) string {
	parts := strings.Split(fields, " and ")
	for i, field := range parts {
		parts[i] = cmp.Or(w.columns[field], field)
	}
	return strings.Join(parts, " and ")
}

// reason says why a record is held or rejected, as the owner of the file can act on
// it. What only a decision on the plan can help names the workbook of the plan.
func (w *rowWords) reason(r *load.Reason) *load.Reason {
	if w.names == nil || r == nil {
		return r
	}
	c := *r
	other := w.names.call(record.Key(strings.TrimPrefix(c.Value, w.entry+" ")))
	deciding := strings.Contains(c.Do, "sheet Matches") || strings.Contains(c.Do, "decisions file")
	columns := w.column(cmp.Or(c.Field, ""))
	c.Value = w.names.inWords(c.Value)
	switch {
	case c.Code == load.CodeAlike && c.Value != "" && deciding:
		c.Text = other + " looks like the same record"
		c.Do = "keep one of the rows, or correct one of them in " + w.matched()
	case c.Code == load.CodeAlike && c.Value != "":
		c.Text = other + " looks like the same record and is created first"
		c.Do = "import the file again"
	case c.Code == load.CodeShared && c.Value != "" && deciding:
		c.Text += " (" + other + ")"
		c.Do = "keep one of the rows, or correct one of them in " + columns
	case c.Code == load.CodeSeveral:
		c.Do = "correct the row in " + columns + ", or choose in the workbook of the plan (ferry plan JOB --workbook plan.xlsx)"
	case r.AboutValue() && strings.Contains(c.Do, "sheet Values"):
		c.Do = "correct the cell in " + columns
		switch c.Code {
		case load.CodeNotFound, load.CodeUnknown:
			c.Do += ", or make it in the target and import the file again"
		case load.CodeAmbiguous:
			c.Do += ", or choose one of them in the workbook of the plan (ferry plan JOB --workbook plan.xlsx)"
		}
	case deciding:
		c.Do = "decide in the workbook of the plan (ferry plan JOB --workbook plan.xlsx)"
	}
	if c.Field != "" {
		c.Text = strings.ReplaceAll(c.Text, c.Field, columns)
		c.Field = columns
	}
	c.Text = oneMember.ReplaceAllString(w.names.inWords(c.Text), "$1")
	return &c
}

// plainReason says a reason without its code, which is for programs and reports.
func plainReason(r *load.Reason) string {
	text := cmp.Or(r.Text, r.Code)
	if r.Said != "" {
		text += " (the target said: " + r.Said + ")"
	}
	return text
}
