package extract_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// TestBadAnswers goes through what a page may be that the spec does not say.
func TestBadAnswers(t *testing.T) {
	cases := []struct {
		kind   vendorsim.FaultKind
		proven bool // by the end of the run
		check  func(t *testing.T, x extract.StreamSummary)
	}{
		{vendorsim.FaultDuplicate, true, nil},
		{vendorsim.FaultShift, true, nil},
		{vendorsim.FaultNoID, true, func(t *testing.T, x extract.StreamSummary) { assert.Equal(t, 1, x.Keyless) }},
		{vendorsim.FaultType, true, nil},
		{vendorsim.FaultExtraField, true, nil},
		{vendorsim.FaultGoneField, true, nil},
		{vendorsim.FaultTotal, true, nil},
	}
	for _, c := range cases {
		t.Run(string(c.kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 1230}}) // no page is empty, whichever is the fifth
				w.sim.SetFaults(vendorsim.Fault{Kind: c.kind, Nth: []int{5}})
				s, err := w.run(extract.Config{Streams: []string{"customer"}})
				require.NoError(t, err)
				x := summaryOf(t, s, "customer")
				require.NoError(t, x.Err)
				assert.Equal(t, 1, w.sim.Counters().Faulted[c.kind])
				assert.Equalf(t, c.proven, x.Proven(), "%s", x.Certificate.Text)
				if c.check != nil {
					c.check(t, x)
				}
				live, _ := w.staged("customer")
				seen := 0
				for _, id := range w.sim.Live("customer") {
					if live[id] {
						seen++
					}
				}
				if x.Proven() && c.kind != vendorsim.FaultNoID {
					assert.Equal(t, 1230, seen)
				}
			})
		})
	}
}

// TestAnEmptyAccountIsProven has nothing to read.
func TestAnEmptyAccountIsProven(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Jobs: 1}})
	s, err := w.run(extract.Config{Streams: []string{"customer", "site", "activity"}})
	require.NoError(t, err)
	for _, x := range s.Streams {
		assert.Equal(t, stage.ProofOne, x.Certificate.Proof, x.Name)
		assert.Zero(t, x.Records)
	}
}
