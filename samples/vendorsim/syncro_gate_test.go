package vendorsim

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSyncroCountsByAddressWithoutHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSyncro(SyncroOptions{Options: Options{Latency: -1}})
		here, there := s.Transport(), s.TransportFrom("203.0.113.7")
		for i := range 180 {
			over := here
			if i%2 == 1 {
				over = s.Transport() // another job behind the same address
			}
			a := syOver(t.Context(), over, http.MethodGet, "me", "")
			require.Equal(t, http.StatusOK, a.status, "call %d", i+1)
			for name := range a.header {
				assert.NotContains(t, name, "Ratelimit")
			}
		}
		a := syOver(t.Context(), here, http.MethodGet, "me", "")
		assert.Equal(t, http.StatusTooManyRequests, a.status)
		assert.Empty(t, a.header.Get("Retry-After"))
		assert.Equal(t, "text/plain", a.header.Get("Content-Type"))
		assert.Equal(t, "Retry later\n", string(a.body))
		assert.Equal(t, http.StatusOK, syOver(t.Context(), there, http.MethodGet, "me", "").status, "another address has its own minute")
		time.Sleep(time.Minute)
		assert.Equal(t, http.StatusOK, syOver(t.Context(), here, http.MethodGet, "me", "").status)
		s.Spend(179)
		assert.Equal(t, http.StatusTooManyRequests, syOver(t.Context(), here, http.MethodGet, "me", "").status)
		c := s.Counters()
		assert.Equal(t, []int{2, 0, 182}, []int{c.RefusedRate, c.RefusedQuota, c.Accepted})
	})
}

func TestAddressKey(t *testing.T) {
	for addr, want := range map[string]string{
		"": "", "127.0.0.1:5000": "", "[::1]:5000": "", "pipe": "", "203.0.113.7:1": "203.0.113.7", "203.0.113.7:2": "203.0.113.7", "[2001:db8::1]:9": "2001:db8::1",
	} {
		assert.Equal(t, want, addressKey(&http.Request{RemoteAddr: addr}), addr)
	}
}

func TestSyncroRefusalAsJSON(t *testing.T) {
	s := newSyncro(t, SyncroOptions{Options: Options{Rate: Rate{Limit: 1}}, RateJSON: true})
	sy(t, s, http.MethodGet, "me", "")
	a := sy(t, s, http.MethodGet, "me", "")
	assert.Equal(t, http.StatusTooManyRequests, a.status)
	assert.JSONEq(t, `{"error":"Too many requests"}`, string(a.body))
}

func TestSyncroTokens(t *testing.T) {
	s := newSyncro(t, SyncroOptions{Options: Options{Rate: Rate{Limit: 7}}})
	ask := func(header, query string) answered {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://acme.syncromsp.com/api/v1/me"+query, nil)
		require.NoError(t, err)
		if header != "" {
			req.Header.Set("Authorization", header)
		}
		return roundTripOver(s.Transport(), req)
	}
	for _, tc := range []struct {
		header, query string
		status        int
	}{
		{"Bearer " + DefaultSyncroToken, "", 200}, {DefaultSyncroToken, "", 200}, {"", "?api_key=" + DefaultSyncroToken, 200},
		{"Bearer wrong", "", 401}, {"", "", 401}, {"", "?api_key=wrong", 401},
	} {
		assert.Equal(t, tc.status, ask(tc.header, tc.query).status, tc.header)
	}
	a := ask("wrong", "")
	assert.JSONEq(t, `{"error":"Not authorized"}`, string(a.body))
	assert.Equal(t, http.StatusTooManyRequests, ask(DefaultSyncroToken, "").status, "calls with a wrong token count for the address")
	assert.Equal(t, 4, s.Counters().Unauthorized)
}

