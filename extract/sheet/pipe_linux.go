package sheet

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// pipeBytes is how much a pipe from a child holds: several frames, so that neither
// side waits for the other at each of them. Linux gives that much to everybody
// (pipe(7)).
const pipeBytes = 1 << 20

// widen lets a pipe hold more. It costs time at most where it cannot.
func widen(pipe io.Reader) {
	if f, ok := pipe.(*os.File); ok {
		if raw, err := f.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeBytes) })
		}
	}
}
