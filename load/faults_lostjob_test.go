package load_test

import (
	"net/http"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

func playL10(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(5)...)
	s.target.on(&fault{nth: []int{2, 4}, do: accepted(15 * time.Second)})
	p, bins := s.do()
	assert.Equal(c, 5, bins.Of(stage.LoadCreated))
	assert.Equal(c, 5, s.target.writes)
	s.judge(p)
	s.again(p)

	// The process is killed while it asks for the job.
	s = c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(5)...)
	s.target.on(&fault{nth: []int{3}, do: accepted(15 * time.Second)})
	// The vendor does the work by itself, whether somebody asks or not.
	time.AfterFunc(25*time.Second, func() { s.target.RoundTrip(mustRequest("queue/1")) }) //nolint:errcheck,bodyclose // the vendor's own clock
	p = s.plan()
	dir := ""
	s.wire.before = func(call *wireCall) {
		if call.path == "queue/1" && dir == "" {
			dir = s.copyDisk()
			s.wire.kill()
		}
	}
	s.try(p)
	again := s.reborn(dir)
	bins = again.goOn(p)
	assert.Equal(c, 5, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, again.wire.posts(`"Customer 3"`))
	again.judge(p)
	c.saw("asked until done; killed while asking: the record itself is asked for, 1 request")
}

func mustRequest(path string) *http.Request {
	r, err := http.NewRequest(http.MethodGet, "https://bench.test/api/"+path, nil)
	if err != nil {
		panic(err)
	}
	return r
}

func playL11(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(5)...)
	s.target.on(&fault{nth: []int{2}, do: func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
		commit()
		return answer{status: http.StatusAccepted, body: []byte(`{"job":"forgotten"}`)}, nil
	}})
	p, bins := s.do()
	assert.Equal(c, 5, bins.Of(stage.LoadCreated))
	assert.Equal(c, 5, s.target.writes)
	s.judge(p)
	s.again(p)
	c.saw("the job is forgotten: the record was asked for and adopted")
}

func playL12(c *faultPlay) {
	s := c.scene(nil, customersRules(), sitesRules(), peopleRules())
	s.cfg.Workers = 1
	s.put("customer", customers(4)...)
	s.put("site", childrenOf(4, "customer_id", `"name":"Site %d"`)...)
	s.put("person", customers(3)...)
	s.target.on(&fault{nth: []int{2}, do: accepted(-1)})
	p, bins := s.do()
	assert.Equal(c, 1, bins.Of(stage.LoadUnsure), "a job in a queue may still be done")
	assert.Equal(c, 9, bins.Of(stage.LoadCreated), "what does not depend on it goes on")
	assert.Equal(c, 1, bins.Of(stage.LoadHeld))
	posts := func() int {
		return len(s.wire.seen(func(x *wireCall) bool {
			return x.path == "customers" && x.writes() && strings.Contains(x.body, `"old 2"`)
		}))
	}
	assert.Equal(c, 1, posts())
	s.judge(p)
	// Two months later the vendor does it after all.
	time.Sleep(1001 * time.Hour)
	_, err := s.target.RoundTrip(mustRequest("queue/1")) //nolint:bodyclose // in memory
	require.NoError(c, err)
	bins = s.goOn(p)
	assert.Equal(c, 11, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, posts())
	s.judge(p)
	c.saw("unsure after the deadline, the rest goes on; done weeks later: adopted, 1 request")
}
