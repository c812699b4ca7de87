package vendorsim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Transport returns a round tripper that hands requests to the simulator in the caller's goroutine: no socket, no
// goroutine, so it works inside a synctest bubble. Every host reaches the simulator; Counters.ByHost tells which
// were asked for. A broken connection is an error of RoundTrip or of reading the body, as over a network.
func (g *Gate) Transport() http.RoundTripper { return transport{g} }

type transport struct{ g *Gate }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	out := t.g.answer(r)
	switch {
	case out.gone != nil:
		return nil, out.gone
	case out.broken:
		return nil, errReset
	}
	body := &body{ctx: r.Context(), end: io.EOF}
	body.r.Reset(out.body)
	if out.cut {
		body.r.Reset(out.body[:len(out.body)/2])
		body.end = io.ErrUnexpectedEOF
	}
	return &http.Response{
		Status: strconv.Itoa(out.status) + " " + http.StatusText(out.status), StatusCode: out.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: body, ContentLength: int64(len(out.body)), Request: r,
	}, nil
}

// body reads an answer, watches the request's context and ends as the connection did.
type body struct {
	ctx context.Context
	r   bytes.Reader
	end error
}

func (b *body) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.end
	}
	return n, err
}

func (b *body) Close() error { return nil }

// ServeHTTP answers over a real connection.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := g.answer(r)
	if out.gone != nil || out.broken {
		breakOff(w)
	}
	h := w.Header()
	for k, v := range out.header {
		h[k] = v
	}
	w.WriteHeader(out.status)
	if !out.cut {
		_, _ = w.Write(out.body) // the client may be gone, which is its own affair
		return
	}
	_, _ = w.Write(out.body[:len(out.body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// breakOff closes the connection without an answer, with a reset where it is TCP. It does not return.
func breakOff(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, is := conn.(*net.TCPConn); is {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
	panic(http.ErrAbortHandler)
}

// Serve answers on a listener until ctx ends, then closes listener and connections and returns nil. Meant for
// loopback: what it serves is invented, but its control paths under /_sim/ ask for no key.
func (g *Gate) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: g, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	err := srv.Serve(l)
	if ctx.Err() != nil && errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
