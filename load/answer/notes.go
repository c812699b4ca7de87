package answer

import (
	"fmt"
	"strings"

	"ferry/extract/sheet/grid"
)

// author is who our notes are by; noteMark stands before what is ours in a note of
// somebody else.
const (
	author   = grid.NoteAuthor
	noteMark = grid.NoteMark
)

// mostNote is the most characters of a note; the sheet Result has it in full.
const mostNote = 4_000

// notes is the comments part of a sheet (ECMA-376 part 1, 18.7) as it will be.
// Notes of people stay, ours are added below; notes of an earlier answer go.
type notes struct {
	data    []byte // nil: the sheet had none
	top     element
	authors element
	list    element
	ours    int // number of our author; -1 not there yet
	count   int // authors there are
	had     map[grid.Ref]comment
	gone    map[grid.Ref]bool // notes that were ours alone
	edits   []edit
	added   []grid.Ref // cells that need a drawing
	new     strings.Builder
}

// comment is a note as it stands in the file.
type comment struct {
	element
	ours     bool // by an earlier answer alone
	threaded bool // it stands for a conversation
}

// readNotes reads a comments part; nil data is none.
func readNotes(data []byte) (*notes, error) {
	n := &notes{data: data, ours: -1, had: map[grid.Ref]comment{}, gone: map[grid.Ref]bool{}}
	if data == nil {
		return n, nil
	}
	var err error
	if n.top, err = root(data); err != nil {
		return nil, err
	}
	parts, err := n.top.within(data)
	if err != nil {
		return nil, err
	}
	var ok, ok2 bool
	n.authors, ok = named(parts, "authors")
	n.list, ok2 = named(parts, "commentList")
	if !ok || !ok2 {
		return nil, fmt.Errorf("its notes have no list")
	}
	names, err := n.authors.within(data)
	if err != nil {
		return nil, err
	}
	threaded := map[int]bool{}
	for i, a := range names {
		name := string(data[a.head:a.tail])
		if name == author {
			n.ours = i
		}
		threaded[i] = strings.HasPrefix(name, "tc=")
	}
	n.count = len(names)
	comments, err := n.list.within(data)
	if err != nil {
		return nil, err
	}
	for _, c := range comments {
		by := integer(c.tag(data), "authorId", -1)
		at, ok := grid.ParseRef(value(c.tag(data), "ref"))
		if c.name == "comment" && ok {
			n.had[at] = comment{c, by >= 0 && by == n.ours, threaded[by]}
		}
	}
	return n, nil
}

// clear takes off the notes that are of an earlier answer alone.
func (n *notes) clear() {
	for at, c := range n.had {
		if c.ours {
			n.edits = append(n.edits, edit{c.start, c.end, ""})
			n.gone[at] = true
			delete(n.had, at)
		}
	}
}

// put adds a note. False where the cell has a conversation, which is left alone.
func (n *notes) put(at grid.Ref, text string) (bool, error) {
	at.Sheet = ""
	text = shortNote(text)
	p := n.top.prefix
	c, had := n.had[at]
	if had && c.threaded {
		return false, nil
	}
	if had {
		return true, n.extend(c, text)
	}
	by := n.ours
	if by < 0 {
		by = n.count
	}
	fmt.Fprintf(&n.new, `<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext>%[4]s</%[1]stext></%[1]scomment>`, p, at, by, n.run(text))
	n.added = append(n.added, at)
	return true, nil
}

// run is a piece of text in the letters of notes.
func (n *notes) run(text string) string {
	return fmt.Sprintf(`<%[1]sr><%[1]srPr><%[1]ssz val="9"/><%[1]scolor indexed="81"/><%[1]srFont val="Tahoma"/><%[1]sfamily val="2"/></%[1]srPr><%[1]st xml:space="preserve">%[2]s</%[1]st></%[1]sr>`,
		n.top.prefix, escape(text))
}

// extend puts text below what a note says, in place of what an earlier answer put
// there. A note of plain text becomes one of pieces, which its schema wants.
func (n *notes) extend(c comment, text string) error {
	body, ok, err := c.below(n.data, "text")
	if err != nil {
		return err
	}
	ours := n.run("\n" + noteMark + text)
	if !ok {
		n.edits = append(n.edits, c.append(n.data, "<"+n.top.prefix+"text>"+ours+"</"+n.top.prefix+"text>"))
		return nil
	}
	if body.empty() {
		n.edits = append(n.edits, body.append(n.data, ours))
		return nil
	}
	pieces, err := body.within(n.data)
	if err != nil {
		return err
	}
	at := body.head
	for _, piece := range pieces {
		switch {
		case piece.name == "t":
			p := n.top.prefix
			n.edits = append(n.edits, edit{piece.start, piece.start, "<" + p + "r>"}, edit{piece.end, piece.end, "</" + p + "r>"})
			at = piece.end
		case piece.name == "r" && strings.Contains(string(piece.bytes(n.data)), noteMark):
			n.edits = append(n.edits, edit{piece.start, piece.end, ""})
			at = piece.end
		case piece.name == "r":
			at = piece.end
		}
	}
	n.edits = append(n.edits, edit{at, at, ours})
	return nil
}

// strip takes our pieces out of notes of people whose cells are not bad any more.
func (n *notes) strip(still map[grid.Ref]bool) error {
	for at, c := range n.had {
		if still[at] || c.threaded || !strings.Contains(string(c.bytes(n.data)), noteMark) {
			continue
		}
		body, ok, err := c.below(n.data, "text")
		if err != nil {
			return err
		}
		if !ok || body.empty() {
			continue
		}
		pieces, err := body.within(n.data)
		if err != nil {
			return err
		}
		for _, piece := range pieces {
			if piece.name == "r" && strings.Contains(string(piece.bytes(n.data)), noteMark) {
				n.edits = append(n.edits, edit{piece.start, piece.end, ""})
			}
		}
	}
	return nil
}

// changed tells whether the part differs from the one of the file.
func (n *notes) changed() bool { return len(n.edits) > 0 || n.new.Len() > 0 }

// bytes gives the part.
func (n *notes) bytes(namespace string) []byte {
	if n.data == nil {
		return []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<comments xmlns="` + namespace + `"><authors><author>` + author +
			`</author></authors><commentList>` + n.new.String() + `</commentList></comments>`)
	}
	edits := n.edits
	if n.new.Len() > 0 {
		if n.ours < 0 {
			edits = append(edits, n.authors.append(n.data, "<"+n.top.prefix+"author>"+author+"</"+n.top.prefix+"author>"))
		}
		edits = append(edits, n.list.append(n.data, n.new.String()))
	}
	return edited(n.data, edits)
}

// shortNote cuts a note that would not fit its box; the whole text stands elsewhere.
func shortNote(text string) string {
	letters := 0
	for i := range text {
		if letters++; letters > mostNote {
			return text[:i] + " ... (more on the sheet Result)"
		}
	}
	return text
}

// lines is how many lines a note takes at the width that ours have.
func lines(text string) int {
	const wide = 34
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n += 1 + len(line)/wide
	}
	return min(n, 20)
}
