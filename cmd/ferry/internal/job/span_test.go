package job

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"ferry/extract/connector"
)

func TestMeasures(t *testing.T) {
	for text, want := range map[string]int64{"64MiB": 64 << 20, "500KB": 500_000, "1": 1, "2 GiB": 2 << 30, "7B": 7} {
		got, err := parseSize(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "-1", "64mib", "1.5MiB", "MiB", "99999999999GiB"} {
		_, err := parseSize(text)
		assert.Error(t, err, text)
	}
	for text, want := range map[string]time.Duration{"7d": 168 * time.Hour, "0": 0, "1h30m": 90 * time.Minute} {
		got, err := parseSpan(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "7", "d", "-1d", "1y"} {
		_, err := parseSpan(text)
		assert.Error(t, err, text)
	}
	l, err := parseLimit("120/min")
	assert.NoError(t, err)
	assert.Equal(t, connector.Limit{Requests: 120, Per: time.Minute}, l)
	for text, want := range map[string]float64{"10%": 0.1, "0%": 0, "100 %": 1, "2.5%": 0.025} {
		got, err := parseShare(text)
		assert.NoError(t, err, text)
		assert.InDelta(t, want, got, 1e-12, text)
	}
	for _, text := range []string{"", "10", "101%", "-1%", "NaN%", "x%"} {
		_, err := parseShare(text)
		assert.Error(t, err, text)
	}
	n, err := parseFailures("20")
	assert.NoError(t, err)
	assert.Equal(t, Failures{Count: 20}, n)
}
