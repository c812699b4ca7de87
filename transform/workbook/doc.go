// Package workbook turns a mapping file into an Excel workbook and back, so that
// people who know the data but not YAML can decide what goes where: a sheet a
// stream, a row a field, what is not carried over in red. Reading one back gives
// changes to the mapping file; rules that nobody touched give none.
//
// It must never decide what a rule means (transform/mapping does), read a stage,
// or make a request.
package workbook
