// Package workbook reads Excel workbooks (.xlsx, .xlsm: ECMA-376, Office Open XML,
// transitional and strict) row by row: what each cell holds, not what it shows.
//
// The XML of a sheet goes through a scanner of our own that knows when a sheet is
// not whole, and a second count of its rows is made another way. Memory is bounded
// by grid.Limits whatever the file holds. The package must never follow a link, run
// a macro, resolve an entity, take the shown text of a number for its value, or end
// a sheet early without an error.
package workbook
