package connector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]Limit{
		"120/min":     {120, time.Minute},
		"10000/day":   {10000, day},
		"20/10s":      {20, 10 * time.Second},
		"5/s":         {5, time.Second},
		" 7 / 2 hour": {7, 2 * time.Hour},
		"3/1h30m":     {3, 90 * time.Minute},
		"9/500ms":     {9, 500 * time.Millisecond},
		"1/week":      {1, 7 * day},
	} {
		got, err := ParseLimit(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
		again, err := ParseLimit(got.String())
		require.NoError(t, err, got.String())
		assert.Equal(t, got, again, "String can be read back")
	}
	for _, text := range []string{"", "120", "/min", "0/min", "-1/min", "1.5/min", "x/min", "5/", "5/0s", "5/fortnight", "5/99999999999d", "1e3/s", "5/s/s"} {
		_, err := ParseLimit(text)
		assert.Error(t, err, text)
	}
	assert.Equal(t, "120/min", Limit{120, time.Minute}.String())
	assert.Equal(t, "20/10s", Limit{20, 10 * time.Second}.String())
	assert.Equal(t, "3/90min", Limit{3, 90 * time.Minute}.String())
	assert.Equal(t, "none", Limit{}.String())
}

func FuzzParseLimit(f *testing.F) {
	f.Add("120/min")
	f.Add("20/10s")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseLimit(text)
		if err != nil {
			return
		}
		require.Positive(t, got.Requests)
		require.Positive(t, got.Per)
		again, err := ParseLimit(got.String())
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}
