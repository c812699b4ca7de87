package workbook

import "strings"

// fitSheet makes a name that Excel takes.
func fitSheet(name string, length int) string {
	clean := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return '_'
		}
		return r
	}, name))
	return strings.Trim(string(clean[:min(len(clean), length)]), "'")
}

// sheetKey is what Excel takes for the same name.
func sheetKey(name string) string { return strings.ToLower(name) }
