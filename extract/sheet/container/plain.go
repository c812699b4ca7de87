package container

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

// text tells what a file is that looks like text, or refuses it.
func (f *file) text() (Format, *grid.Refusal) {
	start, wide := f.start()
	if !wide && (binaryShare(f.head) || scrambled(f.head)) {
		return "", f.noText()
	}
	lower := strings.ToLower(start)
	if refusal := xmlTable(lower); refusal != nil {
		return "", refusal
	}
	if page(lower) {
		return f.page(lower)
	}
	switch {
	case strings.HasPrefix(lower, "<?xml"):
		return "", refuse(grid.OtherFormat, "this is an XML file, no table", doExport)
	case strings.HasPrefix(lower, "mime-version:") && !message(start), strings.Contains(lower[:min(len(lower), 2048)], "\ncontent-type: multipart/related"):
		return "", refuse(grid.OtherFormat, "this is a web archive (.mht) that is only named like a table", doSave)
	case sylk.MatchString(start):
		return "", refuse(grid.OtherFormat, "this is a sheet in the old exchange format SYLK (.slk)", doSave)
	case strings.HasPrefix(strings.ReplaceAll(start, "\r", ""), "TABLE\n0,1\n"):
		return "", refuse(grid.OtherFormat, "this is a sheet in the old exchange format DIF (.dif)", doSave)
	}
	if refusal := f.foreign(start); refusal != nil {
		return "", refusal
	}
	if end := ending(f.name); (end == "json" || end == "ndjson" || end == "jsonl") && strings.IndexAny(start, "[{") == 0 {
		return "", refuse(grid.OtherFormat, "this is a JSON file, no table", doExport)
	}
	return TextFile, nil
}

// noText refuses what is no text of any kind. A name that promises a workbook or a
// text is told from the content: the file was probably spoilt on its way.
func (f *file) noText() *grid.Refusal {
	switch end := ending(f.name); end {
	case "xlsx", "xlsm", "xltx", "xltm", "xls", "xlt":
		return refuse(grid.Broken, "it is named ."+end+", but it is no workbook and no text: the file was probably spoilt on its way", doAgain)
	case "csv", "tsv", "tab", "txt":
		return refuse(grid.Broken, "it is named ."+end+", but most of it is no text: the file was probably spoilt on its way, or named wrongly", doAgain)
	}
	return refuse(grid.OtherFormat, "the file is no table: most of it is no text", doExport)
}

// sylk is the first record of a SYLK file with the one that follows: a CSV whose
// first header is ID begins almost the same.
var sylk = regexp.MustCompile(`^ID;P[A-Z][^\r\n]*(\r\n|\r|\n)(P|F|B|C|O|NN);`)

// start gives the beginning of the file as text, spaces before it left out; wide
// tells that its characters have two or four bytes.
func (f *file) start() (text string, wide bool) {
	b := f.head
	switch {
	case f.begins("\xef\xbb\xbf"):
		b = b[3:]
	case f.begins("\xff\xfe\x00\x00"), f.begins("\x00\x00\xfe\xff"):
		return strings.TrimSpace(string(without(b[4:]))), true
	case f.begins("\xff\xfe"):
		return strings.TrimSpace(units(b[2:], binary.LittleEndian)), true
	case f.begins("\xfe\xff"):
		return strings.TrimSpace(units(b[2:], binary.BigEndian)), true
	case len(b) >= 4 && b[1] == 0 && b[0] != 0 && bytes.Count(b, []byte{0})*5 > len(b)*2:
		return strings.TrimSpace(string(without(b))), true
	case len(b) >= 4 && b[0] == 0 && bytes.Count(b, []byte{0})*5 > len(b)*2:
		return strings.TrimSpace(string(without(b))), true
	}
	return strings.TrimSpace(string(b)), false
}

func units(b []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

// without takes the zeros out of wide characters: enough to see tags.
func without(b []byte) []byte { return bytes.ReplaceAll(b, []byte{0}, nil) }

// binaryShare tells whether so many bytes are zeros, or control characters that no
// program writes into a text, that the file is none.
func binaryShare(b []byte) bool {
	control, zeros := controls(b)
	return control*10 > len(b) || zeros[0]*3+zeros[1]*3 > len(b)
}

// scrambled tells bytes that stand there as by chance, as packed and encrypted files
// have them: one in twelve is a control character, and hardly any is UTF-8. Texts of
// other encodings have no control characters; in characters of two bytes the zeros
// stand on one side.
func scrambled(b []byte) bool {
	const few = 32 // as many may stand in any text; of fewer, shares say nothing
	control, zeros := controls(b)
	if control < few || control*25 < len(b) || max(zeros[0], zeros[1])*50 > len(b) && min(zeros[0], zeros[1])*3 < max(zeros[0], zeros[1]) {
		return false
	}
	broken := 0
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			broken++
		}
		i += size
	}
	return broken*10 > len(b)
}

