package mapping

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
)

// alpha and beta are the invented vendors of the tests.
func alpha(t testing.TB) *connector.Spec { return spec(t, "alpha.yaml") }
func beta(t testing.TB) *connector.Spec  { return spec(t, "beta.yaml") }

var specs sync.Map // by name: they are read once

func spec(t testing.TB, name string) *connector.Spec {
	t.Helper()
	if s, ok := specs.Load(name); ok {
		return s.(*connector.Spec)
	}
	s, err := connector.Load(filepath.Join("testdata", name))
	require.NoError(t, err)
	specs.Store(name, s)
	return s
}

func good(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/good.yaml")
	require.NoError(t, err)
	return string(data)
}

// inTestdata parses a mapping as if it lay in testdata, so that its lookup
// files are found.
func inTestdata(t testing.TB, text string) *File {
	t.Helper()
	f, err := Parse("testdata/m.yaml", []byte(text))
	require.NoError(t, err)
	return f
}

// single is a mapping of client to company with these fields.
func single(fields string) string {
	return "version: 1\nfrom: alpha\nto: beta\nstreams:\n  - from: client\n    to: company\n    fields:\n" + fields
}

// specOf is short for the tests' signatures.
type specOf = *connector.Spec

func replaceOnce(t testing.TB, text, old, new string) string {
	t.Helper()
	require.Contains(t, text, old)
	return strings.Replace(text, old, new, 1)
}
