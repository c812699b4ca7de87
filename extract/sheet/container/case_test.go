package container_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/container"
	"ferry/extract/sheet/grid"
)

func TestC01OldBinaryWorkbookIsNamedAndHowToSaveIt(t *testing.T) {
	r := refused(t, "Customers.xls", compound("Workbook", bof(0x0600, 0x07CC, false)))
	assert.Equal(t, grid.OldExcel, r.Cause)
	assert.Equal(t, "Customers.xls: this is a workbook of the old Excel format (.xls), as Excel 97 to 2003 writes it; open it in Excel and save it as Excel workbook (.xlsx)", r.Error())
	assert.NotContains(t, r.Error(), "corrupt")
}

func TestC02OlderExcelIsNamedWithItsVersion(t *testing.T) {
	for want, content := range map[string][]byte{
		"Excel 95":  compound("Book", bof(0x0500, 1996, false)),
		"Excel 5":   compound("Book", bof(0x0500, 1993, false)),
		"Excel 4":   []byte("\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00"),
		"Excel 3":   []byte("\x09\x02\x06\x00\x00\x00\x10\x00\x00\x00"),
		"Excel 2":   []byte("\x09\x00\x04\x00\x02\x00\x10\x00"),
		"Excel 5 o": []byte("\x09\x08\x08\x00\x01\x00\x10\x00\x00\x00\x00\x00"),
	} {
		r := refused(t, "old.xls", content)
		assert.Equal(t, grid.OldExcel, r.Cause)
		assert.Contains(t, r.Why, "as "+want)
	}
}

