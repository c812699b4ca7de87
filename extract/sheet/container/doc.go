// Package container tells what kind of file somebody has handed in, by its
// content, and refuses what is no table in words that say how to save it right.
//
// It must never trust a name or its ending, use a name as a path, unpack more than
// a list of parts, or take a file for whole that ends in the middle.
package container
