// Package intake is the flow of one import, without a terminal: the command line
// and the local page put their questions and their pictures around it. It opens
// the files, understands them, finds the mapping or proposes one, asks what only a
// person can decide, checks every row, and gives the rows to be staged.
//
// It must never print, make a request, load a record, write into a file of the
// person's, or take an answer that nobody gave.
package intake
