package vendorsim

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// served runs a simulator on loopback until the test ends.
func served(t *testing.T, s *Synchroteam) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return "http://" + l.Addr().String()
}

// over asks over a real connection, which is not used again.
func over(t *testing.T, verb, url string) answered {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), verb, url, nil)
	require.NoError(t, err)
	req.SetBasicAuth(DefaultDomain, DefaultAPIKey)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return answered{err: err}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answered{status: res.StatusCode, header: res.Header, body: raw, err: err}
}

func TestServedAnswersEqualInProcessOnes(t *testing.T) {
	o := unlimited()
	o.Now = func() time.Time { return noon }
	s := newSim(t, o)
	base := served(t, s)
	a, b := over(t, "GET", base+page2), get(s, page2)
	require.NoError(t, a.err)
	assert.Equal(t, string(b.body), string(a.body))
	a.header.Del("Connection")
	assert.Equal(t, b.header, a.header)
}

func TestServedConnectionsBreak(t *testing.T) {
	s := newSim(t, unlimited())
	base := served(t, s)
	s.SetFaults(Fault{Kind: FaultReset, Every: 1})
	assert.Error(t, over(t, "POST", base+"/v3/customer/undelete?id=1").err)
	s.SetFaults(Fault{Kind: FaultCut, Every: 1})
	a := over(t, "GET", base+page2)
	assert.Equal(t, http.StatusOK, a.status)
	assert.ErrorIs(t, a.err, io.ErrUnexpectedEOF)
	assert.NotEmpty(t, a.body)
}

func TestControlPlane(t *testing.T) {
	s := newSim(t, Options{Quota: Quota{Limit: 3}})
	base := served(t, s)
	assert.Equal(t, 200, over(t, "GET", base+ping).status)
	assert.Equal(t, 200, over(t, "POST", base+"/_sim/spend?n=5").status)
	assert.Equal(t, 429, over(t, "GET", base+ping).status)
	assert.Equal(t, 200, over(t, "POST", base+"/_sim/advance?by=24h").status)
	assert.Equal(t, 200, over(t, "GET", base+ping).status)
	assert.Equal(t, 200, over(t, "POST", base+"/_sim/drift?n=4").status)
	assert.Equal(t, 200, over(t, "POST", base+"/_sim/outage?on=true").status)
	assert.Equal(t, 500, over(t, "GET", base+ping).status)
	var c Counters
	require.NoError(t, json.Unmarshal(over(t, "GET", base+"/_sim/counters").body, &c))
	assert.Equal(t, []int{4, 2, 1, 4}, []int{c.Requests, c.Accepted, c.RefusedQuota, c.DriftSteps})
	var log []LogEntry
	require.NoError(t, json.Unmarshal(over(t, "GET", base+"/_sim/log").body, &log))
	require.Len(t, log, 4)
	assert.Equal(t, "jobschedulingwindow/list", log[0].Path)
	var ids []string
	require.NoError(t, json.Unmarshal(over(t, "GET", base+"/_sim/existed?stream=customer").body, &ids))
	assert.Equal(t, s.Existed(StreamCustomers, 0), ids)
	var shown map[string]row
	require.NoError(t, json.Unmarshal(over(t, "GET", base+"/_sim/snapshot?stream=customer").body, &shown))
	require.NotEmpty(t, shown)
	for id := range shown {
		assert.JSONEq(t, `{"ok":true}`, string(over(t, "POST", base+"/_sim/edit?stream=customer&field=name&value=Ed&id="+id).body))
		require.NoError(t, json.Unmarshal(over(t, "GET", base+"/_sim/snapshot?stream=customer").body, &shown))
		assert.Equal(t, "Ed", shown[id]["name"])
		break
	}
	assert.Equal(t, "[]", string(over(t, "GET", base+"/_sim/written?stream=customer").body))
	assert.Equal(t, 400, over(t, "POST", base+"/_sim/advance?by=x").status)
	assert.Equal(t, 404, over(t, "GET", base+"/_sim/x").status)
	assert.Equal(t, 405, over(t, "GET", base+"/_sim/spend?n=1").status)
}

func TestManyAtOnce(t *testing.T) {
	o := unlimited()
	o.Prebuilt = 8
	o.Drift = Drift{Every: 7, Inserts: true, Renames: true, Deletes: true}
	o.Faults = []Fault{{Kind: Fault500, Chance: 0.05}, {Kind: FaultCut, Chance: 0.05}}
	s := newSim(t, o)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for n := range 25 {
				get(s, "/v3/customer/list?page="+itoa(int64(n%4+1)))
				send(context.Background(), s, "POST", "/v3/customer/send", `{"name":"w","myId":"w`+itoa(int64(w))+`"}`)
				s.Counters()
				s.Existed(StreamSites, s.Mark())
				s.Log()
				s.Spend(1)
			}
		})
	}
	wg.Wait()
	c := s.Counters()
	assert.Equal(t, 400, c.Requests)
	assert.Equal(t, c.Requests, c.Accepted)
	assert.Zero(t, c.InFlight)
	assert.GreaterOrEqual(t, c.MaxInFlight, 1)
}

func TestLogIsBounded(t *testing.T) {
	o := unlimited()
	o.LogSize = 3
	var seen []string
	o.OnRequest = func(r *http.Request) { seen = append(seen, r.URL.Path) }
	s := newSim(t, o)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		get(s, "/v3/"+name+"?q="+name)
	}
	log := s.Log()
	require.Len(t, log, 3)
	assert.Equal(t, []string{"c", "d", "e"}, []string{log[0].Path, log[1].Path, log[2].Path})
	assert.Equal(t, "q=e", log[2].Query)
	assert.Equal(t, 404, log[2].Status)
	assert.Equal(t, 5, s.Counters().ByPath["GET a"]+s.Counters().ByPath["GET b"]+s.Counters().ByPath["GET c"]+s.Counters().ByPath["GET d"]+s.Counters().ByPath["GET e"])
	assert.Equal(t, "/v3/a /v3/b /v3/c /v3/d /v3/e", strings.Join(seen, " "))
}

func BenchmarkPages(b *testing.B) {
	for name, prebuilt := range map[string]int{"made": 0, "prebuilt": 1000} {
		b.Run(name, func(b *testing.B) {
			o := unlimited()
			o.Latency, o.Prebuilt = -1, prebuilt
			o.Counts.Customers = 1_000_000
			s := NewSynchroteam(o)
			for i := 0; b.Loop(); i++ {
				if a := get(s, "/v3/customer/list?sort=dateCreated&pageSize=100&page="+itoa(int64(i%500+1))); a.status != 200 {
					b.Fatal(a.status)
				}
			}
		})
	}
}
