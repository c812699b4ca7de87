package load_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/samples/vendorsim"
	"ferry/transform"
)

var photosTarget = record.Account{ID: "syncro/acme@acme.syncromsp.com", Vendor: "syncro", Identity: "acme", Host: "acme.syncromsp.com"}

// album is a stage with jobs and their photos on one side, and a simulated Syncro
// on the other that fetches files from a folder.
type album struct {
	t      testing.TB
	dir    string
	sim    *vendorsim.Syncro
	stage  *stage.Stage
	cfg    load.Config
	photos map[string][]photo // by job
	sweeps int

	mu      sync.Mutex
	fetched []string
	broken  bool // nothing can be fetched
}

type photo struct {
	name, about, content string
}

// newAlbum opens it; change may be nil.
func newAlbum(t testing.TB, change func(*vendorsim.SyncroOptions, *connector.Spec)) *album {
	t.Helper()
	ctx := context.Background()
	a := &album{t: t, dir: t.TempDir(), photos: map[string][]photo{}}
	spec, err := connector.Load("syncro")
	require.NoError(t, err)
	source, err := connector.Load("synchroteam")
	require.NoError(t, err)
	o := vendorsim.SyncroOptions{Options: vendorsim.Options{Seed: 1, Latency: -1, Rate: vendorsim.Rate{Limit: -1}, Data: vendorsim.Data{Plain: true}},
		Counts: vendorsim.SyncroCounts{Customers: 2}, Fetch: a.fetch}
	if change != nil {
		change(&o, spec)
	}
	a.sim = vendorsim.NewSyncro(o)
	a.stage, err = stage.Open(ctx, filepath.Join(a.dir, "job.stage"), stage.Options{Job: "job", Command: "test"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.stage.Close()) })
	require.NoError(t, a.stage.BindAccount(ctx, "source", benchSource))
	require.NoError(t, a.stage.BindAccount(ctx, "target", photosTarget))
	values := connector.Values{"subdomain": connector.NewSecret(vendorsim.DefaultSyncroDomain), "token": connector.NewSecret(vendorsim.DefaultSyncroToken)}
	client, spend := a.client(spec, values, a.sim.Transport())
	sink, err := apisink.New(apisink.Options{Spec: spec, Client: client, Values: values, Source: "synchroteam", Zone: time.UTC})
	require.NoError(t, err)
	a.cfg = load.Config{Stage: a.stage, Source: benchSource, Target: photosTarget, Vendor: spec, Sink: sink, Reader: sink, Now: time.Now,
		Timeout: requestTimeout, Workers: 4, Allow: []string{"final", "deletes"},
		Rules: []load.Rules{{Name: "tickets", Source: "job", Part: "tickets", Target: "tickets", Duplicates: load.HoldDuplicates,
			Fields: []load.Field{text("subject"), number("customer_id", record.Integer)}}},
		Files: load.Files{Mode: load.FilesAttach, At: load.FilesAt{Dir: filepath.Join(a.dir, "drop"), URL: "https://files.invalid/x"},
			Folder: filepath.Join(a.dir, "acme.files"), Source: source}}
	a.cfg.Refresh = func(ctx context.Context, streams []string) (map[string]bool, error) {
		sum, err := extract.Run(ctx, extract.Config{Spec: spec, Account: photosTarget, Streams: streams, Connections: 2, SweepEvery: time.Hour,
			Client: client, Budget: spend, Stage: a.stage, Run: a.cfg.Run})
		proven := map[string]bool{}
		for _, st := range sum.Streams {
			proven[st.Name] = st.Proven()
		}
		return proven, err
	}
	return a
}

// client makes a client of a vendor.
func (a *album) client(spec *connector.Spec, values connector.Values, transport http.RoundTripper) (*api.Client, *budget.Budget) {
	a.t.Helper()
	ledger, err := budget.Open(filepath.Join(a.dir, spec.Vendor+".usage"))
	require.NoError(a.t, err)
	a.t.Cleanup(func() { require.NoError(a.t, ledger.Close()) })
	spend, err := ledger.Budget(context.Background(), budget.Config{Key: "photos"})
	require.NoError(a.t, err)
	a.t.Cleanup(func() { require.NoError(a.t, spend.Close()) })
	client, err := api.New(api.Options{Spec: spec, Values: values, Budget: spend, Transport: transport, Timeout: requestTimeout, Attempts: 2})
	require.NoError(a.t, err)
	a.t.Cleanup(client.Close)
	return client, spend
}

// fetch is how the vendor gets a file.
func (a *album) fetch(url string) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fetched = append(a.fetched, url)
	if a.broken || !strings.HasPrefix(url, "https://files.invalid/x/") {
		return nil, errors.New("no route")
	}
	return os.ReadFile(filepath.Join(a.dir, "drop", path.Base(url)))
}

