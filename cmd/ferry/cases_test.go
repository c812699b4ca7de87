package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sheetCases is how many cases the matrix of nasty spreadsheets has, by letter:
// containers, text files, shapes and values.
var sheetCases = map[string]int{"C": 28, "T": 28, "S": 25, "V": 52}

// cannotApply are the cases without a test, each with the reason.
var cannotApply = map[string]string{}

// mostCannotApply is how many of them the matrix allows.
const mostCannotApply = 5

// TestEverySpreadsheetCaseHasATest looks for one test a case, named after it:
// TestC10SheetXMLCutInsideAWholeZip.
func TestEverySpreadsheetCaseHasATest(t *testing.T) {
	found := map[string][]string{}
	named := regexp.MustCompile(`^Test([CTSV]\d\d)[A-Z]`)
	eachTestFile(t, func(path string, file *ast.File) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			if m := named.FindStringSubmatch(f.Name.Name); m != nil {
				found[m[1]] = append(found[m[1]], path+" "+f.Name.Name)
			}
		}
	})
	all := 0
	for letter, count := range sheetCases {
		for i := 1; i <= count; i++ {
			code := fmt.Sprintf("%s%02d", letter, i)
			all++
			if why := cannotApply[code]; why != "" {
				assert.Emptyf(t, found[code], "%s cannot apply (%s) and has a test", code, why)
				continue
			}
			assert.NotEmptyf(t, found[code], "%s has no test", code)
		}
	}
	assert.Equal(t, 133, all)
	assert.LessOrEqual(t, len(cannotApply), mostCannotApply)
}

func eachTestFile(t *testing.T, fn func(path string, file *ast.File)) {
	t.Helper()
	base := root(t)
	err := filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != base {
			if err == nil {
				err = filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(base, path)
		fn(short, file)
		return err
	})
	require.NoError(t, err)
}
