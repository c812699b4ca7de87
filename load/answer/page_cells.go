package answer

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"ferry/extract/sheet/grid"
)

// mostUnits is how many UTF-16 units a cell holds; mostAddress how many characters
// a text within a formula.
const (
	mostUnits   = 32_767
	mostAddress = 255
)

// ours prepares the cells of our columns.
func (w *rewriter) ours(a *Row) {
	texts := [ourColumns]string{ourResult: a.Result, ourToDo: a.ToDo, ourOpen: a.Open}
	if a.Stamp != nil {
		texts[ourStamp] = a.Stamp.String()
	}
	for i, text := range texts {
		if text == "" {
			continue
		}
		column := w.places.at[i]
		cell := make([]byte, 0, 96+len(text))
		if i == ourOpen && linkable(text) {
			cell = appendLink(cell, w.names.prefix, column, a.Number, w.styles.looks[lookLink], text)
		} else {
			cell = appendText(cell, w.names.prefix, column, a.Number, w.styles.looks[lookText], text)
		}
		w.puts = append(w.puts, put{column: column, cell: cell})
	}
}

// head prepares the headers of our columns, in place of anything else there.
func (w *rewriter) head() {
	w.puts = slices.DeleteFunc(w.puts, func(p put) bool { return !p.bad })
	for i, text := range w.headings {
		cell := appendText(nil, w.names.prefix, w.places.at[i], w.header, w.styles.looks[lookHead], text)
		w.puts = append(w.puts, put{column: w.places.at[i], cell: cell})
	}
	slices.SortFunc(w.puts, func(a, b put) int { return a.column - b.column })
}

// appendText appends a cell with text of its own: shared texts are not touched.
// It is never a formula, whatever it begins with.
func appendText(dst []byte, prefix string, column, row, style int, text string) []byte {
	dst = appendCell(dst, prefix, column, row, style)
	dst = append(dst, ` t="inlineStr"><`...)
	dst = append(append(dst, prefix...), `is><`...)
	dst = append(append(dst, prefix...), `t xml:space="preserve">`...)
	dst = append(dst, escape(fitting(text))...)
	dst = append(append(append(dst, `</`...), prefix...), `t></`...)
	dst = append(append(dst, prefix...), `is></`...)
	return append(append(dst, prefix...), `c>`...)
}

// appendLink appends a cell that opens a page. It is a formula, of which a sheet
// may have any number; of links of the other kind it takes 65,530.
func appendLink(dst []byte, prefix string, column, row, style int, address string) []byte {
	const shown = "Open"
	dst = appendCell(dst, prefix, column, row, style)
	dst = append(dst, ` t="str"><`...)
	dst = append(append(dst, prefix...), `f>HYPERLINK("`...)
	dst = append(dst, escape(address)...)
	dst = append(append(append(dst, `","`+shown+`")</`...), prefix...), `f><`...)
	dst = append(append(append(dst, prefix...), `v>`+shown+`</`...), prefix...)
	return append(append(append(dst, `v></`...), prefix...), `c>`...)
}

// linkable tells whether an address is a web page that can stand in a formula.
func linkable(address string) bool {
	web := strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
	return web && len(address) <= mostAddress && !strings.ContainsAny(address, "\"\r\n\t")
}

func appendCell(dst []byte, prefix string, column, row, style int) []byte {
	dst = append(append(append(dst, '<'), prefix...), `c r="`...)
	dst = append(dst, grid.Letters(column)...)
	dst = strconv.AppendInt(dst, int64(row), 10)
	dst = append(dst, `" s="`...)
	dst = strconv.AppendInt(dst, int64(style), 10)
	return append(dst, '"')
}

// fitting gives as much of a text as a cell holds, and says where it was cut.
func fitting(text string) string {
	if len(text) <= mostUnits {
		return text
	}
	const more = " ... (cut: a cell holds no more)"
	used := 0
	for i, r := range text {
		if used += max(utf16.RuneLen(r), 1); used > mostUnits-len(more) {
			return text[:i] + more
		}
	}
	return text
}
