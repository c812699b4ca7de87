package apisink_test

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/samples/vendorsim"
)

// bench is a target on a simulated vendor.
type bench struct {
	t      testing.TB
	spec   *connector.Spec
	client *api.Client
	target *apisink.Target
}

// newBench makes a target over a transport; change may be nil.
func newBench(t testing.TB, spec *connector.Spec, transport http.RoundTripper, settings map[string]string, change func(*apisink.Options)) *bench {
	t.Helper()
	ledger, err := budget.Open(filepath.Join(t.TempDir(), "usage"))
	require.NoError(t, err)
	b, err := ledger.Budget(context.Background(), budget.Config{Key: "test"})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, b.Close())
		require.NoError(t, ledger.Close())
	})
	values := connector.Values{}
	for name, text := range settings {
		values[name] = connector.NewSecret(text)
	}
	client, err := api.New(api.Options{Spec: spec, Values: values, Budget: b, Transport: transport, Version: "test", Attempts: 2, Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	o := apisink.Options{Spec: spec, Client: client, Values: values, Source: "acme", Zone: time.UTC}
	if change != nil {
		change(&o)
	}
	target, err := apisink.New(o)
	require.NoError(t, err)
	return &bench{t: t, spec: spec, client: client, target: target}
}

func shipped(t testing.TB, name string) *connector.Spec {
	t.Helper()
	spec, err := connector.Load(name)
	require.NoError(t, err)
	return spec
}

// quiet is a simulator's options without latency and drift, with plain data.
func quiet() vendorsim.Options {
	return vendorsim.Options{Seed: 1, Latency: -1, Rate: vendorsim.Rate{Limit: -1}, Quota: vendorsim.Quota{Limit: -1}, Data: vendorsim.Data{Plain: true}}
}

func newSynchroteam(t testing.TB, o vendorsim.Options, change func(*apisink.Options)) (*bench, *vendorsim.Synchroteam) {
	sim := vendorsim.NewSynchroteam(o)
	return newBench(t, shipped(t, "synchroteam"), sim.Transport(),
		map[string]string{"domain": vendorsim.DefaultDomain, "api_key": vendorsim.DefaultAPIKey, "zone": "UTC"}, change), sim
}

func newSyncro(t testing.TB, o vendorsim.SyncroOptions, change func(*apisink.Options)) (*bench, *vendorsim.Syncro) {
	sim := vendorsim.NewSyncro(o)
	return newBench(t, shipped(t, "syncro"), sim.Transport(),
		map[string]string{"subdomain": vendorsim.DefaultSyncroDomain, "token": vendorsim.DefaultSyncroToken}, change), sim
}

func newCustomerly(t testing.TB, o vendorsim.CustomerlyOptions, change func(*apisink.Options)) (*bench, *vendorsim.Customerly) {
	sim := vendorsim.NewCustomerly(o)
	return newBench(t, shipped(t, "customerly"), sim.Transport(), map[string]string{"token": vendorsim.DefaultCustomerlyToken}, change), sim
}

func newSonar(t testing.TB, o vendorsim.SonarOptions, change func(*apisink.Options)) (*bench, *vendorsim.Sonar) {
	sim := vendorsim.NewSonar(o)
	return newBench(t, shipped(t, "sonar"), sim.Transport(),
		map[string]string{"token": vendorsim.DefaultSonarToken, "environment": "www"}, change), sim
}

// deeds says what a write takes.
func (b *bench) deeds(w load.Write) load.Deeds {
	b.t.Helper()
	out, err := b.target.Deeds(w)
	require.NoError(b.t, err)
	return out
}

// refused is why a write cannot be sent.
func (b *bench) refused(w load.Write) *load.RefusedError {
	b.t.Helper()
	_, err := b.target.Deeds(w)
	refused := (*load.RefusedError)(nil)
	require.ErrorAs(b.t, err, &refused)
	require.NotEmpty(b.t, refused.Do)
	return refused
}

// send sends one deed.
func (b *bench) send(d load.Deed) load.Result {
	b.t.Helper()
	out, err := b.target.Send(context.Background(), []load.Deed{d})
	require.NoError(b.t, err)
	require.Len(b.t, out, 1)
	return out[0]
}

// do does a write: its deeds one after the other, each with the key that the
// first brought. All must be done.
func (b *bench) do(w load.Write) (record.Key, load.Deeds) {
	b.t.Helper()
	out := b.deeds(w)
	key := w.Key
	for _, d := range out.List {
		if d.Key == "" && d.Step > 0 {
			d.Key = key
		}
		r := b.send(d)
		require.Equal(b.t, stage.AttemptDone, r.State, "%s %s %s: %d %s", d.Stream, d.Kind, d.Action, r.Status, r.Message)
		if r.Key != "" {
			key = r.Key
		}
	}
	return key, out
}

func (b *bench) create(stream, source, fields string) record.Key {
	b.t.Helper()
	key, _ := b.do(load.Write{Stream: stream, Kind: stage.AttemptCreate, Source: record.Key(source), Fields: json.RawMessage(fields)})
	require.NotEmpty(b.t, key, "%s: no key", stream)
	return key
}

func (b *bench) update(stream string, key record.Key, fields string) {
	b.t.Helper()
	b.do(load.Write{Stream: stream, Kind: stage.AttemptUpdate, Key: key, Now: b.now(stream, key), Fields: json.RawMessage(fields)})
}

func (b *bench) remove(stream string, key record.Key) {
	b.t.Helper()
	b.do(load.Write{Stream: stream, Kind: stage.AttemptDelete, Key: key, Now: b.now(stream, key)})
}

// now reads a record that must be there.
func (b *bench) now(stream string, key record.Key) json.RawMessage {
	b.t.Helper()
	now, found, err := b.target.Read(context.Background(), stream, key)
	require.NoError(b.t, err)
	require.True(b.t, found, "%s %s", stream, key)
	return now
}

func (b *bench) gone(stream string, key record.Key) {
	b.t.Helper()
	_, found, err := b.target.Read(context.Background(), stream, key)
	require.NoError(b.t, err)
	require.False(b.t, found, "%s %s is still there", stream, key)
}

// field reads a field of a JSON object by a dotted path, as text.
func field(t testing.TB, raw []byte, path ...string) string {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(raw, &v))
	for _, name := range path {
		o, ok := v.(map[string]any)
		require.True(t, ok, "no object at %s", name)
		v = o[name]
	}
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// effects allows effects by name.
func effects(names ...string) func(*apisink.Options) {
	return func(o *apisink.Options) { o.Effects = names }
}

// defs are the custom fields of the account.
func defs(rows ...map[string]string) func(*apisink.Options) {
	return func(o *apisink.Options) {
		o.Defs = func(context.Context, string) ([]apisink.Def, error) {
			var out []apisink.Def
			for _, row := range rows {
				out = append(out, row)
			}
			return out, nil
		}
	}
}
