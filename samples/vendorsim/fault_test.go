package vendorsim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const page2 = "/v3/customer/list?page=2&sort=dateCreated"

// faulted asks for page 2 under one fault; clean is what the page really is.
func faulted(t *testing.T, kind FaultKind) (s *Synchroteam, a answered, clean envelope) {
	t.Helper()
	s = newSim(t, Options{})
	clean = decode[envelope](t, get(s, page2))
	s.SetFaults(Fault{Kind: kind, Nth: []int{1}})
	a = get(s, page2)
	assert.Equal(t, 1, s.Counters().Faulted[kind], kind)
	s.SetFaults()
	return s, a, clean
}

func TestFaultsOfTheConnection(t *testing.T) {
	for kind, left := range map[FaultKind]int{FaultReset: 118, FaultResetCounted: 117} {
		s, a, _ := faulted(t, kind)
		require.ErrorIs(t, a.err, syscall.ECONNRESET)
		got, _, _ := standingOf(get(s, ping))
		assert.Equal(t, left, got, kind)
		assert.Equal(t, 1, s.Counters().ByStatus[0])
	}
	_, a, _ := faulted(t, FaultCut)
	assert.ErrorIs(t, a.err, io.ErrUnexpectedEOF)
	assert.Equal(t, http.StatusOK, a.status)
	assert.NotEmpty(t, a.body)
}

func TestFaultsOfTheStatus(t *testing.T) {
	for _, tc := range []struct {
		kind   FaultKind
		status int
		header string
		value  string
	}{
		{Fault500, 500, "Retry-After", ""},
		{Fault503, 503, "Retry-After", "1"},
		{FaultRate, 429, "X-RateLimit-Remaining", "118"},
		{FaultQuota, 429, "X-Quota-Remaining", "0"},
		{FaultRedirect, 302, "Location", "https://elsewhere.invalid/"},
		{FaultHTML, 200, "Content-Type", "text/html; charset=utf-8"},
	} {
		_, a, _ := faulted(t, tc.kind)
		require.NoError(t, a.err)
		assert.Equal(t, tc.status, a.status, tc.kind)
		assert.Equal(t, tc.value, a.header.Get(tc.header), tc.kind)
	}
}

func TestFaultsOfTheBody(t *testing.T) {
	_, a, clean := faulted(t, FaultContentType)
	assert.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
	assert.Equal(t, clean, decode[envelope](t, a))

	_, a, _ = faulted(t, FaultTruncated)
	require.NoError(t, a.err, "the length fits the half")
	assert.False(t, json.Valid(a.body))
	assert.Equal(t, itoa(int64(len(a.body))), a.header.Get("Content-Length"))

	s, a, clean := faulted(t, FaultDuplicate)
	before := list(t, s, "/v3/customer/list", "sort", "dateCreated").Data[24]
	assert.Equal(t, append([]row{before}, clean.Data...), decode[envelope](t, a).Data)

	_, a, clean = faulted(t, FaultShift)
	assert.Equal(t, append([]row{before}, clean.Data[1:]...), decode[envelope](t, a).Data)

	_, a, _ = faulted(t, FaultNoID)
	assert.NotContains(t, decode[envelope](t, a).Data[0], "id")

	_, a, _ = faulted(t, FaultType)
	assert.Equal(t, json.Number("12345"), decode[envelope](t, a).Data[0]["name"])

	_, a, _ = faulted(t, FaultExtraField)
	assert.Contains(t, decode[envelope](t, a).Data[3], "loyaltyTier")

	_, a, clean = faulted(t, FaultGoneField)
	assert.Len(t, decode[envelope](t, a).Data[3], len(clean.Data[3])-1)

	_, a, clean = faulted(t, FaultTotal)
	assert.Equal(t, clean.RecordsTotal+7, decode[envelope](t, a).RecordsTotal)
}

func TestEveryFaultKindHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, kind := range FaultKinds() {
			s, _, _ := faulted(t, kind)
			assert.Equal(t, http.StatusOK, get(s, ping).status, kind)
		}
	})
}

