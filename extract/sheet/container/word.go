package container

import "strconv"

// What people are told to do, by what they have.
const (
	doSave     = "open it in Excel and save it as Excel workbook (.xlsx)"
	doPassword = "open it in Excel, choose File, Info, Protect Workbook, Encrypt with Password, empty the box, and save it"
	doExport   = "export it again as Excel workbook (.xlsx) or CSV"
	doAgain    = "download or copy the file again"
)

// bytesText gives a size as people write it.
func bytesText(n int64) string {
	const unit = 1024
	if n == 1 {
		return "1 byte"
	}
	if n < unit {
		return strconv.FormatInt(n, 10) + " bytes"
	}
	value, names := float64(n), []string{"KB", "MB", "GB", "TB"}
	at := -1
	for value >= unit && at < len(names)-1 {
		value /= unit
		at++
	}
	return strconv.FormatFloat(value, 'f', 1, 64) + " " + names[at]
}
