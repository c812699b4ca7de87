package answer

import (
	"strings"
)

// groups are the elements of a styles part up to the formats, in the order of the
// schema, with what they hold where there are none.
var groups = []struct{ name, first string }{
	{"numFmts", ""},
	{"fonts", `<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>`},
	{"fills", `<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>`},
	{"borders", `<border><left/><right/><top/><bottom/><diagonal/></border>`},
	{"cellStyleXfs", `<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>`},
	{"cellXfs", `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`},
}

// completed gives a styles part that has all the groups; nil data is a workbook
// without one.
func completed(data []byte, namespace string) ([]byte, error) {
	if data == nil {
		data = []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<styleSheet xmlns="` + namespace + `"></styleSheet>`)
	}
	top, err := root(data)
	if err != nil {
		return nil, err
	}
	list, err := top.within(data)
	if err != nil {
		return nil, err
	}
	at := top.head
	var edits []edit
	missing := ""
	for _, g := range groups {
		found, ok := named(list, g.name)
		if ok {
			at = found.end
		}
		if g.first == "" || ok && !found.empty() {
			continue
		}
		p := top.prefix
		first := strings.ReplaceAll(strings.ReplaceAll(g.first, "</", "\x00"), "<", "<"+p)
		group := "<" + p + g.name + ">" + strings.ReplaceAll(first, "\x00", "</"+p) + "</" + p + g.name + ">"
		if ok {
			edits = append(edits, edit{found.start, found.end, group})
		} else {
			edits = append(edits, edit{at, at, group})
		}
	}
	if top.empty() {
		for _, e := range edits {
			missing += e.text
		}
		edits = []edit{top.append(data, missing)}
	}
	return edited(data, edits), nil
}
