package strictyaml

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, text string) *Node {
	t.Helper()
	root, err := Parse("f.yaml", []byte(text))
	require.NoError(t, err)
	return root
}

func TestScalarsAreTakenAsWritten(t *testing.T) {
	root := parse(t, "\xef\xbb\xbfa: 0123\r\nb: 1.10\r\nc: 2024-01-31\r\nd: 'on'\r\ne: 0x1F\r\nf: 1_000\r\ng: true\r\nh: .nan\r\n"+
		"i: |\r\n  two\r\n  lines\r\nj: \"a\\tb\"\r\nk: 12:30:45\r\nl: 1e3\r\nm: \"\"\r\n")
	want := map[string]string{"a": "0123", "b": "1.10", "c": "2024-01-31", "d": "on", "e": "0x1F", "f": "1_000", "g": "true",
		"h": ".nan", "i": "two\nlines\n", "j": "a\tb", "k": "12:30:45", "l": "1e3", "m": ""}
	require.Len(t, root.Entries(), len(want))
	for _, e := range root.Entries() {
		assert.Equal(t, want[e.Key], strings.ReplaceAll(e.Value.Text(), "\r", ""), e.Key)
	}
	assert.True(t, root.Child("d").Quoted())
	assert.False(t, root.Child("a").Quoted())
	assert.NoError(t, root.Err())
}

func TestPositions(t *testing.T) {
	root := parse(t, "a:\n  b:\n    - c: 1\n      d: {e: x, f: [y, z]}\n")
	f := root.Child("a").Child("b").Items()[0].Child("d").Child("f").Items()[1]
	assert.Equal(t, "z", f.Text())
	assert.Equal(t, "a.b[0].d.f[1]", f.Path)
	assert.Equal(t, 4, f.Line)
	assert.Equal(t, 24, f.Column)
}

func TestEveryMistakeIsReportedOnceAndInOrder(t *testing.T) {
	root := parse(t, `name: x
nmae: y
name: z
count: many
flag: yes
mode: stopp
list: {a: b}
gone:
anchor: &a 1
alias: *a
tag: !x 1
<<: {a: b}
---
more: 1
`)
	m := root.Map("name", "count", "flag", "mode", "list", "gone", "anchor", "alias", "tag", "must")
	m.Get("count").Int()
	m.Get("flag").Bool()
	m.Get("mode").Choice("stop", "wait")
	m.Get("list").Items()
	m.Get("list").Items()
	m.Get("gone").Text()
	m.Get("anchor").Text()
	m.Get("alias").Int()
	m.Get("tag").Items()
	m.Need("must").Text()
	assert.Equal(t, strings.TrimSpace(`
f.yaml:1:1: key "must" is missing
f.yaml:2:1: nmae: unknown key "nmae"; did you mean "name"?
f.yaml:3:1: name: "name" is given twice; the first one is on line 1; keep one of them
f.yaml:4:8: count: must be a whole number
f.yaml:5:7: flag: must be true or false
f.yaml:6:7: mode: unknown value "stopp"; did you mean "stop"?
f.yaml:7:7: list: must be a list, not keys with values
f.yaml:8:6: gone: empty: must be text; write a value or remove the key
f.yaml:9:9: anchor: anchors (&name) are not used here; write the value out
f.yaml:10:8: alias: aliases (*name) are not used here; write the value out, or put text that begins with * in quotes
f.yaml:11:6: tag: tags (!name) are not used here; remove the tag, or put text that begins with ! in quotes
f.yaml:12:1: a key must be plain text; put the key in quotes
f.yaml:14:1: a second document in one file; remove the line with --- and what follows it`), root.Err().Error())
	problems, ok := errors.AsType[*Problems](root.Err())
	require.True(t, ok)
	assert.Equal(t, Problem{"f.yaml", 6, 7, "mode", `unknown value "stopp"`, `did you mean "stop"?`}, problems.Items[5])
}

