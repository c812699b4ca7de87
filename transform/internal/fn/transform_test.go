package fn

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// o is the options of a transform, key and value in turn.
func o(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// refused is a wanted Misfit whose words hold this part.
type refused string

type conversion struct {
	as   string
	opts map[string]string
	in   any
	want any
}

func convertAll(t *testing.T, cases []conversion) {
	t.Helper()
	for _, c := range cases {
		f, err := Compile(c.as, c.opts)
		require.NoErrorf(t, err, "%s %v", c.as, c.opts)
		for range 2 { // the second answer comes from what is remembered
			got, err := f(c.in)
			if part, ok := c.want.(refused); ok {
				var m *Misfit
				if assert.ErrorAsf(t, err, &m, "%s %v of %#v gave %#v", c.as, c.opts, c.in, got) {
					assert.Equal(t, c.in, m.Value)
					assert.Contains(t, m.Error(), string(part), "%s %v of %#v", c.as, c.opts, c.in)
					assert.NotEmpty(t, m.Do)
				}
				continue
			}
			if assert.NoErrorf(t, err, "%s %v of %#v", c.as, c.opts, c.in) {
				assert.Equalf(t, c.want, got, "%s %v of %#v", c.as, c.opts, c.in)
			}
		}
	}
}

// minimal are the options that a transform cannot do without.
var minimal = map[string]map[string]string{
	"zip": o("country", "US"), "name": o("part", "last"), "address": o("part", "city", "country", "US"), "duration": o("to", "hours"),
}

func TestEveryTransformIsDescribedAndSorted(t *testing.T) {
	last := ""
	for _, tr := range Transforms() {
		assert.Less(t, last, tr.Name)
		last = tr.Name
		assert.NotEmpty(t, tr.About, tr.Name)
		assert.Contains(t, tr.Example, "as: "+tr.Name)
		assert.NotEmpty(t, tr.Takes, tr.Name)
		assert.NotZero(t, tr.Gives, tr.Name)
		for _, opt := range tr.Options {
			assert.NotEmpty(t, opt.About, tr.Name+"."+opt.Name)
			assert.NotContains(t, []string{"from", "expr", "value", "each", "fields", "as", "values", "lookup", "sheet", "key",
				"else", "set", "blank", "by", "remark"}, opt.Name, "keys of a rule")
		}
	}
}

func TestBlankStaysBlankAndWrongKindsAreMisfits(t *testing.T) {
	for _, tr := range Transforms() {
		f, err := Compile(tr.Name, minimal[tr.Name])
		require.NoError(t, err)
		for _, blank := range []any{nil, "", "  \t\n ", "\u00a0\ufeff\u200b"} {
			got, err := f(blank)
			assert.NoError(t, err, tr.Name)
			assert.Contains(t, []any{nil, ""}, got, tr.Name)
		}
		for _, wrong := range []any{[]any{"a"}, map[string]any{"a": "b"}, math.NaN(), math.Inf(1), "\xff\xfe", struct{}{}} {
			_, err := f(wrong)
			var m *Misfit
			assert.ErrorAs(t, err, &m, "%s of %#v", tr.Name, wrong)
		}
	}
}

// nasty are values that have broken importers.
var nasty = []string{
	"'; DROP TABLE x;--", "👩‍👩‍👧‍👦", "🇫🇷", "مرحبا ١٢٣", "‮abc", "e\u0301\u0301\u0301", "\x00", "\t\r\n", "-", "--1", "1e999", "-0", "0x1F", "NaN", "Infinity", "null",
	"n/a", "+", "()", "(((", "%", "€", ",", "1,,2", "2026-02-30", "9999999999999999999999", "@", "a@", "<", "<a href=", "&#xFFFFFF;", "1:99", "P", "T", "٣٫٥",
	"\ufffd", "﷽", "ß", "İ", "ﬃ", "A\u200dB", "O'", "d’", "Dr.", "Jr.", ", ,", ",", "II", "van", "1h1h", "00000", "É",
}

func TestNastyValuesNeitherPanicNorGetLost(t *testing.T) {
	for _, tr := range Transforms() {
		f, err := Compile(tr.Name, minimal[tr.Name])
		require.NoError(t, err)
		for _, s := range nasty {
			_, err := f(s)
			if err != nil {
				var m *Misfit
				require.ErrorAs(t, err, &m, tr.Name)
				assert.Equal(t, s, m.Value, tr.Name)
			}
		}
	}
}

func TestTextsOfTextsAreThoseOfValues(t *testing.T) {
	right := []string{"Acme Plumbing, 1 LLC", "a@example.com", " a@example.com\t", "Suite 4", "80202", "(719) 388-0000", "two  spaces", " led", "\xff", "\u00a0", ""}
	some := 0
	for _, tr := range Transforms() {
		for _, opts := range []map[string]string{minimal[tr.Name], o("max", "6", "cut", "cut"), o("max", "2"), o("lower", "true")} {
			of, text, err := CompileTextual(tr.Name, opts)
			if err != nil || text == nil {
				continue
			}
			some++
			for _, s := range append(right, nasty...) {
				want, wrong := of(s)
				got, err := text(s)
				if wrong != nil {
					var m *Misfit
					require.ErrorAs(t, err, &m, "%s of %q", tr.Name, s)
					assert.Equal(t, wrong, err)
					assert.Equal(t, s, m.Value)
					continue
				}
				require.NoError(t, err, "%s of %q", tr.Name, s)
				assert.Equal(t, want, got, "%s of %q", tr.Name, s)
			}
		}
	}
	assert.Greater(t, some, 8)
}

func TestHugeTextsAreTakenOrRefusedSoon(t *testing.T) {
	for _, s := range []string{strings.Repeat("1", 1<<20), strings.Repeat("é\u0301", 1<<18), strings.Repeat("<b>", 1<<18), strings.Repeat("a@b.c,", 1<<17), strings.Repeat("Jr. ", 1<<17)} {
		for _, tr := range Transforms() {
			f, err := Compile(tr.Name, minimal[tr.Name])
			require.NoError(t, err)
			if _, err := f(s); err != nil {
				var m *Misfit
				require.ErrorAs(t, err, &m, tr.Name)
				assert.Less(t, len(m.Error()), 400, "the words of a misfit do not hold the value")
			}
		}
	}
}

func TestMistakesInOptionsSayWhatToWrite(t *testing.T) {
	for _, c := range []struct {
		as   string
		opts map[string]string
		want string
	}{
		{"phnoe", nil, `did you mean "phone"?`},
		{"phone", o("regoin", "US"), `did you mean "region"?`},
		{"phone", o("region", "Utopia"), "region: US"},
		{"phone", o("format", "E164"), "e164, international"},
		{"upper", o("x", "1"), "no options"},
		{"zip", nil, "write country: two letters"},
		{"zip", o("country", "XX"), "CA, CH, CZ"},
		{"name", nil, "first or last or prefix"},
		{"number", o("decimal", ";"), `write one of "." ","`},
		{"number", o("decimal", ",", "group", ","), "another sign"},
		{"decimal", o("round", "up"), "scale: 2"},
		{"decimal", o("scale", "two"), "not a whole number"},
		{"date", o("layout", "dd/MM/yyyy"), `"02/01/2006"`},
		{"datetime", o("layout", "yyyy-MM-dd HH:mm:ss"), `"2006-01-02 15:04:05"`},
		{"date", o("layout", "15:04"), "02/01/2006"},
		{"date", o("layout", "02/01/06"), "pivot: 1950"},
		{"datetime", o("layout", "2006-01-02 15:04 MST"), "-07:00"},
		{"datetime", o("zone", "Europe/Pari"), "Europe/Paris"},
		{"datetime", o("zone", "Local"), "Europe/Paris"},
		{"date", o("to_layout", "excel"), "iso, unix"},
		{"text", o("cut", "cut"), "max: 255"},
		{"text", o("max", "-1"), "not a whole number"},
		{"hash", o("length", "4"), "length: 64"},
		{"state", o("country", "FR"), "US, CA or AU"},
		{"country", o("language", "fr"), "to: name"},
		{"currency", o("dollar", "XYZ"), "dollar: USD"},
		{"boolean", o("true", "a,b", "false", "b"), "one of them"},
		{"email", o("lower", "yes"), "true or false"},
	} {
		_, err := Compile(c.as, c.opts)
		var oe *OptionError
		if assert.ErrorAs(t, err, &oe, "%s %v", c.as, c.opts) {
			assert.Contains(t, err.Error(), c.want, "%s %v", c.as, c.opts)
		}
	}
}
