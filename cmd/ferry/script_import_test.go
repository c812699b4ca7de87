package main

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// cmdSheet writes a file as an office would: texts, and numbers where they are
// plain ones without a zero in front.
func cmdSheet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sheet FILE[!SHEET] ROW...")
	}
	name, tab, _ := strings.Cut(args[0], "!")
	path := ts.MkAbs(name)
	var rows [][]string
	for _, row := range args[1:] {
		rows = append(rows, strings.Split(row, "|"))
	}
	if strings.HasSuffix(name, ".csv") {
		f, err := os.Create(path)
		ts.Check(err)
		w := csv.NewWriter(f)
		ts.Check(w.WriteAll(rows))
		ts.Check(f.Close())
		return
	}
	f := excelize.NewFile()
	if tab == "" {
		tab = "Sheet1"
	}
	ts.Check(f.SetSheetName("Sheet1", tab))
	for y, row := range rows {
		for x, text := range row {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			ts.Check(err)
			ts.Check(setCell(f, tab, cell, text))
		}
	}
	ts.Check(f.SaveAs(path))
	ts.Check(f.Close())
}

func setCell(f *excelize.File, tab, cell, text string) error {
	if text == "" {
		return nil
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && !strings.HasPrefix(text, "0") && !strings.HasPrefix(text, "+") {
		return f.SetCellFloat(tab, cell, n, -1, 64)
	}
	return f.SetCellStr(tab, cell, text)
}