func TestNotYAML(t *testing.T) {
	for text, want := range map[string]string{
		"a: [1,\n":                     "f.yaml:1:4: not YAML: sequence end token ']' not found; check indentation, quotes and colons",
		"a:\n\tb: 1\n":                 "f.yaml:2:1: not YAML: ",
		"a: 'x\n":                      "f.yaml:1:4: not YAML: ",
		"a: 1\nb: \x00\n":              "f.yaml:2:4: not plain text in UTF-8; save the file as UTF-8 text",
		"a: \xff\xfe\n":                "f.yaml:1:1: not plain text in UTF-8; save the file as UTF-8 text",
		"a: b\n c: d\n":                "f.yaml:1:4: not YAML: ",
		strings.Repeat(" ", maxSize+1): "f.yaml:1:1: the file is larger than 8 MiB",
	} {
		_, err := Parse("f.yaml", []byte(text))
		assert.ErrorContains(t, err, want)
	}
}

func TestAbsentAndEmpty(t *testing.T) {
	root := parse(t, "# nothing\n")
	assert.Empty(t, root.Map("a").Get("a").Text())
	assert.EqualError(t, root.Err(), "f.yaml:1:1: empty: must be keys with values; write a value or remove the key")

	root = parse(t, "a: 1\nlist: one\n")
	m := root.Map("a", "b", "list")
	b := m.Get("b")
	assert.False(t, b.Given())
	assert.Empty(t, b.Text())
	assert.Zero(t, b.Int())
	assert.False(t, b.Bool())
	assert.Empty(t, b.Choice("x"))
	assert.Empty(t, b.Texts())
	assert.Empty(t, b.Entries())
	assert.Nil(t, b.Map("x").Need("x"))
	b.Problem("not there", "")
	assert.NoError(t, b.Err())
	assert.Equal(t, []string{"one"}, m.Get("list").Texts())
	assert.NoError(t, root.Err())
}

func TestDeepNestingIsRefused(t *testing.T) {
	root := parse(t, "a: "+strings.Repeat("[", 100)+strings.Repeat("]", 100)+"\n")
	assert.ErrorContains(t, root.Err(), "nested too deeply")
}

func TestNearest(t *testing.T) {
	known := []string{"base_url", "settings", "streams", "size", "size_param", "job.photos"}
	for word, want := range map[string]string{
		"baseUrl": "base_url", "base-url": "base_url", "setings": "settings", "stream": "streams", "strems": "streams",
		"siez": "size", "sizeParam": "size_param", "set": "settings", "x": "", "budget": "", "": "", "job.photo": "job.photos",
		strings.Repeat("y", 1000): "",
	} {
		assert.Equal(t, want, Nearest(word, known), word)
	}
	assert.Equal(t, `did you mean "size"?`, Suggest("sise", known))
	assert.Equal(t, "known: a, b", Suggest("xyz", []string{"a", "b"}))
	assert.Empty(t, Suggest("x", nil))
	assert.Equal(t, "known: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 1 more",
		Suggest("xyz", strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13")))
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1\nb: [x, {y: z}]\n", "- a\n- b: |\n    c\n", "a: &x 1\nb: *x\n<<: *x\n", "? x\n: y\n", "a: !!str 1\n---\nb: 2\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := Parse("f.yaml", data)
		if err != nil {
			problems, ok := errors.AsType[*Problems](err)
			require.True(t, ok)
			require.NotEmpty(t, problems.Items)
			return
		}
		walk(t, root)
	})
}

func walk(t *testing.T, n *Node) {
	require.Positive(t, n.Line, n.Path)
	require.Positive(t, n.Column, n.Path)
	switch n.Kind {
	case Map:
		for _, e := range n.Entries() {
			walk(t, e.Value)
		}
	case List:
		for _, item := range n.Items() {
			walk(t, item)
		}
	case Scalar:
		_ = n.Text()
	}
}
