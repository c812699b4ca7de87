// Package xlsx writes the Excel workbooks of a load, row after row in bounded
// memory: plan workbooks and reports. Text is always text and never a formula,
// nothing is cut (long text goes on in the next row, a full sheet in a second
// one), and a file is there whole or not at all. It must never decide what
// stands in a workbook.
package xlsx
