package extract_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// withoutParam takes a parameter off every request below a path.
func withoutParam(path, name string) func(*http.Request) *http.Request {
	return func(r *http.Request) *http.Request {
		if !strings.HasSuffix(r.URL.Path, path) {
			return r
		}
		q := r.URL.Query()
		q.Del(name)
		r = r.Clone(r.Context())
		r.URL.RawQuery = q.Encode()
		return r
	}
}

// comment adds a comment to a ticket as somebody else would.
func comment(t testing.TB, sim simulated, ticket string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "https://acme.syncromsp.com/api/v1/tickets/"+ticket+"/comment",
		strings.NewReader(`{"subject":"Update","body":"Still waiting.","hidden":true,"do_not_email":true}`))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+vendorsim.DefaultSyncroToken)
	r.Header.Set("Content-Type", "application/json")
	resp, err := sim.Transport().RoundTrip(r)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

// commentKeys are the keys of all comments of the live tickets.
func commentKeys(sim *vendorsim.Syncro) map[string]bool {
	keys := map[string]bool{}
	for _, ticket := range sim.Live(vendorsim.SyncroTickets) {
		for _, id := range sim.CommentIDs(ticket) {
			keys[ticket+"/"+id] = true
		}
	}
	return keys
}

func keysOf[V any](m map[string]V) map[string]bool {
	keys := map[string]bool{}
	for k := range m {
		keys[k] = true
	}
	return keys
}

// TestCommentsBeyondTheFirstPageAreRead holds for a vendor that grants the rows
// asked for and for one that always sends ten.
func TestCommentsBeyondTheFirstPageAreRead(t *testing.T) {
	for name, ignored := range map[string]string{"a hundred a page": "none", "ten a page": "per_page"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := syncroJob(t, vendorsim.SyncroOptions{Counts: vendorsim.SyncroCounts{Customers: 10, Tickets: 60}})
				j.sent = withoutParam("/comments", ignored)
				sim := j.sim.(*vendorsim.Syncro)
				tickets := sim.Live(vendorsim.SyncroTickets)
				for _, n := range []int{10, 20, 31} { // full last pages among them
					for ticket := tickets[n]; len(sim.CommentIDs(ticket)) < n; {
						comment(t, sim, ticket)
					}
				}
				cfg := extract.Config{Streams: []string{"tickets"}, Details: []string{"tickets.comments"}, Incremental: true}
				s, err := j.run(cfg)
				require.NoError(t, err)
				x := summaryOf(t, s, "tickets.comments")
				require.Truef(t, x.Proven(), "%s", x.Certificate.Text)
				live, _ := j.staged("tickets.comments")
				assert.Equal(t, commentKeys(sim), keysOf(live))
				assert.Equal(t, len(live), x.Records)
				requests := sim.Counters().ByPath["GET tickets/:id/comments"]
				if ignored == "none" {
					assert.Equal(t, len(tickets), requests, "a sub-list that fits one page costs one request")
				}

				time.Sleep(48 * time.Hour)
				comment(t, sim, tickets[20])
				_, err = j.run(cfg)
				require.NoError(t, err)
				live, _ = j.staged("tickets.comments")
				assert.Equal(t, commentKeys(sim), keysOf(live))
				again := sim.Counters().ByPath["GET tickets/:id/comments"] - requests
				assert.Positive(t, again)
				assert.Less(t, again, requests/2, "tickets that did not change are not asked again")
			})
		})
	}
}

// TestCommentsAddedMeanwhileHideNone lets people write while theirs are read.
func TestCommentsAddedMeanwhileHideNone(t *testing.T) {
	proofs := map[stage.Proof]int{}
	for seed := range vendorSeeds {
		synctest.Test(t, func(t *testing.T) {
			j := syncroJob(t, vendorsim.SyncroOptions{
				Options: vendorsim.Options{Seed: uint64(seed + 1), Latency: 10 * time.Millisecond, LatencyJitter: 100 * time.Millisecond},
				Counts:  vendorsim.SyncroCounts{Customers: 10, Tickets: 90},
			})
			sim := j.sim.(*vendorsim.Syncro)
			j.sent = withoutParam("/comments", "per_page")
			var asked atomic.Int64
			j.before = func(r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/comments") {
					return
				}
				if n := asked.Add(1); n%int64(2+seed%5) == 0 && n < 100 {
					comment(t, sim, strings.Split(r.URL.Path, "/")[4])
				}
			}
			before := commentKeys(sim)
			cfg := extract.Config{Streams: []string{"tickets"}, Details: []string{"tickets.comments"}, Incremental: true}
			s, err := j.run(cfg)
			require.NoError(t, err)
			x := summaryOf(t, s, "tickets.comments")
			proofs[x.Certificate.Proof]++
			if x.Proven() {
				live, _ := j.staged("tickets.comments")
				for key := range before {
					_, there := live[key]
					require.Truef(t, there, "seed %d: comment %s is missing: %s", seed, key, x.Certificate.Text)
				}
			}
			j.before = nil
			time.Sleep(48 * time.Hour)
			s, err = j.run(cfg)
			require.NoError(t, err)
			x = summaryOf(t, s, "tickets.comments")
			require.Truef(t, x.Proven(), "seed %d: %s", seed, x.Certificate.Text)
			live, _ := j.staged("tickets.comments")
			require.Equal(t, commentKeys(sim), keysOf(live), fmt.Sprintf("seed %d", seed))
		})
	}
	t.Logf("proofs over %d seeds: %v", vendorSeeds, proofs)
	assert.NotZero(t, proofs[stage.ProofAgain]+proofs[stage.ProofOne])
}
