package answer

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"ferry/extract/sheet"
	"ferry/extract/sheet/text"
)

// answeredText answers a text file whose second line has a bad cell.
func answeredText(t *testing.T, content string, d text.Dialect, change func(*Config)) string {
	t.Helper()
	dir := t.TempDir()
	c := Config{
		Original: filepath.Join(dir, "in.csv"), Name: "in.csv", Out: filepath.Join(dir, "out.csv"), Title: "Syncro",
		Recipe: &sheet.Recipe{Header: []int{1}, First: 2, Text: &d, Columns: []sheet.Column{{Place: 1, Header: "Name"}, {Place: 2, Header: "Phone"}}},
		Rows: answers(
			Row{Number: 2, Result: "created", Open: "https://a.example/1", Good: true},
			Row{Number: 3, Result: "not loaded", ToDo: "fix it", Bad: []Cell{{2, `no "phone"`, false}}}),
	}
	if change != nil {
		change(&c)
	}
	require.NoError(t, os.WriteFile(c.Original, []byte(content), 0o600))
	written(t, c)
	out, err := os.ReadFile(c.Out)
	require.NoError(t, err)
	return string(out)
}

func comma() text.Dialect {
	return text.Dialect{Encoding: "utf-8", Delimiter: ",", Quote: `"`, Escape: `"`, LineEnd: "\n", End: true}
}