// job stages a job and its photos; customer "" is one without.
func (a *album) job(key, customer, num string, photos ...photo) {
	a.t.Helper()
	ctx := context.Background()
	a.photos[key] = photos
	mapped := fmt.Sprintf(`{"subject":"Job %s","customer_id":%s}`, num, a.sim.Live(vendorsim.SyncroCustomers)[0])
	raw := fmt.Sprintf(`{"id":%s,"num":%s,"customer":{"name":%s},"mapped":%s}`, key, num, quote(customer), mapped)
	sweep, err := a.stage.StartSweep(ctx, stage.Sweep{Account: benchSource.ID, Stream: "job", Kind: stage.SweepFull, Started: time.Now()})
	require.NoError(a.t, err)
	a.sweeps++
	hash := xxhash.Sum64String(raw)
	_, err = a.stage.PutPage(ctx, stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: sweep.ID, Number: a.sweeps, Step: a.sweeps},
		ReadAt: time.Now(), Total: -1, Keys: []record.Key{record.Key(key)}}, Body: []byte("[" + raw + "]"),
		Entries: []stage.Entry{{Key: record.Key(key), Offset: 1, Length: len(raw), Hash: hash}}})
	require.NoError(a.t, err)
	body := []byte{'['}
	var entries []stage.Entry
	for i, p := range photos {
		one := fmt.Sprintf(`{"fileName":%s,"iteration":%d,"comment":%s,"imageData":%s}`, quote(p.name), i, quote(p.about), a.content(p.content))
		if i > 0 {
			body = append(body, ',')
		}
		entries = append(entries, stage.Entry{Key: photoKey(key, p.name, i), Offset: len(body), Length: len(one), Hash: xxhash.Sum64String(one)})
		body = append(body, one...)
	}
	_, err = a.stage.PutDetail(ctx, stage.DetailWrite{Account: benchSource.ID, Stream: "job", Key: record.Key(key), Sub: "job.photos", RowHash: hash,
		Body: append(body, ']'), Entries: entries, ReadAt: time.Now()})
	require.NoError(a.t, err)
}

func photoKey(job, name string, i int) record.Key { return api.JoinKey(job, name, itoa(i)) }

func quote(text string) string {
	raw, _ := json.Marshal(text)
	return string(raw)
}

// content stages a file and gives its reference; "" is a photo whose content was
// not given.
func (a *album) content(text string) string {
	if text == "" {
		return "null"
	}
	w, err := a.stage.NewFile()
	require.NoError(a.t, err)
	_, err = w.Write([]byte(text))
	require.NoError(a.t, err)
	sum, n, err := w.Commit()
	require.NoError(a.t, err)
	require.NoError(a.t, a.stage.PutFile(context.Background(), sum, n))
	return fmt.Sprintf(`{"sha256":%q,"bytes":%d}`, sum, n)
}

// inside maps a job to what stands in it under "mapped", else to a ticket of a
// customer.
type inside struct{ customer string }

func (m inside) Map(in *transform.Input, out *transform.Outcome) {
	var job struct{ Mapped json.RawMessage }
	if json.Unmarshal(in.Base.Raw, &job) != nil {
		out.Bin = stage.BinDead
		return
	}
	if out.Bin, out.JSON = stage.BinMapped, job.Mapped; job.Mapped == nil {
		out.JSON = []byte(`{"subject":"Job ` + string(in.Base.Key) + `","customer_id":` + m.customer + `}`)
	}
}

// plan maps, plans and approves.
func (a *album) plan() (stage.Plan, load.Summary) {
	a.t.Helper()
	ctx := context.Background()
	_, err := a.stage.Repack(ctx) // as at the end of a run that reads
	require.NoError(a.t, err)
	_, err = transform.Run(ctx, transform.Config{Stage: a.stage, Account: benchSource,
		Rules: []transform.Rules{{Name: "tickets", From: []string{"job"}, To: "tickets", Hash: 1, Mapper: func() transform.Mapper { return inside{a.sim.Live(vendorsim.SyncroCustomers)[0]} }}}})
	require.NoError(a.t, err)
	a.newRun()
	p, err := load.MakePlan(ctx, a.cfg)
	require.NoError(a.t, err)
	require.NoError(a.t, a.stage.SetPlan(ctx, p.ID, stage.PlanApproved, "test", time.Now()))
	sum, err := load.ReadSummary(p)
	require.NoError(a.t, err)
	return p, sum
}

func (a *album) newRun() {
	a.t.Helper()
	run, err := a.stage.StartRun(context.Background(), stage.Run{Command: "apply", Version: "test", Started: time.Now()})
	require.NoError(a.t, err)
	a.cfg.Run = run
}

