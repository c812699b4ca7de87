//go:build !windows

package main

import "os"

// enableANSI is true: terminals here understand the codes that redraw a line.
func enableANSI(*os.File) bool { return true }
