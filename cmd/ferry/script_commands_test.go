package main

import (
	"context"
	"encoding/json"
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
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"ferry/samples/greenhouse"
	"ferry/samples/vendorsim"
)

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
	v := ts.Value(vendorKey{}).(*scriptVendor)
	v.box, v.all[name] = box, box
	ts.Setenv("BASE_URL", box.BaseURL)
	ts.Setenv(strings.ToUpper(name)+"_URL", box.BaseURL)
}

func cmdVendorSet(ts *testscript.TestScript, _ bool, args []string) {
	var faults []vendorsim.Fault
	for _, text := range args {
		parts := strings.Split(text, ":")
		kind, nth, numbered := strings.Cut(parts[len(parts)-1], "#")
		f, err := parseFault(kind)
		ts.Check(err)
		if numbered {
			n, err := strconv.Atoi(nth)
			ts.Check(err)
			f.Nth, f.Chance = []int{n}, 0
		}
		for _, where := range parts[:len(parts)-1] {
			if where == strings.ToUpper(where) {
				f.Method = where
			} else {
				f.Path = where
			}
		}
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

func cmdUse(ts *testscript.TestScript, _ bool, args []string) {
	v := ts.Value(vendorKey{}).(*scriptVendor)
	if len(args) != 1 || v.all[args[0]] == nil {
		ts.Fatalf("usage: use NAME, of a vendor that was started")
	}
	v.box = v.all[args[0]]
}

func cmdLive(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: live STREAM N")
	}
	answer := httptest.NewRecorder()
	vendorOf(ts).gate.ServeHTTP(answer, httptest.NewRequest("GET", "/_sim/live?stream="+args[0], nil))
	var ids []string
	ts.Check(json.Unmarshal(answer.Body.Bytes(), &ids))
	compare(ts, neg, args[1:], len(ids))
}

func cmdEffects(ts *testscript.TestScript, neg bool, args []string) {
	n := 0
	for _, times := range vendorOf(ts).Counters().Effects {
		n += times
	}
	compare(ts, neg, args, n)
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

func cmdSpec(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 || len(args)%2 != 0 {
		ts.Fatalf("usage: spec NAME FILE [OLD NEW]...")
	}
	data, err := os.ReadFile(filepath.Join("..", "..", "extract", "connector", "specs", args[0]+".yaml"))
	ts.Check(err)
	text := string(data)
	for i := 2; i < len(args); i += 2 {
		if !strings.Contains(text, args[i]) {
			ts.Fatalf("the spec of %s does not hold %q", args[0], args[i])
		}
		text = strings.ReplaceAll(text, args[i], args[i+1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}

func cmdTake(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: take NAME REGEXP")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("the last output does not hold %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func cmdFill(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 || len(args)%2 == 0 {
		ts.Fatalf("usage: fill FILE WHERE VALUE...")
	}
	path := ts.MkAbs(args[0])
	book, err := excelize.OpenFile(path)
	ts.Check(err)
	defer func() { ts.Check(book.Close()) }()
	for i := 1; i < len(args); i += 2 {
		sheet, where, _ := strings.Cut(args[i], "!")
		ts.Check(book.SetCellStr(sheet, cellOf(ts, book, sheet, where), args[i+1]))
	}
	ts.Check(book.Save())
}

// cellOf is a cell by its name, or the one right of a text in column A.
func cellOf(ts *testscript.TestScript, book *excelize.File, sheet, where string) string {
	if _, _, err := excelize.CellNameToCoordinates(where); err == nil {
		return where
	}
	rows, err := book.GetRows(sheet)
	ts.Check(err)
	for n, row := range rows {
		if len(row) > 0 && row[0] == where {
			return fmt.Sprintf("B%d", n+1)
		}
	}
	ts.Fatalf("sheet %s has no %q in column A", sheet, where)
	return ""
}
