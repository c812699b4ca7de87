package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/samples/vendorsim"
)

// move is a job between two simulated vendors, driven by command lines.
type move struct {
	t              *testing.T
	dir            string
	source, target *simulator
	pace           pace
}

const moveMapping = `version: 1
from: synchroteam
to: syncro
streams:
  - name: customers
    from: customer
    to: customers
    match: [[business_name, email]]
    fields:
      business_name: trim(name)
      email: {from: contactEmail, as: email}
      referred_by: {expr: '"Synchroteam " + string(id)', set: create}
  - name: tickets
    from: job
    to: tickets
    match: [[customer_id, subject]]
    fields:
      customer_id: ref("customers", customer.id)
      subject: {expr: '"Job " + string(num)', set: create}
`

func newMove(t *testing.T, customers, jobs int) *move {
	t.Helper()
	m := &move{t: t, dir: t.TempDir(), pace: pace{Settle: 50 * time.Millisecond, Timeout: time.Second}}
	opts := vendorsim.Options{Rate: vendorsim.Rate{Limit: -1}, Quota: vendorsim.Quota{Limit: -1}, Data: vendorsim.Data{Plain: true}, Latency: -1}
	for _, box := range []struct {
		to     **simulator
		vendor string
		counts map[string]int
	}{
		{&m.source, "synchroteam", map[string]int{"customers": customers, "jobs": jobs}},
		{&m.target, "syncro", map[string]int{"customers": 3}},
	} {
		s, err := startSimulator(box.vendor, "127.0.0.1:0", opts, box.counts)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, s.Close()) })
		*box.to = s
	}
	job := fmt.Sprintf(`version: 1
name: move
source:
  vendor: synchroteam
  base_url: %s
  settings: {%s}
  streams: [customer, job]
  details: [job]
mapping: ./mapping.yaml
target:
  vendor: syncro
  base_url: %s
  settings: {%s}
`, m.source.BaseURL, m.source.Settings(), m.target.BaseURL, m.target.Settings())
	require.NoError(t, os.WriteFile(m.path(), []byte(job), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(m.dir, "mapping.yaml"), []byte(moveMapping), 0o600))
	return m
}

func (m *move) path() string { return filepath.Join(m.dir, "move.yaml") }

// ferry runs one command line; JOB stands for the job file.
func (m *move) ferry(args ...string) (code exitCode, out string) {
	m.t.Helper()
	for i, arg := range args {
		if arg == "JOB" {
			args[i] = m.path()
		}
	}
	var stdout, stderr bytes.Buffer
	none := func(string) (string, bool) { return "", false }
	a := &app{streams: streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, pace: m.pace,
		lookup: demoEnvironment(none, m.dir, m.source, m.target)}
	code = exitCode(a.run(context.Background(), args))
	m.t.Logf("$ ferry %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout.String(), stderr.String())
	return code, stdout.String() + stderr.String()
}

// references counts the live customers of the target by the key that was written
// into them.
func (m *move) references() map[string]int {
	m.t.Helper()
	var ids []string
	require.NoError(m.t, m.target.ask("GET", "/_sim/live?stream=customers", nil, &ids))
	out := map[string]int{}
	for _, id := range ids {
		var c struct {
			Customer struct {
				ReferredBy string `json:"referred_by"`
			} `json:"customer"`
		}
		require.NoError(m.t, m.target.ask("GET", "/api/v1/customers/"+id, nil, &c))
		if strings.HasPrefix(c.Customer.ReferredBy, "Synchroteam ") {
			out[c.Customer.ReferredBy]++
		}
	}
	return out
}

// live counts the live records of a stream of the target.
func (m *move) live(stream string) int {
	m.t.Helper()
	var ids []json.RawMessage
	require.NoError(m.t, m.target.ask("GET", "/_sim/live?stream="+stream, nil, &ids))
	return len(ids)
}

// TestLostAnswersDoubleNothing: a third of the creations is done and not
// answered, by a broken line or by a 500.
func TestLostAnswersDoubleNothing(t *testing.T) {
	m := newMove(t, 24, 16)
	code, _ := m.ferry("run", "JOB")
	require.Equal(t, exitWaiting, code)
	m.target.gate.SetFaults(
		vendorsim.Fault{Kind: vendorsim.FaultResetCounted, Method: "POST", Chance: 0.2},
		vendorsim.Fault{Kind: vendorsim.Fault500, Done: true, Method: "POST", Chance: 0.1},
		vendorsim.Fault{Kind: vendorsim.FaultReset, Method: "POST", Chance: 0.1},
	)
	code, out := m.ferry("apply", "JOB", "--yes")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, out, "Answers were lost, so the target was asked: ")
	m.target.gate.SetFaults()
	refs := m.references()
	assert.Len(t, refs, 24)
	for ref, n := range refs {
		assert.Equalf(t, 1, n, "%s", ref)
	}
	assert.Equal(t, 27, m.live("customers"))
	code, out = m.ferry("verify", "JOB")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, out, "Everything is there as it was sent")
	assert.Empty(t, m.target.Counters().Effects)
	code, _ = m.ferry("run", "JOB", "--yes")
	assert.Equal(t, exitDone, code)
	assert.Equal(t, 27, m.live("customers"))
}

// TestUnsureRecordsAreListed: where two equal records of the target may be the
// one whose answer was lost, nobody guesses: exit 5, and both are named.
func TestUnsureRecordsAreListed(t *testing.T) {
	m := newMove(t, 1, 1)
	mapping := strings.Replace(moveMapping, `      referred_by: {expr: '"Synchroteam " + string(id)', set: create}`+"\n", "", 1)
	require.NoError(t, os.WriteFile(filepath.Join(m.dir, "mapping.yaml"), []byte(mapping), 0o600))
	code, _ := m.ferry("run", "JOB")
	require.Equal(t, exitWaiting, code)
	m.target.gate.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultResetCounted, Method: "POST", Path: "customers", Nth: []int{1}})
	typed := make(chan error)
	go func() {
		for m.target.Counters().Faulted[vendorsim.FaultResetCounted] == 0 {
			time.Sleep(time.Millisecond)
		}
		typed <- m.typeIn(1)
	}()
	code, out := m.ferry("apply", "JOB", "--yes")
	require.NoError(t, <-typed)
	assert.Equal(t, exitUnsure, code)
	assert.Contains(t, out, "customers: 1 unsure: answer lost")
	assert.Contains(t, out, "2 records of the target may be it")
	assert.Equal(t, 2, strings.Count(out, "35606 may be "), "both are named")
	assert.Equal(t, 5, m.live("customers"))
	_, out = m.ferry("status", "JOB")
	assert.Regexp(t, `(?m)^customers +1 +0 +0 +0 +0 +0 +1 +0`, out)

	// Asked again nothing is sent; a person who takes one away settles it.
	code, _ = m.ferry("apply", "JOB", "--yes")
	assert.Equal(t, exitUnsure, code)
	assert.Equal(t, 5, m.live("customers"))
	var ids []string
	require.NoError(t, m.target.ask("GET", "/_sim/live?stream=customers", nil, &ids))
	require.NoError(t, m.target.ask("DELETE", "/api/v1/customers/"+ids[len(ids)-1], nil, nil))
	code, out = m.ferry("apply", "JOB", "--yes")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, out, "1 record was there and taken over")
	assert.Equal(t, 4, m.live("customers"))
}

// typeIn lets somebody type the first n customers into the target.
func (m *move) typeIn(n int) error {
	a := &app{streams: streams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}}
	a.screen = newScreen(a.streams)
	return (&migration{demo: demo{app: a}, source: m.source, target: m.target}).typed(n)
}
