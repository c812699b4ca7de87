package answer

import (
	"errors"
	"strings"
)

// typesPart says what each part of a package is (ECMA-376 part 2, 7.2.3).
const typesPart = "[Content_Types].xml"

// The content types of what is added.
const (
	typeSheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeComments = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeStyles   = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeDrawing  = "application/vnd.openxmlformats-officedocument.vmlDrawing"
)

// types are the changes to what the package says of its parts.
type types struct {
	parts   []partType
	drawing bool            // drawings of notes are in it
	gone    map[string]bool // by normal name
}

type partType struct{ part, kind string }

func (t *types) add(part, kind string) { t.parts = append(t.parts, partType{part, kind}) }

// with gives the part with the changes.
func (t *types) with(data []byte) ([]byte, error) {
	if data == nil {
		return nil, errors.New("the list of its parts is missing")
	}
	top, err := root(data)
	if err != nil {
		return nil, err
	}
	lines, err := top.within(data)
	if err != nil {
		return nil, err
	}
	var edits []edit
	drawing := false
	defaultsEnd := top.head
	for _, e := range lines {
		start := e.tag(data)
		switch e.name {
		case "Default":
			drawing = drawing || strings.EqualFold(value(start, "Extension"), "vml")
			defaultsEnd = e.end
		case "Override":
			if t.gone[normal(value(start, "PartName"))] {
				edits = append(edits, edit{e.start, e.end, ""})
			}
		}
	}
	if t.drawing && !drawing {
		line := "<" + top.prefix + `Default Extension="vml" ContentType="` + typeDrawing + `"/>`
		edits = append(edits, edit{defaultsEnd, defaultsEnd, line})
	}
	var overrides strings.Builder
	for _, p := range t.parts {
		overrides.WriteString("<" + top.prefix + `Override PartName="/` + escape(p.part) + `" ContentType="` + p.kind + `"/>`)
	}
	return edited(data, append(edits, top.append(data, overrides.String()))), nil
}
