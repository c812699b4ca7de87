package fn

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/expr-lang/expr/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func call(t *testing.T, name string, args ...any) (any, error) {
	t.Helper()
	for _, f := range Functions() {
		if f.Name == name {
			return f.Call(args...)
		}
	}
	t.Fatalf("no function %s", name)
	return nil, nil
}

func TestFunctions(t *testing.T) {
	for _, c := range []struct {
		name string
		args []any
		want any
	}{
		{"title", []any{"ann LEE"}, "Ann Lee"}, {"before", []any{"a@b@c", "@"}, "a"}, {"after", []any{"a@b@c", "@"}, "b@c"}, {"after", []any{"abc", "@"}, ""}, {"has", []any{"ACME Ltd", "ltd"}, true}, {"same", []any{"ZÜRICH", "Zurich"}, true},
		{"length", []any{"né👍"}, int64(3)}, {"length", []any{[]any{1, 2}}, int64(2)}, {"length", []any{nil}, int64(0)}, {"left", []any{"ü123", 2}, "ü1"}, {"left", []any{"abc", int64(-1)}, ""}, {"right", []any{"12ü4", 2}, "ü4"}, {"right", []any{"1", 5}, "1"},
		{"padleft", []any{"501", 5, "0"}, "00501"}, {"padleft", []any{501, 5, "0"}, "00501"}, {"padleft", []any{"", 5, "0"}, ""}, {"padright", []any{"a", 3, "."}, "a.."}, {"part", []any{"a, b,c", ",", 2}, "b"}, {"part", []any{"a,b", ",", -1}, "b"}, {"part", []any{"a", ",", 5}, ""},
		{"hash", []any{"c", "ab"}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}, {"matching", []any{"Acme GmbH", "(?i)gmbh$"}, true}, {"extract", []any{"PO 42", "PO ([0-9]+)"}, "42"}, {"extract", []any{"x", "[0-9]"}, ""},
		{"coalesce", []any{nil, " ", "a", "b"}, "a"}, {"coalesce", []any{nil, ""}, ""}, {"coalesce", []any{nil, nil}, nil}, {"coalesce", []any{nil, 0}, 0}, {"isblank", []any{"\u00a0"}, true}, {"isblank", []any{false}, false}, {"oneof", []any{"Open", "new", "open"}, true}, {"oneof", []any{"x", []any{"y"}}, false},
		{"joined", []any{", ", "a", "", nil, " b ", []any{"c", 1}}, "a, b, c, 1"}, {"parts", []any{"a, ,b", ","}, []any{"a", "b"}}, {"parts", []any{"", ","}, nil},
		{"round_to", []any{1.005, 2}, 1.01}, {"round_to", []any{nil, 2}, nil}, {"round_to", []any{-2.5, 0}, -3.0}, {"fixed", []any{2, 2}, "2.00"}, {"fixed", []any{nil, 2}, ""},
		{"year", []any{"2026-08-01T10:00"}, int64(2026)}, {"month", []any{""}, nil}, {"add_days", []any{"2024-02-28", 2}, "2024-03-01"}, {"add_days", []any{"", 2}, ""}, {"days_between", []any{"2024-02-28T23:00", "2024-03-01"}, int64(2)}, {"format_date", []any{"2026-08-01", "02/01/2006"}, "01/08/2026"},
		{"phone", []any{"(719) 388-1967", "US"}, "+17193881967"}, {"phone", []any{"", "US"}, ""}, {"number", []any{"1.234,5", ",", "."}, 1234.5}, {"number", []any{nil}, nil}, {"integer", []any{"5"}, int64(5)}, {"decimal", []any{"1,50", ","}, "1.5"},
		{"date", []any{"01/08/2026", "02/01/2006"}, "2026-08-01"}, {"datetime", []any{"01/08/2026 10:00", "02/01/2006 15:04", "Europe/Paris", "UTC"}, "2026-08-01T08:00:00Z"}, {"zip", []any{"k1a0a2", "CA"}, "K1A 0A2"}, {"country", []any{"Suisse", "alpha3"}, "CHE"}, {"state", []any{"Colorado"}, "CO"},
		{"email", []any{"a@B.co"}, "a@b.co"}, {"boolean", []any{"oui"}, true}, {"minutes", []any{"1:30"}, int64(90)}, {"first_name", []any{"Dr Ann Lee"}, "Ann"}, {"last_name", []any{"Dr Ann Lee"}, "Lee"}, {"name_prefix", []any{"Dr Ann Lee"}, "Dr"}, {"html_text", []any{"<b>a</b>"}, "a"}, {"fold", []any{"É-A"}, "e a"},
	} {
		got, err := call(t, c.name, c.args...)
		if assert.NoError(t, err, "%s%v", c.name, c.args) {
			assert.Equal(t, c.want, got, "%s%v", c.name, c.args)
		}
	}
}

func TestFunctionsRefuse(t *testing.T) {
	for _, c := range []struct {
		name string
		args []any
		want string
	}{
		{"left", []any{"a"}, "wrong number"}, {"left", []any{"a", "b"}, "whole number"}, {"left", []any{[]any{"a"}, 1}, "a list"}, {"matching", []any{"a", "("}, "RE2"}, {"matching", []any{"a", strings.Repeat("a", 2000)}, "1000"}, {"padleft", []any{"a", 1 << 30, "0"}, "10000"},
		{"add_days", []any{"2026-02-30", 1}, "calendar"}, {"add_days", []any{"9999-12-31", 1}, "9999"}, {"format_date", []any{"2026-01-01", "dd/mm/yyyy"}, "02/01/2006"}, {"round_to", []any{1, 99}, "15 digits"}, {"phone", []any{"12", "US"}, "phone"},
		{"phone", []any{"12", "Utopia"}, "region: US"}, {"zip", []any{"12"}, "wrong number"}, {"date", []any{"x", "a", "b", "c", "d"}, "too many"}, {"year", []any{"1/2/2026"}, "layout"},
	} {
		_, err := call(t, c.name, c.args...)
		var m *Misfit
		if assert.ErrorAs(t, err, &m, "%s%v", c.name, c.args) {
			assert.Contains(t, m.Error(), c.want, "%s%v", c.name, c.args)
		}
	}
}

// A word that is an operator of the language, such as contains, could not be called.
func TestEveryFunctionCanBeWrittenInAnExpression(t *testing.T) {
	last := ""
	for _, f := range Functions() {
		assert.Less(t, last, f.Name)
		last = f.Name
		assert.NotEmpty(t, f.About)
		assert.Contains(t, f.Example, f.Name+"(")
		_, err := parser.Parse(f.Example)
		assert.NoError(t, err, f.Name)
	}
}

func TestFunctionsServeManyGoroutines(t *testing.T) {
	var wg sync.WaitGroup
	byName := map[string]Function{}
	for _, f := range Functions() {
		byName[f.Name] = f
	}
	for w := range 4 {
		wg.Go(func() {
			for i := range 400 {
				got, err := byName["phone"].Call(fmt.Sprintf("719388%04d", i), "US")
				assert.NoError(t, err)
				assert.Equal(t, fmt.Sprintf("+1719388%04d", i), got)
				_, err = byName["matching"].Call("a", fmt.Sprintf("a{%d}", i+w))
				assert.NoError(t, err)
				_, _ = byName["number"].Call("1", fmt.Sprint(i%10), fmt.Sprint(i))
			}
		})
	}
	wg.Wait()
	patterns.RLock()
	defer patterns.RUnlock()
	require.LessOrEqual(t, len(patterns.by), maxPatterns)
}
