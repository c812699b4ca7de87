package workbook

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

const (
	nsMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsDoc  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// part is a part of a package that a test writes.
type part struct{ name, text string }

// pack writes a package. Later parts of one name stand beside earlier ones.
func pack(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.Create(p.name)
		require.NoError(t, err)
		_, err = w.Write([]byte(p.text))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

// relationsPart writes relationships from triples of id, kind and target.
func relationsPart(name string, triples ...string) part {
	text := `<Relationships xmlns="` + nsPack + `">`
	for i := 0; i+2 < len(triples); i += 3 {
		mode := ""
		if strings.Contains(triples[i+2], "://") {
			mode = ` TargetMode="External"`
		}
		text += fmt.Sprintf(`<Relationship Id="%s" Type="%s/%s" Target="%s"%s/>`, triples[i], nsDoc, triples[i+1], triples[i+2], mode)
	}
	return part{name, text + `</Relationships>`}
}

// bookParts are those of a workbook with one sheet. More parts take the place of
// those of the same name.
func bookParts(sheet string, more ...part) []part {
	parts := []part{
		relationsPart("_rels/.rels", "r1", "officeDocument", "xl/workbook.xml"),
		{"xl/workbook.xml", `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsDoc + `"><sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>`},
		relationsPart("xl/_rels/workbook.xml.rels", "r1", "worksheet", "worksheets/sheet1.xml", "r2", "styles", "styles.xml",
			"r3", "sharedStrings", "sharedStrings.xml", "r4", "theme", "theme/theme1.xml"),
		{"xl/worksheets/sheet1.xml", sheet},
	}
next:
	for _, m := range more {
		for i := range parts {
			if parts[i].name == m.name {
				parts[i] = m
				continue next
			}
		}
		parts = append(parts, m)
	}
	return parts
}

func file(t testing.TB, sheet string, more ...part) []byte {
	t.Helper()
	return pack(t, bookParts(sheet, more...)...)
}

// worksheet wraps rows.
func worksheet(rows string, after ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="` + nsMain + `" xmlns:r="` + nsDoc + `"><sheetData>` + rows + `</sheetData>` + strings.Join(after, "") + `</worksheet>`
}

// stylesPart has one cell style for each format code, from id 1; 0 is General.
func stylesPart(codes ...string) part {
	numFmts, xfs := "", `<xf numFmtId="0"/>`
	for i, code := range codes {
		id := 200 + i
		numFmts += fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="%s"/>`, id, strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;").Replace(code))
		xfs += fmt.Sprintf(`<xf numFmtId="%d"/>`, id)
	}
	return part{"xl/styles.xml", `<styleSheet xmlns="` + nsMain + `"><numFmts>` + numFmts + `</numFmts><cellXfs>` + xfs + `</cellXfs></styleSheet>`}
}

func textsPart(items ...string) part {
	return part{"xl/sharedStrings.xml", `<sst xmlns="` + nsMain + `">` + strings.Join(items, "") + `</sst>`}
}

// seen is a sheet as it was read.
type seen struct {
	reader *Reader
	rows   []grid.Row
	tail   grid.Tail
	err    error
}

// at gives a cell by its address; a blank one where the row ends before it.
func (s *seen) at(t testing.TB, address string) *grid.Cell {
	t.Helper()
	ref, ok := grid.ParseRef(address)
	require.True(t, ok)
	for _, r := range s.rows {
		if r.Number == ref.Row && ref.Column <= len(r.Cells) {
			return &r.Cells[ref.Column-1]
		}
	}
	return &grid.Cell{}
}

func (s *seen) fact(code string) *grid.Fact {
	all := s.tail.Facts
	if s.reader != nil {
		all = append(s.reader.Facts(), all...)
	}
	for i := range all {
		if all[i].Code == code {
			return &all[i]
		}
	}
	return nil
}

// lookAt reads the first sheet of a package, with both counts.
func lookAt(t testing.TB, data []byte) *seen {
	t.Helper()
	return lookWith(t, data, grid.DefaultLimits(), Look{Second: true})
}

func lookWith(t testing.TB, data []byte, l grid.Limits, look Look) *seen {
	t.Helper()
	s := &seen{}
	if s.reader, s.err = Open(context.Background(), bytes.NewReader(data), int64(len(data)), l); s.err != nil {
		s.reader = nil
		return s
	}
	t.Cleanup(func() { require.NoError(t, s.reader.Close()) })
	s.tail, s.err = s.reader.Rows(context.Background(), 0, look, func(r *grid.Row) error {
		row := *r
		row.Cells = append([]grid.Cell(nil), r.Cells...)
		s.rows = append(s.rows, row)
		return nil
	})
	return s
}

// wholly reads a sheet that is in order.
func wholly(t testing.TB, data []byte) *seen {
	t.Helper()
	s := lookAt(t, data)
	require.NoError(t, s.err)
	require.Equal(t, s.tail.Rows, s.tail.Second)
	require.Len(t, s.rows, s.tail.Rows)
	return s
}

// refused reads a file that must not be taken.
func refused(t testing.TB, data []byte, cause grid.Cause) *grid.Refusal {
	t.Helper()
	s := lookAt(t, data)
	var r *grid.Refusal
	require.ErrorAs(t, s.err, &r)
	require.Equal(t, cause, r.Cause, r.Error())
	require.NotEmpty(t, r.Do)
	return r
}
