package mapping

import "strings"

// writeValue writes what the rule makes of its source; false: that is blank.
func (r *boundRule) writeValue(e *eval, b []byte) ([]byte, bool) {
	if texts := e.roots[0].texts; texts != nil && r.column >= 0 {
		if s := texts[r.column]; s != "" {
			return r.writeText(e, b, s, true)
		}
		return r.writeMade(e, b, textOrNull(""))
	}
	v := r.source(e)
	if v.class != text || v.blank() || e.fail != nil {
		return r.writeMade(e, b, v)
	}
	return r.writeText(e, b, v.text, v.kept)
}

// writeText writes what the rule makes of a text that is not blank, or what it wrote
// of the same before. kept is as in value.
func (r *boundRule) writeText(e *eval, b []byte, s string, kept bool) ([]byte, bool) {
	if r.memo < 0 {
		return r.writeNew(e, b, s, kept)
	}
	place := e.memos[r.memo].place(s)
	if made, ok := place.find(s); ok {
		return append(b, made...), len(made) > 0
	}
	mark := len(b)
	b, wrote := r.writeNew(e, b, s, kept)
	if e.fail == nil && e.skip == "" {
		place.keep(s, b[mark:])
	}
	return b, wrote
}

// writeNew writes what the rule makes of a text. Most rules make a text of it that is
// written as it is: those need no value in between. What goes wrong is said by the
// long way.
func (r *boundRule) writeNew(e *eval, b []byte, s string, kept bool) ([]byte, bool) {
	if word := r.def.Clear; word != "" && strings.TrimSpace(s) == word {
		return append(b, "null"...), true
	}
	v := value{class: text, text: s, kept: kept}
	if !r.plain {
		return r.writeMade(e, b, v)
	}
	if r.transform >= 0 {
		f := e.transforms[r.transform].text
		if f == nil {
			return r.writeMade(e, b, v)
		}
		var err error
		if s, err = f(v.lasting()); err != nil {
			return r.writeMade(e, b, v)
		}
		if s == "" {
			return b, false
		}
	}
	return appendText(b, s), true
}

// writeMade writes what the rule makes of a value of any kind.
func (r *boundRule) writeMade(e *eval, b []byte, v value) ([]byte, bool) {
	if r.make != nil {
		v = r.make(e, v)
	}
	if v.blank() {
		return b, false
	}
	return r.put(e, b, v), true
}
