package workbook

import "bytes"

// deepest is how far elements may nest. Sheets nest about ten deep.
const deepest = 256

// class of a byte within a tag.
var (
	blank   = [256]bool{' ': true, '\t': true, '\r': true, '\n': true}
	stopper = [256]bool{' ': true, '\t': true, '\r': true, '\n': true, '=': true, '/': true, '>': true, '<': true, '"': true, '\'': true}
)

// startTag reads <name a="b" ...> or <name .../>.
func (s *scanner) startTag(b []byte) (n int, tok token, err error) {
	i := 1
	for i < len(b) && !stopper[b[i]] {
		i++
	}
	if i == len(b) {
		return 0, tokText, nil
	}
	if i == 1 {
		return 0, tokText, errMarkup
	}
	name := b[1:i]
	s.attrs = s.attrs[:0]
	for {
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i+1 >= len(b) && (i == len(b) || b[i] != '>') {
			return 0, tokText, nil
		}
		if b[i] == '>' {
			return s.opened(name, i+1)
		}
		if b[i] == '/' {
			if b[i+1] != '>' {
				return 0, tokText, errMarkup
			}
			s.closing = true
			return s.opened(name, i+2)
		}
		if i, err = s.attribute(b, i); i == 0 || err != nil {
			return 0, tokText, err
		}
	}
}

func (s *scanner) opened(name []byte, n int) (int, token, error) {
	if s.depth() == 0 {
		if s.rooted {
			return 0, tokText, errMarkup
		}
		s.rooted = true
	}
	if s.depth() >= deepest {
		return 0, tokText, errMarkup
	}
	s.name = name
	s.push(name)
	return n, tokStart, nil
}

// attribute reads name="value" at i and gives the place after it; 0 asks for more
// bytes.
func (s *scanner) attribute(b []byte, i int) (int, error) {
	from := i
	for i < len(b) && !stopper[b[i]] {
		i++
	}
	name := b[from:i]
	for i < len(b) && blank[b[i]] {
		i++
	}
	if i == len(b) {
		return 0, nil
	}
	if b[i] != '=' || len(name) == 0 {
		return 0, errMarkup
	}
	i++
	for i < len(b) && blank[b[i]] {
		i++
	}
	if i == len(b) {
		return 0, nil
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, errMarkup
	}
	i++
	for from = i; i < len(b); i++ {
		switch b[i] {
		case quote:
			s.attrs = append(s.attrs, attr{name, b[from:i]})
			return i + 1, nil
		case '<':
			return 0, errMarkup
		}
	}
	return 0, nil
}

func (s *scanner) endTag(b []byte) (n int, tok token, err error) {
	if s.depth() == 0 {
		return 0, tokText, errMarkup
	}
	name := s.top()
	after := 2 + len(name)
	if len(b) <= after {
		if bytes.IndexByte(b, '>') >= 0 {
			return 0, tokText, errMarkup
		}
		return 0, tokText, nil
	}
	if !bytes.Equal(b[2:after], name) {
		return 0, tokText, errMarkup
	}
	for after < len(b) && blank[b[after]] {
		after++
	}
	if after == len(b) {
		return 0, tokText, nil
	}
	if b[after] != '>' {
		return 0, tokText, errMarkup
	}
	s.name = b[2 : 2+len(name)]
	s.pop()
	return after + 1, tokEnd, nil
}

// attr gives an attribute without prefix as it stands in the part; nil: it has
// none of that name.
func (s *scanner) attr(name string) []byte {
	for i := range s.attrs {
		if string(s.attrs[i].name) == name {
			return s.attrs[i].value
		}
	}
	return nil
}

// value gives an attribute without prefix, decoded.
func (s *scanner) value(name string) string { return plain(s.attr(name)) }

// relation gives the attribute id that has a prefix, whichever it is: the name of
// a relationship.
func (s *scanner) relation() string {
	for _, a := range s.attrs {
		if _, local, ok := bytes.Cut(a.name, []byte(":")); ok && string(local) == "id" {
			return plain(a.value)
		}
	}
	return ""
}

// yes tells whether an attribute is a true xsd:boolean.
func (s *scanner) yes(name string) bool { return isTrue(s.attr(name)) }

func isTrue(v []byte) bool { return string(v) == "1" || string(v) == "true" }

// skip reads to the end of the element that was opened last.
func (s *scanner) skip() error {
	for depth := s.depth(); s.depth() >= depth; {
		if _, err := s.next(); err != nil {
			return err
		}
	}
	return nil
}

// drain reads to the end of the part, so that its checksum is compared.
func (s *scanner) drain() error {
	for {
		if tok, err := s.next(); err != nil || tok == tokEOF {
			return err
		}
	}
}

func (s *scanner) push(name []byte) {
	s.starts = append(s.starts, len(s.names))
	s.names = append(s.names, name...)
}

func (s *scanner) top() []byte { return s.names[s.starts[len(s.starts)-1]:] }

func (s *scanner) pop() {
	s.names = s.names[:s.starts[len(s.starts)-1]]
	s.starts = s.starts[:len(s.starts)-1]
}
