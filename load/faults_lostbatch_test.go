package load_test

import (
	"encoding/json"
	"fmt"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

// lostBatchRows are answers to batches.
func lostBatchRows() []faultRow {
	return []faultRow{
		{id: "L13", title: "success with fewer saved than sent", play: playL13},
		{id: "L14", title: "batch results shuffled, short, or without row reference", play: playL14},
		{id: "L15", title: "207 with some rows failed", play: playL15},
		{id: "L16", title: "one bad row fails the whole batch", play: playL16},
		{id: "L17", title: "batch partly applied, then an error for the whole", play: playL17},
	}
}

// lines are mapped lines of a job, "key {json}".
func lines(n int) (out []string) {
	for i := 1; i <= n; i++ {
		out = append(out, fmt.Sprintf(`%d {"text":"Line %d."}`, i, i))
	}
	return out
}

// rightLines wants every line to be linked to its own record.
func (s *scene) rightLines(n int, but ...int) {
	s.t.Helper()
	skip := map[int]bool{}
	for _, i := range but {
		skip[i] = true
	}
	live := s.target.live("lines")
	for i := 1; i <= n; i++ {
		if !skip[i] {
			require.Equal(s.t, fmt.Sprintf("Line %d.", i), live[s.targetOf("lines", itoa(i))]["text"])
		}
	}
}

// someRows commits only some rows of a batch.
func someRows(keep func(i int) bool, then func(v *target, results []fields) answer) fate {
	return func(v *target, r *fakeRequest, _ func() answer) (answer, error) {
		var in map[string][]fields
		if err := json.Unmarshal(r.body, &in); err != nil {
			return answer{}, err
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		var results []fields
		for i, f := range in["lines"] {
			if keep(i) {
				var rec fields
				if err := json.Unmarshal(v.create("lines", f).body, &rec); err != nil {
					return answer{}, err
				}
				results = append(results, fields{"ref": f["ref"], "record": rec})
			}
		}
		return then(v, results), nil
	}
}

func told(_ *target, results []fields) answer { return say(200, fields{"results": results}) }

func playL13(c *faultPlay) {
	s := c.scene(nil, linesRules())
	s.put("line", lines(24)...)
	s.target.on(&fault{path: "lines/batch", nth: []int{1, 3}, do: someRows(func(i int) bool { return i != 3 && i != 7 }, told)})
	p, bins := s.do()
	assert.Equal(c, 24, bins.Of(stage.LoadCreated))
	s.rightLines(24)
	s.judge(p)
	s.again(p)
	c.saw("4 of 24 were not saved under a 200: asked for, not there, sent again once")
}

func playL14(c *faultPlay) {
	s := c.scene(nil, linesRules())
	s.put("line", lines(24)...)
	s.target.on(&fault{path: "lines/batch", nth: []int{1}, do: shuffled}, &fault{path: "lines/batch", nth: []int{2}, do: short},
		&fault{path: "lines/batch", nth: []int{3}, do: func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
			return editResults(commit(), func(list []any) []any {
				for _, v := range list {
					delete(v.(map[string]any), "ref")
				}
				return list
			}), nil
		}})
	p, bins := s.do()
	assert.Equal(c, 24, bins.Of(stage.LoadCreated))
	assert.Len(c, s.target.live("lines"), 24)
	s.rightLines(24)
	s.judge(p)
	s.again(p)

	// A vendor whose answers never name the row: one record a request.
	spec := loadTargetSpec(c, "batch: {key: lines, max: 8, by: ref, at: ref, results: results, failed: error, record: record, message: error}",
		"batch: {key: lines, max: 1}")
	s = c.scene(spec, linesRules())
	s.put("line", lines(6)...)
	p, bins = s.do()
	assert.Equal(c, 6, bins.Of(stage.LoadCreated))
	assert.Equal(c, 6, s.wire.count("POST", "lines/batch"))
	s.judge(p)
	c.saw("shuffled, short, nameless: each line is linked to its own record; without names batches are of one")
}

func playL15(c *faultPlay) {
	s := c.scene(nil, linesRules())
	s.put("line", lines(16)...)
	s.target.mangle["lines"] = nil
	s.target.on(&fault{path: "lines/batch", do: func(v *target, r *fakeRequest, commit func() answer) (answer, error) {
		v.mu.Lock()
		v.required["lines"] = []string{"text"}
		v.mu.Unlock()
		var in map[string][]fields
		if err := json.Unmarshal(r.body, &in); err != nil {
			return answer{}, err
		}
		bad := func(f fields) bool { return f["text"] == "Line 3." || f["text"] == "Line 11." }
		a, err := someRows(func(i int) bool { return !bad(in["lines"][i]) }, told)(v, r, commit)
		var body map[string][]fields
		if err == nil {
			err = json.Unmarshal(a.body, &body)
		}
		for _, f := range in["lines"] {
			if bad(f) {
				body["results"] = append(body["results"], fields{"ref": f["ref"], "error": "text is odd"})
			}
		}
		return say(207, body), err
	}})
	p, bins := s.do()
	assert.Equal(c, 14, bins.Of(stage.LoadCreated))
	assert.Equal(c, 2, bins.Of(stage.LoadRejected))
	assert.Equal(c, "text is odd", s.why(p, "lines", "11").Said)
	assert.Equal(c, "text", s.why(p, "lines", "3").Field)
	s.rightLines(16, 3, 11)
	s.judge(p)
	s.again(p)
	c.saw("14 created, 2 rejected by themselves with their words")
}

// oddLine refuses every batch that holds a line.
func oddLine(text string, whole *atomic.Int64) fate {
	return func(_ *target, r *fakeRequest, commit func() answer) (answer, error) {
		if r.holds(text) {
			whole.Add(1)
			return say(422, fields{"error": "text is odd"}), nil
		}
		return commit(), nil
	}
}

func playL16(c *faultPlay) {
	s := c.scene(nil, linesRules())
	s.put("line", lines(40)...)
	var whole atomic.Int64
	s.target.on(&fault{path: "lines/batch", do: oddLine("Line 13.", &whole)})
	p, bins := s.do()
	assert.Equal(c, 39, bins.Of(stage.LoadCreated))
	assert.Equal(c, stage.LoadRejected, s.item(p, "lines", "13").Bin)
	assert.EqualValues(c, 4, whole.Load(), "8, 4, 2, 1")
	assert.LessOrEqual(c, s.target.writes, 5+6, "halving costs no more than it must")
	s.judge(p)
	s.again(p)
	c.saw("39 created, 1 rejected, %d requests", s.wire.count("POST", ""))
}

func playL17(c *faultPlay) {
	s := c.scene(nil, linesRules())
	s.put("line", lines(24)...)
	s.target.lag = 0
	s.target.on(&fault{path: "lines/batch", nth: []int{1, 2}, do: someRows(func(i int) bool { return i < 3 }, func(*target, []fields) answer {
		return say(500, fields{"error": "oops"})
	})})
	p, bins := s.do()
	assert.Equal(c, 24, bins.Of(stage.LoadCreated))
	s.rightLines(24)
	s.judge(p)
	s.again(p)
	c.saw("16 unsure, each asked for: 6 adopted, 10 sent again once")
}
