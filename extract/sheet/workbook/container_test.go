package workbook

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

const threeRows = `<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row><row r="3"><c r="A3"><v>8</v></c></row>`

func TestC10SheetXMLCutInsideAWholeZip(t *testing.T) {
	text := worksheet(threeRows)
	require.Len(t, wholly(t, file(t, text)).rows, 3)
	for end := range len(text) {
		s := lookAt(t, file(t, text[:end]))
		var r *grid.Refusal
		require.ErrorAs(t, s.err, &r, "cut at byte %d", end)
		require.Contains(t, []grid.Cause{grid.Cut, grid.Broken}, r.Cause)
	}
	r := refused(t, file(t, text[:strings.Index(text, `<row r="3"`)]), grid.Cut)
	require.Equal(t, "People", r.Sheet)
}

func TestC10PartDamagedOrShorterThanItsListSays(t *testing.T) {
	data := file(t, worksheet(threeRows))
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			continue
		}
		offset, err := f.DataOffset()
		require.NoError(t, err)
		for i := range int64(f.CompressedSize64) {
			bad := bytes.Clone(data)
			bad[offset+i] ^= 0x55
			require.Error(t, lookAt(t, bad).err, "byte %d", i)
		}
	}
}

func TestC10RowsBesideTheRowsAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"in an alternative": worksheet(`<mc:AlternateContent xmlns:mc="x"><mc:Choice><row r="1"/></mc:Choice></mc:AlternateContent>`),
		"of a foreign name": strings.ReplaceAll(worksheet(threeRows), "sheetData>", "y:sheetData>"),
		"in something else": worksheet(`<more><row r="1"/></more>`),
		"a foreign row":     worksheet(`<y:row xmlns:y="y" r="1"/>`),
		"cells elsewhere":   worksheet(`<row r="1"><y:c xmlns:y="y" r="A1"><v>1</v></y:c></row>`),
		"tags do not nest":  worksheet(`<row r="1"><c r="A1"><v>1</c></v></row>`),
		"after the end":     worksheet(threeRows) + `<row r="4"/>`,
	} {
		t.Run(name, func(t *testing.T) { refused(t, file(t, text), grid.Broken) })
	}
}

// Some writers put the filter among the rows.
func TestC10OtherElementsAmongTheRowsArePassedBy(t *testing.T) {
	s := wholly(t, file(t, worksheet(threeRows+`<autoFilter ref="A1:B3"/><note>seen</note>`)))
	require.Len(t, s.rows, 3)
	require.Equal(t, grid.Range{FirstRow: 1, FirstColumn: 1, LastRow: 3, LastColumn: 2}, s.tail.Filter)
}

// Rows of form controls behind an empty sheet are no rows of the sheet, however its
// empty element is written.
func TestC23EmptySheetIsCountedAsEmpty(t *testing.T) {
	for _, empty := range []string{`<x:sheetData/>`, `<x:sheetData />`, "<x:sheetData\r\n\t/>", `<x:sheetData a="1>0" />`, `<x:sheetData></x:sheetData>`, `<x:sheetData ></x:sheetData >`} {
		sheet := `<x:worksheet xmlns:x="` + nsMain + `" xmlns:xdr="urn:drawing">` + empty + `<x:controls><xdr:from><xdr:row>4</xdr:row></xdr:from></x:controls></x:worksheet>`
		s := wholly(t, file(t, sheet))
		require.Zero(t, s.tail.Second, empty)
	}
	s := wholly(t, file(t, `<x:worksheet xmlns:x="`+nsMain+`"><x:sheetData a="/" ><x:row r="1"><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`))
	require.Len(t, s.rows, 1)
}

func TestC11ZipBombIsRefusedInMilliseconds(t *testing.T) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range bookParts("") {
		w, err := z.Create(p.name)
		require.NoError(t, err)
		if p.name != "xl/worksheets/sheet1.xml" {
			_, err = io.WriteString(w, p.text)
			require.NoError(t, err)
			continue
		}
		zeros := bytes.Repeat([]byte(" "), 1<<20)
		for range 80 {
			_, err = w.Write(zeros)
			require.NoError(t, err)
		}
	}
	require.NoError(t, z.Close())
	began := time.Now()
	r := refused(t, out.Bytes(), grid.TooLarge)
	require.Less(t, time.Since(began), 250*time.Millisecond)
	require.Contains(t, r.Why, "unpack")
}

func TestC10ListOfContentsThatPointsOutside(t *testing.T) {
	for _, place := range []byte{0x7F, 0xFE} {
		data := file(t, worksheet(threeRows))
		for at := 0; ; {
			next := bytes.Index(data[at:], []byte("PK\x01\x02"))
			if next < 0 {
				break
			}
			at += next + 46
			data[at-1] = place // the highest byte of the part's place
		}
		refused(t, data, grid.Broken)
	}
}

func TestC11PartThatUnpacksToMoreThanItSays(t *testing.T) {
	text := worksheet(strings.Repeat(`<row><c><v>1</v></c></row>`, 5000))
	data := file(t, text)
	// The size stands in the list at the end as four bytes: say a tenth.
	said := []byte{byte(len(text)), byte(len(text) >> 8), byte(len(text) >> 16), 0}
	at := bytes.LastIndex(data, said)
	require.Positive(t, at)
	data[at+1], data[at+2] = 0x20, 0
	require.Error(t, lookAt(t, data).err)
}

