// Package answer gives people their own file back with an answer on every row, and
// makes the templates they fill in. A workbook is copied part by part; only the
// parts that must change are rewritten, in a stream.
//
// It must never move a cell, change a value of the person's, write over the file
// it was given, or leave half a file at the path it writes to.
package answer
