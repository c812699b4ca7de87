package extract_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/samples/vendorsim"
)

// TestAVendorThatFindsNothingAnyMoreIsNotBelieved: a wrong account or a moved
// call must not bury everything.
func TestAVendorThatFindsNothingAnyMoreIsNotBelieved(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20}})
	ids := w.sim.Live("customer")
	_, err := w.run(w.keys("customer", ids...))
	require.NoError(t, err)
	w.sim = vendorsim.NewSynchroteam(vendorsim.Options{Counts: vendorsim.Counts{Customers: 1, Jobs: 1}, Latency: -1})
	s, err := w.run(w.keys("customer", ids[5:]...))
	require.NoError(t, err)
	x := summaryOf(t, s, "customer")
	assert.False(t, x.Proven())
	assert.Contains(t, x.Certificate.Text, "finds none of the keys")
	_, buried := w.staged("customer")
	assert.Empty(t, buried)
}

// TestAVendorThatDoesNotHeedTheKeyIsNotBelieved gives the same record always.
func TestAVendorThatDoesNotHeedTheKeyIsNotBelieved(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20}})
	w.mangle = func(*http.Request, string) string { return `{"id":1,"name":"always"}` }
	s, err := w.run(w.keys("customer", w.sim.Live("customer")...))
	require.NoError(t, err)
	x := summaryOf(t, s, "customer")
	assert.False(t, x.Proven())
	assert.Contains(t, x.Certificate.Text, "20 different keys with one and the same record")
}

// TestFaultsSpoilOnlyTheirKey: one that got no answer is asked by the next run
// alone, one that is refused is named by its line.
func TestFaultsSpoilOnlyTheirKey(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20}})
	ids := slices.Clone(w.sim.Live("customer"))
	broken := ids[6]
	w.mangle = func(r *http.Request, body string) string {
		if r.URL.Query().Get("id") == broken {
			return `[{"id":1},{"id":2}]`
		}
		return body
	}
	s, err := w.run(w.keys("customer", ids...))
	require.NoError(t, err)
	x := summaryOf(t, s, "customer")
	assert.False(t, x.Proven())
	assert.Contains(t, x.Certificate.Text, "not proven, 1 key got no answer (line 8); run again, only they are asked")
	asked := w.asked("customer/details")
	w.mangle = nil
	s, err = w.run(w.keys("customer", ids...))
	require.NoError(t, err)
	assert.True(t, summaryOf(t, s, "customer").Proven())
	assert.Equal(t, asked+1, w.asked("customer/details"))
}

// refusing answers some keys with 400 and a text that repeats them.
type refusing struct {
	http.RoundTripper
	keys func(string) bool
}

func (f refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	key := r.URL.Query().Get("id")
	if !f.keys(key) {
		return f.RoundTripper.RoundTrip(r)
	}
	return &http.Response{
		StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"message":"Invalid number 0` + key + `"}`)),
	}, nil
}

func TestRefusedKeysAreNamedByLineAndNotProven(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20}})
	ids := slices.Clone(w.sim.Live("customer"))
	w.wrap = func(next http.RoundTripper) http.RoundTripper {
		return refusing{next, func(key string) bool { return key == "7193881967" }}
	}
	s, err := w.run(w.keys("customer", append([]string{"7193881967"}, ids...)...))
	require.NoError(t, err)
	x := summaryOf(t, s, "customer")
	assert.False(t, x.Proven())
	assert.Contains(t, x.Certificate.Text, "the vendor refused 1 key (line 2); mend or remove them")
	assert.Contains(t, x.Certificate.Text, "20 found, 0 missing, 1 refused")
	note := w.event(extract.EventNote).Reason
	assert.Contains(t, note, "customer, line 2")
	assert.NotContains(t, note, "7193881967")
}

// TestAVendorThatRefusesEveryKeyIsAskedNoFurther: it is the wrong column.
func TestAVendorThatRefusesEveryKeyIsAskedNoFurther(t *testing.T) {
	w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 50}})
	wrong := true
	refused := 0
	w.wrap = func(next http.RoundTripper) http.RoundTripper {
		return refusing{next, func(string) bool { refused++; return wrong }}
	}
	cfg := w.keys("customer", w.sim.Live("customer")...)
	cfg.Connections = 1
	s, err := w.run(cfg)
	require.NoError(t, err)
	x := summaryOf(t, s, "customer")
	require.ErrorContains(t, x.Err, "the vendor refused each of the first 20 keys")
	assert.Less(t, refused, 25)
	wrong = false
	s, err = w.run(cfg)
	require.NoError(t, err)
	assert.True(t, summaryOf(t, s, "customer").Proven(), "nothing of it is remembered")
}
