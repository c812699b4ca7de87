package api

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"ferry/extract/budget"
	"ferry/extract/connector"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func head(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestAnnounced(t *testing.T) {
	one := func(reset connector.ResetForm) []connector.LimitHeaders {
		return []connector.LimitHeaders{{Limit: "L", Remaining: "N", Reset: "T", ResetIs: reset}}
	}
	ietf := []connector.LimitHeaders{{Limit: "RateLimit-Policy", Remaining: "RateLimit", Reset: "RateLimit", ResetIs: connector.ResetSeconds}}
	unsaid := budget.Unsaid()
	for name, c := range map[string]struct {
		names []connector.LimitHeaders
		head  http.Header
		rate  budget.Announced
	}{
		"nothing":      {one(connector.ResetEpoch), head(), unsaid},
		"epoch":        {one(connector.ResetEpoch), head("L", "120", "N", "7", "T", "1772625660"), budget.Announced{Limit: 120, Remaining: 7, Reset: time.Unix(1772625660, 0), Whole: true}},
		"millis":       {one(connector.ResetMillis), head("L", "120", "N", "0", "T", "1772625660500"), budget.Announced{Limit: 120, Remaining: 0, Reset: time.UnixMilli(1772625660500)}},
		"seconds":      {one(connector.ResetSeconds), head("N", "3", "T", "40"), budget.Announced{Limit: -1, Remaining: 3, Reset: noon.Add(40 * time.Second), Whole: true}},
		"fraction":     {one(connector.ResetSeconds), head("T", "40.9"), budget.Announced{Limit: -1, Remaining: -1, Reset: noon.Add(40 * time.Second), Whole: true}},
		"date":         {one(connector.ResetDate), head("T", "Wed, 04 Mar 2026 12:01:00 GMT"), budget.Announced{Limit: -1, Remaining: -1, Reset: noon.Add(time.Minute), Whole: true}},
		"ISO":          {one(connector.ResetDate), head("T", "2026-03-04T13:01:00.25+01:00"), budget.Announced{Limit: -1, Remaining: -1, Reset: noon.Add(time.Minute + 250*time.Millisecond)}},
		"nonsense":     {one(connector.ResetEpoch), head("L", "many", "N", "-4", "T", "soon"), unsaid},
		"list":         {one(connector.ResetSeconds), head("L", "100, 100;w=60", "N", "5"), budget.Announced{Limit: 100, Remaining: 5}},
		"IETF":         {ietf, head("RateLimit-Policy", `"default";q=100;w=60`, "RateLimit", `"default";r=50;t=30`), budget.Announced{Limit: 100, Remaining: 50, Reset: noon.Add(30 * time.Second), Whole: true}},
		"IETF, before": {ietf, head("RateLimit", "limit=100, remaining=50, reset=30", "RateLimit-Policy", "100;w=60"), budget.Announced{Limit: 100, Remaining: 50, Reset: noon.Add(30 * time.Second), Whole: true}},
	} {
		t.Run(name, func(t *testing.T) {
			rate, quota := announced(c.names, c.head, noon)
			assert.True(t, c.rate.Reset.Equal(rate.Reset), "%s %s", c.rate.Reset, rate.Reset)
			rate.Reset = c.rate.Reset
			assert.Equal(t, c.rate, rate)
			assert.Equal(t, unsaid, quota)
		})
	}
}

func TestTheTighterOfTwoRatesCounts(t *testing.T) {
	names := []connector.LimitHeaders{{Limit: "A", Remaining: "B"}, {Limit: "C", Remaining: "D"}, {Quota: true, Remaining: "Q"}}
	rate, quota := announced(names, head("A", "1000", "B", "900", "C", "10", "D", "2", "Q", "5"), noon)
	assert.Equal(t, 2, rate.Remaining)
	assert.Equal(t, 10, rate.Limit)
	assert.Equal(t, 5, quota.Remaining)
	rate, _ = announced(names, head("A", "1000", "B", "900"), noon)
	assert.Equal(t, 900, rate.Remaining)
}

func TestRetryAfter(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, " 5 ": 5 * time.Second, "soon": 0, "-5": 0, "1.5": time.Second,
		"Wed, 04 Mar 2026 12:02:00 GMT": 2 * time.Minute, "Wed, 04 Mar 2026 11:00:00 GMT": 0,
		"99999999999": 400 * 24 * time.Hour,
	} {
		assert.Equal(t, want, retryAfter(head("Retry-After", text), noon), text)
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("120", `"a";r=1;t=2`, "5")
	f.Add("limit=1, remaining=", ";;,=", "Wed, 04 Mar 2026 12:02:00 GMT")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		h := http.Header{"L": {a}, "N": {b}, "T": {c}, "Retry-After": {c}}
		for _, form := range []connector.ResetForm{connector.ResetEpoch, connector.ResetMillis, connector.ResetSeconds, connector.ResetDate} {
			rate, _ := announced([]connector.LimitHeaders{{Limit: "L", Remaining: "N", Reset: "T", ResetIs: form}}, h, noon)
			assert.GreaterOrEqual(t, rate.Limit, -1)
			assert.GreaterOrEqual(t, rate.Remaining, -1)
		}
		assert.GreaterOrEqual(t, retryAfter(h, noon), time.Duration(0))
	})
}
