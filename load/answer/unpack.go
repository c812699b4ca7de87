package answer

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
)

// mostPart is the most bytes of a part that is held in memory.
const mostPart = 64 << 20

// pack is the package of a workbook: its parts, and the relations between them
// (ECMA-376 part 2).
type pack struct {
	zip   *zip.Reader
	parts map[string]*zip.File // by normal name
}

// normal gives the name of a part as names are compared: without regard to case
// (ECMA-376 part 2, 6.2.2), and with the slashes that some programs turn round.
func normal(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func openPack(r io.ReaderAt, size int64) (*pack, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	p := &pack{zip: z, parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		if p.parts[normal(f.Name)] != nil {
			return nil, errors.New("it holds two parts of one name")
		}
		p.parts[normal(f.Name)] = f
	}
	return p, nil
}

// read gives a part; nil where there is none.
func (p *pack) read(name string) ([]byte, error) {
	f := p.parts[normal(name)]
	if f == nil {
		return nil, nil
	}
	if f.UncompressedSize64 > mostPart {
		return nil, fmt.Errorf("its part %s is larger than %d MiB", name, mostPart>>20)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, mostPart+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("its part %s cannot be read: %w", name, err)
	case len(data) > mostPart:
		return nil, fmt.Errorf("its part %s is larger than %d MiB", name, mostPart>>20)
	case wide(data):
		return nil, fmt.Errorf("its part %s is written in UTF-16", name)
	}
	return data, nil
}

// start gives the first bytes of a part.
func (p *pack) start(name string, most int64) ([]byte, error) {
	f := p.parts[normal(name)]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, most))
}

// wide tells whether XML is written in 16-bit units.
func wide(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) ||
		len(data) > 1 && (data[0] == 0 || data[1] == 0)
}

// free gives the first name like xl/comments%d.xml that no part has.
func (p *pack) free(before, after string, taken map[string]bool) string {
	for n := 1; ; n++ {
		name := before + strconv.Itoa(n) + after
		if p.parts[normal(name)] == nil && !taken[normal(name)] {
			taken[normal(name)] = true
			return name
		}
	}
}

// relation is a line of a part's relations.
type relation struct {
	id, kind string // kind is the last word of its type
	target   string // name of the part; "" outside of the package
}

// relations are those of one part, with the bytes they stand in.
type relations struct {
	part string // name of the part that holds them
	data []byte // nil there are none yet
	list []relation
	used map[string]bool
}

// relationsOf reads the relations of a part; "" is the package.
func (p *pack) relationsOf(part string) (*relations, error) {
	dir, base := path.Split(part)
	r := &relations{part: dir + "_rels/" + base + ".rels", used: map[string]bool{}}
	if f := p.parts[normal(r.part)]; f != nil {
		r.part = slashed(f.Name)
	}
	var err error
	if r.data, err = p.read(r.part); err != nil || r.data == nil {
		return r, err
	}
	top, err := root(r.data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.part, err)
	}
	lines, err := top.within(r.data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.part, err)
	}
	for _, e := range lines {
		start := e.tag(r.data)
		one := relation{id: value(start, "Id"), kind: path.Base(value(start, "Type"))}
		if value(start, "TargetMode") != "External" {
			one.target = resolve(dir, value(start, "Target"))
		}
		r.used[one.id] = true
		r.list = append(r.list, one)
	}
	return r, nil
}

// resolve gives the name of a part that another in dir points to.
func resolve(dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return strings.TrimPrefix(path.Clean("/"+dir+"/"+target), "/")
}

// by finds the first relation of a kind.
func (r *relations) by(kind string) (relation, bool) {
	for _, one := range r.list {
		if strings.EqualFold(one.kind, kind) {
			return one, true
		}
	}
	return relation{}, false
}

// of finds the relation of an id.
func (r *relations) of(id string) (relation, bool) {
	for _, one := range r.list {
		if one.id == id {
			return one, true
		}
	}
	return relation{}, false
}

const emptyRelations = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
	`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`

// add writes one more relation, to a part by its whole name.
func (r *relations) add(kind, base, target string) (id string, err error) {
	for n := len(r.list) + 1; ; n++ {
		if id = "rId" + strconv.Itoa(n); !r.used[id] {
			break
		}
	}
	if r.data == nil {
		r.data = []byte(emptyRelations)
	}
	top, err := root(r.data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", r.part, err)
	}
	line := "<" + top.prefix + `Relationship Id="` + id + `" Type="` + base + kind + `" Target="` + escape(r.relative(target)) + `"/>`
	r.data = edited(r.data, []edit{top.append(r.data, line)})
	r.used[id] = true
	r.list = append(r.list, relation{id, kind, target})
	return id, nil
}

// relative gives a part's name as it is seen from the part that the relations
// belong to: not every program takes whole names.
func (r *relations) relative(target string) string {
	dir := path.Dir(path.Dir(r.part))
	up := ""
	for dir != "." && !strings.HasPrefix(target, dir+"/") {
		dir = path.Dir(dir)
		up += "../"
	}
	if dir == "." {
		return up + target
	}
	return up + strings.TrimPrefix(target, dir+"/")
}

// remove takes a relation out.
func (r *relations) remove(id string) error {
	top, err := root(r.data)
	if err != nil {
		return err
	}
	lines, err := top.within(r.data)
	if err != nil {
		return err
	}
	for _, e := range lines {
		if value(e.tag(r.data), "Id") == id {
			r.data = edited(r.data, []edit{{e.start, e.end, ""}})
			return nil
		}
	}
	return nil
}
