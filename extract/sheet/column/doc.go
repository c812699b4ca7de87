// Package column knows what stands in one column of a sheet: it looks at every
// cell of it (Profiler), says what they are and by which cells that is proven,
// asks what they do not prove, and turns each cell into the one form that
// records take it in (Reading).
//
// It must never change a value that it does not understand, take one side of a
// doubt in silence, or put a value of a row into a sentence.
package column
