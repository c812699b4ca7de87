package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ferry/samples/greenhouse"
	"ferry/samples/vendorsim"
)

// scriptKey is the API key of the scripts' simulated accounts. It must never
// be seen in any output or file; the command `sealed` looks for it.
const scriptKey = "5ecr3t-k3y-0f-the-scr1pts"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ferry": main})
}

// TestScripts runs the binary: testdata/script/*.txtar. Beside testscript's own
// commands there are
//
//	vendor [NAME] [flags of ferry simulate]  start a simulated vendor (Synchroteam) in the test, set $BASE_URL
//	vendor_set fault...               change its faults; none: no more
//	spoil OLD NEW                     stand between vendor and Ferry and replace text in answers
//	asked N | asked '<=N'             how many requests it has seen
//	refused N                         how many it answered with 429
//	asked_wait N                      wait until it has seen so many
//	exits N ferry ARGS...             run and compare the exit code
//	greenhouse                        serve samples/greenhouse, and copy its files with the address put in
//	sealed [FILE...]                  neither the last output nor these files (all: the whole folder) hold the key
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("FERRY_USAGE", filepath.Join(e.WorkDir, "usage.db"))
			for _, box := range vendorBoxes {
				e.Setenv(box.env, scriptKey)
			}
			e.Setenv("TZ", "UTC")
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			e.Values[vendorKey{}] = &scriptVendor{}
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"vendor": cmdVendor, "vendor_set": cmdVendorSet, "spoil": cmdSpoil, "asked": cmdAsked, "refused": cmdRefused,
			"asked_wait": cmdAskedWait, "exits": cmdExits, "sealed": cmdSealed, "greenhouse": cmdGreenhouse,
		},
	})
}

type vendorKey struct{}

// scriptVendor is the simulated vendor of one script.
type scriptVendor struct{ box *simulator }

func vendorOf(ts *testscript.TestScript) *simulator {
	v, ok := ts.Value(vendorKey{}).(*scriptVendor)
	if !ok || v.box == nil {
		ts.Fatalf("start one with: vendor")
	}
	return v.box
}

func cmdVendor(ts *testscript.TestScript, _ bool, args []string) {
	name := "synchroteam"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	a := &app{}
	cmd := a.newSimulate()
	var built simulateOptions
	f := cmd.Flags()
	ts.Check(f.Parse(args))
	read := func(err error) { ts.Check(err) }
	var err error
	built.Counts, err = f.GetStringToInt("counts")
	read(err)
	built.Rate, err = f.GetString("rate")
	read(err)
	if !f.Changed("rate") {
		built.Rate = "6000/min"
	}
	built.Window, err = f.GetString("window")
	read(err)
	built.Quota, err = f.GetInt("quota")
	read(err)
	built.Latency, err = f.GetDuration("latency")
	read(err)
	if !f.Changed("latency") {
		built.Latency = time.Millisecond
	}
	built.Faults, err = f.GetStringArray("fault")
	read(err)
	built.Drift, err = f.GetInt("drift")
	read(err)
	built.Moves, err = f.GetStringSlice("moves")
	read(err)
	built.Plain = true
	opts, err := built.build()
	ts.Check(err)
	opts.APIKey = scriptKey
	box, err := startSimulator(name, "127.0.0.1:0", opts, built.Counts)
	ts.Check(err)
	ts.Defer(func() { ts.Check(box.Close()) })
	ts.Value(vendorKey{}).(*scriptVendor).box = box
	ts.Setenv("BASE_URL", box.BaseURL)
	ts.Setenv(strings.ToUpper(name)+"_URL", box.BaseURL)
}

func cmdVendorSet(ts *testscript.TestScript, _ bool, args []string) {
	var faults []vendorsim.Fault
	for _, text := range args {
		path, rest, scoped := strings.Cut(text, ":")
		if !scoped {
			rest, path = text, ""
		}
		f, err := parseFault(rest)
		ts.Check(err)
		f.Path = path
		faults = append(faults, f)
	}
	vendorOf(ts).gate.SetFaults(faults...)
}

func cmdSpoil(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: spoil OLD NEW")
	}
	box := vendorOf(ts)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		box.gate.ServeHTTP(answer, r)
		body := strings.ReplaceAll(answer.Body.String(), args[0], args[1])
		maps.Copy(w.Header(), answer.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, body)
	}))
	ts.Defer(server.Close)
	ts.Setenv("BASE_URL", server.URL+"/api/v3")
}

func cmdAsked(ts *testscript.TestScript, neg bool, args []string) {
	compare(ts, neg, args, vendorOf(ts).Counters().Requests)
}

func cmdRefused(ts *testscript.TestScript, neg bool, args []string) {
	c := vendorOf(ts).Counters()
	compare(ts, neg, args, c.RefusedRate+c.RefusedQuota)
}

func compare(ts *testscript.TestScript, neg bool, args []string, got int) {
	if len(args) != 1 {
		ts.Fatalf("one number is needed")
	}
	text, most := strings.CutPrefix(args[0], "<=")
	want, err := strconv.Atoi(text)
	ts.Check(err)
	if (got == want || most && got < want) == neg {
		ts.Fatalf("the vendor counted %d, wanted %s", got, args[0])
	}
}

func cmdAskedWait(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for vendorOf(ts).Counters().Requests < want {
		select {
		case <-ctx.Done():
			ts.Fatalf("the vendor has seen only %d requests", vendorOf(ts).Counters().Requests)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, wanted %d", got, want)
	}
}

func cmdSealed(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range append([]string{"stdout", "stderr"}, args...) {
		if strings.Contains(ts.ReadFile(name), scriptKey) {
			ts.Fatalf("%s holds the key", name)
		}
	}
	if len(args) > 0 {
		return
	}
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(data), scriptKey) {
			err = fmt.Errorf("%s holds the key", path)
		}
		return err
	}))
}

func cmdGreenhouse(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(greenhouse.Handler())
	ts.Defer(server.Close)
	ts.Setenv("GREENHOUSE_TOKEN", greenhouse.Token)
	for _, name := range []string{"greenhouse.yaml", "greenhouse-to-syncro.yaml", "job.yaml"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "samples", "greenhouse", name))
		ts.Check(err)
		text := strings.ReplaceAll(string(data), "http://127.0.0.1:8766", server.URL)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}
