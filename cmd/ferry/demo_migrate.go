package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"ferry/samples/vendorsim"
)

// The demo waits seconds where a vendor takes minutes to show what it wrote.
const (
	demoSettle  = 300 * time.Millisecond
	demoTimeout = 2500 * time.Millisecond
)

// typedByHand is how many records somebody has put into the target already.
const typedByHand = 2

// migration shows a whole move from one simulated vendor to another.
type migration struct {
	demo
	source, target *simulator
	job            string // its path
}

func (a *app) demoMigrate(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "ferry-migrate-")
	if err != nil {
		return failure(fmt.Errorf("no folder for the demo: %w", err), "")
	}
	m := &migration{demo: demo{app: a, dir: dir}, job: filepath.Join(dir, "move.yaml")}
	opts := vendorsim.Options{Rate: vendorsim.Rate{Limit: demoRate}, Data: vendorsim.Data{Plain: true}}
	if m.source, err = startSimulator("synchroteam", "127.0.0.1:0", opts,
		map[string]int{"customers": 12, "sites": 5, "jobs": 10}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.source.Close()) }()
	if m.target, err = startSimulator("syncro", "127.0.0.1:0", opts, map[string]int{"customers": 3}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.target.Close()) }()
	a.screen.say("A simulated Synchroteam listens at %s,\na simulated Syncro at %s.\n", m.source.BaseURL, m.target.BaseURL)
	if err := m.typed(typedByHand); err != nil {
		return err
	}
	if err := m.write(); err != nil {
		return err
	}
	for _, scene := range []func(context.Context) error{m.plan, m.apply, m.prove, m.takeBack} {
		if err := scene(ctx); err != nil {
			return err
		}
	}
	m.next()
	return nil
}

// typed lets somebody in the office have typed the first n customers into the
// target already.
func (m *migration) typed(n int) error {
	var ids []string
	if err := m.source.ask("GET", "/_sim/live?stream=customer", nil, &ids); err != nil {
		return err
	}
	for _, id := range ids[:min(n, len(ids))] {
		var c struct {
			Name  string `json:"name"`
			Email string `json:"contactEmail"`
		}
		if err := m.source.ask("GET", "/api/v3/customer/details?id="+id, nil, &c); err != nil {
			return err
		}
		body := map[string]any{"business_name": c.Name, "email": c.Email}
		if err := m.target.ask("POST", "/api/v1/customers", body, nil); err != nil {
			return err
		}
	}
	m.app.screen.say("Somebody has typed %d of the customers into Syncro already, name and e-mail only.\n", n)
	return nil
}

// ask makes one request as the account's own people would, past Ferry.
func (s *simulator) ask(method, path string, body, out any) error {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return failure(err, "")
		}
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(sent))
	r.Header.Set("Content-Type", "application/json")
	if s.Vendor == "synchroteam" {
		r.SetBasicAuth(s.Credentials[0].Value, s.Secret())
	} else {
		r.Header.Set("Authorization", "Bearer "+s.Secret())
	}
	answer := httptest.NewRecorder()
	s.gate.ServeHTTP(answer, r)
	if answer.Code >= http.StatusBadRequest {
		return failure(fmt.Errorf("the simulated %s answered %d to %s %s", s.Vendor, answer.Code, method, path), "")
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Body.Bytes(), out); err != nil {
		return failure(fmt.Errorf("the simulated %s: %w", s.Vendor, err), "")
	}
	return nil
}

// write puts the job file and what was decided before into the folder.
func (m *migration) write() error {
	text := fmt.Sprintf(`version: 1
name: move
source:
  vendor: synchroteam
  base_url: %s
  settings: {%s}
  streams: [customer, site, job]
  details: [job]
mapping: synchroteam-to-syncro
target:
  vendor: syncro
  base_url: %s
  settings: {%s}
  effects: []        # nothing may reach people
`, m.source.BaseURL, m.source.Settings(), m.target.BaseURL, m.target.Settings())
	if err := os.WriteFile(m.job, []byte(text), 0o644); err != nil {
		return failure(fmt.Errorf("the demo's job file: %w", err), "")
	}
	const decided = "kind,stream,source_key,field,value,decision,target,by,note\n" +
		"value,tickets,,user_id,Former technician,set,10231,Ann,who left is Joe Doe\n"
	if err := os.WriteFile(filepath.Join(m.dir, "move.decisions.csv"), []byte(decided), 0o600); err != nil {
		return failure(fmt.Errorf("the demo's decisions: %w", err), "")
	}
	m.app.screen.say("\n%s:\n\n%s\n", m.job, indented(text))
	return nil
}

// act shows a command line and runs it.
func (m *migration) act(line string, do func(*app) error) error {
	m.app.screen.say("\n$ ferry %s\n\n", line)
	inner := *m.app
	inner.lookup = demoEnvironment(m.app.lookup, m.dir, m.source, m.target)
	inner.InTerm = false // the showing goes on by itself
	inner.pace = pace{Settle: demoSettle, Timeout: demoTimeout}
	err := do(&inner)
	m.app.ending = inner.ending
	return err
}

// expected lets the demo go on after an exit code that belongs to the showing.
func (m *migration) expected(ctx context.Context, err error, code exitCode) error {
	v := judge(ctx, err)
	if v.Code != code && v.Code != exitDone {
		return err
	}
	if v.Code != exitDone {
		m.app.screen.say("\n(exit %d: %s)\n", v.Code, v.Text)
	}
	return nil
}

// plan reads, maps and plans; the plan waits.
func (m *migration) plan(ctx context.Context) error {
	return m.expected(ctx, m.act("run move.yaml", func(in *app) error { return in.runRun(ctx, m.job) }), exitWaiting)
}

// apply does what the plan says while one answer is lost.
func (m *migration) apply(ctx context.Context) error {
	m.app.screen.say("\nThe plan is approved. Now the line breaks after Syncro has created the third customer,\nbefore it can say so: nobody knows whether it is there.\n")
	m.target.gate.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultResetCounted, Method: "POST", Path: "customers", Nth: []int{3}})
	err := m.act("apply move.yaml --yes", func(in *app) error {
		in.flags.Yes = true
		return in.applyRun(ctx, m.job, applyOptions{})
	})
	return m.expected(ctx, err, exitDone)
}

// prove reads everything back and writes the report.
func (m *migration) prove(ctx context.Context) error {
	if err := m.act("verify move.yaml", func(in *app) error { return in.verifyRun(ctx, m.job, nil, 3) }); err != nil {
		return err
	}
	c := m.target.Counters()
	m.app.screen.say("\nSyncro itself counts %s with those %d typed by hand, and %s that reached people.\n",
		plural(c.Writes, "write"), typedByHand, plural(effectsOf(c), "message"))
	return m.act("report move.yaml", func(in *app) error { return in.reportRun(ctx, m.job, nil, filepath.Join(m.dir, "report")) })
}

func effectsOf(c vendorsim.Counters) int {
	n := 0
	for _, times := range c.Effects {
		n += times
	}
	return n
}

// takeBack shows what undo would do; it waits.
func (m *migration) takeBack(ctx context.Context) error {
	err := m.act("undo move.yaml", func(in *app) error { return in.undoRun(ctx, m.job, nil, undoOptions{Show: 2}) })
	return m.expected(ctx, err, exitWaiting)
}

func (m *migration) next() {
	m.app.screen.say(`
Everything is in %[1]s and stays there: the report in %[1]s/report/report.html.
With accounts of your own:  ferry init --from synchroteam --to syncro
`, m.dir)
}
