package report

import (
	"slices"

	"ferry/load/internal/xlsx"
)

// files writes what became of the photos and attachments.
func (b *bookWriter) files() error {
	if len(b.Files)+len(b.FilesLeft) == 0 {
		return nil
	}
	columns := []xlsx.Column{{Name: "Stream", Width: 20}, {Name: "From", Width: 16}, {Name: "What is done", Width: 28}, {Name: "Number", Width: 10}, {Name: "Bytes", Width: 14},
		{Name: "In place", Width: 10}, {Name: "Bytes in place", Width: 14}}
	for _, c := range binColumns {
		columns = append(columns, xlsx.Column{Name: c.name, Width: 10})
	}
	columns = append(columns, xlsx.Column{Name: "Adds up", Width: 10}, xlsx.Column{Name: "Looked at again", Width: 50})
	s, err := b.book.Sheet("Photos and attachments", columns...)
	if err != nil {
		return err
	}
	for _, f := range b.Files {
		row := []any{f.Entry, f.Side.Source, f.How(), f.FileCount.Files, f.Bytes, f.There(), f.Done().Bytes}
		for _, c := range binColumns {
			row = append(row, f.In(c.bin))
		}
		if err := s.Row(append(row, yesNo(f.Adds()), f.Checked())...); err != nil {
			return err
		}
	}
	for _, told := range slices.Concat(b.FilesLeft, b.FilesSaid) {
		if err := s.Row(nil, nil, told); err != nil {
			return err
		}
	}
	return s.End()
}
