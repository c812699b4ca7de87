// Package report writes what a load came to, for the people who answer for it:
// report.html and report.xlsx to read and sign, crosswalk.csv, exceptions.xlsx.
// All of it is made from the stage alone, so that it can be made again: the same
// stage gives the same report. It must never make a request or write to a stage.
package report
