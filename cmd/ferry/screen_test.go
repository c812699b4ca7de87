package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"ferry/extract"
	"ferry/extract/budget"
)

func testScreen(term bool) (*screen, *bytes.Buffer, *bytes.Buffer) {
	var out, errs bytes.Buffer
	return newScreen(streams{Out: &out, Err: &errs, ErrTerm: term, Width: func() int { return 100 }}), &out, &errs
}

func TestPeopleReadStdoutAndWithJSONStderr(t *testing.T) {
	s, out, errs := testScreen(false)
	s.say("hello\n")
	assert.Equal(t, "hello\n", out.String())
	s.json = true
	s.say("again\n")
	s.value("silent\n")
	s.emit(map[string]any{"a": "<&>", "event": "x", "time": "now"})
	assert.Equal(t, "hello\n{\"time\":\"now\",\"event\":\"x\",\"a\":\"<&>\"}\n", out.String())
	assert.Equal(t, "again\n", errs.String())
}

func TestQuietLeavesErrorsAndValues(t *testing.T) {
	s, out, errs := testScreen(true)
	s.quiet = true
	s.say("a\n")
	s.note("b")
	s.table([]string{"x"}, [][]string{{"1"}})
	assert.Empty(t, out.String()+errs.String())
	s.value("path\n")
	s.fail(verdict{Code: exitFailed, Text: "broken", Hint: "mend it"})
	assert.Equal(t, "path\n", out.String())
	assert.Equal(t, "ferry: broken\n  -> mend it\n", errs.String())
	assert.False(t, s.bars())
}

func TestTablesAlign(t *testing.T) {
	got := formatTable([]string{"stream", ">records", "proof"}, [][]string{{"customer", "1,200", "order"}, {"é", "7", ""}})
	assert.Equal(t, "stream    records  proof\ncustomer    1,200  order\né               7\n", got)
}

func TestNumbersAndTimes(t *testing.T) {
	assert.Equal(t, "1,234,567", count(1234567))
	assert.Equal(t, "-1,000", count(-1000))
	assert.Equal(t, "999", count(999))
	assert.Equal(t, "1 record", plural(1, "record"))
	assert.Equal(t, "2 bodies", plural(2, "body"))
	assert.Equal(t, "2 keys", plural(2, "key"))
	assert.Equal(t, "0.5 s", lasting(500*time.Millisecond))
	assert.Equal(t, "90 s", lasting(90*time.Second))
	assert.Equal(t, "5 min", lasting(5*time.Minute))
	assert.Equal(t, "5 h 30 min", lasting(330*time.Minute))
	assert.Equal(t, "3 days", lasting(72*time.Hour))
	assert.Equal(t, "1.5 KiB", byteSize(1536))
}

func price(stream string, requests, records int) extract.Event {
	return extract.Event{Event: extract.EventPrice, Stream: stream, Requests: requests, Records: records, Left: 9000}
}

func TestThePriceComesBeforeTheWork(t *testing.T) {
	s, out, _ := testScreen(false)
	p := newProgress(s, []string{"customer", "job"}, func(n int) budget.Need { return budget.Need{Minutes: float64(n) / 120, Days: 1} })
	p.handle(price("customer", 240, 24000))
	assert.Empty(t, out.String())
	p.handle(price("job", 0, -1))
	p.stop()
	lines := strings.Split(out.String(), "\n")
	assert.Equal(t, "price     records  requests  minutes  days  done", lines[0])
	assert.Equal(t, "customer   24,000       240      2.0     1  -", lines[1])
	assert.Equal(t, "job             ?         0      2.0     1  -", lines[2])
	assert.Contains(t, lines[3], "all")
	assert.Equal(t, "9,000 requests left today", lines[4])
}

func TestPlainLinesAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, errs := testScreen(false)
		p := newProgress(s, []string{"customer"}, func(int) budget.Need { return budget.Need{} })
		p.handle(price("customer", 300, 30000))
		for i := range 300 {
			p.handle(extract.Event{Event: extract.EventPage, Stream: "customer", Requests: i + 1, Records: (i + 1) * 100, Left: 9000 - i})
			time.Sleep(100 * time.Millisecond)
		}
		p.stop()
		assert.LessOrEqual(t, strings.Count(errs.String(), "\n"), 3)
		assert.Contains(t, errs.String(), "customer: 10,100/30,000 records, 101/300 requests, 8,900 left today\n")
	})
}

func TestALongWaitIsSaidOnceAndAShortOneNever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, errs := testScreen(false)
		p := newProgress(s, []string{"customer"}, func(int) budget.Need { return budget.Need{} })
		over := extract.Event{Event: eventWait}
		p.handle(extract.Event{Event: eventWait, Reason: "short", Left: -1})
		time.Sleep(waitWorth / 2)
		p.handle(over)
		until := time.Now().Add(30 * time.Second)
		for range 10 {
			p.handle(extract.Event{Event: eventWait, Reason: "30 s for the window; 42 left today", Until: until, Left: 42})
			time.Sleep(time.Second)
		}
		p.handle(over)
		p.stop()
		assert.Equal(t, "waiting 30 s for the window; 42 left today\n", errs.String())
	})
}

func TestBarsAreRedrawnInPlaceAndGoAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, errs := testScreen(true)
		p := newProgress(s, []string{"customer"}, func(int) budget.Need { return budget.Need{} })
		p.handle(price("customer", 10, 1000))
		p.handle(extract.Event{Event: extract.EventPage, Stream: "customer", Requests: 5, Records: 500, Left: 7})
		time.Sleep(3 * tickEvery)
		synctest.Wait()
		assert.Contains(t, errs.String(), "customer [##########----------] 500/1,000 records, 5/10 requests\n")
		assert.Contains(t, errs.String(), "7 requests left today")
		p.stop()
		assert.True(t, strings.HasSuffix(errs.String(), "\x1b[2A\x1b[J"), "%q", errs.String())
	})
}
