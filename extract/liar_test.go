package extract_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

var announcedTotal = regexp.MustCompile(`"recordsTotal":\d+`)

// TestTotalsThatAreTooLowHideNothing holds for every total a vendor may invent:
// a full page ends no list.
func TestTotalsThatAreTooLowHideNothing(t *testing.T) {
	for _, c := range []struct {
		stream         string
		real, announce int
	}{
		{"customer", 1030, 0}, {"customer", 1030, 530}, {"customer", 1030, 880}, {"customer", 1030, 990}, {"customer", 1030, 1000},
		{"customer", 150, 100}, {"customer", 150, 50}, {"activity", 1030, 1000}, {"activity", 150, 100}, {"activity", 1030, 0},
	} {
		t.Run(fmt.Sprintf("%s, %d of %d", c.stream, c.announce, c.real), func(t *testing.T) {
			w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: c.real, Activities: c.real}})
			w.mangle = func(_ *http.Request, body string) string {
				return announcedTotal.ReplaceAllString(body, fmt.Sprintf(`"recordsTotal":%d`, c.announce))
			}
			s, err := w.run(extract.Config{Streams: []string{c.stream}})
			require.NoError(t, err)
			x := summaryOf(t, s, c.stream)
			require.NoError(t, x.Err)
			live, _ := w.staged(c.stream)
			assert.Lenf(t, live, c.real, "proof %s: %s", x.Certificate.Proof, x.Certificate.Text)
		})
	}
}

// TestAVendorThatIgnoresSortIsNotBelieved lists by name whatever is asked, shows
// no dates, and lets its people work meanwhile.
func TestAVendorThatIgnoresSortIsNotBelieved(t *testing.T) {
	t.Parallel()
	proofs := map[stage.Proof]int{}
	for seed := range min(80, driftSeeds) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, vendorsim.Options{
				Seed: uint64(seed + 1), Counts: vendorsim.Counts{Customers: 1230}, Data: vendorsim.Data{NoDates: true},
				Latency: 5 * time.Millisecond, LatencyJitter: 75 * time.Millisecond,
				Drift: vendorsim.Drift{Every: 4, Inserts: true, Renames: true, Deletes: true, Streams: []string{"customer"}},
			})
			w.ignore = []string{"sort", "sort sortOrder"}[seed%2]
			mark := w.sim.Mark()
			s, err := w.run(extract.Config{Streams: []string{"customer"}})
			require.NoError(t, err)
			proofs[s.Streams[0].Certificate.Proof]++
			if s.Streams[0].Proven() {
				w.holds("customer", w.sim.Existed("customer", mark))
			}
		})
	}
	t.Logf("proofs: %v", proofs)
	assert.NotZero(t, proofs[stage.ProofNone])
}
