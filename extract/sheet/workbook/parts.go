package workbook

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"

	"ferry/extract/sheet/grid"
)

// What a package may be, beside grid.Limits.
const (
	mostParts = 200_000
	// A part that is large and shrinks this much is no sheet of a person: XML of
	// rows shrinks ten to forty times, what is made to burst about a thousand.
	largePart  = 64 << 20
	mostShrunk = 200
)

// parts is the package: its parts by name, without regard to case, with forward
// slashes (ECMA-376 Part 2, 7.2.3.5).
type parts struct {
	files  map[string]*zip.File
	limits grid.Limits
}

func openParts(r io.ReaderAt, size int64, l grid.Limits) (*parts, error) {
	if size == 0 {
		return nil, &grid.Refusal{Cause: grid.Empty, Why: "the file is empty", Do: doFetchAgain}
	}
	if size > l.File {
		return nil, tooLarge(fmt.Sprintf("the file has %s, more than the %s that Ferry reads", bytesText(size), bytesText(l.File)))
	}
	r = inside{r, size}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, notWhole(r, err)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	if len(z.File) > mostParts {
		return nil, tooLarge(fmt.Sprintf("the file holds %d parts, more than a workbook has", len(z.File)))
	}
	p := &parts{files: make(map[string]*zip.File, len(z.File)), limits: l}
	return p, p.add(z.File, size)
}

// inside refuses to read where the file has nothing: a list of contents may point
// anywhere.
type inside struct {
	io.ReaderAt
	size int64
}

func (i inside) ReadAt(b []byte, at int64) (int, error) {
	if at < 0 || at > i.size {
		return 0, zip.ErrFormat
	}
	return i.ReaderAt.ReadAt(b, at)
}

// notWhole says why a zip has no directory.
func notWhole(r io.ReaderAt, err error) error {
	var head [4]byte
	if _, e := r.ReadAt(head[:], 0); e != nil && e != io.EOF {
		return e
	}
	if errors.Is(err, zip.ErrFormat) && string(head[:2]) == "PK" {
		return &grid.Refusal{Cause: grid.Cut, Why: "the file ends in the middle: it was not downloaded or copied whole", Do: doFetchAgain}
	}
	if errors.Is(err, zip.ErrFormat) {
		return &grid.Refusal{Cause: grid.OtherFormat, Why: "this is no Excel workbook", Do: doCSV}
	}
	return refusal(err, "the file")
}

func (p *parts) add(files []*zip.File, size int64) error {
	var expanded uint64
	for _, f := range files {
		name := partName(f.Name)
		if strings.HasSuffix(name, "/") {
			continue
		}
		if f.Flags&1 != 0 {
			return &grid.Refusal{Cause: grid.Protected, Why: "the file is protected by a password", Do: "open it, take the password off and save it again"}
		}
		if old := p.files[name]; old != nil && (old.CRC32 != f.CRC32 || old.UncompressedSize64 != f.UncompressedSize64) {
			return &grid.Refusal{Cause: grid.Unsafe, Why: "the file holds two different parts of one name, so that programs would not read the same in it", Do: doSaveAgain}
		}
		p.files[name] = f
		expanded += f.UncompressedSize64
		burst := f.UncompressedSize64 > largePart && f.UncompressedSize64/mostShrunk > f.CompressedSize64
		if burst || f.UncompressedSize64 > uint64(p.limits.Expanded) || expanded > uint64(p.limits.Expanded) {
			return tooLarge(fmt.Sprintf("the file of %s would unpack to %s or more, as files made to do harm do", bytesText(size), bytesText(int64(min(expanded, 1<<62)))))
		}
		if f.CompressedSize64 > uint64(size) {
			return &grid.Refusal{Cause: grid.Cut, Why: "the file is shorter than its own list of contents says", Do: doFetchAgain}
		}
	}
	return nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimLeft(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (p *parts) has(name string) bool { return name != "" && p.files[partName(name)] != nil }

func (p *parts) size(name string) int64 {
	if f := p.files[partName(name)]; f != nil {
		return int64(f.UncompressedSize64)
	}
	return 0
}

// open gives a part unpacked. Its checksum is compared where it is read to its end.
func (p *parts) open(name string) (io.ReadCloser, error) {
	f := p.files[partName(name)]
	if f == nil {
		return nil, errNoPart
	}
	return f.Open()
}

var errNoPart = errors.New("the part is missing")

// each reads a part and calls fn at every start tag and every piece of text. fn
// may read on in the scanner.
func (p *parts) each(ctx context.Context, name, what string, fn func(s *scanner, tok token) error) (err error) {
	if p.size(name) > p.limits.Part {
		return tooLarge(what + " of the file is larger than Ferry reads")
	}
	in, err := p.open(name)
	if err != nil {
		return refusal(err, what)
	}
	defer in.Close()
	s := newScanner(ctx, in)
	for {
		tok, err := s.next()
		if err != nil {
			return refusal(err, what)
		}
		switch tok {
		case tokEOF:
			return nil
		case tokEnd:
			continue
		}
		if err := fn(s, tok); err != nil {
			return refusal(err, what)
		}
	}
}

// relation is a relationship of a part (ECMA-376 Part 2, 9.3): to another part, or
// to an address outside.
type relation struct {
	kind   string // last word of its type: worksheet, styles, hyperlink
	target string // name of the part; of an outside one the address
	out    bool
}

// relations gives those of a part by id; "" those of the package.
func (p *parts) relations(ctx context.Context, name string) (map[string]relation, error) {
	const most = 200_000
	dir, base := path.Split(name)
	from := dir + "_rels/" + base + ".rels"
	found := map[string]relation{}
	if !p.has(from) {
		return found, nil
	}
	err := p.each(ctx, from, "the list of the file's parts", func(s *scanner, tok token) error {
		if _, local := splitName(s.name); tok != tokStart || string(local) != "Relationship" {
			return nil
		}
		if len(found) >= most {
			return tooLarge("the file has more links between its parts than Ferry reads")
		}
		rel := relation{kind: path.Base(s.value("Type")), target: s.value("Target"), out: s.value("TargetMode") == "External"}
		if !rel.out {
			rel.target = resolve(dir, rel.target)
		}
		found[s.value("Id")] = rel
		return nil
	})
	return found, err
}

// resolve gives the name of the part that a relationship points to.
func resolve(dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if plain, err := url.PathUnescape(target); err == nil {
		target = plain
	}
	if !strings.HasPrefix(target, "/") {
		target = "/" + dir + target
	}
	return strings.TrimPrefix(path.Clean(target), "/")
}

// one gives the target of the relationship of a kind; "" there is none. Of several
// it is the first by id.
func one(relations map[string]relation, kind string) string {
	for _, id := range sortedKeys(relations) {
		if r := relations[id]; r.kind == kind && !r.out {
			return r.target
		}
	}
	return ""
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KiB", (n+1023)>>10)
}