func (a *album) apply(ctx context.Context, p stage.Plan) (load.Bins, error) {
	a.t.Helper()
	a.newRun()
	bins, err := load.Apply(ctx, a.cfg, p.ID, load.ApplyOptions{All: true})
	a.sum(p)
	return bins, err
}

// load plans and applies.
func (a *album) load() (stage.Plan, load.Bins) {
	a.t.Helper()
	p, _ := a.plan()
	bins, err := a.apply(context.Background(), p)
	require.NoError(a.t, err)
	return p, bins
}

// sum wants every staged photo in exactly one bin.
func (a *album) sum(p stage.Plan) {
	a.t.Helper()
	want := 0
	for _, list := range a.photos {
		want += len(list)
	}
	counts, err := load.CountFiles(context.Background(), a.stage, p)
	require.NoError(a.t, err)
	for _, c := range counts {
		n := 0
		for _, t := range c.Bins {
			n += t.Files
		}
		require.Equal(a.t, c.Files, n)
		if c.Kind != "line" {
			require.Equal(a.t, want, n, "every photo is in one bin")
		}
	}
}

// bins are those of one entry, in words.
func (a *album) bins(b load.Bins, entry string) map[string]int {
	a.t.Helper()
	for _, e := range b.Entries {
		if e.Name == entry {
			out := map[string]int{}
			for bin, n := range e.Bins {
				out[bin.String()] = n
			}
			return out
		}
	}
	return nil
}

// why is why a photo is where it is: "bin code".
func (a *album) why(p stage.Plan, entry string, key record.Key) string {
	a.t.Helper()
	for i := range p.Entries {
		if p.Entries[i].Name != entry {
			continue
		}
		it, ok, err := a.stage.Item(context.Background(), p.ID, i, key)
		require.NoError(a.t, err)
		require.True(a.t, ok)
		var r load.Reason
		if len(it.Why) > 0 {
			require.NoError(a.t, json.Unmarshal(it.Why, &r))
			require.NotEmpty(a.t, r.Text)
			require.NotEmpty(a.t, r.Do)
		}
		return strings.TrimSpace(it.Bin.String() + " " + r.Code)
	}
	a.t.Fatalf("no entry %s", entry)
	return ""
}

// ticket is the ticket of a job; "" none.
func (a *album) ticket(job string) string {
	a.t.Helper()
	side := stage.Side{Account: benchSource.ID, Source: "job", Part: "tickets", Target: photosTarget.ID, Stream: "tickets"}
	l, _, err := a.stage.Link(context.Background(), side, record.Key(job))
	require.NoError(a.t, err)
	return string(l.Target)
}

// attached are names and hashes of the files of all tickets: "job name hash".
func (a *album) attached() (out []string) {
	a.t.Helper()
	for job := range a.photos {
		for _, f := range a.sim.Attachments(a.ticket(job)) {
			out = append(out, job+" "+f.Name+" "+f.SHA256)
		}
	}
	return out
}

// drops are the files that lie where the target fetches them.
func (a *album) drops() (names []string) {
	entries, err := os.ReadDir(filepath.Join(a.dir, "drop"))
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(a.t, err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// byHand makes a call that people's own programs make.
func (a *album) byHand(method, at, body string) {
	a.t.Helper()
	r, err := http.NewRequest(method, "https://acme.syncromsp.com/api/v1/"+at, strings.NewReader(body))
	require.NoError(a.t, err)
	r.Header.Set("Authorization", "Bearer "+vendorsim.DefaultSyncroToken)
	r.Header.Set("Content-Type", "application/json")
	res, err := a.sim.Transport().RoundTrip(r)
	require.NoError(a.t, err)
	require.NoError(a.t, res.Body.Close())
	require.Equal(a.t, http.StatusOK, res.StatusCode)
}

// interposed is a sink that something comes between.
type interposed struct {
	load.Attacher
	send func(ctx context.Context, deeds []load.Deed, next func() ([]load.Result, error)) ([]load.Result, error)
}

func (s interposed) Send(ctx context.Context, deeds []load.Deed) ([]load.Result, error) {
	return s.send(ctx, deeds, func() ([]load.Result, error) { return s.Attacher.Send(ctx, deeds) })
}

// byHandFile attaches a file to the ticket of job 1, as a call of ours that got
// through does.
func (a *album) byHandFile(name, content string) {
	a.t.Helper()
	drop := filepath.Join(a.dir, "drop")
	require.NoError(a.t, os.MkdirAll(drop, 0o700))
	require.NoError(a.t, os.WriteFile(filepath.Join(drop, "hand"), []byte(content), 0o600))
	a.byHand("POST", "tickets/"+a.ticket("1")+"/attach_file_url", `{"files":[{"url":"https://files.invalid/x/hand","filename":"`+name+`"}]}`)
	require.NoError(a.t, os.Remove(filepath.Join(drop, "hand")))
	time.Sleep(10 * time.Second)
}
