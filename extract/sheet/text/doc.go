// Package text reads tables out of text files: CSV, TSV and what programs make of
// them. It finds encoding, delimiter, quotes and escapes over the whole file, and
// says what it found.
//
// It must never drop a line, join lines or drop characters without a word, put a
// replacement character into data, decide what a row means (header, total, too
// short), or hold more than a block of the file in memory.
package text
