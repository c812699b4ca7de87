package mapping

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func FuzzParse(f *testing.F) {
	f.Add(good(f))
	f.Add(single("      name: trim(name)\n"))
	f.Add("version: 1\nfrom: a\nto: b\nstreams:\n  - {from: [a, b], on: {b: c}, to: d, fields: {x: {each: y, fields: {z: w}}}, match: [a, [b]]}\n")
	f.Add("streams: [{fields: {a[\"b: {value: [1]}}, tests: [{given: {}, want: skip}]}]")
	for _, m := range mistakes[:20] {
		f.Add(strings.Replace(good(f), strings.ReplaceAll(m.find, "«", ""), strings.Replace(m.with, "«", "", 1), 1))
	}
	source, target := alpha(f), beta(f)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse("testdata/m.yaml", []byte(text))
		if err == nil {
			m.Uses(&Stream{Where: "name"})
			for _, s := range m.Streams {
				m.Uses(s)
			}
			_, err = m.RunTests(source, target)
		}
		if problems, ok := errors.AsType[*Problems](err); err != nil {
			require.True(t, ok, "%T %v", err, err)
			for _, p := range problems.Items {
				require.Positive(t, p.Line)
				require.Positive(t, p.Column)
			}
		}
		_, _, _ = Edit([]byte(text), []Change{{Stream: "companies", Field: "zip", Rule: "trim(zip)"}, {Stream: "companies", Field: "email"}}) // must only not crash
	})
}

// FuzzExpression runs whatever compiles, and holds it to its bounds.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{`name + zip`, `map(1..1000, map(1..1000, #))`, `repeat(name, 99999)`, `reduce(tags, #acc + #, name)`,
		`let x = name + name; x + x + x`, `filter(parts, .quantity > 1)[0].name`, `custom("Zone") ?? "x"`, `name matches "(a+)+$"`, `visits ** 99 / 0`,
		`tags[1:-1]`, `join(split(name, ""), name)`, `replace(name, "", name)`, `((((1))))`, `$env["First name"]`, `sortBy(parts, .price, "desc")`,
		`visits in 1..3 ? upper(name) : lower(zip)`, `flatten([[tags], tags])`, `min(1, [2, visits])`, `take(tags, -1)`, `int(rating) % visits`} {
		f.Add(seed, client)
	}
	f.Add(`address.city`, `{"address":[]}`)
	f.Add(`string(notes)`, `{"notes":{"\ud800":1e400,"a":[[[]]]}}`)
	source, target := alpha(f), beta(f)
	f.Fuzz(func(t *testing.T, text, body string) {
		if strings.ContainsAny(text, "\n\r") || len(body) > 1<<16 {
			return
		}
		m, err := Parse("m.yaml", []byte(single("      name: {value: x}\n      extra: "+yamlQuoted(text)+"\n")))
		if err != nil {
			return
		}
		p, err := m.Compile(source, target)
		if err != nil {
			return
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		var res Result
		outcome := p.Stream(0).New().Apply(&Input{Key: "1", Base: []byte(body)}, &res)
		runtime.ReadMemStats(&after)
		require.Contains(t, []Outcome{Mapped, Skipped, Dead}, outcome)
		require.Less(t, time.Since(start), 5*time.Second, text)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(512<<20), text)
	})
}

func yamlQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func FuzzPath(f *testing.F) {
	for _, seed := range []string{"a.b", `a["b.c"].d`, `["x"]`, "", ".", "a[", `a['b']`, "a..b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePath(text)
		if err != nil {
			return
		}
		again, err := ParsePath(p.String())
		if err == nil {
			require.Equal(t, p, again)
		}
	})
}
