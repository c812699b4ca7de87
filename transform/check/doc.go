// Package check holds every cell of a sheet against the target before anything is
// sent: it reads the rows once, maps each with the compiled mapping, and groups
// what does not fit by kind and column, with the cells and the values.
//
// It must never make a request, write a file, stop at the first mistake, or count
// a row twice.
package check
