package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// streams is all that a command knows of the world it prints to. Commands never
// touch the streams of the process.
type streams struct {
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	InTerm  bool       // a person can be asked
	OutTerm bool       // a person reads what a looking command prints
	ErrTerm bool       // bars may be drawn
	Width   func() int // columns of the terminal; 80 where there is none
}

// processStreams are those of this process.
func processStreams() streams {
	return streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerm:  isTerminal(os.Stdin),
		OutTerm: isTerminal(os.Stdout),
		ErrTerm: isTerminal(os.Stderr) && os.Getenv("TERM") != "dumb" && enableANSI(os.Stderr),
		Width:   stderrWidth,
	}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

func stderrWidth() int {
	if w, _, err := term.GetSize(int(os.Stderr.Fd())); err == nil && w > 20 {
		return w
	}
	return 80
}
