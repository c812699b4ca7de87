package workbook

// richText reads the text of an element that holds <t>, or runs <r> of them
// (CT_Rst, ECMA-376 Part 1, 18.4.12): of a shared string, an inline string, a
// comment. Phonetic guides (rPh) are no part of it.
type richText struct {
	*scanner
	limit int
	value []byte // without escapes
	rich  bool
	long  bool // more than limit: value is cut
}

func (t *richText) marks() (m byte) {
	if t.rich {
		m |= markRich
	}
	if t.long {
		m |= markLong
	}
	if undecoded(t.value) {
		m |= markUndecoded
	}
	return m
}

// read takes the element whose start tag came last, to its end.
func (t *richText) read() error {
	t.value, t.rich, t.long = t.value[:0], false, false
	for depth := t.depth(); t.depth() >= depth; {
		tok, err := t.next()
		if err != nil {
			return err
		}
		if tok != tokStart {
			continue
		}
		switch string(t.space.local(t.scanner)) {
		case "t":
			if t.value, err = t.gather(t.value, t.limit, &t.long); err != nil {
				return err
			}
		case "r":
			t.rich = true
		default:
			if err := t.skip(); err != nil {
				return err
			}
		}
	}
	t.value = unescape(t.value)
	return nil
}

// gather adds the text of the element whose start tag came last, to its end, as
// long as it stays within limit bytes.
func (s *scanner) gather(dst []byte, limit int, long *bool) ([]byte, error) {
	for depth := s.depth(); s.depth() >= depth; {
		tok, err := s.next()
		if err != nil {
			return dst, err
		}
		if tok == tokText && s.depth() == depth && !*long {
			if dst, err = appendText(dst, s.text, s.raw); err != nil {
				return dst, err
			}
			if len(dst) > limit {
				*long, dst = true, dst[:limit]
			}
		}
	}
	return dst, nil
}