func TestTextComesBackInItsOwnDialect(t *testing.T) {
	semicolon := comma()
	semicolon.Delimiter, semicolon.LineEnd, semicolon.End, semicolon.Sep, semicolon.BOM = ";", "\r\n", false, true, true
	bare := comma()
	bare.Quote, bare.Escape = "", ""
	backslash := comma()
	backslash.Escape = `\`
	remarks := comma()
	remarks.Comment = "#"
	one := comma()
	one.Delimiter = ""
	tests := []struct {
		name, in, want string
		dialect        text.Dialect
		change         func(*Config)
	}{
		{
			"comma", "Name,Phone\nAnn,\"1, 2\"\n Bo ,x\n",
			"Name,Phone,Result,What to do,Open in Syncro,Ferry row\nAnn,\"1, 2\",created,,https://a.example/1,\n Bo ,x,not loaded,\"Phone: no \"\"phone\"\"; fix it\",,\n",
			comma(), nil,
		},
		{
			"short and long rows", "Name,Phone,\nAnn\nBo,x\n\n",
			"Name,Phone,,Result,What to do,Open in Syncro,Ferry row\nAnn,,,created,,https://a.example/1,\nBo,x,,not loaded,\"Phone: no \"\"phone\"\"; fix it\",,\n\n",
			comma(), nil,
		},
		{
			"sep, BOM, CRLF, no end", "\ufeffsep=;\r\nName;Phone\r\nAnn;1\r\nBo;x",
			"\ufeffsep=;\r\nName;Phone;Result;What to do;Open in Syncro;Ferry row\r\nAnn;1;created;;https://a.example/1;\r\nBo;x;not loaded;\"Phone: no \"\"phone\"\"; fix it\";;",
			semicolon, func(c *Config) {
				c.Recipe.Header = []int{2}
				c.Rows = answers(
					Row{Number: 3, Result: "created", Open: "https://a.example/1"},
					Row{Number: 4, Result: "not loaded", ToDo: "fix it", Bad: []Cell{{2, `no "phone"`, false}}})
			},
		},
		{
			"no quotes", "Name,Phone\nAnn,1\nBo,x\n",
			"Name,Phone,Result,What to do,Open in Syncro,Ferry row\nAnn,1,created,,https://a.example/1,\nBo,x,not loaded,Phone: no \"phone\"; fix; it,,\n",
			bare, func(c *Config) {
				c.Rows = answers(Row{Number: 2, Result: "created", Open: "https://a.example/1"}, Row{Number: 3, Result: "not loaded", ToDo: "fix, it", Bad: []Cell{{2, `no "phone"`, false}}})
			},
		},
		{
			"backslash", "Name,Phone\nAnn,\"a\\\"b\"\nBo,x\n",
			"Name,Phone,Result,What to do,Open in Syncro,Ferry row\nAnn,\"a\\\"b\",created,,https://a.example/1,\nBo,x,not loaded,\"Phone: no \\\"phone\\\"; fix it\",,\n",
			backslash, nil,
		},
		{
			"one column", "Name\nAnn, and more\nBo\n",
			"Name\tResult\tWhat to do\tOpen in Syncro\tFerry row\nAnn, and more\tcreated\t\thttps://a.example/1\t\nBo\tnot loaded\tfix it\t\t\n",
			one, func(c *Config) {
				c.Rows = answers(Row{Number: 2, Result: "created", Open: "https://a.example/1"}, Row{Number: 3, Result: "not loaded", ToDo: "fix it"})
			},
		},
		{
			"one column with tabs", "Name\nAnn\tB\nBo\n", "Name;Result;What to do;Open in Syncro;Ferry row\nAnn\tB;created;;;\nBo;;;;\n",
			one, func(c *Config) { c.Rows = answers(Row{Number: 2, Result: "created"}, Row{Number: 3}) },
		},
		{
			"remarks", "# by Ann\nName,Phone\n# more\nBo,x\n", "# by Ann\nName,Phone,Result,What to do,Open in Syncro,Ferry row\n# more\nBo,x,held,,,\n",
			remarks, func(c *Config) {
				c.Recipe.Header = []int{2}
				c.Rows = answers(Row{Number: 3, Result: "left out: comment"}, Row{Number: 4, Result: "held"})
			},
		},
		{
			"a record of several lines", "Name,Phone\n\"Ann\r\nLee\",1\nBo,x\n",
			"Name,Phone,Result,What to do,Open in Syncro,Ferry row\n\"Ann\r\nLee\",1,created,,,\nBo,x,held,,,\n",
			comma(), func(c *Config) {
				c.Rows = answers(Row{Number: 2, Result: "created"}, Row{Number: 4, Result: "held"})
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, answeredText(t, test.in, test.dialect, test.change))
		})
	}
}

func TestTextComesBackInItsOwnEncoding(t *testing.T) {
	say := func(c *Config) {
		c.Rows = answers(Row{Number: 2, Result: "not loaded", ToDo: "Zo\u00eb \u2013 \u201cno\u201d \u20ac \u0142 \U0001F600"})
	}
	latin := comma()
	latin.Encoding = "iso-8859-1"
	in, err := charmap.ISO8859_1.NewEncoder().String("Name\nZo\u00eb\n")
	require.NoError(t, err)
	latin.Delimiter = ";"
	got := answeredText(t, in, latin, say)
	back, err := charmap.ISO8859_1.NewDecoder().String(got)
	require.NoError(t, err)
	require.Equal(t, "Name;Result;What to do;Open in Syncro;Ferry row\nZo\u00eb;not loaded;\"Zo\u00eb - \"\"no\"\" EUR l (U+1F600)\";;\n", back)

	wide := comma()
	wide.Encoding, wide.BOM, wide.Delimiter = "utf-16le", true, "\t"
	codec := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	in, err = codec.NewEncoder().String("\ufeffName\tPhone\n\u0a0a\u0d0d\t1\n")
	require.NoError(t, err)
	back, err = codec.NewDecoder().String(answeredText(t, in, wide, say))
	require.NoError(t, err)
	require.Equal(t, "\ufeffName\tPhone\tResult\tWhat to do\tOpen in Syncro\tFerry row\n\u0a0a\u0d0d\t1\tnot loaded\tZo\u00eb \u2013 \u201cno\u201d \u20ac \u0142 \U0001F600\t\t\n", back)
}

func TestAnsweredTextSentAgainIsAnsweredAnew(t *testing.T) {
	again := func(c *Config) {
		for i, h := range headings("Syncro") {
			c.Recipe.Columns = append(c.Recipe.Columns, sheet.Column{Place: 3 + i, Header: h, Ours: true})
		}
		c.Rows = answers(Row{Number: 3, Result: "updated"})
	}
	in := "Name,Phone,Result,What to do,Open in Syncro,Ferry row,My note\nAnn,\"1, 2\",created,,https://a.example/1,s1,mine\nBo,x,not loaded,\"a \"\"b\"\", c\",,s2,\n"
	want := "Name,Phone,Result,What to do,Open in Syncro,Ferry row,My note\nAnn,\"1, 2\",,,,,mine\nBo,x,updated,,,,\n"
	require.Equal(t, want, answeredText(t, in, comma(), again))
}

// Who takes a field out of a record moves our fields with it.
func TestAnsweredTextWhoseFieldsWereMovedIsAnsweredAnew(t *testing.T) {
	again := func(c *Config) {
		for i, h := range headings("Syncro") {
			c.Recipe.Columns = append(c.Recipe.Columns, sheet.Column{Place: 4 + i, Header: h, Ours: true})
		}
		c.Rows = answers(Row{Number: 2, Result: "done before"}, Row{Number: 3, Result: "created"})
	}
	in := "Name,Phone,,Result,What to do,Open in Syncro,Ferry row\nAnn,1,,created,,x,s\nBo,2,not loaded,do it,,\n"
	want := "Name,Phone,,Result,What to do,Open in Syncro,Ferry row\nAnn,1,,done before,,,\nBo,2,,created,,,\n"
	require.Equal(t, want, answeredText(t, in, comma(), again))
}

// What we add is never a formula; what people wrote stays as it is.
func TestV48FormulasInWhatWeWrite(t *testing.T) {
	got := answeredText(t, "Name,Phone\n=1+1,+33 6 12\n-5,@x\n", comma(), func(c *Config) {
		c.Rows = answers(Row{Number: 2, Result: "=1+1", ToDo: "+33 6 12"}, Row{Number: 3, Result: "-5", ToDo: "@x"})
	})
	require.Equal(t, "Name,Phone,Result,What to do,Open in Syncro,Ferry row\n=1+1,+33 6 12,'=1+1,'+33 6 12,,\n-5,@x,'-5,'@x,,\n", got)

	c := config(t, customers(t, nil))
	c.Rows = answers(Row{Sheet: "Customers", Number: 2, Result: `=HYPERLINK("x")`, ToDo: "+33 6 12", Open: `https://x.example/","x")+CMD("`})
	written(t, c)
	f := open(t, c.Out)
	for _, at := range []string{"E2", "F2", "G2"} {
		formula, err := f.GetCellFormula("Customers", at)
		require.NoError(t, err)
		require.Empty(t, formula, at)
	}
	require.Equal(t, `=HYPERLINK("x")`, cell(t, f, "Customers", "E2"))
	require.Equal(t, "+33 6 12", cell(t, f, "Customers", "F2"))
	require.Equal(t, "=x", cell(t, f, "Customers", "B2"))
}

func TestAnAnswerThatBelongsToNoRecordIsAnError(t *testing.T) {
	dir := t.TempDir()
	d := comma()
	c := Config{
		Original: filepath.Join(dir, "in.csv"), Name: "in.csv", Out: filepath.Join(dir, "out.csv"),
		Recipe: &sheet.Recipe{Header: []int{1}, Text: &d}, Rows: answers(Row{Number: 9, Result: "created"}),
	}
	require.NoError(t, os.WriteFile(c.Original, []byte("Name,Phone\nAnn,1\n"), 0o600))
	_, err := Write(context.Background(), c)
	var u *Unsuitable
	require.ErrorAs(t, err, &u)
	require.ErrorContains(t, err, "line 9")
	require.NoFileExists(t, c.Out)
}