// controls counts control characters that no program writes into a text, and zeros
// by whether they stand at even or odd places.
func controls(b []byte) (control int, zeros [2]int) {
	for i, c := range b {
		switch {
		case c == 0:
			zeros[i&1]++
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x01 && (c < 0x1A || c == 0x1B):
			control++
		}
	}
	return control, zeros
}

// xmlTable refuses tables that are written as XML of other programs.
func xmlTable(lower string) *grid.Refusal {
	if !strings.HasPrefix(lower, "<") {
		return nil
	}
	switch {
	case strings.Contains(lower, `progid="excel.sheet"`), strings.Contains(lower, "<workbook") && strings.Contains(lower, "urn:schemas-microsoft-com:office:spreadsheet"):
		return refuse(grid.OldExcel, "this is an XML spreadsheet 2003, an old format of Excel", doSave)
	case strings.Contains(lower, "<office:document"):
		return refuse(grid.OtherFormat, "this is a spreadsheet of LibreOffice or OpenOffice (.fods)", "open it in LibreOffice and save it as Excel workbook (.xlsx)")
	case strings.Contains(lower, "http://schemas.microsoft.com/office/2006/xmlpackage"):
		return refuse(grid.OtherFormat, "this is an Office document written as one XML file", doSave)
	}
	return nil
}

// tags are what pages begin with.
var tags = []string{"html", "!doctype html", "head", "body", "table", "meta", "style", "script", "div", "center", "title", "font", "p"}

// page tells whether a text begins as a page does, after what may stand before:
// an XML declaration and comments.
func page(lower string) bool {
	for {
		before := lower
		if strings.HasPrefix(lower, "<?xml") {
			if _, after, ok := strings.Cut(lower, "?>"); ok {
				lower = strings.TrimSpace(after)
			}
		}
		if strings.HasPrefix(lower, "<!--") {
			if _, after, ok := strings.Cut(lower, "-->"); ok {
				lower = strings.TrimSpace(after)
			}
		}
		if lower == before {
			break
		}
	}
	for _, tag := range tags {
		after, ok := strings.CutPrefix(lower, "<"+tag)
		if ok && (after == "" || strings.IndexByte(" \t\r\n/>", after[0]) >= 0) {
			return true
		}
	}
	return false
}

// page tells whether a page has a table; one that has none is often the login
// page of the program that should have exported.
func (f *file) page(lower string) (Format, *grid.Refusal) {
	switch {
	case strings.Contains(lower, "<frameset") && strings.Contains(lower, "microsoft-com:office:excel"):
		return "", refuse(grid.OtherFormat, "this is a workbook saved as a web page, whose sheets lie in other files", doSave)
	case f.contains("<table"):
		return Markup, nil
	case strings.Contains(lower, "type=\"password\""), strings.Contains(lower, "type='password'"):
		return "", refuse(grid.OtherFormat, "this is a web page that asks for a password: the export has saved the login page in place of the table", "log in to the program and export again")
	}
	return "", refuse(grid.OtherFormat, "this is a web page without a table", "log in to the program it comes from, and export again as Excel workbook (.xlsx) or CSV")
}

// contains looks for a text of small ASCII letters in all of the file, in any
// case and in characters of any width.
func (f *file) contains(text string) bool {
	buf := make([]byte, 0, 2*head)
	chunk := make([]byte, head)
	for at := int64(0); at < f.size; {
		n, err := f.r.ReadAt(chunk[:min(int64(head), f.size-at)], at)
		buf = append(buf, bytes.ToLower(without(chunk[:n]))...)
		if bytes.Contains(buf, []byte(text)) {
			return true
		}
		if n == 0 || err != nil && at+int64(n) < f.size {
			return false
		}
		at += int64(n)
		buf = append(buf[:0], buf[max(0, len(buf)-len(text)):]...)
	}
	return false
}
