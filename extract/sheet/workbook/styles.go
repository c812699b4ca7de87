package workbook

import (
	"context"
	"strconv"
	"strings"
	"unicode"
)

// style is what a cell's style id stands for.
type style struct {
	*format
	fill   string // RRGGBB; "" none
	unseen bool   // its text has the colour of its ground
}

// mostStyles is more than Excel keeps in a workbook (65,490).
const mostStyles = 200_000

// styles collects the styles part (ECMA-376 Part 1, 18.8).
type styles struct {
	codes  map[int]string
	fonts  []colour
	fills  []colour
	cells  []cellStyle
	colour palette

	pattern string   // of the fill in work
	parents []string // names of the elements that are open
}

type cellStyle struct{ format, font, fill int }

// readStyles gives the cell styles by id; none where the part is missing.
func readStyles(ctx context.Context, p *parts, name, theme string) ([]style, error) {
	t := &styles{codes: map[int]string{}}
	if p.has(theme) {
		if err := t.colour.readTheme(ctx, p, theme); err != nil {
			return nil, err
		}
	}
	if !p.has(name) {
		return nil, nil
	}
	if err := p.each(ctx, name, "the list of styles", t.element); err != nil {
		return nil, err
	}
	return t.resolve(), nil
}

// element takes a start tag of the part by its place.
func (t *styles) element(s *scanner, tok token) error {
	if tok != tokStart {
		return nil
	}
	_, local := splitName(s.name)
	t.parents = append(t.parents[:min(s.depth()-1, len(t.parents))], string(local))
	if len(t.fonts)+len(t.fills)+len(t.cells)+len(t.codes) > mostStyles {
		return tooLarge("the file has more styles than a workbook can have")
	}
	in := func(up int) string {
		if i := len(t.parents) - 1 - up; i >= 0 {
			return t.parents[i]
		}
		return ""
	}
	switch in(0) {
	case "numFmt":
		if in(1) == "numFmts" {
			t.codes[number(s, "numFmtId")] = s.value("formatCode")
		}
	case "font":
		if in(1) == "fonts" {
			t.fonts = append(t.fonts, colour{})
		}
	case "fill":
		if in(1) == "fills" {
			t.fills = append(t.fills, colour{})
		}
	case "color":
		if in(1) == "font" && in(2) == "fonts" && len(t.fonts) > 0 {
			t.fonts[len(t.fonts)-1] = readColour(s)
		}
	case "patternFill":
		t.pattern = s.value("patternType")
	case "fgColor":
		if t.pattern != "" && t.pattern != "none" && in(1) == "patternFill" && in(2) == "fill" && in(3) == "fills" && len(t.fills) > 0 {
			t.fills[len(t.fills)-1] = readColour(s)
		}
	case "rgbColor":
		if rgb := s.value("rgb"); in(1) == "indexedColors" && len(rgb) == 8 {
			t.colour.indexed = append(t.colour.indexed, rgb[2:])
		}
	case "xf":
		if in(1) == "cellXfs" {
			t.cells = append(t.cells, cellStyle{number(s, "numFmtId"), number(s, "fontId"), number(s, "fillId")})
		}
	}
	return nil
}

// number gives a whole number of an attribute; 0 where it is none.
func number(s *scanner, name string) int {
	n, err := strconv.Atoi(s.value(name))
	if err != nil {
		return 0
	}
	return n
}

// resolve gives the styles of cells. A code that the file itself gives to an id of
// Excel's own list counts, for 0 too: files should not write these (ECMA-376 Part 1,
// 18.8.30), but those that do have no other way to say what they mean.
func (t *styles) resolve() []style {
	formats := map[int]*format{}
	out := make([]style, len(t.cells))
	for i, c := range t.cells {
		f := formats[c.format]
		if f == nil {
			code, ok := t.codes[c.format]
			if !ok {
				code = builtin[c.format]
			}
			f = parseFormat(code)
			if isGeneral(code) || c.format == 0 && isWord(code) {
				f = general
			}
			formats[c.format] = f
		}
		out[i].format = f
		ground := "FFFFFF"
		// Fills 0 and 1 are none and a grey pattern, whatever the part says.
		if c.fill > 1 && c.fill < len(t.fills) {
			if out[i].fill = t.colour.rgb(t.fills[c.fill]); out[i].fill != "" {
				ground = out[i].fill
			}
		}
		if c.font >= 0 && c.font < len(t.fonts) {
			out[i].unseen = t.colour.rgb(t.fonts[c.font]) == ground
		}
	}
	return out
}

// isWord tells whether a code is nothing or one word: General in some language, such
// as Standard, whose letters are no date.
func isWord(code string) bool {
	const word = 5 // letters at least: yyyy is a code
	letters := strings.IndexFunc(code, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
	return code == "" || letters && len(code) >= word
}
