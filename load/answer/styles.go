package answer

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The colours of bad cells, and of cells that are loaded all the same. They are
// nobody's standard colours, so that a later answer can tell and take them off.
const (
	red   = "FFFFC9C6"
	amber = "FFFFE7B5"
)

// mostFormats is the number of cell formats that Excel takes.
const mostFormats = 64_000

var errFormats = errors.New("it has more cell formats than Excel takes")

// look is a format of ours.
type look int

const (
	lookText look = iota
	lookHead
	lookLink
	lookTitle
	lookWrap
	looks
)

// styles is the styles part (ECMA-376 part 1, 18.8) with what is added to it.
// Formats of cells are copied and get a fill, so that all else about them stays.
type styles struct {
	data               []byte
	prefix             string
	fontsAt, fillsAt   element
	formatsAt          element
	fonts, fills       int      // there are
	formats            [][]byte // xf elements of cellXfs, then those added
	had                int
	newFonts, newFills []string
	fillXML            []string // of each fill there is
	made               map[madeOf]int
	byFill             map[string]int
	looks              [looks]int
	office             bool // the workbook was saved by LibreOffice, which does not keep the second colour of a fill
	full               error
}

type madeOf struct {
	base int
	warn bool
}

// newStyles reads a styles part; nil data is a workbook without one.
func newStyles(data []byte, namespace string, office bool) (*styles, error) {
	data, err := completed(data, namespace)
	if err != nil {
		return nil, err
	}
	s := &styles{data: data, made: map[madeOf]int{}, byFill: map[string]int{}, office: office}
	top, err := root(data)
	if err != nil {
		return nil, err
	}
	s.prefix = top.prefix
	list, err := top.within(data)
	if err != nil {
		return nil, err
	}
	for _, group := range []struct {
		name string
		at   *element
	}{{"fonts", &s.fontsAt}, {"fills", &s.fillsAt}, {"cellXfs", &s.formatsAt}} {
		found, ok := named(list, group.name)
		if !ok {
			return nil, fmt.Errorf("its styles have no %s", group.name)
		}
		*group.at = found
	}
	fonts, err := s.fontsAt.within(data)
	if err != nil {
		return nil, err
	}
	fills, err := s.fillsAt.within(data)
	if err != nil {
		return nil, err
	}
	formats, err := s.formatsAt.within(data)
	if err != nil {
		return nil, err
	}
	s.fonts, s.fills, s.had = len(fonts), len(fills), len(formats)
	for _, f := range fills {
		s.fillXML = append(s.fillXML, string(f.bytes(data)))
	}
	for _, f := range formats {
		s.formats = append(s.formats, f.bytes(data))
	}
	if s.had == 0 {
		return nil, errors.New("its styles have no formats")
	}
	s.addLooks()
	return s, nil
}

// addLooks makes the formats of our own cells. Text has the text format, so that
// it stays text also when somebody edits it.
func (s *styles) addLooks() {
	p := s.prefix
	font := func(inner string) int {
		s.newFonts = append(s.newFonts, "<"+p+"font>"+strings.ReplaceAll(inner, "<", "<"+p)+"</"+p+"font>")
		return s.fonts + len(s.newFonts) - 1
	}
	const name = `<name val="Calibri"/><family val="2"/>`
	text := font(`<sz val="11"/>` + name)
	bold := font(`<b/><sz val="11"/>` + name)
	title := font(`<b/><sz val="16"/><color rgb="FF1F3864"/>` + name)
	link := font(`<u/><sz val="11"/><color rgb="FF0563C1"/>` + name)
	head := s.fill(`<` + p + `fill><` + p + `patternFill patternType="solid"><` + p + `fgColor rgb="FFD9E1F2"/><` + p + `bgColor indexed="64"/></` + p + `patternFill></` + p + `fill>`)
	format := func(number, font, fill int, align string) int {
		return s.add(fmt.Appendf(nil, `<%[1]sxf numFmtId="%[2]d" fontId="%[3]d" fillId="%[4]d" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"><%[1]salignment vertical="top"%[5]s/></%[1]sxf>`,
			p, number, font, fill, align))
	}
	const asText, general, wrap = 49, 0, ` wrapText="1"`
	s.looks = [looks]int{
		lookText: format(asText, text, 0, ""), lookHead: format(asText, bold, head, wrap), lookLink: format(general, link, 0, ""),
		lookTitle: format(asText, title, 0, ""), lookWrap: format(asText, text, 0, wrap),
	}
}

