package answer

import (
	"strings"
	"unicode/utf8"

	"ferry/extract/record"
	"ferry/load/internal/xlsx"
)

// styleOf is the look of the cells that hold a kind: text keeps the zeros of ids,
// ZIPs and phones.
func styleOf(k record.Kind) xlsx.Style {
	switch k {
	case record.Integer, record.Number, record.Decimal:
		return xlsx.Entry
	case record.Date:
		return xlsx.Day
	case record.DateTime:
		return xlsx.Moment
	}
	return xlsx.Text
}

// help says what to enter, for the note at the header and the sheet Help.
func (e *entry) help() string {
	var parts []string
	if e.field.About != "" {
		parts = append(parts, e.field.About)
	}
	switch {
	case e.list != "":
		parts = append(parts, choicesText(len(e.choices)))
	default:
		parts = append(parts, kindText(e.field))
	}
	if e.more != "" {
		parts = append(parts, e.more)
	}
	if e.must {
		parts = append(parts, "a new record needs it")
	}
	if len(e.either) > 0 {
		parts = append(parts, "a new record needs this or "+strings.Join(e.either, " or "))
	}
	text := strings.Join(parts, "; ")
	first, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(string(first)) + text[size:] + "."
}

func kindText(f *record.Field) string {
	switch f.Kind {
	case record.Integer:
		return "a whole number"
	case record.Number, record.Decimal:
		return "a number"
	case record.Date:
		return "a date"
	case record.DateTime:
		if f.UTC {
			return "a date and a time, of your zone"
		}
		return "a date and a time"
	case record.Time:
		return "a time of day"
	}
	return "text"
}

// example is a value for the sheet Help.
func (e *entry) example() string {
	if len(e.choices) > 0 {
		return e.choices[0].Shown
	}
	switch e.field.Kind {
	case record.Integer:
		return "12"
	case record.Number, record.Decimal:
		return "12.50"
	case record.Date:
		return "2026-03-31"
	case record.DateTime:
		return "2026-03-31 14:30"
	case record.Time:
		return "14:30"
	}
	name := strings.ToLower(e.path + " " + e.header)
	for _, known := range []struct{ word, text string }{
		{"mail", "office@example.com"}, {"phone", "+1 719 555 0100"}, {"mobile", "+1 719 555 0100"}, {"zip", "01234"}, {"postal", "01234"},
		{"url", "https://www.example.com"}, {"website", "https://www.example.com"}, {"country", "US"}, {"city", "Denver"},
	} {
		if strings.Contains(name, known.word) {
			return known.text
		}
	}
	return ""
}

// width is that of a column, by its header.
func (e *entry) width() float64 {
	return min(max(float64(utf8.RuneCountInString(e.header))+4, 14), 40)
}
