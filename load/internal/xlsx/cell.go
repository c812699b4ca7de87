package xlsx

import (
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

const (
	cellUnits = excelize.TotalCellChars // UTF-16 units that a cell holds
	linkUnits = 255                     // of a text within a formula
)

// cell makes a cell for excelize; more is the text that it does not hold.
func (s *Sheet) cell(value any) (cell, more any) {
	c, ok := value.(Cell)
	if !ok {
		c = Cell{Value: value, Style: usual(value)}
	}
	out := excelize.Cell{StyleID: s.book.styles[c.Style], Value: c.Value}
	switch v := c.Value.(type) {
	case nil:
		if c.Style == Text {
			return nil, nil
		}
	case time.Time:
		if v.IsZero() {
			out.Value = nil
		} else {
			out.Value = v.UTC()
		}
	case string:
		head, rest := splitCell(Picture(v))
		out.Value = head
		if rest != "" {
			return out, Cell{Value: Unpicture(rest), Style: c.Style}
		}
		if head != "" && linkable(c.Link) {
			out.StyleID, out.Formula = s.book.styles[Linked], linkFormula(c.Link, head)
		}
	}
	return out, nil
}

func usual(value any) Style {
	switch value.(type) {
	case int, int64:
		return Number
	case float64:
		return Amount
	case time.Time:
		return Moment
	}
	return Text
}

// linkable tells whether an address is a web page that fits into a formula.
func linkable(address string) bool {
	web := strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
	return web && len(address) <= linkUnits
}

// linkFormula is the only formula a workbook holds: both texts stand in it as
// texts. A sheet may have any number of it, but only 65,530 links of the other
// kind.
func linkFormula(address, shown string) string {
	quote := func(text string) string {
		head, _ := splitAt(text, linkUnits)
		return `"` + strings.ReplaceAll(head, `"`, `""`) + `"`
	}
	return "HYPERLINK(" + quote(address) + "," + quote(shown) + ")"
}

func splitCell(text string) (head, rest string) { return splitAt(text, cellUnits) }

// splitAt gives the longest start of text of so many UTF-16 units.
func splitAt(text string, units int) (head, rest string) {
	if len(text) <= units {
		return text, ""
	}
	used := 0
	for i, r := range text {
		used += max(utf16.RuneLen(r), 1)
		if used > units {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// Picture writes control characters, which no sheet can hold, as the signs that
// stand for them: U+240B for a vertical tab. Bytes that are no text become
// U+FFFD. Unpicture takes the signs back.
func Picture(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\t' && r != '\n' && r != '\r':
			return pictures + r
		case r == '\uFFFE' || r == '\uFFFF':
			return '\uFFFD'
		}
		return r
	}, text)
}

// Unpicture is the way back from Picture.
func Unpicture(text string) string {
	return strings.Map(func(r rune) rune {
		if c := r - pictures; c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
		return r
	}, text)
}

const pictures = '\u2400'
