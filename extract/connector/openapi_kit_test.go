package connector

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// openAPI is as much of an OpenAPI file as tells which requests are right.
type openAPI struct {
	Paths      map[string]map[string]json.RawMessage
	Components struct{ RequestBodies map[string]apiBody }
}

type apiOperation struct {
	Parameters  []struct{ Name, In string }
	RequestBody *apiBody
}

type apiBody struct {
	Ref     string `json:"$ref"`
	Content map[string]struct{ Schema *apiSchema }
}

type apiSchema struct {
	Type, Format string
	Properties   map[string]*apiSchema
	Required     []string
	Items        *apiSchema
	Enum         []any
}

func loadOpenAPI(t *testing.T) *openAPI {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil; _, err = os.Stat(filepath.Join(dir, "go.mod")) {
		require.NotEqual(t, dir, filepath.Dir(dir), "no go.mod above")
		dir = filepath.Dir(dir)
	}
	seeds := filepath.Join(dir, "..", "shared", "seeds")
	if _, err := os.Stat(seeds); os.IsNotExist(err) {
		t.Skip("the vendors' documents (../shared/seeds beside the repository) are not on this machine")
	}
	data, err := os.ReadFile(filepath.Join(seeds, "syncro-openapi.json"))
	require.NoError(t, err)
	var api openAPI
	require.NoError(t, json.Unmarshal(data, &api))
	require.NotEmpty(t, api.Paths)
	return &api
}

var place = regexp.MustCompile(`\{[^}]*\}`)

// operation finds the operation of a call; places may have other names there.
func (api *openAPI) operation(t *testing.T, c Call) (name string, op apiOperation) {
	t.Helper()
	want := place.ReplaceAllString("/"+c.Path, "{}")
	for path, methods := range api.Paths {
		raw, ok := methods[strings.ToLower(c.Method)]
		if ok && place.ReplaceAllString(path, "{}") == want {
			require.NoError(t, json.Unmarshal(raw, &op))
			return c.Method + " " + path, op
		}
	}
	require.Fail(t, "not in the OpenAPI file", "%s %s", c.Method, c.Path)
	return "", op
}

func (api *openAPI) bodySchema(op apiOperation) *apiSchema {
	body := op.RequestBody
	if body != nil && body.Ref != "" {
		named := api.Components.RequestBodies[body.Ref[strings.LastIndex(body.Ref, "/")+1:]]
		body = &named
	}
	if body == nil {
		return nil
	}
	return body.Content["application/json"].Schema
}

type apiProblem struct {
	path, text string
	unknown    bool // a field the schema does not name
}

// problems lists what of a value does not fit the schema. A field that the
// schema does not name is one, though JSON schemas let it pass.
func (s *apiSchema) problems(path string, value any) []apiProblem {
	wrong := func() []apiProblem {
		return []apiProblem{{path: path, text: fmt.Sprintf("%v is no %s %s", value, s.Type, s.Format)}}
	}
	switch v := value.(type) {
	case map[string]any:
		if s.Type != "object" {
			return wrong()
		}
		return s.objectProblems(path, v)
	case []any:
		if s.Type != "array" {
			return wrong()
		}
		var out []apiProblem
		for _, item := range v {
			out = append(out, s.Items.problems(path+"[]", item)...)
		}
		return out
	case float64:
		if s.Type != "number" && (s.Type != "integer" || v != float64(int64(v))) {
			return wrong()
		}
	case bool:
		if s.Type != "boolean" {
			return wrong()
		}
	case string:
		layout := map[string]string{"date": "2006-01-02", "date-time": time.RFC3339Nano}[s.Format]
		_, err := time.Parse(layout, v)
		if s.Type != "string" || layout != "" && err != nil || len(s.Enum) > 0 && !slices.Contains(s.Enum, any(v)) {
			return wrong()
		}
	}
	return nil
}

func (s *apiSchema) objectProblems(path string, value map[string]any) []apiProblem {
	var out []apiProblem
	for _, name := range s.Required {
		if _, ok := value[name]; !ok {
			out = append(out, apiProblem{path: path + name, text: "required field is missing"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(value)) {
		inner, ok := s.Properties[name]
		switch {
		case ok:
			out = append(out, inner.problems(path+name+".", value[name])...)
		case len(s.Properties) > 0:
			out = append(out, apiProblem{path: path + name, text: "no such field", unknown: true})
		}
	}
	return out
}
