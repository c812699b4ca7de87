// Package strictyaml reads the files people write for Ferry: connector specs,
// job files and mappings. It knows where every value stands and collects every
// mistake of a file, so that one look at the complaints mends the whole file.
//
// A reader walks the tree that Parse gives and asks each Node for what it
// wants; a Node that holds something else writes the complaint itself and
// answers the zero value. When the walk is done, Err gives all complaints:
//
//	root, err := strictyaml.Parse(file, data)
//	if err != nil {
//		return nil, err // not YAML at all
//	}
//	m := root.Map("name", "source") // any other key is a mistake
//	job.Name = m.Need("name").Text()
//	src := m.Get("source").Map("vendor", "streams")
//	job.Vendor = src.Need("vendor").Text()
//	job.Streams = src.Get("streams").Texts()
//	return job, root.Err()
//
// It must never expand a placeholder, read the environment or another file, or
// repeat a value in a complaint unless the caller puts it there: a value may be
// a secret.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const (
	maxSize  = 8 << 20 // bytes of a file; nobody writes more by hand
	maxDepth = 64      // of nested values
)

// Parse reads one YAML document. Where the text is no YAML at all the error is
// a *Problems with the first mistake; everything else (a key given twice, an
// anchor, a second document) is collected and comes with Node.Err.
func Parse(file string, data []byte) (root *Node, err error) {
	doc := &document{problems: Problems{}, file: file}
	if len(data) > maxSize {
		doc.add(Problem{Line: 1, Column: 1, Message: "the file is larger than 8 MiB"})
		return nil, doc.err()
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if line, col, bad := control(data); bad {
		doc.add(Problem{Line: line, Column: col, Message: "not plain text in UTF-8",
			Hint: "save the file as UTF-8 text"})
		return nil, doc.err()
	}
	// The library counts some line ends of Windows twice.
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	// The YAML library is not ours: whatever it trips over is a mistake in the file.
	defer func() {
		if r := recover(); r != nil {
			doc.add(Problem{Line: 1, Column: 1, Message: "the file cannot be read as YAML"})
			root, err = nil, doc.err()
		}
	}()
	parsed, perr := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if perr != nil {
		doc.add(syntaxProblem(perr))
		return nil, doc.err()
	}
	return doc.root(parsed), nil
}

// document is what all nodes of one file share.
type document struct {
	problems Problems
	file     string
}

func (d *document) add(p Problem) {
	p.File = d.file
	d.problems.Items = append(d.problems.Items, p)
}

func (d *document) err() error {
	if len(d.problems.Items) == 0 {
		return nil
	}
	out := d.problems.sorted()
	return &out
}

// root converts the first document of the file; further ones are a mistake.
func (d *document) root(parsed *ast.File) *Node {
	var bodies []ast.Node
	for _, doc := range parsed.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) == 0 {
		return &Node{Kind: Null, Line: 1, Column: 1, doc: d}
	}
	root := d.convert(bodies[0], "", 0)
	root.keyLine, root.keyColumn = root.Line, root.Column
	for _, extra := range bodies[1:] {
		line, col := position(extra)
		d.add(Problem{Line: line, Column: col, Message: "a second document in one file",
			Hint: "remove the line with --- and what follows it"})
	}
	return root
}

func syntaxProblem(err error) Problem {
	p := Problem{Line: 1, Column: 1, Message: "not YAML", Hint: "check indentation, quotes and colons"}
	if syntax, ok := errors.AsType[*yaml.SyntaxError](err); ok {
		p.Message = "not YAML: " + strings.TrimSpace(firstLine(syntax.GetMessage()))
		if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
			p.Line, p.Column = max(tk.Position.Line, 1), max(tk.Position.Column, 1)
		}
	}
	return p
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// control finds a byte that no text file holds; where text is not UTF-8 that is
// said of its beginning.
func control(data []byte) (line, col int, found bool) {
	line, start := 1, 0
	for i, b := range data {
		switch {
		case b == '\n':
			line, start = line+1, i+1
		case b < ' ' && b != '\t' && b != '\r':
			return line, i - start + 1, true
		}
	}
	if !utf8.Valid(data) {
		return 1, 1, true
	}
	return 0, 0, false
}

func childPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func itemPath(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
