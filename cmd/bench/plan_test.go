package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlanNanoseconds(t *testing.T) {
	said := "goos: linux\nBenchmarkPlan/first-2         \t       2\t2604608074 ns/op\t     38393 records/s\n" +
		"BenchmarkPlan/linked         \t       2\t2481713636.5 ns/op\nBenchmarkOther/first-2 1 5 ns/op\n"
	assert.Equal(t, map[string]float64{"first": 2604608074, "linked": 2481713636.5}, planNanoseconds([]byte(said)))
	_, err := perSecond(10, planNanoseconds([]byte("PASS"))["first"], nil)
	assert.Error(t, err, "what was not measured is no figure")
	speed, err := perSecond(100, 2e9, nil)
	assert.NoError(t, err)
	assert.InDelta(t, 50, speed, 1e-9)
}
