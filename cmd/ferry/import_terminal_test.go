package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/samples/vendorsim"
)

// On a terminal every open question is asked, and the plan is approved there by
// the account's name.
func TestImportAsksAtATerminal(t *testing.T) {
	dir := t.TempDir()
	box, err := startSimulator("syncro", "127.0.0.1:0", vendorsim.Options{APIKey: scriptKey, Latency: -1}, map[string]int{"customers": 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	file := filepath.Join(dir, "firms.csv")
	require.NoError(t, os.WriteFile(file, []byte("Company,Phone\nAcme,719-388-1967\nBeta,617-555-0188\n"), 0o600))
	env := map[string]string{"FERRY_STATE": filepath.Join(dir, "state"), "FERRY_USAGE": filepath.Join(dir, "usage.db"),
		"SYNCRO_SUBDOMAIN": "acme", "SYNCRO_TOKEN": scriptKey}
	import1 := func(typed string, args ...string) (int, string, string) {
		var stdout, stderr bytes.Buffer
		a := &app{streams: streams{In: strings.NewReader(typed), Out: &stdout, Err: &stderr, InTerm: true},
			lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
		code := a.run(context.Background(), append([]string{"import", file, "--into", "syncro.customers", "--base-url", box.BaseURL}, args...))
		return code, stdout.String(), stderr.String()
	}
	code, out, errs := import1("why\nUS\n\nnobody\n")
	require.Equal(t, int(exitWaiting), code, "%s\n%s", out, errs)
	assert.Contains(t, errs, "In which country are phone numbers")
	assert.Contains(t, errs, "was not approved and waits")
	assert.NoFileExists(t, filepath.Join(dir, "firms.answered.csv"))

	code, out, errs = import1("acme\n")
	require.Equal(t, int(exitDone), code, "%s\n%s", out, errs)
	assert.NotContains(t, errs, "In which country", "an answer is kept and never asked again")
	assert.Contains(t, out, "Everything is there as it was sent")
	answered, err := os.ReadFile(filepath.Join(dir, "firms.answered.csv"))
	require.NoError(t, err)
	assert.Contains(t, string(answered), "Acme,719-388-1967,created,,https://acme.syncromsp.com/customers/")
}
