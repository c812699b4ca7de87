package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableANSI lets an older console understand the codes that redraw a line;
// false where it cannot, so that plain lines are printed instead.
func enableANSI(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(h, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