func TestDoneFaultsHaveTakenEffect(t *testing.T) {
	for _, tc := range []struct {
		fault Fault
		done  bool
	}{
		{Fault{Kind: FaultReset}, false}, {Fault{Kind: FaultResetCounted}, true}, {Fault{Kind: Fault500}, false},
		{Fault{Kind: Fault500, Done: true}, true}, {Fault{Kind: Fault503, Done: true}, true}, {Fault{Kind: FaultCut}, true},
		{Fault{Kind: FaultHTML}, true}, {Fault{Kind: FaultRate}, false}, {Fault{Kind: FaultRedirect}, false},
	} {
		tc.fault.Every = 1
		o := unlimited()
		o.Faults = []Fault{tc.fault}
		s := newSim(t, o)
		post(t, s, "/v3/customer/send", `{"name":"X"}`)
		assert.Equal(t, tc.done, len(s.Changed(StreamCustomers, 0)) == 1, tc.fault.Kind)
	}
}

func TestWhenFaultsHappen(t *testing.T) {
	o := unlimited()
	o.Faults = []Fault{
		{Kind: Fault500, Path: "job/LIST", Nth: []int{2}},
		{Kind: Fault503, Path: "customer", Every: 3, Times: 1},
		{Kind: FaultHTML, Path: "site", Method: "post", Every: 1},
	}
	s := newSim(t, o)
	statuses := func(path string, n int) (out []int) {
		for range n {
			out = append(out, get(s, path).status)
		}
		return out
	}
	assert.Equal(t, []int{200, 500, 200}, statuses("/v3/job/list", 3))
	assert.Equal(t, []int{200, 200, 503, 200, 200, 200}, statuses("/v3/customer/list", 6))
	assert.Equal(t, []int{200}, statuses("/v3/site/list", 1))

	draws := func(seed uint64) (hit []int) {
		o := unlimited()
		o.Seed, o.Faults = seed, []Fault{{Kind: Fault500, Chance: 0.2}}
		s := newSim(t, o)
		for n := range 200 {
			if get(s, ping).status == 500 {
				hit = append(hit, n)
			}
		}
		return hit
	}
	assert.Equal(t, draws(1), draws(1))
	assert.NotEqual(t, draws(1), draws(2))
	assert.InDelta(t, 40, len(draws(1)), 25)
}

func TestOutage(t *testing.T) {
	s := newSim(t, Options{})
	s.Outage(true)
	assert.Equal(t, http.StatusInternalServerError, get(s, ping).status)
	s.Outage(false)
	left, _, _ := standingOf(get(s, ping))
	assert.Equal(t, 119, left)
}

func TestSlowAnswersAreCutByTheCallersContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Faults: []Fault{{Kind: FaultSlow, Every: 1, Delay: time.Hour}}})
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		a := send(ctx, s, "POST", "/v3/customer/send", `{"name":"X"}`)
		assert.ErrorIs(t, a.err, context.DeadlineExceeded)
		assert.Equal(t, 30*time.Second, time.Since(start))
		assert.Equal(t, 1, s.Counters().Cancelled)
		assert.Len(t, s.Changed(StreamCustomers, 0), 1, "the write was done, only its answer is lost")
		assert.True(t, s.Log()[0].Done)
		assert.Equal(t, 1, s.Counters().ByStatus[0])
	})
}

func TestBodyWatchesTheContext(t *testing.T) {
	s := newSim(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://ws.synchroteam.com"+ping, nil)
	require.NoError(t, err)
	req.SetBasicAuth(DefaultDomain, DefaultAPIKey)
	res, err := s.Transport().RoundTrip(req)
	require.NoError(t, err)
	defer res.Body.Close()
	cancel()
	_, err = res.Body.Read(make([]byte, 1))
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.Transport().RoundTrip(req)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, s.Counters().Requests, "a cancelled request never arrives")
}

func TestFollowedRedirectIsSeen(t *testing.T) {
	s := newSim(t, Options{Faults: []Fault{{Kind: FaultRedirect, Nth: []int{1}, Location: "https://evil.invalid/x"}}})
	client := &http.Client{Transport: s.Transport()}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://ws.synchroteam.com"+ping, nil)
	require.NoError(t, err)
	req.SetBasicAuth(DefaultDomain, DefaultAPIKey)
	res, err := client.Do(req)
	require.NoError(t, err)
	res.Body.Close()
	assert.Equal(t, 1, s.Counters().ByHost["evil.invalid"])
	assert.Equal(t, 1, s.Counters().Unauthorized, "net/http drops the key for another host")
	assert.False(t, errors.Is(err, io.EOF))
}
