// Package match finds out which column of a sheet is which field of a target, and
// which text in a column is which value of a list, and writes the mapping that
// follows. It is pure: columns and specs in, proposals and questions out.
//
// It must never give one field two columns or one column two fields by guess, take
// a doubtful match in silence, or look at anything but what it is given.
package match
