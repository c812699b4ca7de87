package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// rowsAt names the rows of two sheets of a workbook, or of one text file.
func rowsAt(text bool, sheets ...string) *rowNames {
	n := &rowNames{files: []string{"a.xlsx"}, lines: []bool{text}}
	for i, sheet := range sheets {
		n.add(&stage.ListedRow{Sheet: sheet, Number: 5 + i, Key: record.Key([]string{"4f823ad6b42ad95c.1", "d4e3e2faf6472f98.1", "1001"}[i])})
	}
	slices.SortFunc(n.places, func(a, b rowPlace) int {
		if a.hash < b.hash {
			return -1
		}
		return 1
	})
	return n
}

func TestRecordsAreCalledByTheirRows(t *testing.T) {
	one := rowsAt(false, "S", "S", "S")
	assert.Equal(t, "row 5", one.call("4f823ad6b42ad95c.1"))
	assert.Equal(t, "1001 (row 7)", one.call("1001"), "what a column says is worth saying")
	assert.Equal(t, "a row of an earlier file", one.call("0000000000000000.1"))
	assert.Equal(t, "1009", one.call("1009"))
	assert.Equal(t, "line 6", rowsAt(true, "", "", "").call("d4e3e2faf6472f98.1"))
	assert.Equal(t, "row 6 of sheet T", rowsAt(false, "S", "T").call("d4e3e2faf6472f98.1"))
	assert.Equal(t, "row 5 and row 6", one.inWords("rows 4f823ad6b42ad95c.1 and d4e3e2faf6472f98.1"))
	var none *rowNames
	assert.Equal(t, "4711", none.call("4711"), "of another source the key stays")
}

// Reasons name rows and columns, and say what somebody with the file can do.
func TestReasonsInTheWordsOfTheFile(t *testing.T) {
	w := &rowWords{names: rowsAt(false, "S", "S", "S"), entry: "customers", match: [][]string{{"email"}, {"business_name", "zip"}},
		columns: map[string]string{"email": "E-mail", "business_name": "Company", "customer_id": "Client"}}
	for name, c := range map[string]struct{ in, want load.Reason }{
		"alike": {load.Reason{Code: load.CodeAlike, Value: "d4e3e2faf6472f98.1", Text: "rows d4e3e2faf6472f98.1 is alike", Do: "choose create or skip in the sheet Matches"},
			load.Reason{Text: "row 6 looks like the same record", Do: "keep one of the rows, or correct one of them in E-mail, or Company and zip"}},
		"shared": {load.Reason{Code: load.CodeShared, Field: "email", Value: "customers 1001", Text: "customers 17 is equal to it in email, and other records claim it", Do: "choose link in the sheet Matches"},
			load.Reason{Text: "customers 17 is equal to it in E-mail, and other records claim it (1001 (row 7))", Do: "keep one of the rows, or correct one of them in E-mail"}},
		"not found": {load.Reason{Code: load.CodeNotFound, Field: "customer_id", Value: `{"name":"X"}`, Text: `no record of customers is {"name":"X \"Y\""}`, Do: "make it in the target, or choose another in the sheet Values"},
			load.Reason{Text: `no record of customers is "X \"Y\""`, Do: "correct the cell in Client, or make it in the target and import the file again"}},
		"by decision": {load.Reason{Code: load.CodeSkipped, Text: "left out by decision", Do: "take the decision out of the decisions file"},
			load.Reason{Text: "left out by decision", Do: "decide in the workbook of the plan (ferry plan JOB --workbook plan.xlsx)"}},
		"refused": {load.Reason{Code: load.CodeRefused, Said: "no", Do: "ask"}, load.Reason{Do: "ask"}},
	} {
		got := w.reason(&c.in)
		assert.Equal(t, c.want.Text, got.Text, name)
		assert.Equal(t, c.want.Do, got.Do, name)
		same := (&rowWords{}).reason(&c.in)
		assert.Equal(t, &c.in, same, "of another source nothing changes")
	}
	assert.Equal(t, "refused by the target (the target said: no)", plainReason(&load.Reason{Code: load.CodeRefused, Said: "no"}))
}
