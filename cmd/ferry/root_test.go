package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run executes one command line in this process, with an environment of its own.
func run(t *testing.T, ctx context.Context, env map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	a := &app{
		streams: streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr},
		lookup:  func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	}
	code = a.run(ctx, args)
	return code, stdout.String(), stderr.String()
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	a := &app{}
	root := a.newRoot()
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		if cmd.Name() == "exit-codes" { // a topic: its example stands in the text
			assert.Contains(t, cmd.Long, "Example:")
			continue
		}
		t.Run(cmd.Name(), func(t *testing.T) {
			assert.NotEmpty(t, cmd.Short)
			assert.Greater(t, len(cmd.Long), len(cmd.Short), "Long must say more than Short")
			assert.Contains(t, cmd.Example, "ferry "+strings.TrimPrefix(cmd.Name(), "ferry"))
			for line := range strings.SplitSeq(cmd.Long, "\n") {
				assert.LessOrEqual(t, len(line), 90, line)
			}
		})
	}
}

// What stands in the examples can be typed: every flag and argument is known.
func TestExamplesAreCommandLines(t *testing.T) {
	for _, cmd := range (&app{}).newRoot().Commands() {
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "   ")
			line, _, _ = strings.Cut(line, " > ")
			line, _, _ = strings.Cut(line, " | ")
			for part := range strings.SplitSeq(line, " && ") {
				args := strings.Fields(part)
				if len(args) == 0 || args[0] != "ferry" {
					continue
				}
				root := (&app{}).newRoot()
				found, rest, err := root.Find(args[1:])
				require.NoError(t, err, part)
				require.NotEqual(t, root, found, part)
				require.NoError(t, found.ParseFlags(rest), part)
				assert.NoError(t, found.ValidateArgs(found.Flags().Args()), part)
			}
		}
	}
}

func TestInitAsksAPerson(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	a := &app{streams: streams{In: strings.NewReader("synchroteam\nmycompany\n"), Out: &out, Err: &errs, InTerm: true}}
	require.Zero(t, a.run(t.Context(), []string{"init"}), errs.String())
	assert.Contains(t, errs.String(), "Vendor to read from (customerly, sonar, synchroteam, syncro)")
	assert.NotContains(t, errs.String(), "api_key", "secrets are never asked for")
	code, out2, errs2 := run(t, t.Context(), map[string]string{"SYNCHROTEAM_API_KEY": "x"}, "check", "synchroteam-export.yaml")
	assert.Zero(t, code, errs2)
	assert.Contains(t, out2, "synchroteam/mycompany@")
}

func TestOnlyYesIsYes(t *testing.T) {
	for answer, want := range map[string]bool{"y\n": true, "YES\n": true, "yes": true, "\n": false, "n\n": false, "": false, "yeah\n": false} {
		a := &app{streams: streams{In: strings.NewReader(answer), Err: io.Discard, InTerm: true}}
		assert.Equal(t, want, a.confirm("Send?") == nil, "%q", answer)
	}
}

func TestHelpOfEachCommandExitsZero(t *testing.T) {
	a := &app{}
	for _, cmd := range a.newRoot().Commands() {
		args := []string{cmd.Name(), "--help"}
		if cmd.Name() == "exit-codes" {
			args = []string{"help", "exit-codes"}
		}
		code, out, errs := run(t, t.Context(), nil, args...)
		assert.Zero(t, code, cmd.Name())
		assert.Contains(t, out, "Example", cmd.Name())
		assert.Empty(t, errs, cmd.Name())
	}
}

func TestTheEndIsTheLastLineOfJSON(t *testing.T) {
	for _, args := range [][]string{{"version", "--json"}, {"run", "--json"}, {"nonsense", "--json"}, {"run", "none.yaml", "--json"}} {
		_, out, _ := run(t, t.Context(), nil, args...)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		var last map[string]any
		for _, line := range lines {
			last = nil
			require.NoError(t, json.Unmarshal([]byte(line), &last), "%v: %s", args, line)
		}
		assert.Equal(t, "end", last["event"], "%v", args)
		assert.Contains(t, last, "exit")
		assert.Contains(t, last, "bins")
	}
}

// signalWriter closes ready once something was written to it.
type signalWriter struct {
	io.Writer
	once  sync.Once
	ready chan struct{}
	mu    sync.Mutex
}

func (w *signalWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.Writer.Write(p)
	if bytes.Contains(p, []byte("api_key")) {
		w.once.Do(func() { close(w.ready) })
	}
	return n, err
}

func TestSimulateServesUntilInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	out := &signalWriter{Writer: &stdout, ready: make(chan struct{})}
	a := &app{streams: streams{In: strings.NewReader(""), Out: out, Err: &stderr}}
	done := make(chan int, 1)
	go func() {
		done <- a.run(ctx, []string{"simulate", "synchroteam", "--counts", "customers=3", "--latency", "-1ms"})
	}()
	select {
	case <-out.ready:
	case <-time.After(10 * time.Second):
		t.Fatal("the simulator did not start")
	}
	out.mu.Lock()
	printed := stdout.String()
	out.mu.Unlock()
	var base, domain, key string
	_, err := fmt.Sscanf(printed, "base_url %s\ndomain %s\napi_key %s", &base, &domain, &key)
	require.NoError(t, err, printed)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/customer/list", nil)
	require.NoError(t, err)
	req.SetBasicAuth(domain, key)
	answer, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, http.StatusOK, answer.StatusCode)
	assert.Contains(t, string(body), `"recordsTotal":3`)
	cancel()
	assert.Zero(t, <-done)
	assert.Contains(t, stderr.String(), "1 request: 1 answered, 0 refused")
}
