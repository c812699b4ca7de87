package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilesAreFetchedFromAFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "public"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "public", "a b.png"), []byte("picture"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("not served"), 0o644))
	fetch, err := fetchFrom("syncro", filepath.Join(dir, "public"))
	require.NoError(t, err)
	data, err := fetch("https://files.example.com/any/where/a%20b.png?x=1")
	require.NoError(t, err)
	assert.Equal(t, "picture", string(data))
	for _, none := range []string{"https://files.example.com/c.png", "https://files.example.com/..%2fsecret", "https://files.example.com/..", "https://files.example.com/"} {
		_, err := fetch(none)
		assert.Error(t, err, none)
	}
	fetch, err = fetchFrom("synchroteam", "")
	require.NoError(t, err)
	assert.Nil(t, fetch)
}

func TestTheSimulatorLags(t *testing.T) {
	o := simulateOptions{Window: "opened", Latency: -1, IndexLag: time.Hour, StaleReads: time.Minute, Rate: "none"}
	opts, err := o.build()
	require.NoError(t, err)
	assert.Equal(t, time.Minute, opts.StaleReads)
	box, err := startSimulator("syncro", "127.0.0.1:0", opts, map[string]int{"customers": 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, box.Close()) }()
	ask := func(method, path, body string) (answer struct{ Customers []json.RawMessage }) {
		req, err := http.NewRequestWithContext(context.Background(), method, box.BaseURL+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+box.Secret())
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Less(t, resp.StatusCode, 300)
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
		return answer
	}
	before := len(ask(http.MethodGet, "/customers", "").Customers)
	ask(http.MethodPost, "/customers", `{"business_name":"New","email":"new@example.com"}`)
	assert.Len(t, ask(http.MethodGet, "/customers", "").Customers, before, "lists do not show it yet")
}
