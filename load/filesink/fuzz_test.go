package filesink

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// FuzzExtract holds the extractor against encoding/json: what it finds in a
// field is what encoding/json finds, and everything else stands in the extras.
func FuzzExtract(f *testing.F) {
	for i := range 20 {
		f.Add(customer(i))
	}
	for _, s := range []string{
		`{"s":"\ud83d\ude00\u0000\/","l":[{"s":"x","q":1},{"n":"5"}],"o":{"s":null,"z":[]}}`, `{"s":1.50,"n":"x","b":"1","j":{"a":[1, 2]}}`,
		`{"":1,"s":{"a":"}"},"o":[],"l":{}}`, `[]`, `"x"`, `{"s":"a","s":"b"}`, `{"s"`, `{"l":[[`, `{"o":{"s":"\`, "{\"s\":\"\xff\"}", `{"c":[{"label":"a","value":"b"},{}]}`,
	} {
		f.Add([]byte(s))
	}
	inner := []record.Field{text("s"), {Name: "n", Kind: record.Integer}}
	of := record.Field{Kind: record.Object, Fields: inner}
	fields := []record.Field{
		text("s"), {Name: "n", Kind: record.Number}, {Name: "b", Kind: record.Boolean}, {Name: "j", Kind: record.JSON},
		{Name: "o", Kind: record.Object, Fields: inner}, {Name: "l", Kind: record.List, Of: &of}, {Name: "at", Kind: record.DateTime},
		{Name: "c", Kind: record.Custom, Custom: record.CustomShape{Label: "label", Value: "value"}},
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		x := newExtractor(Table{Fields: fields}, nil)
		shred := shredder{x: x}
		s, err := newParquetSchema(x.plan)
		require.NoError(t, err)
		shred.leaves = s.leaves
		r := record.Staged{Record: record.Record{Raw: raw}}
		x.record(&r)
		shred.row(&r)
		extra := x.extra.text()
		if !json.Valid(raw) || !utf8.Valid(raw) {
			return // only that it comes through
		}
		require.True(t, extra == nil || json.Valid(extra), "extras are no JSON: %s", extra)
		var want map[string]json.RawMessage
		if json.Unmarshal(raw, &want) != nil || repeats(raw) {
			return
		}
		var kept map[string]json.RawMessage
		if extra != nil {
			require.NoError(t, json.Unmarshal(extra, &kept))
		}
		cells, kids := x.plan.row.cells, x.plan.row.root.kids
		for key, value := range want {
			if key == "s" && value[0] == '"' {
				var text string
				require.NoError(t, json.Unmarshal(value, &text))
				require.Equal(t, text, string(cells[kids[0].slot].text))
			}
			if n := x.plan.row.root.names.index; !has(n, key) && string(value) != "" {
				require.Contains(t, kept, key)
			}
		}
	})
}

func has(index map[string]int, key string) bool { _, ok := index[key]; return ok }

// repeats tells whether an object at the top has a key twice.
func repeats(raw []byte) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	_, _ = d.Token()
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		if err != nil || !ok || seen[name] {
			return true
		}
		seen[name] = true
		var skip json.RawMessage
		if d.Decode(&skip) != nil {
			return true
		}
	}
	return false
}

// FuzzCSVText writes a text and reads it back: quoting and the apostrophe take
// nothing away and add nothing.
func FuzzCSVText(f *testing.F) {
	for _, s := range []string{"", "a", "=1+1", "+33 1 23", "-12.5", "-x", "'", "''a", "\t", "\r", "a\"b", "a,b", "a\nb", " a ", "@", "+1-2", "-", "+"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := "x," + string(appendCSVText(nil, []byte(s))) + "\r\n"
		if s == "" {
			require.Equal(t, "x,\"\"\r\n", line)
		}
		got, err := csv.NewReader(strings.NewReader(line)).ReadAll()
		require.NoError(t, err)
		require.Len(t, got, 1)
		field := got[0][1]
		if s != "" && guarded([]byte(s)) {
			require.Equal(t, byte('\''), field[0])
		}
		// Reading back takes one apostrophe off; encoding/csv turns CRLF into LF.
		require.Equal(t, strings.ReplaceAll(s, "\r\n", "\n"), strings.TrimPrefix(field, "'"))
	})
}

func TestCSVGuard(t *testing.T) {
	for s, want := range map[string]bool{
		"=SUM(A1)": true, "@x": true, "\tx": true, "\rx": true, "'x": true, "+x": true, "-x": true, "-": true, "+": true, "-1+2": true, "+1+2": true, "+12": false,
		"-12.5": false, "+33 1 23": false, "+1 (719) 388-1967": false, "-1e5": false, "-1,234.50": false, "+1-2": true, "-1e": true, "plain": false, "1=2": false,
	} {
		require.Equal(t, want, guarded([]byte(s)), s)
	}
}
