package extract

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// people is a stream that is read by phone number alone.
var people = &connector.Stream{
	Name: "person", Key: []string{"phone"}, Get: &connector.Get{},
	Fields: []record.Field{{Name: "phone", Label: "Phone number", Kind: record.String, Aliases: []string{"mobile"}}, {Name: "name", Kind: record.String}},
}

func keyFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func texts(l *keyList) (out []string) {
	for _, k := range l.keys {
		out = append(out, k.text)
	}
	return out
}

func TestKeyTextsAreRead(t *testing.T) {
	cases := map[string]struct {
		text           string
		column         string
		keys           []string
		at             []int
		blank, doubled int
	}{
		"the only column":             {"who\n+1\n+2\n", "", []string{"+1", "+2"}, []int{2, 3}, 0, 0},
		"the key field":               {"name,phone\nA,+1\nB,+2\n", "", []string{"+1", "+2"}, []int{2, 3}, 0, 0},
		"its label, in another case":  {"Name;PHONE NUMBER\nA;+1\n", "", []string{"+1"}, []int{2}, 0, 0},
		"its alias":                   {"Name\tMobile\nA\t+1\n", "", []string{"+1"}, []int{2}, 0, 0},
		"the column of the job":       {"phone,Second\n+1,+2\n", "second", []string{"+2"}, []int{2}, 0, 0},
		"doubles and blanks":          {"phone,x\n+1,\n ,\n+1 ,\n+2,\n\u00a0,\n", "", []string{"+1", "+2"}, []int{2, 5}, 2, 1},
		"byte order mark and CRLF":    {"\ufeffphone\r\n+1\r\n", "", []string{"+1"}, []int{2}, 0, 0},
		"a line sep=":                 {"sep=;\nname;phone\n\"A, B\";+1\n", "", []string{"+1"}, []int{3}, 0, 0},
		"separators in quotes":        {"\"a,b,c\";phone\nx;+1\n", "", []string{"+1"}, []int{2}, 0, 0},
		"cells over several lines":    {"note,phone\n\"a\nb\",+1\nc,+2\n", "", []string{"+1", "+2"}, []int{2, 4}, 0, 0},
		"marks of a phone book":       {"phone\n\u202a+1\u202c\n", "", []string{"+1"}, []int{2}, 0, 0},
		"no line break at the end":    {"phone\n+1", "", []string{"+1"}, []int{2}, 0, 0},
		"leading zeros stay":          {"phone\n0043 1\n", "", []string{"0043 1"}, []int{2}, 0, 0},
		"a number in a column's name": {"Phone 2\n+1\n", "", []string{"+1"}, []int{2}, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			list, err := readKeys(context.Background(), people, KeySource{File: keyFile(t, "k.csv", c.text), Column: c.column})
			require.NoError(t, err)
			assert.Equal(t, c.keys, texts(list))
			assert.Equal(t, c.at, places(list.keys))
			assert.Equal(t, c.blank, list.blank)
			assert.Equal(t, c.doubled, list.doubles)
			assert.Equal(t, list.rows, len(list.keys)+list.blank+list.doubles)
		})
	}
}

