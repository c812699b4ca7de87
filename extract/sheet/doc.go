// Package sheet makes a source of Excel, CSV and other table files: it opens one
// (Open), says what it understood and asks what it cannot know (Book.Understand),
// and gives its rows by what was decided (Book.Rows), each row of the file in
// exactly one bin.
//
// The way of a row: Open copies the file and hashes the copy (copy.go), and starts
// a child (child.go, process.go) whose side is Serve (serve.go). The child sees what
// the file is and reads it (local.go) with the packages container, workbook, text
// and markup; its rows come back in batches (frame.go, batch.go). Understand
// (understand.go) looks at the beginning of each sheet, chooses one, makes a first
// Recipe, surveys all rows by it, and settles what only all rows tell. Rows (rows.go)
// reads by the finished Recipe. Both put each row into its bin with the same sorter
// (bins.go), which reads the cells (value.go) and makes keys and hashes (key.go).
// AppendJSON (record.go) gives the record that is staged.
//
// A file is hostile until proven otherwise: it is copied, and read by a child
// process of our own binary with a deadline and a memory bound (Serve). The
// package must never follow a link, run a macro, write into a file it reads, drop
// a row without a word, or decide in silence what the file does not prove.
package sheet
