package vendorsim

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryWriteEndpointHasACall holds the calls of the worlds against the vendors' endpoints.
func TestEveryWriteEndpointHasACall(t *testing.T) {
	want := map[string][]string{}
	for name, e := range endpoints {
		if e.verb != http.MethodGet {
			want["synchroteam"] = append(want["synchroteam"], name)
		}
	}
	add := func(vendor, name string) {
		if !strings.HasPrefix(name, http.MethodGet) {
			want[vendor] = append(want[vendor], name)
		}
	}
	for name := range syncroEndpoints {
		add("syncro", name)
	}
	for name := range sonarEndpoints {
		add("sonar", name)
	}
	for name := range customerlyEndpoints {
		add("customerly", name)
	}
	for vendor, fresh := range worlds {
		w := fresh(t, Options{})
		var have []string
		for _, c := range w.calls {
			have = append(have, w.endpointOf(c))
		}
		assert.ElementsMatch(t, want[vendor], slices.Compact(slices.Sorted(slices.Values(have))), vendor)
	}
}

// TestLostAnswersCommitOnce plays every way to lose an answer on every write of every vendor: it takes effect exactly as it would
// have under a good answer, once, and the log says so.
func TestLostAnswersCommitOnce(t *testing.T) {
	lost := []Fault{
		{Kind: FaultResetCounted}, {Kind: FaultCut}, {Kind: FaultHTML}, {Kind: FaultTruncated}, {Kind: FaultEmpty}, {Kind: Fault204},
		{Kind: Fault500, Done: true}, {Kind: Fault502, Done: true}, {Kind: Fault503, Done: true}, {Kind: Fault504, Done: true},
		{Kind: FaultError200, Done: true}, {Kind: FaultExists}, {Kind: FaultContentType},
	}
	for vendor, fresh := range worlds {
		for n := range fresh(t, Options{}).calls {
			clean := fresh(t, Options{})
			call := clean.calls[n]
			before := len(clean.Written(""))
			clean.must(t, call.verb, call.path, call.body)
			want, counted := clean.Written("")[before:], clean.Counters().Writes
			require.NotEmpty(t, want, "%s %v", vendor, call)
			require.True(t, clean.Log()[len(clean.Log())-1].Done)
			kept, effects := clean.everything(), clean.Counters().Effects
			for _, f := range lost {
				w := fresh(t, Options{})
				f.Nth, f.Method = []int{1}, call.verb
				w.SetFaults(f)
				a := w.do(t, call.verb, call.path, call.body)
				what := vendor + " " + string(f.Kind) + " " + call.verb + " " + call.path
				require.Equal(t, want, w.Written("")[before:], what)
				sameStore(t, kept, w.everything(), what)
				k := w.Counters()
				require.Equal(t, []int{counted, 1}, []int{k.Writes, k.Faulted[f.Kind]}, what)
				require.Equal(t, effects, k.Effects, what)
				last := w.Log()[len(w.Log())-1]
				require.True(t, last.Done, what)
				require.Equal(t, f.Kind, last.Fault, what)
				require.Equal(t, want[0].N, last.N, what)
				if a.err == nil && f.Kind == FaultEmpty {
					require.Empty(t, a.body, what)
				}
			}
		}
	}
}

func TestLateWritesCommitOnceAndLater(t *testing.T) {
	for vendor, fresh := range worlds {
		for n := range fresh(t, Options{}).calls {
			w := fresh(t, Options{})
			call, before := w.calls[n], len(w.Written(""))
			w.SetFaults(Fault{Kind: FaultLateWrite, Nth: []int{1}, Delay: 40 * time.Second})
			require.Error(t, w.do(t, call.verb, call.path, call.body).err)
			require.Len(t, w.Written(""), before, "%s %v", vendor, call)
			require.False(t, w.Log()[len(w.Log())-1].Done)
			w.Advance(40 * time.Second)
			after := w.Written("")
			require.Greater(t, len(after), before, "%s %v", vendor, call)
			require.Equal(t, noon.Add(40*time.Second), after[before].At)
			require.True(t, w.Log()[len(w.Log())-1].Done, "%s %v", vendor, call)
			w.Advance(time.Hour)
			require.Equal(t, after, w.Written(""))
		}
	}
}

// TestRefusalsLeaveNothing: none of them takes effect on any write.
func TestRefusalsLeaveNothing(t *testing.T) {
	for _, tc := range []struct {
		fault  Fault
		status int // 0: the vendor's own
	}{
		{Fault{Kind: FaultReset}, 0}, {Fault{Kind: Fault500}, 500}, {Fault{Kind: Fault502}, 502}, {Fault{Kind: Fault503}, 503}, {Fault{Kind: Fault504}, 504},
		{Fault{Kind: FaultError200}, 200}, {Fault{Kind: FaultRate}, 429}, {Fault{Kind: FaultRateSeconds}, 429}, {Fault{Kind: FaultRateDate}, 429},
		{Fault{Kind: FaultRateZero}, 429}, {Fault{Kind: FaultForbiddenQuota}, 403}, {Fault{Kind: FaultForbiddenQuota, Status: 400}, 400},
		{Fault{Kind: FaultLocked}, 409}, {Fault{Kind: FaultVersion}, 412}, {Fault{Kind: FaultUnauthorized}, 0}, {Fault{Kind: FaultForbidden}, 403},
		{Fault{Kind: FaultRedirect}, 302}, {Fault{Kind: FaultInvalid, Field: "name"}, 0},
	} {
		for vendor, fresh := range worlds {
			w := fresh(t, Options{})
			clean, before := w.everything(), len(w.Written(""))
			for n, call := range w.calls {
				tc.fault.Nth = []int{1}
				w.SetFaults(tc.fault)
				a := w.do(t, call.verb, call.path, call.body)
				what := vendor + " " + string(tc.fault.Kind) + " " + call.verb + " " + call.path
				require.Len(t, w.Written(""), before, what)
				require.False(t, w.Log()[len(w.Log())-1].Done, what)
				require.Equal(t, n+1, w.Counters().Faulted[tc.fault.Kind], what)
				if tc.status != 0 {
					require.Equal(t, tc.status, a.status, what)
				}
			}
			sameStore(t, clean, w.everything(), vendor+" "+string(tc.fault.Kind))
		}
	}
}

func TestChanceIsTheSeeds(t *testing.T) {
	for vendor, fresh := range worlds {
		run := func(seed uint64) (done []bool) {
			w := fresh(t, Options{Seed: seed})
			w.SetFaults(Fault{Kind: FaultResetCounted, Chance: 0.3, Method: "POST"})
			for range 60 {
				call := w.calls[0]
				a := w.do(t, call.verb, call.path, call.body)
				w.do(t, "GET", "nothing", "")
				done = append(done, a.err != nil)
			}
			for _, e := range w.Log() {
				assert.False(t, e.Fault != "" && e.Method != "POST", vendor)
			}
			return done
		}
		assert.Equal(t, run(5), run(5), vendor)
		assert.NotEqual(t, run(5), run(6), vendor)
		assert.Contains(t, run(5), true)
		assert.Contains(t, run(5), false)
	}
}
