package report

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/stage"
	"ferry/load/internal/xlsx"
)

// workbook writes report.xlsx: what the page shows, and all differences.
func (w *writer) workbook(path string) error {
	book, err := xlsx.New()
	if err != nil {
		return err
	}
	b := &bookWriter{Report: w.report, book: book, w: w}
	for _, do := range []func() error{b.summary, b.bins, b.files, b.counts, b.samples, b.differences, b.causes, b.rests} {
		if err = do(); err != nil {
			break
		}
	}
	if err == nil {
		err = book.Save(path)
	}
	if closed := book.Close(); err == nil {
		err = closed
	}
	return err
}

type bookWriter struct {
	*Report
	book *xlsx.Book
	w    *writer
}

func text(value string, style xlsx.Style) xlsx.Cell { return xlsx.Cell{Value: value, Style: style} }

func (b *bookWriter) summary() error {
	s, err := b.book.Sheet("Summary", xlsx.Column{Width: 26}, xlsx.Column{Width: 100})
	if err != nil {
		return err
	}
	if err := s.Row(text(b.Title, xlsx.Title)); err != nil {
		return err
	}
	for _, f := range b.Facts() {
		if err := s.Row(text(f.Name, xlsx.Heading), f.Text); err != nil {
			return err
		}
	}
	return s.End()
}

// binColumns are the bins of the load that a report shows.
var binColumns = []struct {
	bin  stage.LoadBin
	name string
}{
	{stage.LoadCreated, "Created"}, {stage.LoadUpdated, "Updated"}, {stage.LoadUnchanged, "Unchanged"}, {stage.LoadRejected, "Rejected"},
	{stage.LoadHeld, "Held"}, {stage.LoadUnsure, "Unsure"}, {stage.LoadWaiting, "Waiting"}, {stage.LoadDeleted, "Deleted"}, {stage.LoadRestored, "Restored"},
}

