// Package markup reads the tables of HTML pages, which programs like to name
// .xls.
//
// It must never follow a link, run a script, load anything that a page names, or
// drop a row of a table without a word.
package markup