func TestC03BinaryOpenDocumentAndNumbersWorkbooks(t *testing.T) {
	for _, test := range []struct {
		file, why, do string
		content       []byte
	}{
		{"a.xlsb", ".xlsb", "Excel workbook (.xlsx)", pack(t, "[Content_Types].xml", "<Types/>", "xl/workbook.bin", "x")},
		{"a.ods", ".ods", "Excel workbook (.xlsx)", pack(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<office:document-content/>")},
		{"a.numbers", "Numbers", "Export To, Excel", pack(t, "Index/Document.iwa", "x")},
		{"a.fods", ".fods", "Excel workbook (.xlsx)", []byte(`<?xml version="1.0"?><office:document xmlns:office="urn:oasis"/>`)},
		{"a.docx", "Word", "Excel", pack(t, "[Content_Types].xml", "<Types/>", "word/document.xml", "x")},
	} {
		r := refused(t, test.file, test.content)
		assert.Equal(t, grid.OtherFormat, r.Cause, test.file)
		assert.Contains(t, r.Why, test.why)
		assert.Contains(t, r.Do, test.do)
	}
}

func TestC04TextAndPagesNamedXLSAreReadAsWhatTheyAre(t *testing.T) {
	for _, test := range []struct {
		content string
		want    container.Format
	}{
		{"Name;City\nAnn;Oslo\n", container.TextFile},
		{"<html><head></head><body><table><tr><td>a</td></tr></table></body></html>", container.Markup},
		{"\ufeff<TABLE border=1><tr><td>a</td></tr></TABLE>", container.Markup},
		{"<!-- made by X -->\n<!DOCTYPE html><table></table>", container.Markup},
		{"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><table/></html>", container.Markup},
		{"<name>,<city>\n", container.TextFile},
	} {
		format, refusal := detect("export.xls", []byte(test.content))
		require.Nil(t, refusal)
		assert.Equal(t, test.want, format, test.content)
		require.Len(t, container.Facts("export.xls", format), 1)
		assert.Contains(t, container.Facts("export.xls", format)[0].Text, "named .xls but is")
	}
	assert.Empty(t, container.Facts("a.csv", container.TextFile))
	assert.Contains(t, refused(t, "a.xls", []byte(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`)).Why, "XML spreadsheet 2003")
	assert.Contains(t, refused(t, "a.xls", []byte(`<html><form><input type="password"></form></html>`)).Why, "login page")
	assert.Contains(t, refused(t, "a.xls", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n")).Why, "web archive")
}

func TestC05FirstBytesCountNotTheName(t *testing.T) {
	for _, name := range []string{"a.csv", "a.xls", "a.txt", "a"} {
		format, refusal := detect(name, workbook(t))
		require.Nil(t, refusal)
		assert.Equal(t, container.Workbook, format, name)
	}
	assert.Contains(t, container.Facts("a.csv", container.Workbook)[0].Text, "is an Excel workbook")
	format, refusal := detect("a.xlsx", []byte("Name,City\n"))
	require.Nil(t, refusal)
	assert.Equal(t, container.TextFile, format)
}

func TestC06WorkbookWithPassword(t *testing.T) {
	r := refused(t, "a.xlsx", compound("EncryptedPackage", nil))
	assert.Equal(t, grid.Protected, r.Cause)
	assert.Contains(t, r.Why, "protected with a password")
	assert.Contains(t, r.Do, "empty the box")
	ods := pack(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml", "<manifest:encryption-data/>")
	assert.Equal(t, grid.Protected, refused(t, "a.ods", ods).Cause)
}

// A default password is a password too: the person gets the same clear words.
func TestC07OldWorkbookWithADefaultPassword(t *testing.T) {
	r := refused(t, "a.xls", compound("Workbook", bof(0x0600, 0x07CC, true)))
	assert.Equal(t, grid.OldExcel, r.Cause)
	assert.Contains(t, r.Why, "and it is protected")
	assert.Contains(t, r.Do, "as Excel workbook (.xlsx)")
}

func TestC08LockFilePointsToTheRealOne(t *testing.T) {
	r := refused(t, "/some/folder/~$Customers.xlsx", []byte("\x04Ann "))
	assert.Equal(t, grid.LockFile, r.Cause)
	assert.Contains(t, r.Do, "choose Customers.xlsx")
	assert.Contains(t, refused(t, ".~lock.Customers.ods#", []byte("x")).Do, "choose Customers.ods")
}

func TestC09CutWorkbookSaysItsSize(t *testing.T) {
	parts := []string{"[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", strings.Repeat("<row/>", 100), "xl/media/x.bin", noise(9000)}
	whole := pack(t, parts...)
	for _, percent := range []int{10, 50, 90, 99} {
		r := refused(t, "a.xlsx", whole[:len(whole)*percent/100])
		assert.Equal(t, grid.Cut, r.Cause, percent)
		assert.Regexp(t, `it has [0-9.]+ (KB|bytes)`, r.Why)
	}
	for cut := 4; cut < len(whole); cut += 37 {
		refused(t, "a.xlsx", whole[:cut])
	}
	assert.Equal(t, grid.Cut, refused(t, "a.xls", compound("Workbook", nil)[:700]).Cause)
}

// noise is text that does not pack.
func noise(n int) string {
	b, x := make([]byte, n), uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return string(b)
}

func TestC25FileThatHasNotArrived(t *testing.T) {
	empty := refused(t, "a.xlsx", nil)
	assert.Equal(t, grid.Empty, empty.Cause)
	assert.Contains(t, empty.Do, "OneDrive")
	zeros := refused(t, "a.xlsx", make([]byte, 5000))
	assert.Equal(t, grid.Unreadable, zeros.Cause)
	assert.Contains(t, zeros.Why, "has not arrived")
	assert.Equal(t, grid.Unreadable, refused(t, ".Customers.xlsx.icloud", []byte("bplist00")).Cause)

	_, err := container.Detect("a.xlsx", failing{}, 100)
	var r *grid.Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, grid.Unreadable, r.Cause)
	assert.Contains(t, r.Error(), "the network is gone")
	_, err = container.Detect("a.xlsx", bytes.NewReader([]byte("short")), 100)
	require.ErrorAs(t, err, &r)
	assert.Equal(t, grid.Moving, r.Cause)
}

type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errors.New("the network is gone") }

var _ io.ReaderAt = failing{}

func TestC28StrangeNamesAreShownEscapedAndNeverAPath(t *testing.T) {
	for name, want := range map[string]string{
		"../../etc/Müller & \"Söhne\".xlsx": "Müller & \"Söhne\".xlsx",
		`C:\Users\ann\CON.xlsx`:             "CON.xlsx",
		"a\x1b[31m\nb.csv":                  `a\x1b[31m\x0ab.csv`,
		"gpj\u202exslx.exe":                 `gpj\u202exslx.exe`,
		"bad\xff.csv":                       `bad\xff.csv`,
		"octo#thorpe.xlsx":                  "octo#thorpe.xlsx",
		"\U000e0001.csv":                    `\U000e0001.csv`,
	} {
		assert.Equal(t, want, container.Shown(name))
		assert.Equal(t, want, refused(t, name, nil).File)
	}
	long := container.Shown(strings.Repeat("ä", 240) + ".xlsx")
	assert.Equal(t, 120, utf8.RuneCountInString(long))
	assert.True(t, strings.HasSuffix(long, "ä.xlsx"))
}
