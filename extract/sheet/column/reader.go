package column

import (
	"strings"
	"time"

	"ferry/extract/sheet/grid"
)

// Reader reads the cells of a column by its Reading. It is not for several
// goroutines at once: each compiles its own.
type Reader struct {
	reading Reading
	asIs    bool // a tidy text is taken as it stands
	words   words
	yes, no map[string]bool
	spelled [2]string // how the first no and the first yes of a Boolean are written
	speech  speech    // of names of months; 0 any
	far     int       // years from it on are told
	money   moneyFormats
	arena   arena
	buf     [2 * longestNumber]byte
}

// words are the texts of a column that stand for something else.
type words struct {
	small   map[string]string // in small letters: "" blank, or ClearText
	replace map[string]string
	lengths uint64 // bits of the lengths that small has
}

// Compile makes a reading ready for use.
func (r *Reading) Compile() *Reader {
	c := &Reader{
		reading: *r, words: words{replace: r.Replace}, speech: languages[r.Language], far: time.Now().Year() + 101,
		yes: smallSet(r.Yes), no: smallSet(r.No),
	}
	for _, of := range []struct {
		list []string
		text string
	}{{r.Blank, ""}, {r.Clear, ClearText}} {
		for _, word := range of.list {
			c.words.add(strings.TrimSpace(word), of.text)
		}
	}
	c.asIs = (r.As == Text || r.As == "") && r.Content == Plain && r.Pad == 0 && r.Split == "" && c.words.replace == nil && c.words.small == nil
	return c
}

func (w *words) add(word, text string) {
	if w.small == nil {
		w.small = map[string]string{}
	}
	word = strings.ToLower(word)
	w.small[word] = text
	w.lengths |= 1 << min(len(word), 63)
}

func smallSet(list []string) map[string]bool {
	if len(list) == 0 {
		return nil
	}
	set := map[string]bool{}
	for _, word := range list {
		set[strings.ToLower(strings.TrimSpace(word))] = true
	}
	return set
}

// find looks a text up that may stand for something else.
func (w *words) find(s string, buf []byte) (text string, ok bool) {
	if w.replace != nil {
		if text, ok = w.replace[s]; ok {
			return text, true
		}
	}
	if w.lengths&(1<<min(len(s), 63)) == 0 || w.small == nil {
		return "", false
	}
	text, ok = w.small[string(fold(buf[:0], s))]
	return text, ok
}

// Read gives the text that a record takes of a cell, "" where there is no value,
// and why it cannot be read; of a problem that warns, both. Problems are shared:
// they must not be changed.
func (r *Reader) Read(c *grid.Cell) (text string, p *Problem) { return r.Part(c, 1) }

// Part reads the n-th of the values that Split finds in a cell, from 1; "" there
// are not so many. Without Split the whole cell is the first.
func (r *Reader) Part(c *grid.Cell, n int) (text string, p *Problem) {
	if c.Flags&(grid.Undecoded|grid.NoCache|grid.Leap) != 0 {
		switch {
		case c.Is(grid.Undecoded):
			return "", undecodedProblem
		case c.Is(grid.NoCache):
			return "", noCacheProblem
		case c.Kind != grid.Time: // serial 0 is midnight under a format of times
			return "", leapProblem
		}
	}
	switch c.Kind {
	case grid.Text:
		return r.text(c.Text, n)
	case grid.Blank:
		return r.blank(n), nil
	case grid.Error:
		if text, ok := r.words.find(c.Text, r.buf[:]); ok {
			return text, nil
		}
		return "", errorProblem
	}
	if n > 1 {
		return "", nil
	}
	if text, ok := r.words.find(c.Text, r.buf[:]); ok {
		return text, nil
	}
	switch r.reading.As {
	case Number:
		return r.number(c)
	case Date, DateTime:
		return r.date(c)
	case Boolean:
		return r.boolean(c)
	case Time, Duration:
		return r.elapsed(c)
	}
	return r.plain(c)
}

// blank gives what a cell without anything in it means.
func (r *Reader) blank(n int) string {
	if r.reading.As == Boolean && n == 1 {
		return r.reading.Unticked
	}
	return ""
}

// text reads a text, after words that stand for something else were looked up.
func (r *Reader) text(s string, n int) (string, *Problem) {
	if r.asIs && n == 1 && isTidy(s) {
		return s, nil
	}
	k, typed := classOf(s), s
	if k&(untidy|hasWide) != 0 {
		s, k = r.tidy(s, k)
	}
	if s == "" {
		return r.blank(n), nil
	}
	if r.words.replace != nil || r.words.small != nil {
		text, ok := r.words.find(s, r.buf[:])
		if !ok && len(typed) != len(s) {
			text, ok = r.words.find(strings.TrimSpace(typed), r.buf[:])
		}
		if ok {
			if n > 1 {
				return "", nil
			}
			return text, nil
		}
	}
	if r.reading.Split != "" {
		if s = r.part(s, n); s == "" {
			return "", nil
		}
		k = classOf(s)
	} else if n > 1 {
		return "", nil
	}
	switch r.reading.As {
	case Number:
		return r.numberText(s, k)
	case Date, DateTime:
		return r.dateText(s, k)
	case Boolean:
		return r.booleanText(s)
	case Time, Duration:
		return r.elapsedText(s, k)
	}
	return r.plainText(s, k)
}

// tidy makes a text plain as far as the reading says so. Types that are no text
// never mind spaces.
func (r *Reader) tidy(s string, k class) (string, class) {
	if r.reading.Clean || r.reading.As != Text && r.reading.As != "" {
		s, _ = clean(s, k)
	} else {
		s = strings.TrimSpace(s)
	}
	return s, classOf(s)
}

// part gives the n-th value of a cell; blank ones do not count.
func (r *Reader) part(s string, n int) string {
	for part := range cut(s, r.reading.Split) {
		if part == "" {
			continue
		}
		if n--; n == 0 {
			return part
		}
	}
	return ""
}
