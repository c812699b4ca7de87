package answers

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/strictyaml"
)

func sample() *File {
	return &File{
		Version: 1, For: "syncro.customers", Updated: time.Date(2026, 5, 3, 9, 30, 0, 0, time.UTC),
		Columns: []string{"Name *", "Due\ndate", "", "Prénom", "#1: yes"},
		Renamed: map[string]string{"Telephone": "Phone"},
		Answers: sheet.Answers{"sheet": "Customers", "dates.Due date": "dmy", "key": "Number", "match.- odd: #": "-", "": "0123"},
		Values:  map[string]map[string]string{"Priority": {"Hgih": "High", "true": "null", "~": "∅"}, "Empty": {}},
	}
}

const sampleText = `# Ferry writes this file: what people decided about files like this one, so that
# nothing is asked twice. Change an answer by importing again, not here.
version: 1
for: "syncro.customers"
updated: "2026-05-03T09:30:00Z"
columns:
  - "Name *"
  - "Due\ndate"
  - ""
  - "Prénom"
  - "#1: yes"
renamed:
  "Telephone": "Phone"
answers:
  "": "0123"
  "dates.Due date": "dmy"
  "key": "Number"
  "match.- odd: #": "-"
  "sheet": "Customers"
values:
  "Priority":
    "Hgih": "High"
    "true": "null"
    "~": "∅"
`

func TestAFileIsWrittenSortedAndReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "customers.answers.yaml")
	_, err := Load(path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	require.NoError(t, Save(path, sample()))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, sampleText, string(data))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing is left beside it")

	got, err := Load(path)
	require.NoError(t, err)
	want := sample()
	delete(want.Values, "Empty")
	assert.Equal(t, want, got)
	assert.Equal(t, sampleText, string(Append(nil, got)))
}

func TestSaveKeepsTheOldFileWhereItCannotWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.answers.yaml")
	require.NoError(t, Save(path, sample()))
	big := sample()
	big.Values = map[string]map[string]string{"Notes": {"x": strings.Repeat("y", maxSize)}}
	assert.ErrorContains(t, Save(path, big), "8 MiB")
	got, err := Load(path)
	require.NoError(t, err)
	assert.Equal(t, "High", got.Values["Priority"]["Hgih"])
	assert.Error(t, Save(filepath.Join(dir, "none", "a.yaml"), sample()))
}

func TestMistakesNameFileLineAndWhatToDo(t *testing.T) {
	for _, c := range []struct{ name, old, new, place, want string }{
		{"unknown key", "renamed:", "renames:", "a.yaml:12:1", `unknown key "renames"; did you mean "renamed"?`},
		{"other version", "version: 1", "version: 2", "a.yaml:3:10", "version 2 is not known here; use the Ferry"},
		{"no version", "version: 1\n", "", "a.yaml:3:1", `key "version" is missing`},
		{"no time", `"2026-05-03T09:30:00Z"`, `"yesterday"`, "a.yaml:5:10", "must be a time in UTC; such as"},
		{"key twice", `  "key": "Number"`, `  "sheet": "Number"`, "a.yaml:19:3", "given twice"},
		{"list for text", `"dmy"`, `[a]`, "a.yaml:16:21", "must be text, not a list"},
		{"map for list", "columns:\n", "columns:\n  a: b\nmore:\n", "a.yaml", "must be a list"},
		{"no YAML", `"Customers"`, `"Customers`, "a.yaml", "not YAML"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, sampleText, c.old)
			_, err := Parse("a.yaml", []byte(strings.Replace(sampleText, c.old, c.new, 1)))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.place)
			assert.Contains(t, err.Error(), c.want)
			assert.Contains(t, err.Error(), "put it back as it was, or remove it")
			var problems *strictyaml.Problems
			assert.ErrorAs(t, err, &problems)
		})
	}
}

func TestPath(t *testing.T) {
	assert.Equal(t, "dir/customers.answers.yaml", Path("dir/customers.yaml"))
	assert.Equal(t, "customers.answers.yaml", Path("customers.yml"))
	assert.Equal(t, "customers.answers.yaml", Path("customers"))
}

// FuzzRoundTrip writes any texts and reads them back.
func FuzzRoundTrip(f *testing.F) {
	f.Add("Name", "dates.Due", "dmy", "x")
	f.Add("a: b #c", "- ", "\x00\x1b\u0085\u2028\ufeff", "\"\\\r\n\t")
	f.Add("~", "null", "0123", "'")
	f.Add(strings.Repeat("long ", 500), "? ", "|", "{}[],&*!%@`")
	f.Add("\u00a0", "😀\u200d", "e\u0301", "\U000e0001")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		for _, s := range []string{a, b, c, d} {
			if !utf8.ValidString(s) || len(s) > 1<<16 {
				return
			}
		}
		want := &File{Version: 1, For: a, Updated: time.Unix(1_800_000_000, 0).UTC(), Columns: []string{b, c, d},
			Renamed: map[string]string{a: b}, Answers: sheet.Answers{c: d, "k": a}, Values: map[string]map[string]string{b: {a: c, d + "x": b}}}
		text := Append(nil, want)
		got, err := Parse("a.yaml", text)
		require.NoError(t, err, "%s", text)
		require.Equal(t, want, got)
		require.Equal(t, string(text), string(Append(nil, got)))
	})
}

// FuzzParse reads anything without harm; what it takes is written to be read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sampleText))
	f.Add([]byte("version: 1\nfor: x\nupdated: 2026-01-01T00:00:00Z\ncolumns: [a]\n"))
	f.Add([]byte(""))
	f.Add([]byte("version: 1\nvalues: {a: {b: c}}\nanswers: [x]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		file, err := Parse("a.yaml", data)
		if err != nil {
			return
		}
		again, err := Parse("a.yaml", Append(nil, file))
		require.NoError(t, err)
		require.Equal(t, string(Append(nil, file)), string(Append(nil, again)))
	})
}
