package sheet

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"ferry/extract/sheet/grid"
)

// Options say how a file is opened.
type Options struct {
	// Limits bound what it may cost; the zero value is grid.DefaultLimits.
	Limits grid.Limits
	// Child is the command line of a process that runs Serve, usually our own
	// binary. None: the file is read in this process, without its protection.
	Child []string
	// Dir is a folder for the private copy; "" a new one below the system's folder
	// for temporary files. The copy is removed by Close.
	Dir string
	// Answers are taken into account from the first byte on: encoding, delimiter, quote.
	Answers Answers
}

// File is the file as it was when it was opened.
type File struct {
	Name   string // base name, as the person knows it
	Path   string // of Ferry's private copy; gone after Close
	Bytes  int64
	SHA256 string // in hex
	Format string // workbook, text, markup
}

// Book is an open file. One function at a time may be called; a reading is ended by
// its context.
type Book struct {
	file     File
	original string // path as given
	before   os.FileInfo
	options  Options
	scratch  string // folder to remove; "" none
	given    Dialect

	src   source
	about opened
	tails map[int]grid.Tail // of sheets that were read to their end, by index
}

// Open makes a private copy of the file, sees by its content what it is, and reads
// what it says of its sheets. Errors are *grid.Refusal, those of ctx, and those of
// a disk that cannot be written.
func Open(ctx context.Context, path string, o Options) (b *Book, err error) {
	if o.Limits == (grid.Limits{}) {
		o.Limits = grid.DefaultLimits()
	}
	b = &Book{original: path, options: o, file: File{Name: filepath.Base(path)}, tails: map[int]grid.Tail{}}
	defer func() {
		if err != nil {
			err = errors.Join(named(err, b.file.Name), b.Close())
			b = nil
		}
	}()
	if err = b.copy(ctx); err != nil {
		return b, err
	}
	hashing, stop := context.WithCancel(ctx)
	defer stop()
	hashed := make(chan error, 1)
	go func() { hashed <- b.hash(hashing) }()
	if err = b.open(ctx, dialectOf(o.Answers)); err != nil {
		stop()
		<-hashed
		return b, err
	}
	return b, <-hashed
}

// open starts a reader for the dialect that people decided on.
func (b *Book) open(ctx context.Context, given Dialect) error {
	job := openJob{Path: b.file.Path, Name: b.file.Name, Limits: b.options.Limits, Given: given}
	var (
		src   source
		about opened
		err   error
	)
	if len(b.options.Child) > 0 {
		src, about, err = startChild(ctx, b.options.Child, job)
	} else {
		src, about, err = openLocal(ctx, job)
	}
	if err != nil {
		return err
	}
	b.src, b.about, b.given = src, about, given
	b.file.Format = about.Format
	clear(b.tails)
	return nil
}

// reopen opens the file anew where people decided on another dialect than it was
// opened with.
func (b *Book) reopen(ctx context.Context, given Dialect) error {
	if given == b.given {
		return nil
	}
	if err := b.closeSource(); err != nil {
		return err
	}
	return named(b.open(ctx, given), b.file.Name)
}

// File gives what the file was when it was opened.
func (b *Book) File() File { return b.file }

// Close ends the reader and removes the private copy.
func (b *Book) Close() error {
	err := b.closeSource()
	if b.scratch != "" {
		err = errors.Join(err, os.RemoveAll(b.scratch))
		b.scratch = ""
	} else if b.file.Path != "" {
		if gone := os.Remove(b.file.Path); !errors.Is(gone, os.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

func (b *Book) closeSource() error {
	if b.src == nil {
		return nil
	}
	err := b.src.Close()
	b.src = nil
	return err
}

// named puts the file's name into a refusal that lacks it.
func named(err error, name string) error {
	var refusal *grid.Refusal
	if !errors.As(err, &refusal) || refusal.File != "" {
		return err
	}
	with := *refusal
	with.File = name
	return &with
}
