package extract_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// world is a simulated vendor, and the files of one job that reads it.
type world struct {
	t      testing.TB
	sim    *vendorsim.Synchroteam
	spec   *connector.Spec
	dir    string
	events []extract.Event // of the last run
	when   budget.WhenSpent
	limit  budget.Limit // the job's own quota
	stage  string       // name of the stage file; "" is job

	mangle func(r *http.Request, body string) string // changes good answers on their way; nil: none
	refuse string                                    // path that the key may not read; "" none
	ignore string                                    // parameters that the vendor does not heed

	wrap     func(next http.RoundTripper) http.RoundTripper // stands before all of these; nil: nothing
	settings map[string]string                              // nil: those of the simulated account
}

// RoundTrip hands requests to the simulator and spoils the answers as told.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.refuse != "" && strings.HasSuffix(r.URL.Path, w.refuse) {
		return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	if w.ignore != "" {
		q := r.URL.Query()
		for _, name := range strings.Fields(w.ignore) {
			q.Del(name)
		}
		r = r.Clone(r.Context())
		r.URL.RawQuery = q.Encode()
	}
	resp, err := w.sim.Transport().RoundTrip(r)
	if err != nil || w.mangle == nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	text := w.mangle(r, string(body))
	resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	resp.Header.Del("Content-Length")
	return resp, nil
}

func newWorld(t testing.TB, o vendorsim.Options) *world {
	t.Helper()
	spec, err := connector.Load("synchroteam")
	require.NoError(t, err)
	if o.Rate.Limit == 0 {
		o.Rate.Limit = 1_000_000
	}
	if o.Quota.Limit == 0 {
		o.Quota.Limit = 10_000_000
	}
	if o.Latency == 0 {
		o.Latency = -1
	}
	return &world{t: t, sim: vendorsim.NewSynchroteam(o), spec: spec, dir: t.TempDir()}
}

// run is one run of the job, with everything opened and closed as a process would.
func (w *world) run(cfg extract.Config) (extract.Summary, error) {
	return w.runContext(context.Background(), cfg)
}

func (w *world) runContext(ctx context.Context, cfg extract.Config) (extract.Summary, error) {
	w.t.Helper()
	setup := context.Background()
	ledger, err := budget.Open(filepath.Join(w.dir, "usage.db"))
	require.NoError(w.t, err)
	defer ledger.Close()
	b, err := ledger.Budget(setup, budget.Config{
		Key: "test", Rate: budget.Limit{Requests: 120, Per: time.Minute}, Quota: budget.Limit{Requests: 10000, Per: 24 * time.Hour},
		OwnQuota: w.limit, WhenSpent: w.when,
	})
	require.NoError(w.t, err)
	defer b.Close()

	settings := w.settings
	if settings == nil {
		settings = map[string]string{"domain": vendorsim.DefaultDomain, "api_key": vendorsim.DefaultAPIKey}
	}
	values, problems := connector.NewValues(w.spec, settings)
	require.Empty(w.t, problems)
	var transport http.RoundTripper = w
	if w.wrap != nil {
		transport = w.wrap(w)
	}
	client, err := api.New(api.Options{Spec: w.spec, Values: values, Budget: b, Transport: transport, Timeout: 30 * time.Second})
	require.NoError(w.t, err)

	st := w.open()
	defer st.Close()
	account := record.Account{ID: "synchroteam/mycompany@ws.synchroteam.com", Vendor: "synchroteam", Identity: "mycompany", Host: "ws.synchroteam.com"}
	require.NoError(w.t, st.BindAccount(setup, "source", account))
	run, err := st.StartRun(setup, stage.Run{Command: "extract", Version: "test", Started: time.Now()})
	require.NoError(w.t, err)

	cfg.Spec, cfg.Account, cfg.Client, cfg.Budget, cfg.Stage, cfg.Run = w.spec, account, client, b, st, run
	if cfg.Connections == 0 {
		cfg.Connections = 16
	}
	if cfg.SweepEvery == 0 {
		cfg.SweepEvery = 7 * 24 * time.Hour
	}
	w.events = nil
	cfg.Report = func(e extract.Event) { w.events = append(w.events, e) }
	return extract.Run(ctx, cfg)
}

func (w *world) open() *stage.Stage {
	w.t.Helper()
	st, err := stage.Open(context.Background(), filepath.Join(w.dir, cmp.Or(w.stage, "job")+".stage"), stage.Options{Job: "job", Command: "test"})
	require.NoError(w.t, err)
	return st
}

// staged gives the live and the buried keys of a stream, and how often any key
// is staged twice.
func (w *world) staged(stream string) (live, buried map[string]bool) {
	w.t.Helper()
	st := w.open()
	defer st.Close()
	live, buried = map[string]bool{}, map[string]bool{}
	dec := stage.NewDecoder()
	account := "synchroteam/mycompany@ws.synchroteam.com"
	require.NoError(w.t, st.Chunks(context.Background(), account, stream, func(c *stage.Chunk) error {
		rows, err := c.Decode(dec)
		require.NoError(w.t, err)
		for _, row := range rows {
			key := string(row.Key)
			require.Falsef(w.t, live[key] || buried[key], "%s %s is staged twice", stream, key)
			if row.Deleted {
				buried[key] = true
			} else {
				live[key] = true
			}
		}
		return nil
	}))
	return live, buried
}

// holds requires that every id is staged and live.
func (w *world) holds(stream string, ids []string) {
	w.t.Helper()
	live, _ := w.staged(stream)
	for _, id := range ids {
		require.Truef(w.t, live[id], "%s %s is missing", stream, id)
	}
}

// readBy requires that what is staged of every id was read by that run.
func (w *world) readBy(run int64, stream string, ids []string) {
	w.t.Helper()
	require.NotEmpty(w.t, ids)
	st := w.open()
	defer st.Close()
	for _, id := range ids {
		_, from, ok, err := st.Record(context.Background(), simAccount, stream, record.Key(id))
		require.NoError(w.t, err)
		require.Truef(w.t, ok, "%s %s is missing", stream, id)
		require.Equalf(w.t, run, from.Run, "%s %s is stale", stream, id)
	}
}

func summaryOf(t testing.TB, s extract.Summary, stream string) extract.StreamSummary {
	t.Helper()
	for _, x := range s.Streams {
		if x.Name == stream {
			return x
		}
	}
	require.Failf(t, "no summary", "of %s", stream)
	return extract.StreamSummary{}
}