func (b *bookWriter) bins() error {
	columns := []xlsx.Column{{Name: "Stream", Width: 18}, {Name: "From", Width: 16}, {Name: "To", Width: 16}, {Name: "Source records", Width: 12},
		{Name: "Left out", Width: 10}, {Name: "Dead letters", Width: 10}, {Name: "Details missing", Width: 10}, {Name: "Deleted at source", Width: 10}, {Name: "Mapped", Width: 10}}
	for _, c := range binColumns {
		columns = append(columns, xlsx.Column{Name: c.name, Width: 10})
	}
	columns = append(columns, xlsx.Column{Name: "Adds up", Width: 10}, xlsx.Column{Name: "Read back", Width: 10}, xlsx.Column{Name: "By the answer", Width: 10},
		xlsx.Column{Name: "Gone since", Width: 10}, xlsx.Column{Name: "Not read back", Width: 10}, xlsx.Column{Name: "Compared", Width: 10}, xlsx.Column{Name: "Fields that differ", Width: 10})
	s, err := b.book.Sheet("Bins", columns...)
	if err != nil {
		return err
	}
	for _, e := range b.Entries {
		row := []any{e.Name, e.Source, e.Target, e.Bins.Source(), e.Mapping.Skipped, e.Mapping.Dead, e.Mapping.Held, e.Mapping.Tombstones, e.Planned()}
		for _, c := range binColumns {
			row = append(row, e.Load[c.bin])
		}
		row = append(row, yesNo(e.Adds()), e.Read.Read, e.Read.Answered, e.Read.Gone, e.Read.Missing, e.Read.Compared, e.Read.Fields)
		if err := s.Row(row...); err != nil {
			return err
		}
	}
	return s.End()
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// counts writes one row a line of a table and field that is summed.
func (b *bookWriter) counts() error {
	s, err := b.book.Sheet("Counts and sums", xlsx.Column{Name: "Stream", Width: 18}, xlsx.Column{Name: "By", Width: 22}, xlsx.Column{Name: "Value", Width: 22},
		xlsx.Column{Name: "Currency", Width: 10}, xlsx.Column{Name: "Source", Width: 10}, xlsx.Column{Name: "Not loaded", Width: 10},
		xlsx.Column{Name: "Loaded", Width: 10}, xlsx.Column{Name: "Target", Width: 10}, xlsx.Column{Name: "Sum of", Width: 22},
		xlsx.Column{Name: "Sum in the source", Width: 16}, xlsx.Column{Name: "Sum loaded", Width: 16}, xlsx.Column{Name: "Sum in the target", Width: 16}, xlsx.Column{Name: "Agrees", Width: 9})
	if err != nil {
		return err
	}
	for _, e := range b.Entries {
		for _, table := range e.Tables {
			by := table.By
			if by == "" {
				by = "all together"
			}
			for _, l := range table.Lines {
				row := []any{e.Name, by, l.Value, l.Currency, l.Source, l.NotLoaded, l.Loaded, l.Target}
				if len(l.Sums) == 0 {
					if err := s.Row(append(row, nil, nil, nil, nil, yesNo(l.Same))...); err != nil {
						return err
					}
				}
				for i, sum := range l.Sums {
					if err := s.Row(append(row[:8:8], table.Sums[i], number(sum.Source), number(sum.Loaded), number(sum.Target), yesNo(sum.Same))...); err != nil {
						return err
					}
				}
			}
		}
	}
	return s.End()
}

// number is a sum as a number where a spreadsheet's 15 digits hold it, else as
// text.
func number(text string) any {
	plain := strings.ReplaceAll(text, ",", "")
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil || len(strings.Trim(plain, "-.")) > 15 {
		return text
	}
	return f
}

func (b *bookWriter) samples() error {
	s, err := b.book.Sheet("Samples", xlsx.Column{Name: "Stream", Width: 16, Carry: true}, xlsx.Column{Name: "Source key", Width: 14, Carry: true}, xlsx.Column{Name: "Name", Width: 28},
		xlsx.Column{Name: "Target key", Width: 14}, xlsx.Column{Name: "Page", Width: 8}, xlsx.Column{Name: "Field", Width: 24},
		xlsx.Column{Name: "As mapped", Width: 44}, xlsx.Column{Name: "In the target", Width: 44}, xlsx.Column{Name: "Compared", Width: 10})
	if err != nil {
		return err
	}
	for _, e := range b.Entries {
		for _, p := range e.Samples {
			for _, f := range p.Fields {
				if err := s.Row(e.Name, p.Key, p.Label, p.Target, open(p.Link), f.Path, f.Source, f.Target, f.State); err != nil {
					return err
				}
			}
		}
	}
	return s.End()
}

func (b *bookWriter) differences() error {
	s, err := b.book.Sheet("Differences", xlsx.Column{Name: "Stream", Width: 16, Carry: true}, xlsx.Column{Name: "Source key", Width: 14, Carry: true},
		xlsx.Column{Name: "Target key", Width: 14}, xlsx.Column{Name: "Page", Width: 8}, xlsx.Column{Name: "Field", Width: 24},
		xlsx.Column{Name: "As it was sent", Width: 44}, xlsx.Column{Name: "As the target has it", Width: 44}, xlsx.Column{Name: "How", Width: 18})
	if err != nil {
		return err
	}
	for i := range b.Unequal {
		raw, _, err := b.w.diffs.Get(strconv.Itoa(i + 1))
		if err != nil {
			return err
		}
		var d Difference
		if err := json.Unmarshal(raw, &d); err != nil {
			return err
		}
		if err := s.Row(d.Entry, d.Key, d.Target, open(d.Link), d.Field, d.Sent, d.Has, d.How); err != nil {
			return err
		}
	}
	return s.End()
}

func (b *bookWriter) causes() error {
	s, err := b.book.Sheet("Not loaded", xlsx.Column{Name: "Stream", Width: 16}, xlsx.Column{Name: "Cause", Width: 24}, xlsx.Column{Name: "Field", Width: 20},
		xlsx.Column{Name: "Records", Width: 10}, xlsx.Column{Name: "Such as", Width: 30}, xlsx.Column{Name: "Reason", Width: 60}, xlsx.Column{Name: "What to do", Width: 60})
	if err != nil {
		return err
	}
	for _, c := range slices.Concat(b.Causes, b.FileCauses) {
		if err := s.Row(c.Stream, c.Code, c.Field, c.N, c.Examples(), c.Text, c.Do); err != nil {
			return err
		}
	}
	return s.End()
}

func (b *bookWriter) rests() error {
	s, err := b.book.Sheet("What it rests on", xlsx.Column{Name: "What", Width: 40}, xlsx.Column{Name: "Name or hash", Width: 90})
	if err != nil {
		return err
	}
	for _, f := range b.Hashes() {
		if err := s.Row(f.Name, f.Text); err != nil {
			return err
		}
	}
	return s.End()
}
