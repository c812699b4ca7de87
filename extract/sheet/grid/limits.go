package grid

import "time"

// Limits bound what a file may cost.
type Limits struct {
	File     int64         // bytes of the file
	Expanded int64         // bytes of all parts of a package, unpacked
	Part     int64         // bytes of one part that is held in memory
	Rows     int           // of a sheet; text files may have more than Excel
	Columns  int           // of a sheet
	Cell     int           // bytes of one cell
	Line     int           // bytes of one record of a text file
	Memory   int64         // bytes of the process that reads
	Idle     time.Duration // longest time without a row
	Total    time.Duration // longest time to open a file or to read a sheet
}

// DefaultLimits are those of Ferry: a workbook as large as Excel's grid can be
// read, a hostile file is refused before it hurts.
func DefaultLimits() Limits {
	return Limits{
		File: 2 << 30, Expanded: 8 << 30, Part: 96 << 20,
		Rows: 20_000_000, Columns: MaxColumns, Cell: 1 << 20, Line: 16 << 20,
		Memory: 240 << 20, Idle: 30 * time.Second, Total: 30 * time.Minute,
	}
}
