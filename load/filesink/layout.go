package filesink

import (
	"time"

	"ferry/extract/record"
)

// layout is a Go layout, compiled to fixed digits where it is simple enough.
type layout struct {
	text   string
	steps  []step
	clock  clock // which parts the layout has
	length int   // of text that fits the steps
}

// step reads one number of fixed width, or one literal byte.
type step struct {
	part  byte // Y M D h m s, or 0
	width int
	lit   byte
}

func compileLayouts(f record.Field) []layout {
	out := make([]layout, 0, len(f.Layouts))
	for _, text := range f.Layouts {
		out = append(out, compileLayout(text))
	}
	return out
}

func compileLayout(text string) layout {
	l := layout{text: text}
	l.clock = layoutParts(text)
	for i := 0; i < len(text); {
		s, ok := stepAt(text[i:])
		if !ok {
			l.steps = nil
			return l
		}
		l.steps = append(l.steps, s)
		i += s.width
	}
	l.length = len(text)
	return l
}

func stepAt(s string) (step, bool) {
	for _, p := range []struct {
		text string
		part byte
	}{{"2006", 'Y'}, {"01", 'M'}, {"02", 'D'}, {"15", 'h'}, {"04", 'm'}, {"05", 's'}} {
		if len(s) >= len(p.text) && s[:len(p.text)] == p.text {
			return step{part: p.part, width: len(p.text)}, true
		}
	}
	switch s[0] {
	case '-', '/', '.', ':', ' ':
		return step{width: 1, lit: s[0]}, len(s) < 2 || s[0] != '.' || (s[1] != '0' && s[1] != '9')
	case 'T':
		return step{width: 1, lit: 'T'}, true
	}
	return step{}, false
}

// layoutParts finds out what a layout reads, by writing two moments with it
// that differ in one part only.
func layoutParts(text string) clock {
	base := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	differs := func(t time.Time) bool { return base.Format(text) != t.Format(text) }
	return clock{
		hasDate:   differs(base.AddDate(1, 1, 1)),
		hasTime:   differs(base.Add(time.Hour + time.Minute)),
		hasOffset: base.Format(text) != base.In(time.FixedZone("UTC", 3600)).Add(-time.Hour).Format(text),
	}
}

// read reads text that fits the layout exactly; what the fixed digits refuse
// is left to the time package, which takes single digits and fractions too.
func (l *layout) read(text []byte) (clock, bool) {
	if l.steps != nil && len(text) == l.length {
		if wall, ok := readSteps(l.steps, text); ok {
			t := l.clock
			t.wall = wall
			return t, true
		}
	}
	if l.refuses(text) {
		return clock{}, false // time.Parse is slow to say so, and of several layouts one fits
	}
	parsed, err := time.Parse(l.text, string(text))
	if err != nil {
		return clock{}, false
	}
	t := l.clock
	if t.hasOffset {
		_, seconds := parsed.Zone()
		t.offset = int64(seconds) * second
	}
	t.wall = parsed.Unix()*second + int64(parsed.Nanosecond()/1000) + t.offset
	return t, true
}

// refuses tells whether time.Parse is sure to refuse the text. It looks no
// further than where time.Parse takes more than the steps say: an hour of one
// digit, several spaces for one, a fraction of a second.
func (l *layout) refuses(text []byte) bool {
	if l.steps == nil {
		return false
	}
	for _, st := range l.steps {
		fits := len(text) >= st.width
		switch {
		case fits && st.part != 0:
			_, fits = number(text[:st.width])
		case fits:
			fits = text[0] == st.lit
		}
		if !fits {
			return st.part != 'h' && st.lit != ' '
		}
		text = text[st.width:]
		switch {
		case len(text) == 0:
		case st.lit == ' ' && text[0] == ' ', st.part == 's' && (text[0] == '.' || text[0] == ','):
			return false
		}
	}
	return len(text) > 0
}

func readSteps(steps []step, text []byte) (wall int64, ok bool) {
	year, month, dom := 1970, 1, 1
	var h, m, s int
	i := 0
	for _, st := range steps {
		if st.part == 0 {
			if text[i] != st.lit {
				return 0, false
			}
			i++
			continue
		}
		v, ok := number(text[i : i+st.width])
		if !ok {
			return 0, false
		}
		i += st.width
		switch st.part {
		case 'Y':
			year = v
		case 'M':
			month = v
		case 'D':
			dom = v
		case 'h':
			h = v
		case 'm':
			m = v
		default:
			s = v
		}
	}
	return wallClock(year, month, dom, h, m, s)
}
