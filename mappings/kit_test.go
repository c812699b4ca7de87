package mappings_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/mappings"
	"ferry/transform/mapping"
)

// checkShipped holds a shipped mapping to what every one of them promises: it
// fits both shipped specs, has examples for each of its streams, all of which
// come out as wanted, names every readable source field and every writable
// target field, and has a page of remarks. It prints how many.
func checkShipped(t *testing.T, name string) {
	t.Helper()
	f, source, target := shipped(t, name)
	require.NoError(t, mapping.Check(f, source, target, nil))
	for _, s := range f.Streams {
		assert.NotEmpty(t, s.Tests, "%s: stream %s has no tests", name, s.Name)
		reasons(t, name+": "+s.Name, s.Leave)
		reasons(t, name+": "+s.Name, s.LeaveTarget)
	}
	reasons(t, name, f.Leave)
	reasons(t, name, f.LeaveTarget)

	results, err := f.RunTests(source, target)
	require.NoError(t, err)
	for _, r := range results {
		for i := range r.Failed {
			t.Error(r.String(i))
		}
	}

	p, err := f.Compile(source, target)
	require.NoError(t, err)
	for _, g := range p.Gaps() {
		t.Errorf("%s: %s is neither mapped nor left out with a reason", name, g)
	}
	remarks, ok := mappings.Remarks(name)
	assert.True(t, ok && len(remarks) > 500, "%s.md says too little", name)
	t.Logf("%s: %d streams, %d rules, %d examples; left out: %d source fields and streams, %d target fields and streams",
		name, len(f.Streams), rules(p), len(results), left(f, true), left(f, false))
}

// shipped reads a shipped mapping and the specs of its two sides.
func shipped(t *testing.T, name string) (f *mapping.File, source, target *connector.Spec) {
	t.Helper()
	data, ok := mappings.Read(name)
	require.True(t, ok, "no mapping %s is shipped", name)
	f, err := mapping.Parse(name+".yaml", data)
	require.NoError(t, err)
	source, err = connector.Load(f.From)
	require.NoError(t, err)
	target, err = connector.Load(f.To)
	require.NoError(t, err)
	return f, source, target
}

func reasons(t *testing.T, where string, left []mapping.Left) {
	t.Helper()
	for _, l := range left {
		assert.NotEmpty(t, l.Reason, "%s: %s is left out without a reason", where, l.Name)
	}
}

func rules(p *mapping.Program) (n int) {
	for _, s := range p.Streams() {
		n += len(s.Fields())
	}
	return n
}

func left(f *mapping.File, source bool) int {
	pick := func(leave, target []mapping.Left) int {
		if source {
			return len(leave)
		}
		return len(target)
	}
	n := pick(f.Leave, f.LeaveTarget)
	for _, s := range f.Streams {
		n += pick(s.Leave, s.LeaveTarget)
	}
	return n
}

// tally counts what became of the records of one stream of a mapping.
type tally struct {
	mapped, skipped, dead int
	reasons               map[string]int // of what was skipped or is dead, never with a value
}

func (c *tally) String() string {
	text := fmt.Sprintf("%d mapped, %d skipped, %d dead", c.mapped, c.skipped, c.dead)
	for _, r := range slices.SortedFunc(maps.Keys(c.reasons), func(a, b string) int {
		return cmp.Or(c.reasons[b]-c.reasons[a], cmp.Compare(a, b))
	}) {
		text += fmt.Sprintf("\n%6d  %s", c.reasons[r], r)
	}
	return text
}

// mapAll maps records, prints the counts by bin and reason, and gives them with
// what came of each record ("" where nothing did).
func mapAll(t *testing.T, s *mapping.ProgramStream, inputs []mapping.Input) (*tally, []string) {
	t.Helper()
	count, out := &tally{reasons: map[string]int{}}, make([]string, len(inputs))
	w := s.New()
	var res mapping.Result
	for i := range inputs {
		switch w.Apply(&inputs[i], &res) {
		case mapping.Mapped:
			count.mapped++
			out[i] = string(res.JSON)
		case mapping.Skipped:
			count.skipped++
			count.reasons["skipped: "+res.Skip]++
		default:
			count.dead++
			count.reasons[fmt.Sprintf("dead: %s from %s: %s", res.Dead.Field, res.Dead.Origin, res.Dead.Reason)]++
		}
	}
	t.Logf("%s: %d records: %s", s.Name(), len(inputs), count)
	return count, out
}

