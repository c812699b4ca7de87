package main

import (
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arrows is who may import whom within the module (tests may import anything).
// A package may import the packages listed for the longest prefix of its path;
// "..." at the end allows everything below.
var arrows = map[string][]string{
	"extract/record":     {},
	"extract/strictyaml": {},
	"extract/budget":     {},
	"extract/connector":  {"extract/record", "extract/strictyaml"},
	"extract/api":        {"extract/record", "extract/connector", "extract/budget"},
	"extract/stage":      {"extract/record"},
	"extract/sheet/grid": {},
	"extract/sheet":      {"extract/record", "extract/connector", "extract/sheet/..."},
	"extract":            {"extract/..."},
	"transform/mapping":  {"extract/record", "extract/connector", "extract/strictyaml", "transform/internal/..."},
	"transform":          {"extract/...", "transform/..."},
	"load":               {"extract/...", "load/..."},
	"mappings":           {},
	"samples":            {},
	"samples/greenhouse": {"samples/greenhouse"},
	"cmd":                {"..."},
}

const (
	module   = "ferry"
	maxChain = 5
)

// modules are the packages from outside that were agreed; each other one needs
// a reason here.
var modules = []string{
	"github.com/apache/arrow-go/v18", "github.com/xuri/excelize/v2", "modernc.org/sqlite", "golang.org/x/sync",
	"github.com/stretchr/testify", "github.com/spf13/cobra", "github.com/goccy/go-yaml", "github.com/go-json-experiment/json",
	"github.com/klauspost/compress", "github.com/cespare/xxhash/v2", "github.com/valyala/fastjson", "golang.org/x/text",
	"golang.org/x/time", "github.com/zalando/go-keyring", "github.com/rogpeppe/go-internal",
	"github.com/expr-lang/expr", "github.com/nyaruka/phonenumbers",
	"golang.org/x/net",                 // HTML to text: by the Go team
	"golang.org/x/term",                // is the output a terminal, and how wide: by the Go team
	"golang.org/x/sys",                 // calls of the three systems: by the Go team
	"github.com/parquet-go/parquet-go", // tests only: somebody else's reader for the files we write
}

func TestArrowsPointOneWay(t *testing.T) {
	packages := imports(t)
	for from, imported := range packages {
		allowed := allowedFrom(from)
		for _, to := range imported {
			assert.Truef(t, slices.ContainsFunc(allowed, func(rule string) bool { return covers(rule, to) }),
				"%s must not import %s", from, to)
		}
	}
}

func TestImportChainIsShort(t *testing.T) {
	packages := imports(t)
	var depth func(string) int
	depth = func(pkg string) int {
		deepest := 0
		for _, to := range packages[pkg] {
			deepest = max(deepest, depth(to)+1)
		}
		return deepest
	}
	for pkg := range packages {
		assert.LessOrEqualf(t, depth(pkg), maxChain, "import chain of %s", pkg)
	}
}

func TestOnlyAgreedModulesAreRequired(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || strings.Contains(line, "// indirect") || !strings.HasPrefix(fields[len(fields)-1], "v") {
			continue
		}
		assert.Containsf(t, modules, strings.TrimPrefix(fields[0], "require "), "go.mod requires %s", fields[0])
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for pkg := range imports(t) {
		docs := 0
		dir := filepath.Join(root(t), filepath.FromSlash(pkg))
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
			require.NoError(t, err)
			if parsed.Doc != nil {
				docs++
			}
		}
		assert.Equalf(t, 1, docs, "package comments of %s", pkg)
	}
}

func allowedFrom(pkg string) []string {
	for p := pkg; ; p = parent(p) {
		if rules, ok := arrows[p]; ok {
			return rules
		}
		if p == "." {
			return nil
		}
	}
}

func parent(pkg string) string {
	return filepath.ToSlash(filepath.Dir(filepath.FromSlash(pkg)))
}

func covers(rule, pkg string) bool {
	if rule == "..." {
		return true
	}
	prefix, all := strings.CutSuffix(rule, "/...")
	return rule == pkg || all && (pkg == prefix || strings.HasPrefix(pkg, prefix+"/"))
}

// imports lists the packages of the module and what each imports of it, tests
// left out. Folders with a go.mod of their own are other modules.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	top := root(t)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if path != top && (name == "testdata" || strings.HasPrefix(name, ".") || exists(filepath.Join(path, "go.mod"))) {
			return fs.SkipDir
		}
		pkg, err := build.ImportDir(path, 0)
		if err != nil {
			return nil // no Go files here
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		own := []string{}
		for _, imported := range pkg.Imports {
			if inside, ok := strings.CutPrefix(imported, module+"/"); ok {
				own = append(own, inside)
			}
		}
		found[filepath.ToSlash(rel)] = own
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for !exists(filepath.Join(dir, "go.mod")) {
		up := filepath.Dir(dir)
		require.NotEqual(t, dir, up, "no go.mod above the test")
		dir = up
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
