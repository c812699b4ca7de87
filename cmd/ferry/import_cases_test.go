package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// runCase runs one script of testdata/cases: a case of the matrix of spreadsheets.
func runCase(t *testing.T, name string) {
	p := scriptParams()
	p.Dir, p.Files = "", []string{filepath.Join("testdata", "cases", name+".txtar")}
	testscript.Run(t, p)
}

func TestV46ParentNamedByANameThatThreeShare(t *testing.T) { runCase(t, "v46") }

func TestV47ChildRowsBeforeTheirParents(t *testing.T) { runCase(t, "v47") }

func TestV50OneCustomerInTwoSpellings(t *testing.T) { runCase(t, "v50") }
