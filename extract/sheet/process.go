package sheet

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
)

// process is a running child.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *frameWriter
	frames chan frame
	free   chan []byte
	stop   chan struct{}
	ended  chan struct{} // closed once err is set and frames is closed
	err    error         // why there are no more frames
}

// framesAhead is how many frames the child may be ahead of the one that is worked on.
const framesAhead = 4

func startProcess(command []string) (*process, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = childEnvironment()
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	widen(out)
	p := &process{
		cmd: cmd, in: in, out: &frameWriter{out: in}, stop: make(chan struct{}), ended: make(chan struct{}),
		frames: make(chan frame, framesAhead), free: make(chan []byte, framesAhead+1),
	}
	go p.read(newFrameReader(out))
	return p, nil
}

// childEnvironment is what a child gets to know: no secret of ours is among it.
func childEnvironment() []string {
	environment := []string{"GOTRACEBACK=none"}
	names := []string{"TMPDIR", "HOME"}
	if runtime.GOOS == "windows" {
		names = []string{"SystemRoot", "TEMP", "TMP"}
	}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			environment = append(environment, name+"="+value)
		}
	}
	return environment
}

// read takes what the child sends until it ends, then the child's exit.
func (p *process) read(in *frameReader) {
	defer close(p.ended)
	defer close(p.frames)
	for {
		var buf []byte
		select {
		case buf = <-p.free:
		default:
		}
		f, err := in.read(buf)
		if err != nil {
			p.err = errors.Join(errEnded, p.cmd.Wait())
			return
		}
		select {
		case p.frames <- f:
		case <-p.stop:
			p.err = errors.Join(errEnded, p.cmd.Wait())
			return
		}
	}
}

// ask sends a request. A child that is gone cannot take it: why it ended then comes
// in place of its answer.
func (p *process) ask(kind byte, v any) error {
	err := p.out.writeJSON(kind, v)
	if _, gone := errors.AsType[*fs.PathError](err); gone {
		return nil
	}
	return err
}

// recycle gives the memory of a frame back.
func (p *process) recycle(payload []byte) {
	select {
	case p.free <- payload:
	default:
	}
}

// next gives the next frame, or why there is none: errEnded, errIdle, errTotal, or
// the error of ctx.
func (p *process) next(ctx context.Context, d *deadline) (frame, error) {
	select {
	case f, ok := <-p.frames:
		return p.got(f, ok, d)
	default:
	}
	timer, late := d.timer()
	defer timer.Stop()
	select {
	case f, ok := <-p.frames:
		return p.got(f, ok, d)
	case <-timer.C:
		return frame{}, late
	case <-ctx.Done():
		return frame{}, ctx.Err()
	}
}

func (p *process) got(f frame, ok bool, d *deadline) (frame, error) {
	if !ok {
		<-p.ended
		return frame{}, p.err
	}
	return f, d.came()
}

// kill ends the child and waits until it is gone.
func (p *process) kill() {
	close(p.stop)
	// A child that has ended by itself cannot be killed: that is as good.
	_ = p.cmd.Process.Kill()
	_ = p.in.Close()
	<-p.ended
}
