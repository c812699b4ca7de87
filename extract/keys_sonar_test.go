package extract_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/connector"
	"ferry/samples/vendorsim"
)

// TestSonarIsReadByPhoneNumbers, whether its answers write the + or not, and
// whichever status tells that there is no such customer.
func TestSonarIsReadByPhoneNumbers(t *testing.T) {
	for name, o := range map[string]vendorsim.SonarOptions{
		"as documented": {}, "numbers without +": {PlainPhones: true}, "missing is 400": {MissingStatus: http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			o.Latency = -1
			o.Customers = 40
			sonar := vendorsim.NewSonar(o)
			w := newWorld(t, vendorsim.Options{})
			spec, err := connector.Load("sonar")
			require.NoError(t, err)
			w.spec, w.settings = spec, map[string]string{"token": vendorsim.DefaultSonarToken}
			w.wrap = func(http.RoundTripper) http.RoundTripper { return sonar.Transport() }
			var phones []string
			for _, id := range sonar.Live(vendorsim.SonarCustomers) {
				phones = append(phones, "+"+strings.TrimPrefix(id, "+"))
			}
			path := filepath.Join(w.dir, "phones.csv")
			lines := slices.Concat([]string{"Name;Phone number"}, prefixed("x;", phones), []string{"unknown;+15005550006", "bad;nobody"})
			require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\r\n")), 0o600))
			cfg := extract.Config{Streams: []string{"customers"}, Keys: map[string]extract.KeySource{"customers": {File: path}}}
			s, err := w.run(cfg)
			require.NoError(t, err)
			x := summaryOf(t, s, "customers")
			assert.False(t, x.Proven())
			assert.Contains(t, x.Certificate.Text, "the vendor refused 1 key (line 43)")
			assert.Contains(t, x.Certificate.Text, "40 found, 1 missing (line 42), 1 refused")
			live, _ := w.staged("customers")
			assert.Len(t, live, 40)

			require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines[:len(lines)-1], "\n")), 0o600))
			s, err = w.run(cfg)
			require.NoError(t, err)
			assert.True(t, summaryOf(t, s, "customers").Proven(), summaryOf(t, s, "customers").Certificate.Text)
			assert.Equal(t, 40, summaryOf(t, s, "customers").Unchanged)
			for _, e := range w.events {
				assert.NotContains(t, e.Reason, "5550006")
			}
		})
	}
}

func prefixed(prefix string, texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = prefix + text
	}
	return out
}