func TestC11LimitOfAllPartsTogether(t *testing.T) {
	l := grid.DefaultLimits()
	l.Expanded = 1000
	s := lookWith(t, file(t, worksheet(strings.Repeat(`<row/>`, 1000))), l, Look{})
	var r *grid.Refusal
	require.ErrorAs(t, s.err, &r)
	require.Equal(t, grid.TooLarge, r.Cause)
}

func TestC12EntitiesAreRefused(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>`
	outside := `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">`
	sheet := worksheet(`<row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row>`)
	for name, data := range map[string][]byte{
		"entity of its own": file(t, sheet),
		"in the sheet":      file(t, bomb+strings.TrimPrefix(sheet, `<?xml version="1.0" encoding="UTF-8"?>`)),
		"outside":           file(t, outside+strings.TrimPrefix(worksheet(""), `<?xml version="1.0" encoding="UTF-8"?>`)),
		"in the styles":     file(t, worksheet(threeRows), part{"xl/styles.xml", bomb + `<styleSheet/>`}),
		"in the relations":  pack(t, part{"_rels/.rels", bomb + `<Relationships/>`}),
		"in the texts":      file(t, worksheet(`<row><c t="s"><v>0</v></c></row>`), part{"xl/sharedStrings.xml", bomb + `<sst><si><t>&b;</t></si></sst>`}),
	} {
		t.Run(name, func(t *testing.T) { require.NotEmpty(t, refused(t, data, grid.Unsafe).Why) })
	}
}

func TestC13RowNumbersThatDoNotExist(t *testing.T) {
	for _, number := range []string{"231999999999940", "2147483648", "1048577", "0", "-1", "x", "99999999999999999999999999"} {
		t.Run(number, func(t *testing.T) {
			refused(t, file(t, worksheet(`<row r="`+number+`"><c><v>1</v></c></row>`)), grid.Broken)
		})
	}
	refused(t, file(t, worksheet(`<row r="1"><c r="ZZZZ1"><v>1</v></c></row>`)), grid.Broken)
	refused(t, file(t, worksheet(`<row r="1048576"/><row/>`)), grid.Broken)
}

func TestC20BackslashesAndCapitalsInNames(t *testing.T) {
	parts := bookParts(worksheet(threeRows))
	for i := range parts {
		parts[i].name = strings.ReplaceAll(parts[i].name, "/", `\`)
	}
	require.Len(t, wholly(t, pack(t, parts...)).rows, 3)
	for i := range parts {
		parts[i].name = "/" + strings.ToUpper(strings.ReplaceAll(parts[i].name, `\`, "/"))
	}
	require.Len(t, wholly(t, pack(t, parts...)).rows, 3)
}

func TestC20DoubledNames(t *testing.T) {
	for _, name := range []string{"xl/worksheets/sheet1.xml", "XL/Worksheets/Sheet1.xml", `xl\worksheets\sheet1.xml`} {
		t.Run(name, func(t *testing.T) {
			twice := append(bookParts(worksheet(threeRows)), part{name, worksheet("")})
			refused(t, pack(t, twice...), grid.Unsafe)
		})
	}
	same := append(bookParts(worksheet(threeRows)), part{"xl/worksheets/sheet1.xml", worksheet(threeRows)})
	require.Len(t, wholly(t, pack(t, same...)).rows, 3)
}

func TestC21NoSheets(t *testing.T) {
	empty := `<workbook xmlns="` + nsMain + `"><sheets/></workbook>`
	refused(t, file(t, worksheet(threeRows), part{"xl/workbook.xml", empty}), grid.NoSheet)
	refused(t, file(t, worksheet(threeRows), relationsPart("xl/_rels/workbook.xml.rels")), grid.NoSheet)
	refused(t, pack(t, part{"readme.txt", "hello"}), grid.OtherFormat)
	s := lookAt(t, pack(t, bookParts("")[:3]...))
	require.ErrorContains(t, s.err, "no sheet was found")
}

func TestC22MacrosAndLinksAreToldNotFollowed(t *testing.T) {
	s := wholly(t, file(t, worksheet(`<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>4</v></c><c r="B1"><f>SUM(Table1[2])</f><v>5</v></c></row>`),
		part{"xl/vbaProject.bin", "macro"}, part{"xl/externalLinks/externalLink1.xml", "<externalLink/>"},
		part{"xl/embeddings/oleObject1.bin", "x"}, part{"xl/connections.xml", "<connections/>"}))
	for _, code := range []string{"macros", "external-links", "embedded", "connections"} {
		require.NotNil(t, s.fact(code), code)
	}
	require.Equal(t, "4", s.at(t, "A1").Text)
	require.Equal(t, grid.Formula|grid.External, s.at(t, "A1").Flags)
	require.Equal(t, grid.Formula, s.at(t, "B1").Flags)
	require.Equal(t, []grid.Ref{{Row: 1, Column: 1}}, s.fact("external").Cells)
}

func TestC26StreamsAndStops(t *testing.T) {
	data := file(t, worksheet(strings.Repeat(`<row><c><v>1</v></c></row>`, 200_000)))
	ctx, stop := context.WithCancel(context.Background())
	r, err := Open(ctx, bytes.NewReader(data), int64(len(data)), grid.DefaultLimits())
	require.NoError(t, err)
	n := 0
	_, err = r.Rows(ctx, 0, Look{Second: true}, func(*grid.Row) error {
		if n++; n == 10 {
			stop()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, n, 20_000)

	full := fmt.Errorf("no room")
	_, err = r.Rows(context.Background(), 0, Look{}, func(*grid.Row) error { return full })
	require.Equal(t, full, err)
}
