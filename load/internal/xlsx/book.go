package xlsx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"
)

// maxRows is how many rows a sheet has, its header among them.
const maxRows = excelize.TotalRows

// Book is a workbook in the making. Its sheets are written one after the other.
type Book struct {
	file    *excelize.File
	styles  [lastStyle]int
	sheets  int
	lists   map[string]string // name of a list -> where it stands
	values  []list
	maxRows int
}

// New begins a workbook. Close it, saved or not.
func New() (*Book, error) {
	b := &Book{file: excelize.NewFile(), lists: map[string]string{}, maxRows: maxRows}
	for i := range b.styles {
		id, err := b.file.NewStyle(Style(i).style())
		if err != nil {
			return nil, errors.Join(err, b.file.Close())
		}
		b.styles[i] = id
	}
	return b, nil
}

// Close gives back what the workbook holds.
func (b *Book) Close() error { return b.file.Close() }

// Save writes the workbook to path, readable by its owner alone: the old file or
// the new one stands there at every moment. The error names the file.
func (b *Book) Save(path string) (err error) {
	if err := b.writeLists(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(out.Name())
		}
	}()
	if err := b.file.Write(out); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return fmt.Errorf("%w; where the workbook is open in Excel, close it and try again", err)
	}
	return nil
}

// addSheet makes a sheet; the first takes the place of the one that a new
// workbook has.
func (b *Book) addSheet(name string) error {
	b.sheets++
	if b.sheets == 1 {
		return b.file.SetSheetName("Sheet1", name)
	}
	if at, err := b.file.GetSheetIndex(name); err != nil || at >= 0 {
		return errors.Join(err, fmt.Errorf("there are two sheets %q", name))
	}
	_, err := b.file.NewSheet(name)
	return err
}
