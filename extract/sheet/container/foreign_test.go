package container_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/container"
	"ferry/extract/sheet/grid"
)

// A download that was spoilt is no text of an unknown encoding.
func TestSpoiltFileIsNoText(t *testing.T) {
	for _, name := range []string{"a.xlsx", "a.xlsm", "a.XLS", "a.csv"} {
		r := refused(t, name, []byte(noise(8000)))
		assert.Equal(t, grid.Broken, r.Cause, name)
		assert.Contains(t, r.Why, "it is named .")
		assert.Contains(t, r.Do, "download")
	}
	assert.Contains(t, refused(t, "a.xlsx", []byte(noise(8000))).Why, "it is no workbook and no text")
	assert.Contains(t, refused(t, "a.bin", []byte(noise(8000))).Why, "most of it is no text")
}

func TestTextOfAnyEncodingIsNotTakenForSpoilt(t *testing.T) {
	var chinese []byte
	for _, u := range utf16.Encode([]rune(strings.Repeat("名字,城市,电话,一七上海\r\n", 40))) {
		chinese = binary.LittleEndian.AppendUint16(chinese, u)
	}
	for name, content := range map[string]string{
		"UTF-16 without a mark": string(chinese),
		"Shift JIS":             strings.Repeat("\x93\xfa\x96\x7b,\x83\x65\x83\x58\x83\x67\r\n", 100),
		"windows-1252":          strings.Repeat("M\xfcller;Stra\xdfe;\xc4\xd6\xdc\r\n", 100),
		"some control signs":    strings.Repeat("a\x02b;M\xfcller;one more cell;and a long remark at its end\r\n", 100),
	} {
		format, refusal := detect("a.xlsx", []byte(content))
		require.Nil(t, refusal, name)
		assert.Equal(t, container.TextFile, format, name)
	}
}

func TestTextsThatAreNoTablesAreNamed(t *testing.T) {
	for want, content := range map[string]string{
		"vCard":     "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nEND:VCARD\r\n",
		"iCalendar": "\ufeffbegin:vcalendar\nVERSION:2.0\n",
		"SVG":       "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
		"e-mail":    "From: Ann <ann@example.com>\r\nTo: bo@example.com\r\nSubject: list\r\n\r\nHello",
		"an e-mail": "MIME-Version: 1.0\nReceived: by mx\n\tfor bo\nFrom: ann@example.com\n",
		"e-mail,":   "From ann@example.com Mon Jan  1 00:00:00 2024\nReturn-Path: <ann@example.com>\nFrom: ann@example.com\n\nHi",
		"JSON":      "{\"rows\": [{\"name\": \"Ann\"},",
		"a JSON":    "{\"a\": 1}\n{\"a\": 2}\n",
	} {
		for _, name := range []string{"a.csv", "a.xlsx", "a"} {
			if name == "a.csv" && strings.Contains(want, "JSON") {
				continue // see below
			}
			r := refused(t, name, []byte(content))
			assert.Equal(t, grid.OtherFormat, r.Cause)
			assert.Contains(t, r.Why, want)
			assert.NotContains(t, r.Error(), "Ann")
		}
	}
}

func TestTablesThatBeginLikeOtherTextsAreRead(t *testing.T) {
	for _, content := range []string{
		"From: 2024-01-01\nTo: 2024-01-31\n\nDate,Amount\n2024-01-02,5\n",
		"From: shop@example.com\nDate,Amount\n",
		"From,To,Subject\nann@example.com,bo@example.com,list\n",
		"[Name],[City]\nAnn,Oslo\n", "[1],[2]\n", "{a},b\n", "{\"a\": 1}\n{\"a\": 2}\n", noise(200), "<DATE>,<OPEN>\n2024,1\n",
	} {
		format, refusal := detect("a.csv", []byte(content))
		require.Nil(t, refusal, content)
		assert.Equal(t, container.TextFile, format)
	}
}

func TestArchiveNamesTheTableInside(t *testing.T) {
	one := refused(t, "customers.xlsx", pack(t, "out/customers.csv", "a,b"))
	assert.Equal(t, "it is named .xlsx, but it is a zip archive that holds the file customers.csv, and no workbook itself", one.Why)
	assert.Equal(t, "unpack it and import customers.csv", one.Do)
	assert.Contains(t, refused(t, "a.zip", pack(t, "rows.csv", "a,b")).Why, "this is a zip archive that holds the file rows.csv")
	two := refused(t, "a.zip", pack(t, "a.csv", "a", "b.txt", "b"))
	assert.Contains(t, two.Why, "2 tables")
	assert.Contains(t, two.Do, "such as a.csv")
}
