package sheet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ferry/extract/sheet/grid"
)

// Serve is the child's side: it opens the one file that the parent names on in and
// answers on out until in ends. It keeps to the memory that the parent allows and
// ends the process where a file needs more (watch). The error is that of a parent
// that cannot be understood or written to.
func Serve(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &server{out: &frameWriter{out: out}}
	defer func() {
		if s.src != nil {
			err = errors.Join(err, s.src.Close())
		}
	}()
	asked := make(chan frame)
	ended := make(chan error, 1)
	go func() {
		// A parent that is gone must not leave a child at work.
		defer cancel()
		ended <- readRequests(ctx, newFrameReader(in), asked)
	}()
	for {
		select {
		case f := <-asked:
			if err := s.answer(ctx, f); err != nil {
				return err
			}
		case err := <-ended:
			return err
		}
	}
}

func readRequests(ctx context.Context, in *frameReader, asked chan<- frame) error {
	for {
		f, err := in.read(nil)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case asked <- f:
		case <-ctx.Done():
			return nil
		}
	}
}

// server is the state of a child.
type server struct {
	out *frameWriter
	src source
}

// answer does what was asked. What goes wrong with the file is an answer too.
func (s *server) answer(ctx context.Context, f frame) error {
	err := s.do(ctx, f)
	var refusal *grid.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		return s.out.writeJSON(frameRefusal, refusal)
	}
	return s.out.writeJSON(frameError, err.Error())
}

func (s *server) do(ctx context.Context, f frame) (err error) {
	defer func() {
		if recover() != nil {
			// What a panic says may hold data of the file: it is not passed on.
			err = &grid.Refusal{Cause: grid.Broken, Why: "something in it is not as it should be, and reading it failed", Do: doSaveAgain}
		}
	}()
	switch f.kind {
	case frameOpen:
		return s.open(ctx, f.payload)
	case frameRows:
		return s.rows(ctx, f.payload)
	}
	return fmt.Errorf("the parent asked for %q", f.kind)
}

func (s *server) open(ctx context.Context, payload []byte) error {
	var job openJob
	if err := json.Unmarshal(payload, &job); err != nil {
		return err
	}
	if s.src != nil {
		return errors.New("a child opens one file")
	}
	watch(ctx, job.Limits.Memory)
	src, about, err := openLocal(ctx, job)
	if err != nil {
		return err
	}
	s.src = src
	return s.out.writeJSON(frameOpened, about)
}

func (s *server) rows(ctx context.Context, payload []byte) error {
	var job rowsJob
	if err := json.Unmarshal(payload, &job); err != nil {
		return err
	}
	if s.src == nil {
		return errors.New("no file is open")
	}
	batches := newBatchWriter(s.out)
	tail, err := s.src.Rows(ctx, job.Sheet, job.Want, batches.add)
	// The rows before a fault are sent: the parent may have to tell where it was.
	if err = errors.Join(err, batches.flush()); err != nil {
		return err
	}
	return s.out.writeJSON(frameTail, tail)
}