// add keeps one more format and gives its number.
func (s *styles) add(format []byte) int {
	if len(s.formats) >= mostFormats {
		s.full = errFormats
		return 0
	}
	s.formats = append(s.formats, format)
	return len(s.formats) - 1
}

// fill gives the number of a fill, which is added once.
func (s *styles) fill(xml string) int {
	if n, ok := s.byFill[xml]; ok {
		return n
	}
	s.newFills = append(s.newFills, xml)
	n := s.fills + len(s.newFills) - 1
	s.byFill[xml] = n
	return n
}

// coloured gives the format that is another one with the colour of a bad cell.
func (s *styles) coloured(base int, warn bool) int {
	if base < 0 || base >= s.had {
		base = 0
	}
	key := madeOf{base, warn}
	if n, ok := s.made[key]; ok {
		return n
	}
	format := s.formats[s.plain(base)]
	colour := red
	if warn {
		colour = amber
	}
	fill := s.fill(s.fillOver(integer(format[:tagEnd(format)], "fillId", 0), colour))
	n := s.add(filled(format, fill))
	s.made[key] = n
	return n
}

// filled gives a format with another fill.
func filled(format []byte, fill int) []byte {
	end := tagEnd(format)
	start := with(with(format[:end], "fillId", strconv.Itoa(fill)), "applyFill", "1")
	return append(start, format[end:]...)
}

// fillOver makes the fill of a bad cell. The colour that the cell had stands in
// its second colour, which a solid fill does not show.
func (s *styles) fillOver(fill int, colour string) string {
	under := `<` + s.prefix + `bgColor indexed="64"/>`
	if fill >= 0 && fill < len(s.fillXML) {
		if had := solidColour.FindStringSubmatch(s.fillXML[fill]); had != nil {
			under = `<` + s.prefix + `bgColor` + had[1] + `/>`
		}
	}
	return `<` + s.prefix + `fill><` + s.prefix + `patternFill patternType="solid"><` + s.prefix + `fgColor rgb="` + colour + `"/>` + under + `</` + s.prefix + `patternFill></` + s.prefix + `fill>`
}

var (
	solidColour = regexp.MustCompile(`patternType="solid"[^>]*>\s*<[a-z0-9]*:?fgColor((?:\s+[a-z]+="[^"]*")+)\s*/?>`)
	underColour = regexp.MustCompile(`<[a-z0-9]*:?bgColor((?:\s+[a-z]+="[^"]*")+)\s*/?>`)
)

// plain takes the colour of an earlier answer off a format; one without it stays.
func (s *styles) plain(format int) int {
	if format < 0 || format >= s.had {
		return format
	}
	xf := s.formats[format]
	fill := integer(xf[:tagEnd(xf)], "fillId", 0)
	if fill <= 0 || fill >= len(s.fillXML) || !ours(s.fillXML[fill]) {
		return format
	}
	key := madeOf{-1 - format, false}
	if n, ok := s.made[key]; ok {
		return n
	}
	before := 0
	if under := underColour.FindStringSubmatch(s.fillXML[fill]); under != nil && !s.office && !strings.Contains(under[1], `indexed="64"`) {
		p := s.prefix
		before = s.fill(`<` + p + `fill><` + p + `patternFill patternType="solid"><` + p + `fgColor` + under[1] + `/><` + p + `bgColor indexed="64"/></` + p + `patternFill></` + p + `fill>`)
	}
	n := s.add(filled(xf, before))
	s.made[key] = n
	return n
}

// ours tells whether a fill is one of bad cells.
func ours(fill string) bool {
	had := solidColour.FindStringSubmatch(fill)
	return had != nil && (strings.Contains(had[1], red) || strings.Contains(had[1], amber))
}

// bytes gives the part with all that was added.
func (s *styles) bytes() ([]byte, error) {
	if s.full != nil {
		return nil, s.full
	}
	var formats strings.Builder
	for _, f := range s.formats[s.had:] {
		formats.Write(f)
	}
	return edited(s.data, []edit{
		s.counted(s.fontsAt, s.fonts+len(s.newFonts)), s.fontsAt.append(s.data, strings.Join(s.newFonts, "")),
		s.counted(s.fillsAt, s.fills+len(s.newFills)), s.fillsAt.append(s.data, strings.Join(s.newFills, "")),
		s.counted(s.formatsAt, len(s.formats)), s.formatsAt.append(s.data, formats.String()),
	}), nil
}

// counted writes how many elements a group has.
func (s *styles) counted(group element, count int) edit {
	return edit{group.start, group.head, string(with(group.tag(s.data), "count", strconv.Itoa(count)))}
}
