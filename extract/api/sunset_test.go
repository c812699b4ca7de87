package api_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/samples/vendorsim"
)

func TestSunsetsAreToldOnce(t *testing.T) {
	var told []api.Sunset
	c, sim, spec := newSim(t, vendorsim.Options{}, func(o *api.Options) { o.OnSunset = func(s api.Sunset) { told = append(told, s) } })
	sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultSunset, Every: 1})
	customers, err := spec.Stream("customer")
	require.NoError(t, err)
	for n := range 3 {
		_, _, err := c.Page(context.Background(), customers, api.PageArgs{Number: n + 1, Size: 2})
		require.NoError(t, err)
	}
	require.Len(t, told, 1)
	assert.Equal(t, "customer, page 1", told[0].Label)
	assert.True(t, told[0].Deprecated)
	assert.WithinDuration(t, sim.Now().Add(30*24*time.Hour), told[0].Gone, 25*time.Hour)
	assert.Contains(t, told[0].String(), told[0].Gone.Format(time.DateOnly))
}

func TestWhatHeadersAnnounce(t *testing.T) {
	day := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name                string
		deprecation, sunset string
		want                *api.Sunset
	}{
		{name: "nothing"},
		{name: "not deprecated", deprecation: "false"},
		{name: "not deprecated, structured", deprecation: "?0"},
		{name: "deprecated", deprecation: "true", want: &api.Sunset{Deprecated: true}},
		{name: "deprecated since", deprecation: "@1796083199", want: &api.Sunset{Deprecated: true, Since: day}},
		{name: "an absurd date", deprecation: "@99999999999999999", want: &api.Sunset{Deprecated: true}},
		{name: "an older form", deprecation: "Mon, 30 Nov 2026 10:00:00 GMT", want: &api.Sunset{Deprecated: true, Since: day}},
		{name: "it goes", sunset: "Mon, 30 Nov 2026 10:00:00 GMT", want: &api.Sunset{Gone: day}},
		{name: "it goes some day", sunset: "soon", want: &api.Sunset{}},
		{name: "both", deprecation: "true", sunset: "Mon, 30 Nov 2026 10:00:00 GMT", want: &api.Sunset{Deprecated: true, Gone: day}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var told []api.Sunset
			var headers []string
			if tt.deprecation != "" {
				headers = append(headers, "Deprecation", tt.deprecation)
			}
			if tt.sunset != "" {
				headers = append(headers, "Sunset", tt.sunset)
			}
			c := newClient(t, plainSpec(), play(says(200, `{}`, headers...)), func(o *api.Options) {
				o.OnSunset = func(s api.Sunset) { told = append(told, s) }
			})
			for range 2 {
				_, err := c.Do(context.Background(), get("thing"))
				require.NoError(t, err)
			}
			if tt.want == nil {
				assert.Empty(t, told)
				return
			}
			tt.want.Label = "thing 1"
			assert.Equal(t, []api.Sunset{*tt.want}, told)
		})
	}
}
