package sheet

import (
	"context"
	"errors"
	"io"
	"os"

	"ferry/extract/sheet/container"
	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/markup"
	"ferry/extract/sheet/text"
	"ferry/extract/sheet/workbook"
)

// local reads a file in this process.
type local struct {
	file *os.File
	rows func(ctx context.Context, sheet int, o want, fn func(*grid.Row) error) (grid.Tail, error)
	end  io.Closer
}

// openLocal sees by its content what a file is and opens it with the reader for it.
func openLocal(ctx context.Context, job openJob) (_ source, about opened, err error) {
	file, err := os.Open(job.Path)
	if err != nil {
		return nil, about, openRefusal(job.Path, err)
	}
	s := &local{file: file}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return nil, about, err
	}
	format, err := container.Detect(job.Name, file, info.Size())
	if err != nil {
		return nil, about, err
	}
	about.Format = string(format)
	switch format {
	case container.Workbook:
		err = s.openWorkbook(ctx, info.Size(), job, &about)
	case container.Markup:
		err = s.openMarkup(ctx, info.Size(), job, &about)
	default:
		err = s.openText(ctx, info.Size(), job, &about)
	}
	return s, about, err
}

func (s *local) openWorkbook(ctx context.Context, size int64, job openJob, about *opened) error {
	r, err := workbook.Open(ctx, s.file, size, job.Limits)
	if err != nil {
		return err
	}
	about.Sheets, about.Facts = r.Sheets(), r.Facts()
	s.end = r
	s.rows = func(ctx context.Context, sheet int, o want, fn func(*grid.Row) error) (grid.Tail, error) {
		return r.Rows(ctx, sheet, workbook.Look{Fills: o.Fills, Second: o.Second && o.Head == 0}, fn)
	}
	return nil
}

func (s *local) openText(ctx context.Context, size int64, job openJob, about *opened) error {
	r, err := text.Open(ctx, s.file, size, job.Limits, job.Given)
	if err != nil {
		return err
	}
	dialect := r.Dialect()
	about.Sheets, about.Facts, about.Questions, about.Dialect = r.Sheets(), r.Facts(), r.Questions(), &dialect
	s.end = r
	s.rows = func(ctx context.Context, sheet int, _ want, fn func(*grid.Row) error) (grid.Tail, error) {
		return r.Rows(ctx, sheet, fn)
	}
	return nil
}

func (s *local) openMarkup(ctx context.Context, size int64, job openJob, about *opened) error {
	encoding, err := markup.Encoding(s.file, size)
	if err != nil {
		return err
	}
	page, err := text.OpenPlain(ctx, s.file, size, encoding)
	if err != nil {
		return err
	}
	r, err := markup.Open(ctx, page, job.Limits)
	if err != nil {
		return err
	}
	about.Sheets, about.Facts = r.Sheets(), append(page.Facts, r.Facts()...)
	s.end = r
	s.rows = func(ctx context.Context, sheet int, _ want, fn func(*grid.Row) error) (grid.Tail, error) {
		return r.Rows(ctx, sheet, fn)
	}
	return nil
}

// errEnough ends a reading after want.Head rows.
var errEnough = errors.New("enough rows")

// Rows reads a sheet.
func (s *local) Rows(ctx context.Context, sheet int, o want, fn func(*grid.Row) error) (grid.Tail, error) {
	if o.Head == 0 {
		return s.rows(ctx, sheet, o, fn)
	}
	n := 0
	tail, err := s.rows(ctx, sheet, o, func(row *grid.Row) error {
		if n++; n > o.Head {
			return errEnough
		}
		return fn(row)
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return tail, err
}

// Close ends the reader.
func (s *local) Close() error {
	if s.end == nil {
		return s.file.Close()
	}
	return errors.Join(s.end.Close(), s.file.Close())
}
