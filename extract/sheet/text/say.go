package text

import (
	"context"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// names are those of delimiters that people do not see.
var names = map[string]string{
	",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars (|)", " ": "spaces", ":": "colons",
	"\x01": "the control character 01", "\x1f": "the control character 1F",
}

func delimiterName(d string) string {
	switch name := names[d]; {
	case name != "":
		return name
	case d == "":
		return "nothing: there is one column"
	}
	return "the character " + d
}

// tell says how the file is written and what is odd in it.
func (r *Reader) tell(v *survey, found finding, known bool, c *census) {
	d := r.source.dialect
	r.tellEncoding(v, found, known)
	if d.Sep {
		r.add("sep-line", "The first line names the delimiter (sep=) and is no row.", nil, 0, false)
	}
	if d.Delimiter == "" {
		r.add("delimiter", "No sign divides the cells of all lines: each line is one cell, and there is one column"+quoteWords(d)+".", nil, 0, c.rows > 1)
	} else {
		r.add("delimiter", "Cells are divided by "+delimiterName(d.Delimiter)+quoteWords(d)+".", nil, 0, false)
	}
	if d.LineEnd == "mixed" {
		r.add("line-ends", "Lines end in different ways; each of them ends a row.", nil, 0, false)
	}
	if d.Comment != "" {
		r.add("comments", "Lines that begin with "+d.Comment+" are taken for comments: none of them has the cells of a row.", nil, c.comments, true)
	}
	if c.faults > 0 {
		r.add("quotes", plural(c.faults, "row has", "rows have")+" quotes that do not tell where cells end: held, and reading goes on with the next line.", c.odd, c.faults, true)
	}
	if c.strays > 0 {
		r.add("stray-quotes", plural(c.strays, "row has", "rows have")+" quotes in the middle of a cell, which are kept as text.", c.stray, c.strays, true)
	}
	if c.halves > 0 {
		r.add("broken-rows", plural(c.halves, "row looks", "rows look")+" broken in two by a line end without quotes: with the line below it has the cells of one row. Such lines are not joined.", c.broken, c.halves, true)
	}
	if c.blanks > 0 {
		r.add("trailing-delimiter", plural(c.blanks, "row ends", "rows end")+" with a separator that nothing follows.", nil, c.blanks, false)
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (r *Reader) add(code, text string, cells []grid.Ref, count int, warn bool) {
	r.facts = append(r.facts, grid.Fact{Code: code, Text: text, Cells: cells, Count: count, Warn: warn})
}

// tellTwice says where each line stands in quotes as a whole: somebody has opened
// the file with a wrong delimiter and saved it, and each row has become one cell.
func (r *Reader) tellTwice(ctx context.Context, c *census) error {
	if r.source.dialect.Delimiter != "" || c.rows < 2 || c.quoted < c.rows-1 {
		return nil
	}
	d := r.source.dialect
	d.Quote = ""
	head, err := r.source.text(sampleText)
	if err != nil {
		return err
	}
	inside, _, err := r.source.delimiter(ctx, d, head, sampleText)
	if err == nil && inside != "" {
		r.add("quoted-lines", "Each line stands in quotes as a whole, so that it is one cell, with "+delimiterName(inside)+" in it: the file was probably saved by a program that took it for a list. Export it again.", nil, c.rows, true)
	}
	return err
}

func quoteWords(d Dialect) string {
	switch {
	case d.Quote == "":
		return "; quotes are text"
	case d.Escape == `\`:
		return "; a backslash stands before quotes within quotes"
	case d.Quote == "'":
		return "; texts stand in single quotes"
	}
	return ""
}

func (r *Reader) tellEncoding(v *survey, found finding, known bool) {
	d := r.source.dialect
	text, cells := "The encoding is "+label(d.Encoding), refs(v.lines)
	switch {
	case known:
		text, cells = text+", as was said.", nil
	case found.bom:
		text += ": the file's first bytes say so."
	case found.proven:
		text += "."
	case found.signs != "" && d.Encoding != utf8Name:
		text += ", judged by " + found.signs + "; choose another one where these look wrong."
	default:
		text += "."
	}
	r.add("encoding", text, cells, 0, false)
	if d.Encoding == utf8Name && v.broken > 0 {
		r.add("undecoded", plural(int(v.broken), "byte", "bytes")+" cannot be read as UTF-8: the rows with them are held. The file may be made of two with different encodings.", refs(v.lines), int(v.broken), true)
	}
	if zeros := v.zeros[0] + v.zeros[1] + v.zeros[2] + v.zeros[3]; zeros > 0 && !strings.HasPrefix(d.Encoding, "utf-16") && !strings.HasPrefix(d.Encoding, "utf-32") {
		r.add("nul", "The file has NUL bytes, which no text has: their rows are held.", nil, int(zeros), true)
	}
}

func refs(lines []int) []grid.Ref {
	var out []grid.Ref
	for _, line := range lines {
		out = append(out, grid.Ref{Row: line, Line: true})
	}
	return out
}

// askEncoding asks where several encodings give a text that may be right. There is
// no default but UTF-8 where a few bytes are in doubt: it holds their rows.
func (r *Reader) askEncoding(v *survey, found finding) {
	if len(found.others) == 0 {
		return
	}
	q := grid.Question{
		ID: "encoding", Text: "In which encoding is the file written?",
		Why:   "Nothing in the file proves it. The characters that are shown with each encoding are what it makes of the same bytes.",
		Cells: refs(v.lines), Free: true, Form: "the name of an encoding, such as windows-1252",
	}
	if found.few {
		q.Why = plural(int(v.broken), "byte is", "bytes are") + " no UTF-8, which is too few to tell another encoding by. The characters that are shown with each are what it makes of them."
		q.Default = utf8Name
	}
	for _, g := range found.others {
		text := label(g.name)
		if g.name == utf8Name && found.few {
			text += ": the rows with these bytes are held"
		}
		if shown := signs(g.text); shown != "" {
			text += ": " + shown
		}
		q.Choices = append(q.Choices, grid.Choice{Value: g.name, Label: text})
	}
	r.asks = append(r.asks, q)
}

// askDelimiter asks where several delimiters give rows that agree. The better one
// is the default: with a wrong one no column would be found.
func (r *Reader) askDelimiter(rivals []string) {
	if len(rivals) == 0 {
		return
	}
	best := r.source.dialect.Delimiter
	q := grid.Question{
		ID: "delimiter", Text: "What divides the cells of a row?",
		Why:     "Rows agree in their number of cells with " + strconv.Itoa(len(rivals)+1) + " different delimiters.",
		Default: best,
	}
	for _, d := range append([]string{best}, rivals...) {
		q.Choices = append(q.Choices, grid.Choice{Value: d, Label: delimiterName(d)})
	}
	r.asks = append(r.asks, q)
}
