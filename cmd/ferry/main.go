// Command ferry moves records in bulk between vendor APIs, spreadsheets and
// analytics files.
//
// This package is glue: it reads flags and the job file, wires the rooms
// together in engine.go, prints, and turns errors into exit codes in exit.go.
// It must never hold a rule about a vendor, a page or a file format.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	_ "time/tzdata" // time zones of accounts, on systems that have none

	"github.com/zalando/go-keyring"
)

func main() {
	ballast := make([]byte, ballastSize)
	code := mainExit()
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// ballastSize is memory that is allocated and never touched, so that the system
// never has to give it. The garbage collector lets the heap double before it
// works; little of it lives while pages pass through, and the collector would be
// at work for every few of them. With this counted in, that much more garbage
// may lie about, and no more however large the heap gets: a percentage or a
// limit would cost the room, or the time, of commands that hold much.
const ballastSize = 8 << 20

// mainExit runs the command line of the process and gives its exit code.
func mainExit() int {
	ctx, stop := withInterrupt(context.Background())
	defer stop()
	a := &app{streams: processStreams(), lookup: os.LookupEnv, keychain: keychain}
	if binary, err := os.Executable(); err == nil {
		a.reader = []string{binary, sheetReader}
	}
	return a.run(ctx, os.Args[1:])
}

// withInterrupt gives a context that the first Ctrl-C (or SIGTERM) cancels: the
// command ends cleanly. The second one ends the process at once; what was
// committed stays either way.
func withInterrupt(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
			return
		}
		<-signals
		os.Exit(int(exitInterrupted))
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}

// keychain looks a secret up in the keychain of the system.
func keychain(name string) (string, error) {
	value, err := keyring.Get("ferry", name)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", nil
	}
	return value, err
}
