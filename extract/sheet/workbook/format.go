package workbook

import (
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// look is what a section of a number format makes of a number.
type look uint8

const (
	lookNumber  look = iota
	lookDay          // a day, or a day and a time
	lookClock        // a time of day
	lookElapsed      // hours, minutes or seconds that go on after 24 or 60
)

// section is one of up to four parts of a number format.
type section struct {
	look    look
	time    bool       // of lookDay: it shows hours, minutes or seconds too
	flags   grid.Flag  // Percent, Money
	hides   bool       // it shows nothing
	text    bool       // it is for texts: @
	pattern []byte     // of a format of zeros and signs: 0 and # for digits, the rest as it is; nil none
	test    comparison // in brackets
}

// comparison is a condition of a section, such as [<=9999999].
type comparison struct {
	sign  string
	limit float64
}

func (c comparison) holds(f float64) bool {
	switch c.sign {
	case "<":
		return f < c.limit
	case "<=":
		return f <= c.limit
	case ">":
		return f > c.limit
	case ">=":
		return f >= c.limit
	case "=":
		return f == c.limit
	case "<>":
		return f != c.limit
	}
	return false
}

// format is a number format code (ECMA-376 Part 1, 18.8.30 and 18.8.31).
type format struct {
	code     string
	sections []section // for numbers, at least one
	text     *section  // for texts; nil they are shown as they are
}

// general is the format of cells without one.
var general = &format{sections: []section{{}}}

// parseFormat never fails: what it does not know is a number. So is a code far
// longer than the 255 characters that Excel takes.
func parseFormat(code string) *format {
	const longest = 4096
	if len(code) > longest {
		return general
	}
	f := &format{code: code}
	for i, part := range splitSections(code) {
		s := parseSection(part)
		if s.text && i > 0 || i == 3 {
			f.text = &s
			break
		}
		f.sections = append(f.sections, s)
	}
	if len(f.sections) == 1 && f.sections[0].hides {
		f.sections[0] = section{}
	}
	return f
}

// choose gives the section that shows a number.
func (f *format) choose(value float64) *section {
	s := f.sections
	if len(s) == 1 {
		return &s[0]
	}
	conditions := false
	for i := range s {
		if s[i].test.sign != "" {
			conditions = true
			if s[i].test.holds(value) {
				return &s[i]
			}
		}
	}
	switch {
	case conditions:
		return f.otherwise(value)
	case value < 0:
		return &s[1]
	case value == 0 && len(s) > 2:
		return &s[2]
	}
	return &s[0]
}

// otherwise gives the section for a number that meets no condition.
func (f *format) otherwise(value float64) *section {
	var last *section
	for i := range f.sections {
		if s := &f.sections[i]; s.test.sign == "" {
			if last = s; value < 0 && i == 1 || i == 2 {
				break
			}
		}
	}
	if last == nil {
		last = &f.sections[len(f.sections)-1]
	}
	return last
}

// splitSections takes a code apart at semicolons that are no literals.
func splitSections(code string) []string {
	var parts []string
	from := 0
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"':
			if n := strings.IndexByte(code[i+1:], '"'); n >= 0 {
				i += n + 1
			}
		case '[':
			if n := strings.IndexByte(code[i:], ']'); n > 0 {
				i += n
			}
		case ';':
			parts = append(parts, code[from:i])
			from = i + 1
		}
	}
	return append(parts, code[from:])
}

// condition reads [>=100]; ok is false where the brackets hold something else.
func condition(in string) (c comparison, ok bool) {
	digits := strings.TrimLeft(in, "<>=")
	limit, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || len(digits) == len(in) {
		return c, false
	}
	return comparison{in[:len(in)-len(digits)], limit}, true
}
