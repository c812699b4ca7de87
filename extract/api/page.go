package api

import (
	"ferry/extract/connector"
)

// Page is an answer cut into rows.
type Page struct {
	// Body is what the rows' offsets count in, and what is staged: the answer as
	// received; for pairs and scalars the answer, and behind it the rows as
	// objects, a line each.
	Body []byte
	Rows []Row
	// What the answer says of itself; -1: it does not say.
	Total, TotalPages int
	Number            int // echo of the page number or offset
	Size              int // echo of the page size
	Announced         int // echo of the number of rows in this page
}

// Row is one record of a page.
type Row struct {
	Offset, Length int
	Raw            []byte // a view into Page.Body; always a JSON object
}

// SplitPage cuts an answer into its rows, in one strict pass: bad UTF-8, the
// list twice and bytes behind the answer are refused. An answer that
// is not what the spec says is a *ShapeError, never a shorter page: a missing
// list, a list that is null, a row that is no object. Page.Body is body itself
// where no row had to be rewritten, and body must not change afterwards.
func SplitPage(body []byte, l *connector.List) (*Page, error) {
	s := borrowSplitter(body)
	defer s.giveBack()
	s.records(l.Paging.Records, l.Row)
	s.count(l.Paging, s.page)
	return s.split()
}

// SplitRecords cuts an answer that is no page of a list, of a Get, a Detail or
// a Sub: at the first of the paths that is there stands a list or one record.
// The path "" is there wherever no other is: an object is the one record then.
// Otherwise it does what SplitPage does.
func SplitRecords(body []byte, paths []string, shape connector.RowShape) (*Page, error) {
	s := borrowSplitter(body)
	defer s.giveBack()
	s.single = true
	s.records(paths, shape)
	return s.split()
}

// split does the walk and settles the rows.
func (s *splitter) split() (*Page, error) {
	if err := s.answer(); err != nil {
		return nil, err
	}
	if err := s.end(); err != nil {
		return nil, err
	}
	p := s.page
	if len(s.rewritten) > 0 {
		p.adopt(s.rewritten)
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		r.Raw = p.Body[r.Offset : r.Offset+r.Length : r.Offset+r.Length]
	}
	return p, nil
}

// adopt makes the answer and the rewritten rows behind it the body. Row offsets
// count in the rewritten part so far.
func (p *Page) adopt(rows []byte) {
	whole := make([]byte, 0, len(p.Body)+1+len(rows))
	whole = append(append(append(whole, p.Body...), '\n'), rows...)
	for i := range p.Rows {
		p.Rows[i].Offset += len(p.Body) + 1
	}
	p.Body = whole
}