func TestSyncroErrorsOfTheResource(t *testing.T) {
	s := newSyncro(t, SyncroOptions{Denied: []string{"contacts"}, Disabled: []string{"leads"}})
	a := sy(t, s, http.MethodGet, "contacts", "")
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.JSONEq(t, `{"error":"Not authorized. Please ask account admin to update your group permissions."}`, string(a.body))
	a = sy(t, s, http.MethodGet, "leads", "")
	assert.Equal(t, []any{200, "Disabled"}, []any{a.status, string(a.body)})
	a = sy(t, s, http.MethodGet, "no_such_thing", "")
	assert.Equal(t, http.StatusNotFound, a.status)
	assert.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
	a = sy(t, s, http.MethodPost, "customers", `{"business_name":`)
	assert.Equal(t, http.StatusBadRequest, a.status)
	a = sy(t, newSyncro(t, SyncroOptions{Denied: []string{"contacts"}, DeniedStatus: 403}), http.MethodGet, "contacts", "")
	assert.Equal(t, http.StatusForbidden, a.status)
}

// TestSyncroCannotDeleteWhatTheFileCannot: the path exists, the verb does not.
func TestSyncroCannotDeleteWhatTheFileCannot(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	for _, stream := range []string{SyncroLeads, SyncroPayments, SyncroAssets} {
		id := s.Live(stream)[0]
		a := sy(t, s, http.MethodDelete, stream+"/"+id, "")
		assert.Equal(t, http.StatusNotFound, a.status, stream)
		assert.Contains(t, string(a.body), "<html>", stream)
		assert.Contains(t, s.Live(stream), id)
	}
	assert.Equal(t, http.StatusNotFound, sy(t, s, http.MethodPut, "payments/"+s.Live(SyncroPayments)[0], `{"ref_num":"x"}`).status)
}

func TestSyncroFaults(t *testing.T) {
	const path = "contacts?page=2"
	synctest.Test(t, func(t *testing.T) {
		for _, kind := range FaultKinds() {
			s := newSyncro(t, SyncroOptions{})
			clean := syGet(t, s, path)
			rows := clean["contacts"].([]any)
			s.SetFaults(Fault{Kind: kind, Nth: []int{1}})
			a := sy(t, s, http.MethodGet, path, "")
			assert.Equal(t, 1, s.Counters().Faulted[kind], kind)
			got := func() []any { return decode[row](t, a)["contacts"].([]any) }
			switch kind {
			case FaultReset, FaultResetCounted, FaultLateWrite:
				require.ErrorIs(t, a.err, syscall.ECONNRESET)
			case FaultCut:
				require.ErrorIs(t, a.err, io.ErrUnexpectedEOF)
			case Fault500, Fault503:
				assert.Equal(t, string(kind), itoa(int64(a.status)))
				assert.Contains(t, string(a.body), "<html>")
			case FaultRate, FaultQuota:
				assert.Equal(t, http.StatusTooManyRequests, a.status)
			case FaultHTML, FaultContentType:
				assert.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
			case FaultRedirect:
				assert.Equal(t, http.StatusFound, a.status)
			case FaultDuplicate:
				assert.Len(t, got(), len(rows)+1)
			case FaultShift:
				assert.NotEqual(t, rows[0], got()[0])
			case FaultNoID:
				assert.NotContains(t, got()[0], "id")
			case FaultType:
				assert.Equal(t, "12345", text(got()[0].(row)["name"]))
			case FaultExtraField:
				assert.Contains(t, got()[3], "loyaltyTier")
			case FaultGoneField:
				assert.Len(t, got()[3], len(rows[3].(row))-1)
			case FaultTotal:
				assert.NotEqual(t, clean["meta"], decode[row](t, a)["meta"])
			case FaultTruncated:
				assert.Less(t, len(a.body), 20_000)
				require.NoError(t, a.err)
			case FaultSlow:
				assert.Equal(t, rows, got())
			default:
				assert.Fail(t, "no case for this fault", kind)
			}
			s.SetFaults()
			assert.Equal(t, http.StatusOK, sy(t, s, http.MethodGet, path, "").status, kind)
		}
	})
}

func TestSyncroLateAndLostWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSyncro(t, SyncroOptions{})
		before := len(s.Live(SyncroPayments))
		pay := `{"customer_id":` + s.Live(SyncroCustomers)[0] + `,"amount_cents":100,"ref_num":"ferry-1"}`
		s.SetFaults(Fault{Kind: FaultLateWrite, Method: http.MethodPost, Nth: []int{1}, Delay: 3 * time.Second})
		require.Error(t, sy(t, s, http.MethodPost, "payments", pay).err)
		assert.Len(t, s.Live(SyncroPayments), before)
		time.Sleep(4 * time.Second)
		assert.Len(t, s.Live(SyncroPayments), before+1)
		s.SetFaults(Fault{Kind: Fault500, Done: true, Nth: []int{1}})
		assert.Equal(t, 500, sy(t, s, http.MethodPost, "payments", pay).status)
		assert.Len(t, s.Live(SyncroPayments), before+2, "a retried payment doubles money")
		rows, _ := syPages(t, s, "payments?query=ferry-1", "payments")
		assert.Len(t, rows, 2)
	})
}

func TestSyncroDriftAndTruth(t *testing.T) {
	s := newSyncro(t, SyncroOptions{Options: Options{Drift: Drift{Every: 1, Inserts: true, Renames: true, Deletes: true}}})
	mark := s.Mark()
	read := map[string]bool{}
	for range 3 {
		rows, _ := syPages(t, s, "contacts", "contacts")
		for _, r := range rows {
			read[text(r["id"])] = true
		}
	}
	assert.Greater(t, s.Counters().DriftSteps, 20)
	assert.NotEmpty(t, s.Gone(SyncroContacts, mark))
	changed := s.Changed(SyncroContacts, mark)
	assert.NotEmpty(t, changed)
	assert.Less(t, len(s.Existed(SyncroContacts, mark)), 210)
	s.SetDrift(Drift{})
	for _, stream := range []string{SyncroCustomers, SyncroContacts, SyncroTickets, SyncroLeads, SyncroInvoices, SyncroPayments, SyncroAssets, SyncroAlerts} {
		id := s.Insert(stream)
		require.NotEmpty(t, id, stream)
		assert.Contains(t, s.Live(stream), id)
		before := string(s.Record(stream, id))
		assert.True(t, s.Rename(stream, id), stream)
		assert.Contains(t, string(s.Record(stream, id)), "Renamed ", stream)
		assert.NotEqual(t, before, string(s.Record(stream, id)))
		assert.True(t, s.Delete(stream, id), stream)
		assert.Equal(t, http.StatusNotFound, sy(t, s, http.MethodGet, stream+"/"+id, "").status, stream)
		assert.True(t, s.Undelete(stream, id), stream)
		assert.Equal(t, http.StatusOK, sy(t, s, http.MethodGet, stream+"/"+id, "").status, stream)
	}
}

func TestSyncroSinceSeesEveryChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSyncro(t, SyncroOptions{Options: Options{Drift: Drift{Renames: true, Inserts: true, Streams: []string{SyncroTickets, SyncroInvoices}}}})
		mark, at := s.Mark(), time.Now().Add(-time.Millisecond).UTC().Format(time.RFC3339Nano)
		s.DriftNow(25)
		for _, stream := range []string{SyncroTickets, SyncroInvoices} {
			rows, _ := syPages(t, s, stream+"?since_updated_at="+esc(at), stream)
			assert.ElementsMatch(t, s.Changed(stream, mark), idsOf(rows), stream)
			assert.NotEmpty(t, rows)
		}
	})
}

func TestSyncroControlPlane(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/_sim/live?stream=leads", strings.NewReader(""))
	require.NoError(t, err)
	assert.Len(t, decode[[]string](t, roundTripOver(s.Transport(), req)), 60)
	assert.Zero(t, s.Counters().Requests)
}
