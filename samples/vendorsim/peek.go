package vendorsim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// peeked is a body that was read before its call is served, for faults that look into it.
type peeked struct {
	raw    []byte
	fields map[string]any // nil for what is no object
}

// look reads the body of a call ahead. The call gets a copy of its request, with the same body to read.
func (c *call) look() *peeked {
	if c.body != nil {
		return c.body
	}
	c.body = &peeked{}
	if c.r.Body == nil || c.r.Method == http.MethodGet {
		return c.body
	}
	raw, err := io.ReadAll(io.LimitReader(c.r.Body, maxBody))
	rest := io.Reader(bytes.NewReader(raw))
	if err != nil {
		rest = io.MultiReader(rest, broken{err})
	}
	c.r = c.r.WithContext(c.r.Context())
	c.r.Body = io.NopCloser(rest)
	c.body.raw = raw
	if strings.HasPrefix(strings.ToLower(c.r.Header.Get("Content-Type")), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(raw)); err == nil {
			c.body.fields = sonarForm(form)
		}
		return c.body
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&c.body.fields) != nil {
		c.body.fields = nil
	}
	return c.body
}

// broken is a body that could not be read to its end.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// fitsBody tells whether what a call carries is what the fault waits for.
func (f *Fault) fitsBody(c *call) bool {
	batch := f.is(FaultFewer, FaultHalf, FaultBatch, FaultShuffled)
	field := f.Field != "" && (f.alters() && f.Kind != FaultNulls)
	if f.When == nil && !batch && !field && f.Kind != FaultWAF {
		return true
	}
	sent := c.look()
	switch {
	case f.Kind == FaultWAF && !suspicious(sent.raw),
		f.Kind != FaultWAF && sent.fields == nil,
		batch && batchOf(sent.fields) == nil:
		return false
	}
	for _, row := range rowsOf(sent.fields) {
		o, _ := reach(row, f.Field)
		if (!field || o != nil) && (f.When == nil || f.When(row)) {
			return true
		}
	}
	return false
}

// onlyWrites tells whether a kind happens to writes alone.
func (f *Fault) onlyWrites() bool {
	return f.alters() || f.When != nil || f.is(FaultInvalid, FaultExists, FaultWAF, FaultAutomation, FaultFewer, FaultHalf, FaultBatch, FaultShuffled, FaultTakenBack)
}