func TestKeyTextsThatCannotBeUsedAreNamedWithPlaceAndNextStep(t *testing.T) {
	cases := map[string]struct {
		text   string
		source KeySource
		want   []string
	}{
		"empty":                 {"", KeySource{}, []string{"k.csv: the file is empty; write a column name"}},
		"a header alone":        {"phone\n", KeySource{}, []string{"k.csv: it holds no key; give the phone of at least one record"}},
		"only blanks":           {"phone,x\n,1\n,2\n", KeySource{}, []string{"every one of its 2 lines is blank"}},
		"only empty lines":      {"\n\n", KeySource{}, []string{"the file holds no row"}},
		"no such column":        {"name,city\nA,B\n", KeySource{}, []string{"k.csv:1: no column is named phone or Phone number or mobile", "there are: name, city"}},
		"the job's column gone": {"name,Phones\nA,B\n", KeySource{Column: "Phone"}, []string{`there is no column "Phone"; did you mean "Phones"?`}},
		"a column twice":        {"phone,Phone\nA,B\n", KeySource{}, []string{`the column "phone" stands twice`}},
		"no header":             {"+17193881967\n+17193881968\n", KeySource{}, []string{"k.csv:1: the first row seems to hold data"}},
		"no header, columns":    {"Ann,ann@example.com\n", KeySource{}, []string{"k.csv:1: the first row seems to hold data"}},
		"Latin-1":               {"phone,name\n+1,Ann\n+2,Jos\xe9\n", KeySource{}, []string{"k.csv:3: the text is not UTF-8"}},
		"UTF-16":                {"\xff\xfep\x00", KeySource{}, []string{"UTF-16", "CSV UTF-8"}},
		"a row too long":        {"phone,name\n+1,Ann\n+2,Ann,Smith\n", KeySource{}, []string{"k.csv:3: the row has 3 cells, the header has 2"}},
		"an open quote":         {"phone,name\n+1,\"Ann\n+2,Bob\n", KeySource{}, []string{"k.csv:2: a quotation mark"}},
		"separators alike":      {"a;b,phone\n1;2,3\n", KeySource{}, []string{"k.csv:1: what parts the columns cannot be told"}},
		"an odd sep=":           {"sep=|\nphone\n", KeySource{}, []string{"k.csv:1: the line sep="}},
		"a sheet of a text":     {"phone\n+1\n", KeySource{Sheet: "All"}, []string{"the file has no sheets"}},
		"dots":                  {"phone\n..\n", KeySource{}, []string{"k.csv:2: the key is only dots"}},
		"an old workbook":       {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", KeySource{}, []string{"old .xls", "password"}},
		"half a workbook":       {"PK\x03\x04half", KeySource{}, []string{"damaged or incomplete"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.source.File = keyFile(t, "k.csv", c.text)
			_, err := readKeys(context.Background(), people, c.source)
			var bad *KeysError
			require.ErrorAs(t, err, &bad)
			for _, want := range append(c.want, "keys of person: ") {
				assert.Contains(t, err.Error(), want)
			}
			for _, secret := range []string{"719388", "ann@", "Smith", "+2"} {
				assert.NotContains(t, err.Error(), secret)
			}
		})
	}
}

func TestAKeyFileWithAnotherNameIsLookedFor(t *testing.T) {
	path := keyFile(t, "phones-2.csv", "phone\n+1\n")
	_, err := readKeys(context.Background(), people, KeySource{File: filepath.Join(filepath.Dir(path), "phones2.csv")})
	require.ErrorContains(t, err, `phones2.csv: there is no such file; did you mean "phones-2.csv"?`)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = readKeys(context.Background(), people, KeySource{File: filepath.Dir(path)})
	require.ErrorContains(t, err, "cannot be read")
	_, err = readKeys(context.Background(), people, KeySource{File: keyFile(t, "~$phones.xlsx", "x")})
	require.ErrorContains(t, err, "name phones.xlsx")
}

// keyStage stages records of a stream under "person".
func keyStage(t *testing.T, rows ...string) string {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "other.stage")
	st, err := stage.Open(ctx, path, stage.Options{Job: "other"})
	require.NoError(t, err)
	defer st.Close()
	if len(rows) == 0 {
		return path
	}
	require.NoError(t, st.BindAccount(ctx, "source", record.Account{ID: "a", Vendor: "v"}))
	sw, err := st.StartSweep(ctx, stage.Sweep{Account: "a", Stream: "contact", Kind: stage.SweepFull})
	require.NoError(t, err)
	w := stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: sw.ID}}}
	for i, row := range rows {
		key := record.Key(strings.Repeat("k", i+1))
		w.Keys = append(w.Keys, key)
		w.Entries = append(w.Entries, stage.Entry{Key: key, Offset: len(w.Body), Length: len(row), Hash: uint64(i)})
		w.Body = append(w.Body, row...)
	}
	_, err = st.PutPage(ctx, w)
	require.NoError(t, err)
	_, err = st.Tombstone(ctx, "a", "contact", []record.Key{"k"}, sw.Started)
	require.NoError(t, err)
	return path
}

func TestKeysComeFromAnotherStage(t *testing.T) {
	path := keyStage(t, `{"gone":1,"tel":{"no":"+0"}}`, `{"tel":{"no":"+1"}}`, `{"tel":{"no":" +1"}}`, `{"tel":null}`, `{"tel":{"no":""}}`, `{}`, `{"tel":{"no":17}}`)
	list, err := readKeys(context.Background(), people, KeySource{Stage: path, Stream: "contact", Field: "tel.no"})
	require.NoError(t, err)
	assert.Equal(t, []string{"+1", "17"}, texts(list), "without the one that is gone")
	assert.Equal(t, []int{1, 6}, places(list.keys))
	assert.Equal(t, 3, list.blank)
	assert.Equal(t, 1, list.doubles)
	for _, c := range []struct{ stage, stream, field, want string }{
		{path, "contacts", "tel.no", `it holds no stream "contacts"; did you mean "contact"?`},
		{path, "contact", "tell.no", `no record of contact has the field "tell.no"; did you mean "tel"?`},
		{path, "contact", "tel", `the field "tel" of record 1 is an object; name a field that holds the key`},
		{keyStage(t), "contact", "tel", "nothing was read into it yet"},
		{path + "x", "contact", "tel", "there is no stage"},
	} {
		_, err := readKeys(context.Background(), people, KeySource{Stage: c.stage, Stream: c.stream, Field: c.field})
		require.ErrorContains(t, err, c.want)
	}
}

func TestPlacesAreListedAndCutShort(t *testing.T) {
	assert.Empty(t, listed("line", nil))
	assert.Equal(t, "line 3", listed("line", []int{3}))
	assert.Equal(t, "rows 3, 4 and 9", listed("row", []int{3, 4, 9}))
	many := make([]int, 25)
	assert.True(t, strings.HasSuffix(listed("row", many), "0, 0 and 5 more"), listed("row", many))
}

// FuzzKeyText reads what people may call a CSV file: every row is a key, a
// double or a blank, or the file is refused without a word of it but its header.
func FuzzKeyText(f *testing.F) {
	f.Add("phone\n+1\n")
	f.Add("\ufeffsep=;\na;phone\n\"x\ny\";+2\n")
	f.Add("phone,\"\n")
	f.Add("\xff\xfe")
	path := filepath.Join(f.TempDir(), "k.csv")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := readKeys(context.Background(), people, KeySource{File: path})
		if (list == nil) == (err == nil) {
			t.Fatalf("keys %v with error %v", list, err)
		}
		if err == nil && (len(list.keys) == 0 || list.rows != len(list.keys)+list.blank+list.doubles) {
			t.Fatalf("%d rows, %d keys, %d blank, %d double", list.rows, len(list.keys), list.blank, list.doubles)
		}
	})
}
