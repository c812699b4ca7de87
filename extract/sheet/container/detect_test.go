package container_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/container"
	"ferry/extract/sheet/grid"
)

func TestWhatIsNoTableIsRefusedInWords(t *testing.T) {
	for _, test := range []struct{ name, content, why string }{
		{"a.pdf", "%PDF-1.7\n", "PDF"},
		{"a.csv", "\x1f\x8b\x08\x00aaaaaaa", "gzip"},
		{"a.png", "\x89PNG\r\n\x1a\nxxxx", "PNG"},
		{"a.jpg", "\xff\xd8\xff\xe0xxxx", "JPEG"},
		{"a.heic", "\x00\x00\x00\x18ftypheic", "HEIC"},
		{"a.rtf", `{\rtf1 x}`, "RTF"},
		{"a.slk", "ID;PWXL;N;E\nP;PGeneral\n", "SYLK"},
		{"a.dif", "TABLE\r\n0,1\r\n\"EXCEL\"\r\n", "DIF"},
		{"a.json", `[{"a":1}]`, "JSON"},
		{"a.xml", `<?xml version="1.0"?><rows/>`, "XML"},
		{"a.html", `<html><body>hello</body></html>`, "without a table"},
		{"a.dat", "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0fabc", "no text"},
		{"a.parquet", "PAR1xxxx", "Parquet"},
	} {
		r := refused(t, test.name, []byte(test.content))
		assert.Equal(t, grid.OtherFormat, r.Cause, test.name)
		assert.Contains(t, r.Why, test.why)
	}
	assert.Equal(t, grid.Empty, refused(t, "a.zip", pack(t)).Cause)
}

func TestTextIsLeftToTheReaderOfText(t *testing.T) {
	wide := []byte{}
	for _, u := range utf16.Encode([]rune("Name\tCity\r\nAnn\tOslo\r\n")) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	for _, content := range []string{
		"ID;Name\nPGeneral;Ann\n", "a", "\n\n", "a\x00b,c\n", string(wide), "\xff\xfe" + string(wide), "\x93\xfa\x96\x7b,1\n", "{a},b\n", "<3,love\n",
	} {
		format, refusal := detect("a.csv", []byte(content))
		require.Nil(t, refusal, "%q", content)
		assert.Equal(t, container.TextFile, format)
	}
}

func TestPageOfWideCharacters(t *testing.T) {
	out := []byte("\xfe\xff")
	for _, u := range utf16.Encode([]rune("<html><table><tr><td>a</td></tr></table></html>")) {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	format, refusal := detect("a.xls", out)
	require.Nil(t, refusal)
	assert.Equal(t, container.Markup, format)
}

func TestWorkbookWithUncommonPartNames(t *testing.T) {
	for _, content := range [][]byte{
		pack(t, `xl\workbook.xml`, "<workbook/>"),
		pack(t, "XL/Workbook.xml", "<workbook/>"),
		pack(t, "[Content_Types].xml", `<Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`, "book.xml", "x"),
	} {
		format, refusal := detect("a.xlsx", content)
		require.Nil(t, refusal)
		assert.Equal(t, container.Workbook, format)
	}
}

func TestPackageThatClaimsTooManyParts(t *testing.T) {
	content := workbook(t)
	at := bytes.LastIndex(content, []byte("PK\x05\x06"))
	big := append(bytes.Clone(content[:at]), "PK\x06\x06"...)
	big = append(big, make([]byte, 52)...)
	binary.LittleEndian.PutUint64(big[at+32:], 1<<40)
	locator := append([]byte("PK\x06\x07"), make([]byte, 16)...)
	binary.LittleEndian.PutUint64(locator[8:], uint64(at))
	end := bytes.Clone(content[at:])
	binary.LittleEndian.PutUint16(end[10:], 0xFFFF)
	r := refused(t, "a.xlsx", append(append(big, locator...), end...))
	assert.Equal(t, grid.TooLarge, r.Cause)
}

// A directory whose chain turns in a circle ends.
func TestCompoundFileThatTurnsInACircle(t *testing.T) {
	content := compound("Nothing", nil)
	binary.LittleEndian.PutUint32(content[512+4:], 1)
	r := refused(t, "a.xls", content)
	assert.Equal(t, grid.Cut, r.Cause)
}

func FuzzDetect(f *testing.F) {
	f.Add("a.xls", compound("Workbook", bof(0x0600, 0x07CC, true)))
	f.Add("a.xlsx", []byte("PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add("~$a.xlsx", []byte("x"))
	f.Add("a.htm", []byte("<!-- --><?xml ?><html><table>"))
	f.Add("a.csv", []byte("ID;PX\nP;"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		format, refusal := detect(name, content)
		if refusal == nil {
			require.Contains(t, []container.Format{container.Workbook, container.TextFile, container.Markup}, format)
			container.Facts(name, format)
			return
		}
		require.NotEmpty(t, refusal.Cause)
		require.NotEmpty(t, refusal.Why)
		require.NotEmpty(t, refusal.Do)
	})
}
