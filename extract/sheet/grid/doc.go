// Package grid is the vocabulary of sheets: what a cell, a row and a sheet are,
// why a file is refused, and what a person is told and asked about it.
//
// It must never read a file, guess, or know which program wrote one. It imports
// nothing of ours.
package grid
