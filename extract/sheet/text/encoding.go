package text

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// The encodings that a file proves itself.
const (
	utf8Name    = "utf-8"
	utf16LE     = "utf-16le"
	utf16BE     = "utf-16be"
	utf32LE     = "utf-32le"
	utf32BE     = "utf-32be"
	windows1252 = "windows-1252"
)

// charset is one encoding that is read.
type charset struct {
	name  string
	label string // for people
	table *charmap.Charmap
	wide  encoding.Encoding // of characters of several bytes
}

// charsets are the encodings without proof of their own, the common ones first.
var charsets = []charset{
	{windows1252, "Western European, Windows", charmap.Windows1252, nil},
	{"iso-8859-15", "Western European with euro sign", charmap.ISO8859_15, nil},
	{"iso-8859-1", "Western European, Latin-1", charmap.ISO8859_1, nil},
	{"macintosh", "Western European, old Macs", charmap.Macintosh, nil},
	{"ibm850", "Western European, DOS", charmap.CodePage850, nil},
	{"ibm437", "American, DOS", charmap.CodePage437, nil},
	{"windows-1250", "Central European, Windows", charmap.Windows1250, nil},
	{"iso-8859-2", "Central European, Latin-2", charmap.ISO8859_2, nil},
	{"ibm852", "Central European, DOS", charmap.CodePage852, nil},
	{"windows-1254", "Turkish, Windows", charmap.Windows1254, nil},
	{"windows-1257", "Baltic, Windows", charmap.Windows1257, nil},
	{"windows-1251", "Cyrillic, Windows", charmap.Windows1251, nil},
	{"koi8-r", "Russian, KOI8", charmap.KOI8R, nil},
	{"ibm866", "Russian, DOS", charmap.CodePage866, nil},
	{"iso-8859-5", "Cyrillic, ISO", charmap.ISO8859_5, nil},
	{"windows-1253", "Greek, Windows", charmap.Windows1253, nil},
	{"windows-1255", "Hebrew, Windows", charmap.Windows1255, nil},
	{"windows-1256", "Arabic, Windows", charmap.Windows1256, nil},
	{"shift_jis", "Japanese, Shift JIS", nil, japanese.ShiftJIS},
	{"euc-jp", "Japanese, EUC", nil, japanese.EUCJP},
	{"gbk", "simplified Chinese", nil, simplifiedchinese.GBK},
	{"gb18030", "Chinese, GB 18030", nil, simplifiedchinese.GB18030},
	{"big5", "traditional Chinese", nil, traditionalchinese.Big5},
	{"euc-kr", "Korean", nil, korean.EUCKR},
}

// labels are the names for people of encodings that are no charset.
var labels = map[string]string{
	utf8Name: "Unicode, UTF-8", utf16LE: "Unicode, UTF-16", utf16BE: "Unicode, UTF-16, high byte first",
	utf32LE: "Unicode, UTF-32", utf32BE: "Unicode, UTF-32, high byte first",
}

// aliases are other names that people and programs use.
var aliases = map[string]string{
	"utf8": utf8Name, "ascii": utf8Name, "us-ascii": utf8Name, "utf-8-sig": utf8Name,
	"utf-16": utf16LE, "unicode": utf16LE, "utf-32": utf32LE,
	"latin1": "iso-8859-1", "latin-1": "iso-8859-1", "iso8859-1": "iso-8859-1", "ansi": windows1252, "cp1252": windows1252,
	"latin9": "iso-8859-15", "mac": "macintosh", "macroman": "macintosh", "mac roman": "macintosh",
	"cp437": "ibm437", "cp850": "ibm850", "cp852": "ibm852", "cp866": "ibm866",
	"cp1250": "windows-1250", "cp1251": "windows-1251", "cp1253": "windows-1253", "cp1254": "windows-1254",
	"cp1255": "windows-1255", "cp1256": "windows-1256", "cp1257": "windows-1257",
	"sjis": "shift_jis", "shift-jis": "shift_jis", "cp932": "shift_jis", "windows-31j": "shift_jis",
	"gb2312": "gbk", "cp936": "gbk", "cp949": "euc-kr", "cp950": "big5",
}

// canonical gives the name that is used here; ok is false where the encoding is
// not known.
func canonical(name string) (string, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if other, ok := aliases[name]; ok {
		name = other
	}
	if _, ok := labels[name]; ok {
		return name, true
	}
	return name, findCharset(name) != nil
}

func findCharset(name string) *charset {
	for i := range charsets {
		if charsets[i].name == name {
			return &charsets[i]
		}
	}
	return nil
}

// label gives an encoding for people: windows-1252 (Western European, Windows).
func label(name string) string {
	if name == utf8Name {
		return "UTF-8"
	}
	text := labels[name]
	if c := findCharset(name); c != nil {
		text = c.label
	}
	return name + " (" + text + ")"
}
