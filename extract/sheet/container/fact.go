package container

import "ferry/extract/sheet/grid"

// endings are those that a format usually has.
var endings = map[Format][]string{
	Workbook: {"xlsx", "xlsm", "xltx", "xltm"},
	TextFile: {"csv", "tsv", "tab", "txt", "ssv", "psv", "dat", "text", "prn", "asc"},
	Markup:   {"html", "htm", "xhtml"},
}

var formatWords = map[Format]string{
	Workbook: "an Excel workbook",
	TextFile: "a text file",
	Markup:   "a web page with tables",
}

// Facts says that a file is something else than its name tells: the content is
// what counts. It gives none where they agree.
func Facts(name string, format Format) []grid.Fact {
	end := ending(name)
	if end == "" || format == "" {
		return nil
	}
	for _, usual := range endings[format] {
		if end == usual {
			return nil
		}
	}
	return []grid.Fact{{
		Code: "other-content",
		Text: "The file is named ." + Shown(end) + " but is " + formatWords[format] + "; it is read as one.",
	}}
}
