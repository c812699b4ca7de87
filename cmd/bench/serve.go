package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"

	"ferry/samples/vendorsim"
)

// account says what a simulated vendor is like, as far as the figures need it.
// It travels as JSON to `bench serve`.
type account struct {
	Customers int
	Plain     bool // no nasty values
	Rate      int  // calls a minute; 0: a number so large that it never counts
	Quota     int  // calls a day; 0: likewise
	Kind      vendorsim.WindowKind
	Latency   time.Duration
	Prebuilt  int // list pages kept encoded
	Log       int // requests kept in the log; negative none
}

// boundless is announced where a figure wants no limit: the headers are there,
// as a real vendor's are, and lift what the connector spec assumes.
const boundless = 100_000_000

// options turns the account into the simulator's options.
func (a account) options() vendorsim.Options {
	o := vendorsim.Options{
		Seed: 1, Counts: vendorsim.Counts{Customers: a.Customers}, Data: vendorsim.Data{Plain: a.Plain},
		Rate:  vendorsim.Rate{Limit: a.Rate, Kind: a.Kind},
		Quota: vendorsim.Quota{Limit: a.Quota}, Latency: a.Latency, Prebuilt: a.Prebuilt, LogSize: a.Log,
	}
	if a.Rate == 0 {
		o.Rate.Limit = boundless
	}
	if a.Quota == 0 {
		o.Quota.Limit = boundless
	}
	if a.Latency == 0 {
		o.Latency = -1
	}
	return o
}

// serveMain is `bench serve`: a simulated vendor on loopback until stdin ends.
func serveMain(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	described := flags.String("account", "{}", "the account as JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var a account
	if err := json.Unmarshal([]byte(*described), &a); err != nil {
		return fmt.Errorf("-account: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("cannot listen on loopback: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() { // ends with the process at the latest: its caller closes stdin or is gone
		_, _ = io.Copy(io.Discard, in)
		stop()
	}()
	fmt.Fprintln(out, "http://"+listener.Addr().String())
	return vendorsim.NewSynchroteam(a.options()).Serve(ctx, listener)
}

// vendor is a simulated vendor in a process of its own.
type vendor struct {
	Origin string // without /api/v3
	stdin  io.Closer
	cmd    *exec.Cmd
}

// serve starts a simulated vendor; the caller closes it.
func (b *bench) serve(ctx context.Context, a account) (*vendor, error) {
	described, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, b.self, "serve", "-account", string(described))
	cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", cores))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := startOnCores(cmd, cores); err != nil {
		return nil, fmt.Errorf("cannot start the simulated vendor: %w", err)
	}
	v := &vendor{stdin: stdin, cmd: cmd}
	if _, err := fmt.Fscanln(bufio.NewReader(stdout), &v.Origin); err != nil {
		v.Close()
		return nil, fmt.Errorf("the simulated vendor did not say where it listens: %w", err)
	}
	return v, nil
}

// BaseURL is what a job file names.
func (v *vendor) BaseURL() string { return v.Origin + "/api/v3" }

// Close ends the vendor.
func (v *vendor) Close() {
	_ = v.stdin.Close()
	_ = v.cmd.Wait() // it served to the end or the figure has failed already
}

// Counters are what the vendor counted so far.
func (v *vendor) Counters(ctx context.Context) (c vendorsim.Counters, err error) {
	err = v.control(ctx, http.MethodGet, "counters", &c)
	return c, err
}

// Log are the requests that the vendor answered, oldest answer first.
func (v *vendor) Log(ctx context.Context) (entries []vendorsim.LogEntry, err error) {
	err = v.control(ctx, http.MethodGet, "log", &entries)
	return entries, err
}

// Advance jumps the vendor's clock.
func (v *vendor) Advance(ctx context.Context, by time.Duration) error {
	return v.control(ctx, http.MethodPost, "advance?by="+by.String(), nil)
}

// Spend counts n calls of somebody else.
func (v *vendor) Spend(ctx context.Context, n int) error {
	return v.control(ctx, http.MethodPost, fmt.Sprintf("spend?n=%d", n), nil)
}

// control asks the vendor's control plane, which counts nothing.
func (v *vendor) control(ctx context.Context, method, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, v.Origin+"/_sim/"+path, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("the simulated vendor's control plane: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the simulated vendor's control plane answered %s to %s", answer.Status, path)
	}
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
