package answer

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// shapesPerBlock is how many shapes share a block of ids of a drawing.
const shapesPerBlock = 1024

// idBlocks are the blocks of ids that the drawings of a workbook use.
var idBlocks = regexp.MustCompile(`idmap[^>]*\bdata="([0-9, ]+)"`)

// lastBlock gives the highest block of ids that a drawing uses.
func lastBlock(drawing []byte) int {
	last := 0
	for _, found := range idBlocks.FindAllSubmatch(drawing, -1) {
		for number := range strings.FieldsFuncSeq(string(found[1]), func(r rune) bool { return r == ',' || r == ' ' }) {
			if n, err := strconv.Atoi(number); err == nil {
				last = max(last, n)
			}
		}
	}
	return last
}

// shapeType is the box that notes are drawn in; Excel knows it by this name.
const (
	shapeTypeID = "_x0000_t202"
	shapeType   = `<v:shapetype id="` + shapeTypeID + `" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`
	drawingHead = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">`
)

// noteShape is the box of one note (ECMA-376 part 4, 19).
func noteShape(id int, at grid.Ref, text string) string {
	row, column := at.Row-1, at.Column-1
	top := max(row-1, 0)
	left, right := column+1, column+4
	if right >= grid.MaxColumns {
		left, right = column-4, column-1
	}
	bottom := min(top+1+lines(text), grid.MaxRows-1)
	return fmt.Sprintf(`<v:shape id="_x0000_s%d" type="#%s" style="position:absolute;margin-left:60pt;margin-top:2pt;width:200pt;height:60pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
		`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>`+
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 2, %d, 15, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
		id, shapeTypeID, left, top, right, bottom, row, column)
}

// drawn gives a drawing with boxes for more notes and without those of notes that
// are gone; nil data is a new drawing. block is the first block of ids that no
// drawing of the workbook uses; next is the one after those used here. Drawings are
// often no proper XML, so only their ends are looked at.
func drawn(data []byte, added []grid.Ref, texts map[grid.Ref]string, gone map[grid.Ref]bool, block int) (out []byte, next int, err error) {
	if data != nil {
		data = withoutShapes(data, gone)
	}
	if len(added) == 0 {
		return data, block, nil
	}
	var shapes, blocks strings.Builder
	next = block
	for i, at := range added {
		n := i % (shapesPerBlock - 1)
		if n == 0 {
			if blocks.Len() > 0 {
				blocks.WriteByte(',')
			}
			blocks.WriteString(strconv.Itoa(next))
			next++
		}
		shapes.WriteString(noteShape((next-1)*shapesPerBlock+n+1, at, texts[at]))
	}
	layout := `<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="` + blocks.String() + `"/></o:shapelayout>`
	if data == nil {
		return []byte(drawingHead + layout + shapeType + shapes.String() + `</xml>`), next, nil
	}
	end := bytes.LastIndex(data, []byte("</xml>"))
	if end < 0 {
		return nil, 0, fmt.Errorf("the drawing of its notes is not understood")
	}
	for _, space := range []string{`xmlns:v="urn:schemas-microsoft-com:vml"`, `xmlns:o="urn:schemas-microsoft-com:office:office"`, `xmlns:x="urn:schemas-microsoft-com:office:excel"`} {
		if !bytes.Contains(data, []byte(space)) {
			return nil, 0, fmt.Errorf("the drawing of its notes is not understood")
		}
	}
	edits := []edit{{end, end, shapes.String()}}
	if !bytes.Contains(data, []byte(`id="`+shapeTypeID+`"`)) {
		edits = []edit{{end, end, shapeType + shapes.String()}}
	}
	if found := idBlocks.FindSubmatchIndex(data); found != nil {
		edits = append(edits, edit{found[3], found[3], "," + blocks.String()})
	}
	return edited(data, edits), next, nil
}

var (
	noteShapes = regexp.MustCompile(`(?s)<v:shape\s.*?</v:shape>`)
	shapeRow   = regexp.MustCompile(`<x:Row>\s*(\d+)\s*</x:Row>`)
	shapeCol   = regexp.MustCompile(`<x:Column>\s*(\d+)\s*</x:Column>`)
)

func withoutShapes(data []byte, gone map[grid.Ref]bool) []byte {
	if len(gone) == 0 {
		return data
	}
	return noteShapes.ReplaceAllFunc(data, func(shape []byte) []byte {
		row, column := shapeRow.FindSubmatch(shape), shapeCol.FindSubmatch(shape)
		if row == nil || column == nil || !bytes.Contains(shape, []byte(`ObjectType="Note"`)) {
			return shape
		}
		r, _ := strconv.Atoi(string(row[1]))
		c, _ := strconv.Atoi(string(column[1]))
		if gone[grid.Ref{Row: r + 1, Column: c + 1}] {
			return nil
		}
		return shape
	})
}
