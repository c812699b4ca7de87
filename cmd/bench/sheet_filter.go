package main

import (
	"fmt"
	"strings"

	"ferry/extract/sheet"
)

// officeCharsets are the numbers that LibreOffice gives to encodings.
var officeCharsets = map[string]int{
	"utf-8": 76, "windows-1252": 1, "iso-8859-1": 12, "iso-8859-15": 22, "shift_jis": 64, "gbk": 59, "windows-1251": 34,
	"utf-16le": 65535, "utf-16be": 65535,
}

// officeFilter writes a dialect as the options of LibreOffice's text import. ok is
// false where it cannot be said.
func officeFilter(d sheet.Dialect, sheets []seenSheet) (filter string, ok bool) {
	charset, ok := officeCharsets[strings.ToLower(d.Encoding)]
	if !ok || d.Escape == `\` || d.Comment != "" || d.Sep {
		return "", false
	}
	columns := 1
	for _, s := range sheets {
		for _, c := range s.Cells {
			columns = max(columns, c.Column)
		}
	}
	if columns > 200 {
		return "", false
	}
	quote := 0
	if d.Quote != "" {
		quote = int(d.Quote[0])
	}
	delimiter := 0
	if d.Delimiter != "" {
		delimiter = int(d.Delimiter[0])
	}
	var types []string
	for i := range columns {
		types = append(types, fmt.Sprintf("%d/2", i+1))
	}
	return fmt.Sprintf("%d,%d,%d,1,%s", delimiter, quote, charset, strings.Join(types, "/")), true
}
