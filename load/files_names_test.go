package load

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
)

func TestSafeNames(t *testing.T) {
	for given, want := range map[string]string{
		"photo.jpg": "photo.jpg", "": "", "  a  ": "a", "a/b\\c:d*e?f\"g<h>i|j.jpg": "a_b_c_d_e_f_g_h_i_j.jpg", "..": "", ".": "", ".htaccess": "_htaccess",
		"../../etc/passwd": "_._.._etc_passwd", "CON": "_CON", "nul.txt": "_nul.txt", "Com1.tar.gz": "_Com1.tar.gz", "console.txt": "console.txt", "lpt¹": "_lpt¹",
		"aux .jpg": "_aux .jpg", "name. . ": "name", "a\x00b\tc\nd": "a" + "b c d", "exe\u202egpj.exe": "exegpj.exe", "e\u0301.jpg": "é.jpg", "\xff\xfe.jpg": "_.jpg",
		"日本.png": "日本.png", "   ": "",
	} {
		assert.Equal(t, want, safeName(given, longestFile), "%q", given)
	}
	long := safeName(strings.Repeat("é", 100)+".jpeg", longestFile)
	assert.LessOrEqual(t, len(long), longestFile)
	assert.True(t, strings.HasSuffix(long, "é.jpeg"))
	assert.Equal(t, "a (2).jpg", numbered("a.jpg", 2))
	assert.Equal(t, "a (2)", numbered("a", 2))
	assert.Equal(t, foldName("My Photo_1.JPG"), foldName("my-photo 1.jpg"))
	assert.NotEqual(t, foldName("a.jpg"), foldName("b.jpg"))
	assert.NotEqual(t, foldName("--"), foldName("__"), "names without letters are told apart")
	assert.Equal(t, foldPath("Acme/É.JPG"), foldPath("acme/e\u0301.jpg"))
}

func FuzzSafeName(f *testing.F) {
	for _, name := range []string{"photo.jpg", "../x", "con", "a\u202eb", strings.Repeat("x", 300) + ".jpg", "\xff", " . ", "CON.", "a .b", "COM1 .x"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := safeName(name, longestFile)
		assert.True(t, utf8.ValidString(got))
		assert.LessOrEqual(t, len(got), longestFile+1)
		assert.NotContains(t, got, "/")
		assert.NotContains(t, got, `\`)
		assert.False(t, strings.HasPrefix(got, ".") || strings.HasSuffix(got, ".") || strings.HasSuffix(got, " "), "%q", got)
		assert.Equal(t, got, safeName(got, longestFile+1), "the same again changes nothing")
	})
}

func TestTheFolderIsNeverLeftAndFilesAreWhole(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	outside := filepath.Join(dir, "outside")
	require.NoError(t, os.Mkdir(outside, 0o700))
	content := filepath.Join(dir, "content")
	require.NoError(t, os.WriteFile(content, []byte("one"), 0o600))
	const one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
	f, err := openFolder(filepath.Join(dir, "files"), false)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.close()) }()
	require.NoError(t, f.put(ctx, "a/b/one.jpg", content, one, ""))
	require.NoError(t, f.put(ctx, "a/b/one.jpg", content, one, ""), "the same again")
	info, err := os.Stat(filepath.Join(dir, "files", "a", "b", "one.jpg"))
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // which has no such modes
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}

	bad := (*contentError)(nil)
	require.ErrorAs(t, f.put(ctx, "a/two.jpg", content, strings.Repeat("0", 64), ""), &bad)
	require.ErrorAs(t, f.put(ctx, "a/two.jpg", filepath.Join(dir, "missing"), one, ""), &bad)
	entries, err := os.ReadDir(filepath.Join(dir, "files", "a"))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing half is left")

	if runtime.GOOS != "windows" { // where only administrators make links
		require.NoError(t, os.Symlink(outside, filepath.Join(dir, "files", "away")))
		require.Error(t, f.put(ctx, "away/one.jpg", content, one, ""))
	}
	require.Error(t, f.put(ctx, "../one.jpg", content, one, ""))
	entries, err = os.ReadDir(outside)
	require.NoError(t, err)
	assert.Empty(t, entries)

	require.NoError(t, f.remove("a/b/one.jpg"))
	assert.NoDirExists(t, filepath.Join(dir, "files", "a"))
}

func TestNamesToFetchAreNotGuessed(t *testing.T) {
	a, b := dropName("Photo.JPG"), dropName("Photo.JPG")
	assert.NotEqual(t, a, b)
	for _, name := range []string{a, dropName("x"), dropName("x.p/../g")} {
		assert.True(t, isDrop(name), name)
		assert.NotContains(t, name, "Photo")
	}
	assert.True(t, strings.HasSuffix(a, ".jpg"))
	for _, name := range []string{"", "photo.jpg", "index.html", strings.Repeat("a", 39) + ".jpg"} {
		assert.False(t, isDrop(name), name)
	}
}

func TestShownFiles(t *testing.T) {
	a := &connector.Attach{Shown: connector.ShownFiles{Path: "data.files", Key: "id", Name: []string{"file_name", "name"}, Bytes: "size", SHA256: "sha"}}
	now := []byte(`{"data":{"files":[{"id":1,"name":"a_b.jpg","size":3},{"id":2,"file":{"url":"https://cdn.invalid/x/c%20d.png?y=1"}},{"name":"keyless"},{"id":4,"file_name":"e","sha":"AB"}]}}`)
	shown := shownFiles(a, now)
	require.Len(t, shown, 3)
	find := func(name string) (keys []string) {
		for _, f := range named(shown, name, map[string]bool{"4": true}) {
			keys = append(keys, f.key)
		}
		return keys
	}
	assert.Equal(t, []string{"1"}, find("A b.JPG"))
	assert.Equal(t, []string{"2"}, find("c d.png"), "the name stands in the address alone")
	assert.Empty(t, find("e"), "no news")
	for i, want := range []struct{ same, known bool }{{true, false}, {false, false}, {true, true}} {
		same, known := shown[i].same(&FileNote{Bytes: 3, SHA256: "ab"})
		assert.Equal(t, want, struct{ same, known bool }{same, known}, i)
	}
	_, known := shown[0].same(&FileNote{Bytes: 4})
	assert.True(t, known, "another size is another file")
	assert.Empty(t, shownFiles(a, []byte(`{"data":{}}`)))
}

func TestPartsOfKeys(t *testing.T) {
	assert.Equal(t, record.Key("12"), keyPart(`12/a\/b.jpg/0`, 3, 0))
	assert.Equal(t, record.Key("a/b.jpg"), keyPart(`12/a\/b.jpg/0`, 3, 1))
	assert.Equal(t, record.Key("a/b"), keyPart("a/b", 1, 0))
	assert.Empty(t, keyPart("a", 2, 1))
	assert.Equal(t, record.Key("7"), lineKey("7", 1))
	assert.Equal(t, record.Key("7/2"), lineKey("7", 2))
}