// program compiles a shipped mapping, or a changed text of it.
func program(t *testing.T, name string, changed ...string) *mapping.Program {
	t.Helper()
	f, source, target := shipped(t, name)
	for _, text := range changed {
		var err error
		f, err = mapping.Parse(name+".yaml", []byte(text))
		require.NoError(t, err)
	}
	p, err := f.Compile(source, target)
	require.NoError(t, err)
	return p
}

// inputs makes staged records of the ids of a simulated vendor; join gives the
// records merged into one, nil where there are none.
func inputs(ids []string, record func(id string) []byte, join func(base []byte) map[string][]byte) []mapping.Input {
	out := make([]mapping.Input, len(ids))
	for i, id := range ids {
		out[i] = mapping.Input{Key: id, Base: record(id)}
		if join != nil {
			out[i].Joined = join(out[i].Base)
		}
	}
	return out
}

// joinedBy gives the record whose id stands at a path of another; nil for none.
func joinedBy(base []byte, record func(id string) []byte, path ...string) []byte {
	var v any
	if json.Unmarshal(base, &v) != nil {
		return nil
	}
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	if id, ok := v.(float64); ok {
		return record(fmt.Sprintf("%.0f", id))
	}
	return nil
}

func decoded[T string | []byte](t *testing.T, text T) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	return m
}

// door writes mapped records to a simulated vendor and keeps the keys they got.
type door struct {
	handler        http.Handler
	header         map[string]string
	user, password string
	found          any                       // what every find finds
	keys           map[string]map[string]any // stream of the mapping -> source key -> target key
}

// move maps the records of a stream, none of which may die or be skipped, and
// hands each to send with its markers resolved. It gives the mapped records.
func move(t *testing.T, s *mapping.ProgramStream, in []mapping.Input, d *door, send func(stream, key string, body map[string]any)) []map[string]any {
	t.Helper()
	count, texts := mapAll(t, s, in)
	require.Zero(t, count.dead+count.skipped, "records that every account has must be carried over")
	d.keys[s.Name()] = map[string]any{}
	out := make([]map[string]any, len(in))
	for i, text := range texts {
		out[i] = decoded(t, text)
		send(s.Name(), in[i].Key, d.resolved(decoded(t, text)).(map[string]any))
	}
	return out
}

// resolved puts keys in the place of markers; one without a parent is left out.
func (d *door) resolved(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = d.resolved(v[i])
		}
	case map[string]any:
		if ref, ok := v["$ref"].(map[string]any); ok {
			return d.keys[ref["stream"].(string)][ref["key"].(string)]
		}
		if v["$find"] != nil {
			return d.found
		}
		for name, inner := range v {
			if v[name] = d.resolved(inner); v[name] == nil {
				delete(v, name)
			}
		}
	}
	return v
}

// post sends one record and keeps its new key, which must come back; answer
// names the object it stands in, "" for the top.
func (d *door) post(t *testing.T, url string, body map[string]any, stream, key, answer string) {
	t.Helper()
	got := decoded(t, d.call(t, url, body, stream+" "+key))
	if answer != "" {
		got, _ = got[answer].(map[string]any)
	}
	require.NotNil(t, got["id"])
	d.keys[stream][key] = got["id"]
}

// call sends what the vendor must take.
func (d *door) call(t *testing.T, url string, body map[string]any, what string) []byte {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodPost, url, bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	for name, value := range d.header {
		r.Header.Set(name, value)
	}
	if d.user != "" {
		r.SetBasicAuth(d.user, d.password)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code, "%s: %s", what, w.Body)
	return w.Body.Bytes()
}
