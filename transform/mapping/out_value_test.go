package mapping

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const waysFields = `      name: {from: Name, as: text, lines: join}
      email: {from: Mail, as: email, clear: "∅"}
      zip: {from: Zip code}
      phone: {from: Zip code, as: phone, region: US, clear: "-"}
      balance: {from: Visits, as: decimal}
      visits: {from: Visits, as: integer}
      active: {from: Visits, as: boolean, blank: clear}
      type: {from: Kind, values: {p: Person, c: Business, "": Person}, else: {value: Business}}
      since: {from: Tags, as: date}
      items: {each: 'filter(split(Tags, ";"), # != "")', fields: {name: {from: record.Name, as: upper}, codes: '[item]'}}
      remark: {from: Tags, as: text, max: 5, cut: cut}
      properties.Zone: {from: Zip code, clear: "-"}
      properties.Login: {expr: 'lower(Name)', as: text}
      properties.Place: {from: Kind, as: upper, values: {P: Paris, C: ""}, else: {value: elsewhere}}
      properties.Count: {from: Visits, values: {"1": one, "0": none}}
      properties.Last: {from: Kind, values: {p: yes, c: no}, else: skip}
`

// ways compiles the mapping twice: as it is, and with every rule put on the long way,
// which makes a value of each text and remembers none.
func ways(t testing.TB) (short, long *ProgramStream) {
	t.Helper()
	compile := func() *ProgramStream {
		f, err := Parse("m.yaml", []byte("version: 1\nfrom: sheet\nto: beta\nstreams:\n  - from: rows\n    to: company\n    fields:\n"+waysFields))
		require.NoError(t, err)
		p, err := f.Compile(sheetSpec(sheetColumns...), beta(t))
		require.NoError(t, err)
		return p.Stream(0)
	}
	var slow func(rules []*boundRule)
	slow = func(rules []*boundRule) {
		for _, r := range rules {
			r.column, r.memo, r.plain = -1, -1, false
			slow(r.rules)
		}
	}
	short, long = compile(), compile()
	slow(long.bound.rules)
	return short, long
}

var waysRows = [][]string{
	{"Ann", "a@example.com", "(719) 388-0000", "1", "p", "2024-01-31"},
	{"  Bob & Sons\t", " B@Example.com ", "-", "0", "c", "2024-02-29"},
	{"a  b\n\u200bc", "∅", "719 388 0001", "1", "c", ""},
	{"\"\\\x01\u2028", "", "", "", "", ""},
	{"Eve", "", "", "", "odd", ""},
	{"Eve", "", "", "5", "c", ""},
}

// FuzzTheShortWayOfTexts holds what is remembered, and what is written without a value
// in between, against the long way, row after row.
func FuzzTheShortWayOfTexts(f *testing.F) {
	for _, r := range waysRows {
		f.Add(r[0], r[1], r[2], r[3], r[4], r[5])
	}
	f.Add("wy", "2024-01-31", "01234", "many", "odd", "1;2;;")
	f.Add("é", "a@b", "+1 719 388 0000 x4", "1,5", "", strings.Repeat("long ", 60))
	shortWay, longWay := ways(f)
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g string) {
		texts := []string{a, b, c, d, e, g}
		for _, s := range texts {
			if !utf8.ValidString(s) {
				return // texts are in UTF-8
			}
		}
		turned := append(slices.Clone(texts[1:]), texts[0])
		rows := append([][]string{texts, texts, turned, make([]string, len(texts)), texts}, waysRows...)
		compareWays(t, shortWay, longWay, append(rows, texts, turned))
	})
}

func TestBothWaysMapWhatIsRight(t *testing.T) {
	short, long := ways(t)
	once := []Outcome{Mapped, Mapped, Mapped, Mapped, Skipped, Dead}
	assert.Equal(t, append(once, once...), compareWays(t, short, long, append(waysRows, waysRows...)))
}

// compareWays maps the rows one after another by a worker each.
func compareWays(t *testing.T, shortWay, longWay *ProgramStream, rows [][]string) (outcomes []Outcome) {
	t.Helper()
	short, long, fromJSON := shortWay.New(), longWay.New(), shortWay.New()
	var one, two, three Result
	for _, row := range rows {
		want := long.Apply(&Input{Key: "1", Texts: row, All: true}, &two)
		require.Equal(t, want, short.Apply(&Input{Key: "1", Texts: row, All: true}, &one))
		require.Equal(t, want, fromJSON.Apply(&Input{Key: "1", Base: sheetJSON(t, row), All: true}, &three))
		for _, got := range []*Result{&one, &three} {
			require.Equal(t, string(two.JSON), string(got.JSON))
			require.Equal(t, two.Skip, got.Skip)
			require.Equal(t, two.All, got.All)
			for i := range longWay.bound.rules {
				require.Equal(t, two.Value(i), got.Value(i), i)
			}
		}
		outcomes = append(outcomes, want)
	}
	return outcomes
}

func TestAMemoHoldsWhatWasWrittenOfWords(t *testing.T) {
	var m memo
	words := []string{"CO", "WY", "Denver", "Fort Collins", "yes", "no", "x", "2024-01-31", "été"}
	for range 3 {
		for _, word := range words {
			place := m.place(word)
			if made, ok := place.find(word); ok {
				assert.Equal(t, quote(word), string(made))
			}
			place.keep(word, []byte(quote(word)))
			made, ok := place.find(word)
			require.True(t, ok, word)
			assert.Equal(t, quote(word), string(made))
		}
	}
	place := m.place("out")
	place.keep("out", nil)
	made, ok := place.find("out")
	assert.True(t, ok, "that a field is left out is remembered too")
	assert.Empty(t, made)
	long := strings.Repeat("x", memoBytes)
	m.place(long).keep(long, []byte(long))
	_, ok = m.place(long).find(long)
	assert.False(t, ok, "a long text is not kept")
}
