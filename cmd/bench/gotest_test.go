package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAGoTestThatDidNotRunIsNoPass(t *testing.T) {
	p := proof{Package: "ferry/extract", Tests: []string{"TestA", "TestB"}, What: "both"}
	for _, c := range []struct {
		name, said string
		exit       int
		want       bool
	}{
		{"both passed", "--- PASS: TestA (0.1s)\n--- PASS: TestB (0.2s)\nok\n", 0, true},
		{"one renamed", "--- PASS: TestA (0.1s)\nok\n", 0, false},
		{"none there", "testing: warning: no tests to run\nok\n", 0, false},
		{"one left out", "--- PASS: TestA (0.1s)\n--- SKIP: TestB (0.0s)\nok\n", 0, false},
		{"one failed", "--- PASS: TestA (0.1s)\n--- FAIL: TestB (0.2s)\nFAIL\n", 1, false},
		{"does not compile", "FAIL ferry/extract [build failed]\n", 1, false},
		{"a longer name passed", "--- PASS: TestAB (0.1s)\n--- PASS: TestB (0.2s)\nok\n", 0, false},
		{"passed, then something broke", "--- PASS: TestA (0.1s)\n--- PASS: TestB (0.2s)\nFAIL\n", 1, false},
	} {
		assert.Equal(t, c.want, p.judge(c.said, finished{Exit: c.exit}).Pass, c.name)
	}
}

func TestAGoTestHasToSayWhatItMeasured(t *testing.T) {
	p := proof{Package: "ferry/load", Tests: []string{"TestA"}, What: "a", Must: "0 doubled", Quote: 1, Tells: true}
	silent := p.judge("=== RUN   TestA\n--- PASS: TestA (0.1s)\nok\n", finished{})
	assert.False(t, silent.Pass)
	assert.Contains(t, silent.Reason, "does not say what it measured")
	telling := p.judge("=== RUN   TestA\n    a_test.go:3: 7 records: 0 doubled\n--- PASS: TestA (0.1s)\nok\n", finished{})
	assert.True(t, telling.Pass)
	assert.Equal(t, "0 doubled", telling.Must)
	assert.Equal(t, "7 records: 0 doubled", telling.Shown)
}

func TestLastLogged(t *testing.T) {
	said := "=== RUN   TestA\n    a_test.go:10: one\n    a_test.go:11: two\n=== RUN   TestA/sub\n    a_test.go:12: three\n--- PASS: TestA (0s)\n" +
		"=== RUN   TestB\n    b_test.go:1: other\n"
	assert.Equal(t, []string{"two", "three"}, lastLogged(said, "TestA", 2))
	assert.Equal(t, []string{"one", "two", "three"}, lastLogged(said, "TestA", 9))
	assert.Empty(t, lastLogged(said, "TestC", 9))
}

func TestComplaint(t *testing.T) {
	said := "    a_test.go:7: \n        \tError Trace:\ta_test.go:7\n        \tError:      \tNot equal\n        \tTest:       \tTestA\n        \tMessages:   \tkill 3\n"
	assert.Equal(t, "Not equal / kill 3", complaint(said))
	assert.NotEmpty(t, complaint("panic"))
}
