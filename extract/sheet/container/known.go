package container

import (
	"bytes"

	"ferry/extract/sheet/grid"
)

// kind is a file that is no table, told by its first bytes.
type kind struct {
	magic string
	at    int // offset of magic
	what  string
	do    string
}

const doPicture = "type the rows into a sheet, or ask for the table behind the picture"

// kinds are what people choose by mistake.
var kinds = []kind{
	{"\x1f\x8b", 0, "a compressed file (gzip)", "unpack it and choose the file inside"},
	{"BZh", 0, "a compressed file (bzip2)", "unpack it and choose the file inside"},
	{"\xfd7zXZ\x00", 0, "a compressed file (xz)", "unpack it and choose the file inside"},
	{"\x28\xb5\x2f\xfd", 0, "a compressed file (zstd)", "unpack it and choose the file inside"},
	{"7z\xbc\xaf\x27\x1c", 0, "a compressed file (7-Zip)", "unpack it and choose the file inside"},
	{"Rar!\x1a\x07", 0, "a compressed file (RAR)", "unpack it and choose the file inside"},
	{"ustar", 257, "an archive of files (tar)", "unpack it and choose the file inside"},
	{"%PDF-", 0, "a PDF, which holds a picture of a table and not its cells", "ask for the Excel or CSV file that it was made of, or choose Data, Get Data, From PDF in Excel and save the result as Excel workbook (.xlsx)"},
	{"\x89PNG\r\n\x1a\n", 0, "a picture (PNG)", doPicture},
	{"\xff\xd8\xff", 0, "a picture (JPEG)", doPicture},
	{"GIF87a", 0, "a picture (GIF)", doPicture},
	{"GIF89a", 0, "a picture (GIF)", doPicture},
	{"II*\x00", 0, "a picture (TIFF)", doPicture},
	{"MM\x00*", 0, "a picture (TIFF)", doPicture},
	{"WEBPVP8", 8, "a picture (WebP)", doPicture},
	{"ftypheic", 4, "a picture (HEIC)", doPicture},
	{"ftyp", 4, "a film or a picture", doPicture},
	{`{\rtf`, 0, "a text document (RTF)", "copy the table into Excel and save it as Excel workbook (.xlsx)"},
	{"SQLite format 3\x00", 0, "a database (SQLite)", doExport},
	{"PAR1", 0, "a Parquet file", doExport},
	{"\x00\x01\x00\x00Standard Jet DB", 0, "a database (Microsoft Access)", "open it in Access and export the table to Excel"},
	{"\x00\x01\x00\x00Standard ACE DB", 0, "a database (Microsoft Access)", "open it in Access and export the table to Excel"},
	{"\x7fELF", 0, "a program", "choose a table"},
	{"bplist00", 0, "a settings file of Apple", "choose a table"},
}

// known refuses what is no table for sure.
func (f *file) known() *grid.Refusal {
	for _, k := range kinds {
		if k.at <= len(f.head) && bytes.HasPrefix(f.head[k.at:], []byte(k.magic)) {
			return refuse(grid.OtherFormat, "this is "+k.what+", no table", k.do)
		}
	}
	if f.begins("BM") && len(f.head) > 10 && bytes.Equal(f.head[6:10], []byte{0, 0, 0, 0}) {
		return refuse(grid.OtherFormat, "this is a picture (BMP), no table", doPicture)
	}
	if f.begins("MZ") && bytes.IndexByte(f.head, 0) >= 0 {
		return refuse(grid.OtherFormat, "this is a program, no table", "choose a table")
	}
	return nil
}
