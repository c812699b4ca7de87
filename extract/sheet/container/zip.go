package container

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

const (
	maxParts = 200_000 // of a package; Excel writes some dozens
	maxTypes = 4 << 20 // bytes of a small part that is looked at
)

// zip tells workbooks from the other packages that are zip files.
func (f *file) zip() (Format, *grid.Refusal) {
	parts, whole := f.parts()
	if !whole {
		return "", refuse(grid.Cut, "the file is not complete: it has "+bytesText(f.size)+" and the list of its parts, which stands at the end, is missing or damaged", doAgain)
	}
	if parts > maxParts {
		return "", refuse(grid.TooLarge, "the file says that it has more than 200,000 parts, which no workbook has", doSave)
	}
	z, err := zip.NewReader(f.r, f.size)
	if err != nil {
		return "", refuse(grid.Broken, "the list of parts at the end of the file is damaged; the file has "+bytesText(f.size), doAgain)
	}
	return f.packageOf(z)
}

// parts reads the record at the end of a zip file (APPNOTE.TXT 4.3.16); whole is
// false where there is none.
func (f *file) parts() (n uint64, whole bool) {
	tail := make([]byte, min(f.size, 22+0xFFFF+20))
	if got, _ := f.r.ReadAt(tail, f.size-int64(len(tail))); got < len(tail) {
		return 0, false
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || at+22 > len(tail) {
		return 0, false
	}
	if n = uint64(binary.LittleEndian.Uint16(tail[at+10:])); n < 0xFFFF {
		return n, true
	}
	// The record of a large package stands before the locator, which stands right
	// before this one (4.3.14, 4.3.15).
	if at < 20 || string(tail[at-20:at-16]) != "PK\x06\x07" {
		return n, true
	}
	var big [56]byte
	if got, _ := f.r.ReadAt(big[:], int64(binary.LittleEndian.Uint64(tail[at-12:]))); got < len(big) {
		return 0, false
	}
	return binary.LittleEndian.Uint64(big[32:]), true
}

// packageOf tells what a zip file is by the names of its parts.
func (f *file) packageOf(z *zip.Reader) (Format, *grid.Refusal) {
	parts := make(map[string]*zip.File, min(len(z.File), 1024))
	var tables []string
	for _, p := range z.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(p.Name, `\`, "/"), "/"))
		parts[name] = p
		if end := ending(name); end == "csv" || end == "tsv" || end == "txt" || end == "xlsx" || end == "xls" {
			tables = append(tables, p.Name)
		}
	}
	has := func(name string) bool { return parts[name] != nil }
	switch {
	case has("encryptedpackage"), has("meta-inf/manifest.xml") && has("encryption.xml"):
		return "", refuse(grid.Protected, "the workbook is protected with a password", doPassword)
	case has("xl/workbook.bin"):
		return "", refuse(grid.OtherFormat, "this is a binary workbook (.xlsb)", doSave)
	case has("xl/workbook.xml"):
		return Workbook, nil
	case has("mimetype"), has("content.xml"):
		return "", document(parts)
	case has("index.zip"), has("index/document.iwa"), has("index/calculationengine.iwa"):
		return "", refuse(grid.OtherFormat, "this is a document of Apple Numbers, Pages or Keynote", "open it in Numbers and choose File, Export To, Excel")
	case has("word/document.xml"):
		return "", refuse(grid.OtherFormat, "this is a Word document, no table", "copy the table into Excel and save it as Excel workbook (.xlsx)")
	case has("ppt/presentation.xml"):
		return "", refuse(grid.OtherFormat, "this is a PowerPoint presentation, no table", doExport)
	case has("[content_types].xml"):
		return byTypes(parts["[content_types].xml"])
	case len(z.File) == 0:
		return "", refuse(grid.Empty, "this is a zip archive with nothing in it", doAgain)
	case len(tables) > 0:
		return "", f.packed(tables)
	}
	return "", refuse(grid.OtherFormat, "this is a zip archive without a workbook in it", "unpack it and choose the file that holds the rows")
}

// packed refuses an archive that a table was packed into, and names the table.
func (f *file) packed(tables []string) *grid.Refusal {
	what := "this is"
	if end := ending(f.name); end != "zip" && end != "" {
		what = "it is named ." + Shown(end) + ", but it is"
	}
	if len(tables) == 1 {
		name := Shown(tables[0])
		return refuse(grid.OtherFormat, what+" a zip archive that holds the file "+name+", and no workbook itself", "unpack it and import "+name)
	}
	return refuse(grid.OtherFormat, what+" a zip archive with "+strconv.Itoa(len(tables))+" tables in it, not a table", "unpack it and import them one by one, such as "+Shown(tables[0]))
}

// byTypes tells by the list of types (ECMA-376 part 2, 10.1.2) what a package
// with parts of uncommon names is. One that does not say is left to the reader of
// workbooks, which says what it misses.
func byTypes(part *zip.File) (Format, *grid.Refusal) {
	types := small(part)
	switch {
	case strings.Contains(types, "wordprocessingml.document"):
		return "", refuse(grid.OtherFormat, "this is a Word document, no table", "copy the table into Excel and save it as Excel workbook (.xlsx)")
	case strings.Contains(types, "ms-excel.sheet.binary"):
		return "", refuse(grid.OtherFormat, "this is a binary workbook (.xlsb)", doSave)
	}
	return Workbook, nil
}

// document refuses OpenDocument files and whatever else names its type.
func document(parts map[string]*zip.File) *grid.Refusal {
	kind := small(parts["mimetype"])
	if kind == "" {
		kind = small(parts["content.xml"])
	}
	if strings.Contains(small(parts["meta-inf/manifest.xml"]), "encryption-data") {
		return refuse(grid.Protected, "the document is protected with a password", "open it in LibreOffice and save it, without a password, as Excel workbook (.xlsx)")
	}
	if strings.Contains(kind, "opendocument.spreadsheet") || strings.Contains(kind, "office:spreadsheet") {
		return refuse(grid.OtherFormat, "this is a spreadsheet of LibreOffice or OpenOffice (.ods)", "open it in LibreOffice or Excel and save it as Excel workbook (.xlsx)")
	}
	return refuse(grid.OtherFormat, "this is a document without rows, such as a text or an electronic book", doExport)
}

// small gives the start of a part; "" where it is missing or does not unpack.
func small(part *zip.File) string {
	if part == nil {
		return ""
	}
	in, err := part.Open()
	if err != nil {
		return ""
	}
	defer in.Close()
	// What was read before a fault is enough to say what the file is.
	text, _ := io.ReadAll(io.LimitReader(in, maxTypes))
	return string(text)
}
