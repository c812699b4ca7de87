package load

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

func TestGateNarrowsWhenAnswersAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(8)
		in := 0
		enter := func() bool {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- g.enter(ctx) }()
			synctest.Wait()
			select {
			case err := <-done:
				require.NoError(t, err)
				in++
				return true
			default:
				cancel()
				<-done
				return false
			}
		}
		for enter() {
		}
		assert.Equal(t, 8, in)
		for range 2 {
			g.leave(true)
			in--
		}
		for ; in > 0; in-- {
			g.leave(false)
		}
		for enter() {
		}
		assert.Equal(t, 2, in, "halved twice")
		for range 8 * widenAfter {
			g.leave(false)
			require.NoError(t, g.enter(t.Context()))
		}
		for enter() {
		}
		assert.Equal(t, 8, in)
	})
}

func TestFlightsKeepEqualCreationsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlights()
		ok, err := f.start(t.Context(), 1, true)
		require.NoError(t, err)
		require.True(t, ok)
		ok, err = f.start(t.Context(), 1, false)
		require.NoError(t, err)
		assert.False(t, ok, "one like it is in flight")
		second := make(chan bool)
		go func() {
			ok, _ := f.start(context.Background(), 1, true)
			second <- ok
		}()
		synctest.Wait()
		f.land(1, false)
		assert.True(t, <-second)
		f.land(1, true)
		ok, _ = f.start(t.Context(), 1, true)
		assert.False(t, ok, "the answer of one like it was lost")
		f.reset(nil)
		ok, _ = f.start(t.Context(), 1, true)
		assert.True(t, ok)
	})
}

func TestGuard(t *testing.T) {
	refusal := func(text string) *Result { return &Result{State: stage.AttemptRejected, Status: 422, Message: text} }
	create := way{kind: stage.AttemptCreate}

	g := newGuard(Failures{Count: 2})
	for range 2 {
		g.note(create, refusal("a"))
	}
	require.NoError(t, g.broken())
	g.note(create, refusal("b"))
	var bound *BoundError
	require.ErrorAs(t, g.broken(), &bound)
	assert.Equal(t, BoundError{Failed: 3, Tried: 3, Bound: "2"}, *bound)

	g = newGuard(Failures{})
	for i := range likeRefusals {
		require.Nil(t, g.closed(create))
		g.note(create, refusal(`zip "`+string(rune('a'+i))+`" of record 1`+string(rune('0'+i))+` is odd`))
	}
	require.NotNil(t, g.closed(create), "like refusals, whatever their values")
	assert.Nil(t, g.closed(way{kind: stage.AttemptUpdate}))

	g = newGuard(Failures{})
	for range 3 * likeRefusals {
		g.note(create, refusal("is odd"))
		g.note(create, &Result{State: stage.AttemptDone})
	}
	assert.Nil(t, g.closed(create), "not in a row")
	g.note(create, &Result{State: stage.AttemptRejected, Stop: true, Message: "100 customers in trial", Hint: "buy"})
	assert.Equal(t, "buy", g.closed(create).Do)
}

func TestDeviations(t *testing.T) {
	st := &connector.Stream{Name: "s", Fields: []record.Field{{Name: "at", Kind: record.DateTime}, {Name: "n", Kind: record.Number},
		{Name: "text", Kind: record.String}, {Name: "tags", Kind: record.List, Of: &record.Field{Kind: record.String}}}}
	rules := &Rules{Fields: []Field{field("at", record.DateTime), field("n", record.Number), field("text", record.String), field("tags", record.List)}}
	e := &entry{stream: st, rules: rules, same: NewComparer(st, rules)}
	for _, c := range []struct {
		field, sent, now, back string
		want                   Deviation
	}{
		{"text", `"abc"`, `null`, ``, NotTaken},
		{"text", `"abc"`, `""`, ``, NotTaken},
		{"text", `"abc"`, `"ab"`, ``, Cut},
		{"text", `"abc"`, `"xyz"`, ``, Altered},
		{"text", `"abc"`, `"xyz"`, `{"text":"abc"}`, ChangedThen},
		{"text", `"abc"`, `"xyz"`, `{"text":"xyz"}`, Altered},
		{"at", `"2026-01-02 10:00:00"`, `"2026-01-02 08:00:00"`, ``, Shifted},
		{"at", `"2026-01-02 10:00:00"`, `"2026-01-02 08:07:00"`, ``, Altered},
		{"n", `12.345`, `12.35`, ``, Rounded},
		{"n", `12.345`, `99`, ``, Altered},
		{"tags", `["a"]`, `["a","b"]`, ``, Appended},
		{"tags", `["a"]`, `["b","c"]`, ``, Altered},
		{"tags", `["a","a"]`, `["a","b","c"]`, ``, Altered},
	} {
		got := e.deviationOf(&Change{Field: c.field, New: json.RawMessage(c.sent), Old: json.RawMessage(c.now)}, json.RawMessage(c.back))
		assert.Equal(t, c.want, got, "%s %s -> %s", c.field, c.sent, c.now)
	}
}

func TestFieldsByPath(t *testing.T) {
	object := json.RawMessage(`{"a":{"b":1,"c":2},"d":"<x>"}`)
	assert.JSONEq(t, `1`, string(fieldAt(object, []string{"a", "b"})))
	assert.Nil(t, fieldAt(object, []string{"a", "x"}))
	assert.Nil(t, fieldAt(object, []string{"d", "x"}))
	assert.JSONEq(t, `{"a":{"b":3,"c":2},"d":"<x>"}`, string(putField(object, []string{"a", "b"}, json.RawMessage("3"))))
	assert.Equal(t, `{"a":{"c":2},"d":"<x>"}`, string(putField(object, []string{"a", "b"}, nil)))
	assert.JSONEq(t, `{"p":{"Zone. 1":"x"}}`, string(putField(nil, []string{"p", "Zone. 1"}, json.RawMessage(`"x"`))))
	assert.Equal(t, `{"d":"<x>"}`, string(putField(putField(object, []string{"a", "b"}, nil), []string{"a", "c"}, nil)))
	assert.Equal(t, []record.Key{"synchroteam 12", "12"}, sourceKeys("synchroteam 12\nnote", ""))
	assert.Equal(t, []record.Key{"synchroteam site 12", "12"}, sourceKeys("synchroteam site 12", "site"))
	assert.Equal(t, []record.Key{"syncro-contact-12", "12"}, sourceKeys("syncro-contact-12", ""))
	assert.Equal(t, []record.Key{"265-12"}, sourceKeys("265-12", ""), "a key with a hyphen of its own")
	assert.Empty(t, sourceKeys("synchroteam job 12", "site"))
	assert.Empty(t, sourceKeys("", ""))
}
