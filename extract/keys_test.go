package extract_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// keyedWorld is a vendor without lists.
func keyedWorld(t *testing.T, o vendorsim.Options) *world {
	t.Helper()
	w := newWorld(t, o)
	spec, err := connector.Load("testdata/keyed.yaml")
	require.NoError(t, err)
	w.spec = spec
	return w
}

// keys writes a file of keys and gives the configuration that reads a stream by it.
func (w *world) keys(stream string, keys ...string) extract.Config {
	w.t.Helper()
	path := filepath.Join(w.dir, "keys.csv")
	require.NoError(w.t, os.WriteFile(path, []byte("Customer number\n"+strings.Join(keys, "\n")+"\n"), 0o600))
	return extract.Config{Streams: []string{stream}, Keys: map[string]extract.KeySource{stream: {File: path}}, Incremental: true}
}

// asked is how often the vendor was asked for details of a stream.
func (w *world) asked(path string) int { return w.sim.Counters().ByPath["GET "+path] }

// TestAStreamWithoutAListIsReadByItsKeys: each key one call, and the rows of the
// file add up.
func TestAStreamWithoutAListIsReadByItsKeys(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 60}})
	ids := w.sim.Live("customer")[:30]
	cfg := w.keys("customer", slices.Concat(ids, []string{ids[3], `" "`, "99999999"})...)
	s, err := w.run(cfg)
	require.NoError(t, err)
	x := summaryOf(t, s, "customer")
	assert.True(t, x.Proven(), x.Certificate.Text)
	assert.Equal(t, stage.ProofLimited, x.Certificate.Proof)
	assert.Equal(t, "limited to the keys given, and every one was asked: 33 lines with 31 keys, 1 double and 1 blank; 30 found, 1 missing (line 34)", x.Certificate.Text)
	assert.Equal(t, 30, x.Certificate.Distinct)
	assert.Equal(t, 31, x.Certificate.Pages)
	assert.Equal(t, 31, w.asked("customer/details"))
	assert.Equal(t, 31, x.Requests)
	live, buried := w.staged("customer")
	assert.Len(t, live, 30)
	assert.Empty(t, buried)
	w.current("customer", ids)

	price := w.event(extract.EventPrice)
	assert.Equal(t, 31, price.Requests, "counted before the first request")
	assert.Equal(t, 31, price.Records)
	assert.Contains(t, w.event(extract.EventNote).Reason, "not found: the keys of line 34")
	for _, e := range w.events {
		assert.NotContains(t, e.Reason, "99999999", "keys stay out of the log")
	}
}

// event is the first of its kind of the last run.
func (w *world) event(kind string) extract.Event {
	w.t.Helper()
	i := slices.IndexFunc(w.events, func(e extract.Event) bool { return e.Event == kind })
	require.GreaterOrEqual(w.t, i, 0, kind)
	return w.events[i]
}

// TestKeysThatAreNoLongerFoundBecomeTombstones, and come back.
func TestKeysThatAreNoLongerFoundBecomeTombstones(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 60}})
	ids := slices.Clone(w.sim.Live("customer")[:10])
	_, err := w.run(w.keys("customer", ids...))
	require.NoError(t, err)
	require.True(t, w.sim.Delete("customer", ids[4]))
	require.True(t, w.sim.Delete("customer", ids[9]))
	s, err := w.run(w.keys("customer", ids[:9]...))
	require.NoError(t, err)
	assert.Equal(t, 1, summaryOf(t, s, "customer").Tombstones)
	live, buried := w.staged("customer")
	assert.True(t, buried[ids[4]])
	assert.True(t, live[ids[9]], "nobody asked for it")
	require.True(t, w.sim.Undelete("customer", ids[4]))
	s, err = w.run(w.keys("customer", ids[:9]...))
	require.NoError(t, err)
	assert.Equal(t, 1, summaryOf(t, s, "customer").Revived)

	require.True(t, w.sim.Delete("customer", ids[0]))
	s, err = w.run(w.keys("customer", ids[0]))
	require.NoError(t, err)
	assert.Equal(t, 1, summaryOf(t, s, "customer").Tombstones, "one that is gone is no sign of a wrong account")
}

// TestARecordThatHasAKeyOfItsOwnIsFollowed: it is asked for by name and known by
// its number.
func TestARecordThatHasAKeyOfItsOwnIsFollowed(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20}})
	names := map[string]string{} // of the invented vendor: asked for by any of them
	ids := slices.Clone(w.sim.Live("customer"))
	for i, id := range ids[:4] {
		names["name "+string(rune('a'+i))] = id
	}
	names["another name of a"] = ids[0]
	w.wrap = func(next http.RoundTripper) http.RoundTripper { return byName{next, names} }
	var asked []string
	for name := range names {
		asked = append(asked, name)
	}
	s, err := w.run(w.keys("named", asked...))
	require.NoError(t, err)
	x := summaryOf(t, s, "named")
	assert.True(t, x.Proven(), x.Certificate.Text)
	assert.Equal(t, 4, x.Certificate.Distinct)
	assert.Contains(t, x.Certificate.Text, "1 key led to a record that another led to as well")
	live, _ := w.staged("named")
	assert.Len(t, live, 4)

	delete(names, "name a") // the record has its other name still
	delete(names, "name b") // it was renamed: its number still finds it
	names["new name of b"] = ids[1]
	delete(names, "name c") // it is gone
	require.True(t, w.sim.Delete("customer", ids[2]))
	s, err = w.run(w.keys("named", asked...))
	require.NoError(t, err)
	assert.Equal(t, 1, summaryOf(t, s, "named").Tombstones)
	live, buried := w.staged("named")
	assert.True(t, live[ids[0]] && live[ids[1]] && live[ids[3]])
	assert.True(t, buried[ids[2]])
}

