package text

// Dialect is how a text file is written.
//
// Given to Open, a Dialect that has a LineEnd is whole: nothing of it is sought
// again. Without one its fields that are set are held, and the others found.
type Dialect struct {
	Encoding  string // utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15, shift_jis, gbk, windows-1251 ...
	BOM       bool
	Delimiter string // one character; "" one column only
	Quote     string // `"`, `'`; "" none
	Escape    string // `"` doubled, `\`; "" none
	Comment   string // what lines begin with that are no data; "" none
	Sep       bool   // the first line is sep=
	LineEnd   string // "\r\n", "\n", "\r", "mixed"; "" there is none in the file
	End       bool   // the last line has a line end
}
