package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"time"

	"ferry/extract/sheet"
	"ferry/transform/answers"
)

// Open opens the files; the first decides how all of them are read. given are
// answers by the ID of their question: they win over what is kept. The caller
// closes the import, whatever follows.
func Open(ctx context.Context, paths []string, o sheet.Options, given sheet.Answers) (i *Import, err error) {
	if len(paths) == 0 {
		return nil, errors.New("no file is named")
	}
	i = &Import{Paths: paths, options: o, given: given, asked: map[string]bool{}, first: true}
	i.Answers = &answers.File{Version: 1, Answers: maps.Clone(given), Renamed: map[string]string{}}
	if i.Answers.Answers == nil {
		i.Answers.Answers = sheet.Answers{}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, i.Close())
			i = nil
		}
	}()
	for _, path := range paths {
		o.Answers = i.Answers.Answers
		book, err := sheet.Open(ctx, path, o)
		if err != nil {
			return i, err
		}
		i.Books = append(i.Books, book)
	}
	return i, nil
}

// Look reads the files by what is given alone, and gives their headers: by them it
// is found out what kind of files they are.
func (i *Import) Look(ctx context.Context) (headers []string, mark *sheet.Mark, err error) {
	if err := i.understand(ctx); err != nil {
		return nil, nil, err
	}
	return headersOf(i.Layouts[0]), i.Layouts[0].Mark, nil
}

// Know takes what was decided about files of this kind before, and keeps there
// what is decided now. kind is the name of the mapping, or vendor.stream.
func (i *Import) Know(path, kind string) error {
	i.path = path
	known, err := answers.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		i.Answers.For = kind
		maps.Copy(i.Answers.Answers, i.given)
		return nil
	}
	if err != nil {
		return err
	}
	i.Answers, i.first = known, false
	if i.Answers.Answers == nil {
		i.Answers.Answers = sheet.Answers{}
	}
	if i.Answers.Renamed == nil {
		i.Answers.Renamed = map[string]string{}
	}
	i.fresh = i.fresh && len(i.Answers.Answers)+len(i.Answers.Renamed) == 0
	i.kept = maps.Clone(i.Answers.Answers)
	maps.Copy(i.Answers.Answers, i.given)
	return nil
}

// Save keeps what was decided, and the columns by which the next file of this kind
// is recognised.
func (i *Import) Save() error {
	if i.path == "" {
		return nil
	}
	for _, id := range i.Idle() {
		delete(i.Answers.Answers, id)
	}
	i.Answers.Columns = headersOf(i.Layouts[0])
	i.Answers.Updated = time.Now().UTC().Truncate(time.Second)
	if err := answers.Save(i.path, i.Answers); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return nil
}

// Changed gives the names of the files that were changed since they were read.
func (i *Import) Changed() ([]string, error) {
	var out []string
	for _, b := range i.Books {
		changed, err := b.Changed()
		if err != nil {
			return nil, err
		}
		if changed {
			out = append(out, b.File().Name)
		}
	}
	return out, nil
}

// Close ends the import and removes its private copies.
func (i *Import) Close() error {
	var errs []error
	for _, s := range i.found {
		errs = append(errs, s.Close())
	}
	for _, b := range i.Books {
		errs = append(errs, b.Close())
	}
	return errors.Join(errs...)
}

// headersOf gives the headers of the columns that hold data, as they are written.
func headersOf(l *sheet.Layout) []string {
	var out []string
	for n := range l.Recipe.Columns {
		if c := &l.Recipe.Columns[n]; !c.Ours && c.Place > 0 && (c.Take == "" || c.Take == "value") {
			out = append(out, c.Header)
		}
	}
	return out
}
