package connector

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// What the spec sends beyond Syncro's OpenAPI file, and why.
var beyondOpenAPI = map[string]string{
	"POST /invoices/{id}/line_items product_id": "seen on a live account: the product fills the rest of the line",
	"POST /invoices/{id}/line_items quantity":   "seen on a live account together with product_id",
	"POST /rmm_alerts formatted_output":         "seen on a live account: what the screen calls details",
}

// Every request that the spec reads with is in the OpenAPI file, with its parameters.
func TestSyncroReadsWhatTheOpenAPIFileHas(t *testing.T) {
	api, s, checked := loadOpenAPI(t), shippedSpec(t, "syncro"), 0
	check := func(c Call, more ...string) {
		name, op := api.operation(t, c)
		known := map[string]bool{}
		for _, p := range op.Parameters {
			known[p.Name] = p.In == "query"
		}
		for _, p := range c.Query {
			more = append(more, p.Name)
		}
		for _, param := range more {
			assert.True(t, known[strings.TrimSuffix(param, "[]")], "%s has no parameter %s", name, param)
		}
		checked++
	}
	for _, st := range s.Streams {
		if st.List != nil {
			more := st.FilterNames()
			if st.List.Paging.Param != "" {
				more = append(more, st.List.Paging.Param)
			}
			check(st.List.Call, more...)
		}
		if st.Get != nil {
			check(st.Get.Call)
		}
		if st.Detail != nil {
			check(st.Detail.Call)
		}
		if st.Sub != nil && st.Sub.Paging != nil {
			check(st.Sub.Call, st.Sub.Paging.Param, st.Sub.Paging.SizeParam)
		} else if st.Sub != nil {
			check(st.Sub.Call)
		}
		for _, f := range st.Finds {
			check(f.Call)
		}
	}
	assert.GreaterOrEqual(t, checked, 40, "calls that read")
	t.Logf("%d calls that read are in the OpenAPI file", checked)
}

// Every body that the spec can send, with every field given, fits the request
// schema of its operation.
func TestSyncroWritesWhatTheOpenAPIFileTakes(t *testing.T) {
	api, s, used := loadOpenAPI(t), shippedSpec(t, "syncro"), map[string]bool{}
	calls, fields := 0, 0
	for _, st := range s.Streams {
		if st.Writes == nil {
			continue
		}
		for i, call := range st.Writes.Calls() {
			name, op := api.operation(t, call.Call)
			for _, p := range call.Query {
				assert.True(t, slices.ContainsFunc(op.Parameters, func(x struct{ Name, In string }) bool { return x.Name == p.Name && x.In == "query" }), "%s has no parameter %s", name, p.Name)
			}
			body := sampleBody(st, call, i)
			schema := api.bodySchema(op)
			if schema == nil {
				assert.Empty(t, body, "%s takes no body", name)
			} else {
				for _, problem := range schema.problems("", body) {
					key := name + " " + problem.path
					if problem.unknown && beyondOpenAPI[key] != "" {
						used[key] = true
						continue
					}
					assert.Fail(t, problem.text, "%s %s %s", st.Name, call.Name, problem.path)
				}
			}
			calls, fields = calls+1, fields+len(body)
		}
	}
	assert.GreaterOrEqual(t, calls, 35, "calls that write")
	assert.GreaterOrEqual(t, fields, 200, "fields sent")
	assert.Equal(t, slices.Sorted(maps.Keys(beyondOpenAPI)), slices.Sorted(maps.Keys(used)), "an exception that is none any more")
	t.Logf("%d calls that write, with %d fields, fit the OpenAPI file; %d fields are beyond it", calls, fields, len(used))
}

// A value of another type, an unknown field and a missing one are found.
func TestTheOpenAPICheckFindsMistakes(t *testing.T) {
	api := loadOpenAPI(t)
	_, op := api.operation(t, Call{Method: "POST", Path: "contacts"})
	schema := api.bodySchema(op)
	require.NotNil(t, schema)
	assert.Len(t, schema.problems("", map[string]any{"name": 5.0, "nme": "x"}), 3)
	assert.Empty(t, schema.problems("", map[string]any{"customer_id": 5.0, "name": "x"}))
}

// sampleBody is the body of a call with every field it takes, as the reader of
// the answer sees it: decoded JSON.
func sampleBody(st *Stream, call NamedCall, at int) map[string]any {
	body := map[string]any{}
	fields := st.Writes.Fields
	actions := len(st.Writes.Calls()) - len(st.Writes.Actions)
	switch {
	case at >= actions:
		fields = st.Writes.Actions[at-actions].Fields
	case call.Name == "delete" || call.Name == "undelete":
		fields = nil
	}
	for _, f := range fields {
		inPath := strings.Contains(call.Path, "{"+f.Name+"}") || slices.ContainsFunc(call.Query, func(p Param) bool { return p.Value == "{"+f.Name+"}" })
		if !inPath && !slices.Contains(call.Except, f.Name) && (len(call.Only) == 0 || slices.Contains(call.Only, f.Name)) {
			body[f.Name] = sampleValue(f)
		}
	}
	if call.KeyAs != "" {
		body[call.KeyAs] = 17.0
	}
	literals := slices.Clone(call.Fixed)
	for _, e := range call.Effects {
		literals = append(literals, e.Mute...)
	}
	for _, l := range literals {
		var value any
		if err := json.Unmarshal(l.Value, &value); err != nil {
			panic(err)
		}
		setPath(body, strings.Split(l.Path, "."), value)
	}
	return body
}

func setPath(into map[string]any, path []string, value any) {
	name, isList := strings.CutSuffix(path[0], "[]")
	switch {
	case isList:
		for _, item := range into[name].([]any) {
			setPath(item.(map[string]any), path[1:], value)
		}
	case len(path) == 1:
		into[name] = value
	default:
		setPath(into[name].(map[string]any), path[1:], value)
	}
}

func sampleValue(f record.Field) any {
	moment := time.Date(2024, 2, 29, 8, 30, 0, 0, time.UTC)
	switch f.Kind {
	case record.Integer:
		return 17.0
	case record.Number:
		return 1.5
	case record.Boolean:
		return true
	case record.Date, record.Time, record.DateTime:
		return moment.Format(f.Layouts[0])
	case record.List:
		return []any{sampleValue(*f.Of)}
	case record.Object:
		out := map[string]any{}
		for _, inner := range f.Fields {
			out[inner.Name] = sampleValue(inner)
		}
		return out
	case record.Custom, record.JSON:
		return map[string]any{"Zone 1.2": "north"}
	}
	if len(f.Enum) > 0 {
		return f.Enum[0]
	}
	return "text"
}
