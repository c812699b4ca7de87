package column

import (
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// plain gives a cell that Excel has typed as text.
func (r *Reader) plain(c *grid.Cell) (string, *Problem) {
	if c.Kind != grid.Number {
		if r.reading.Content != Plain && c.Kind != grid.Boolean {
			return "", turnedDate
		}
		return c.Text, nil
	}
	if c.Is(grid.LongNumber) && strings.IndexByte(c.Text, '.') < 0 {
		if lostDigits(c.Text) {
			return "", longProblem
		}
		return c.Text, longWarning
	}
	if r.reading.Content != Plain && strings.Contains(c.Format, "E+") {
		return "", turnedPower
	}
	return r.padded(c.Text), nil
}

func (r *Reader) padded(s string) string {
	if len(s) >= r.reading.Pad || !allDigits(s) {
		return s
	}
	b := r.buf[:0]
	for n := min(r.reading.Pad, len(r.buf)); n > len(s); n-- {
		b = append(b, '0')
	}
	return r.arena.keep(append(b, s...))
}

// plainText gives a text as text.
func (r *Reader) plainText(s string, k class) (string, *Problem) {
	if k&hasWide != 0 {
		return r.wideText(s)
	}
	if r.reading.Content == Plain && r.reading.Pad == 0 {
		return s, nil
	}
	return r.code(s, k)
}

// wideText gives a text beyond ASCII.
func (r *Reader) wideText(s string) (string, *Problem) {
	mended, broken := mend(s)
	if broken && r.reading.Repair {
		s, broken = mended, false
	}
	if r.reading.Content != Plain {
		s = strings.TrimSpace(plainMarks(s))
		text, p := r.code(s, classOf(s))
		if p != nil {
			return text, p
		}
		s = text
	}
	if broken {
		return s, mojibakeWarning
	}
	return s, nil
}

// code gives a code or a phone number.
func (r *Reader) code(s string, k class) (string, *Problem) {
	if k.only(hasDigit) {
		return r.padded(s), nil
	}
	if r.reading.Content == Plain || k&hasLetter == 0 || k&hasDigit == 0 || len(s) > longestDate {
		return s, nil
	}
	if k.only(hasDigit | hasLetter | hasDot | hasComma | hasSign | hasDash) {
		if n := (numeral{}); n.parse(s) && n.power && n.excel {
			return "", powerProblem
		}
		if r.reading.Content == Code && isDayMonth(s) {
			return s, mayBeTurned
		}
	}
	return s, nil
}

// boolean gives a cell that Excel has typed as yes or no.
func (r *Reader) boolean(c *grid.Cell) (string, *Problem) {
	if c.Kind == grid.Boolean {
		return c.Text, nil
	}
	if c.Kind == grid.Number {
		return r.booleanText(c.Text)
	}
	return "", booleanProblem
}

// booleanText gives the yes or no that a word means. Most columns write each in one
// way: what stood there first is known when it comes again.
func (r *Reader) booleanText(s string) (string, *Problem) {
	is := slices.Index(r.spelled[:], s)
	if is < 0 || s == "" {
		if is = r.truth(s); is < 0 {
			return "", booleanProblem
		}
		if r.spelled[is] == "" {
			r.spelled[is] = strings.Clone(s)
		}
	}
	if is == 1 {
		return "true", nil
	}
	return "false", nil
}

// truth looks a word up as 1 yes, 0 no, -1 neither: among those of the column
// first, then among the usual ones.
func (r *Reader) truth(s string) int {
	if r.yes != nil || r.no != nil {
		small := strings.ToLower(s)
		switch {
		case r.yes[small]:
			return 1
		case r.no[small]:
			return 0
		}
	}
	return truth(s)
}
