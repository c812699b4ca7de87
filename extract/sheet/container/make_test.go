package container_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/container"
	"ferry/extract/sheet/grid"
)

// detect gives what a file of that name and content is.
func detect(name string, content []byte) (container.Format, *grid.Refusal) {
	format, err := container.Detect(name, bytes.NewReader(content), int64(len(content)))
	if err == nil {
		return format, nil
	}
	return format, err.(*grid.Refusal)
}

// refused gives the refusal of a file; one that is read fails the test.
func refused(t *testing.T, name string, content []byte) *grid.Refusal {
	t.Helper()
	format, refusal := detect(name, content)
	require.NotNil(t, refusal, "read as %s", format)
	require.NotEmpty(t, refusal.Why)
	require.NotEmpty(t, refusal.Do)
	return refusal
}

// pack makes a zip file of parts, given as name and content in turn.
func pack(t *testing.T, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		require.NoError(t, err)
		_, err = w.Write([]byte(parts[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

// workbook makes as much of a workbook as tells that it is one.
func workbook(t *testing.T) []byte {
	return pack(t, "[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", "<worksheet/>")
}

// compound makes a compound file ([MS-CFB]) with one stream of 4,096 bytes that
// begins with content.
func compound(stream string, content []byte) []byte {
	const sector = 512
	out := make([]byte, sector*11)
	copy(out, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(out[26:], 3)
	le.PutUint16(out[28:], 0xFFFE)
	le.PutUint16(out[30:], 9)
	le.PutUint16(out[32:], 6)
	le.PutUint32(out[44:], 1)
	le.PutUint32(out[48:], 1) // directory
	le.PutUint32(out[56:], 4096)
	le.PutUint32(out[60:], 0xFFFFFFFE)
	le.PutUint32(out[68:], 0xFFFFFFFE)
	for at := 76; at < sector; at += 4 {
		le.PutUint32(out[at:], 0xFFFFFFFF)
	}
	le.PutUint32(out[76:], 0)
	table := out[sector : 2*sector]
	for i := range sector / 4 {
		le.PutUint32(table[4*i:], 0xFFFFFFFF)
	}
	le.PutUint32(table[0:], 0xFFFFFFFD)
	le.PutUint32(table[4:], 0xFFFFFFFE)
	for i := 2; i < 9; i++ {
		le.PutUint32(table[4*i:], uint32(i+1))
	}
	le.PutUint32(table[36:], 0xFFFFFFFE)
	entry(out[2*sector:], "Root Entry", 5, 0xFFFFFFFE, 0)
	entry(out[2*sector+128:], stream, 2, 2, 4096)
	copy(out[3*sector:], content)
	return out
}

func entry(b []byte, name string, kind byte, start uint32, size uint64) {
	units := utf16.Encode([]rune(name))
	for i, u := range units {
		binary.LittleEndian.PutUint16(b[2*i:], u)
	}
	binary.LittleEndian.PutUint16(b[64:], uint16(2*len(units)+2))
	b[66] = kind
	binary.LittleEndian.PutUint32(b[116:], start)
	binary.LittleEndian.PutUint64(b[120:], size)
}

// bof makes the first record of an old workbook, and one that says that it has a
// password where locked.
func bof(version, year uint16, locked bool) []byte {
	out := []byte{0x09, 0x08, 16, 0}
	out = binary.LittleEndian.AppendUint16(out, version)
	out = append(out, 5, 0, 0, 0)
	out = binary.LittleEndian.AppendUint16(out, year)
	out = append(out, make([]byte, 8)...)
	if locked {
		out = append(out, 0x2F, 0, 6, 0, 1, 0, 1, 0, 1, 0)
	}
	return out
}
