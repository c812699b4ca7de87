package sheet

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

// The arguments that make the test binary a child: a good one, and those that a
// parent must cope with.
const (
	childWord   = "sheet-child"
	childSilent = "sheet-child-silent" // says nothing
	childDead   = "sheet-child-dead"   // ends at once
	childHungry = "sheet-child-hungry" // takes more memory than it may
	childLiar   = "sheet-child-liar"   // answers nonsense
)

func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case childWord:
		if err := Serve(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case childSilent:
		time.Sleep(time.Minute)
	case childDead:
		os.Exit(2)
	case childHungry:
		eat()
	case childLiar:
		fmt.Print("b\x04\x00\x00\x00\xff\xff\xff\xff")
		time.Sleep(time.Minute)
	default:
		os.Exit(m.Run())
	}
}

// eat takes memory until the watcher ends the process.
func eat() {
	watch(context.Background(), 32<<20)
	var kept [][]byte
	for range 1000 {
		b := make([]byte, 1<<20)
		for i := range b {
			b[i] = byte(i)
		}
		kept = append(kept, b)
		time.Sleep(time.Millisecond)
	}
	fmt.Print(len(kept))
}

// childOfTests is the command line of a child that this test binary is.
func childOfTests() []string { return []string{os.Args[0], childWord} }