// byName turns names into the numbers that the simulated vendor knows.
type byName struct {
	http.RoundTripper
	names map[string]string
}

func (b byName) RoundTrip(r *http.Request) (*http.Response, error) {
	id := r.URL.Query().Get("name")
	if known, ok := b.names[id]; ok {
		id = known
	}
	r = r.Clone(r.Context())
	r.URL.RawQuery = url.Values{"id": {id}}.Encode()
	return b.RoundTripper.RoundTrip(r)
}

// TestDetailsOfRecordsReadByKeysAreAsked: reports are, and go with their job;
// what the call by key gave already is not asked a second time.
func TestDetailsOfRecordsReadByKeysAreAsked(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 60}})
	ids := slices.Clone(w.sim.Live("job")[:30])
	cfg := w.keys("job", ids...)
	cfg.Details = []string{"job", "job.report"}
	s, err := w.run(cfg)
	require.NoError(t, err)
	assert.Equal(t, 30, w.asked("job/details"))
	assert.Equal(t, 30, w.asked("jobReport/details")+w.asked("jobreport/details"))
	assert.Equal(t, 60, w.event(extract.EventPrice).Requests)
	x := summaryOf(t, s, "job.report")
	assert.True(t, x.Proven(), x.Certificate.Text)
	require.Positive(t, x.Records)
	withReport := w.reported()[0]
	require.True(t, w.sim.Delete("job", withReport))
	s, err = w.run(cfg)
	require.NoError(t, err)
	assert.Equal(t, 30, w.asked("jobReport/details")+w.asked("jobreport/details"), "nothing changed, nothing is asked")
	assert.Equal(t, 1, summaryOf(t, s, "job").Tombstones)
	assert.Positive(t, summaryOf(t, s, "job.report").Tombstones)
}

// TestKeysNarrowAListToCalls: no page is read, records that were staged from the
// list stay, and a run without keys lists again.
func TestKeysNarrowAListToCalls(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 150, Jobs: 30}})
	list := extract.Config{Streams: []string{"customer"}, Incremental: true}
	_, err := w.run(list)
	require.NoError(t, err)
	pages := w.asked("customer/list")
	ids := w.sim.Live("customer")
	require.True(t, w.sim.Rename("customer", ids[3]))
	s, err := w.run(w.keys("customer", ids[:5]...))
	require.NoError(t, err)
	assert.Equal(t, pages, w.asked("customer/list"))
	assert.Equal(t, 5, w.asked("customer/details"))
	assert.Zero(t, summaryOf(t, s, "customer").Tombstones)
	w.current("customer", ids[3:4])
	live, _ := w.staged("customer")
	assert.Len(t, live, 150)
	s, err = w.run(list)
	require.NoError(t, err)
	assert.True(t, summaryOf(t, s, "customer").Proven())
	assert.Greater(t, w.asked("customer/list"), pages)

	jobs := w.keys("job", w.sim.Live("job")[:10]...)
	jobs.Details = []string{"job.photos"}
	s, err = w.run(jobs)
	require.NoError(t, err)
	assert.True(t, summaryOf(t, s, "job.photos").Proven(), summaryOf(t, s, "job.photos").Certificate.Text)
	assert.Zero(t, w.asked("job/list"))
	assert.Equal(t, 10, w.asked("job/photos"))
}

// TestALimitAsksForTheFirstKeysOnly, and does not end the reading of all.
func TestALimitAsksForTheFirstKeysOnly(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20}})
	cfg := w.keys("customer", w.sim.Live("customer")...)
	cfg.Limit = 4
	s, err := w.run(cfg)
	require.NoError(t, err)
	assert.Contains(t, summaryOf(t, s, "customer").Certificate.Text, "limited to the first 4 keys, for trying out: 20 lines with 20 keys")
	assert.Equal(t, 4, w.asked("customer/details"))
}

// TestMistakesInKeysEndTheRunBeforeAnyRequest, other streams included.
func TestMistakesInKeysEndTheRunBeforeAnyRequest(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20}})
	bad := func(cfg extract.Config, want string) {
		_, err := w.run(cfg)
		var keys *extract.KeysError
		require.ErrorAs(t, err, &keys)
		require.ErrorContains(t, err, want)
	}
	bad(w.keys("customer"), "it holds no key")
	cfg := w.keys("customer", "1")
	cfg.Streams = []string{"site", "customer"}
	cfg.Keys["customer"] = extract.KeySource{File: filepath.Join(w.dir, "none.csv")}
	bad(cfg, "there is no such file")
	bad(w.keys("customfield", "1"), "the vendor cannot give one of its records by key")
	assert.Zero(t, w.sim.Counters().Accepted)
}
