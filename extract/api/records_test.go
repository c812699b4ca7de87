package api_test

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/samples/vendorsim"
)

func TestPageAsksAsTheSpecSays(t *testing.T) {
	list := func(kind connector.PagingKind) *connector.List {
		return &connector.List{
			Call: connector.Call{Path: "thing/{domain}", Query: []connector.Param{{Name: "show", Value: "active"}, {Name: "for", Value: "{domain}"}}},
			Paging: connector.Paging{
				Kind: kind, Param: "page", First: 1, SizeParam: "size", Size: 50, Records: []string{"data"},
			},
			Variants: &connector.Variants{Param: "type"},
		}
	}
	for name, c := range map[string]struct {
		kind connector.PagingKind
		args api.PageArgs
		want string
	}{
		"page":    {connector.PageNumber, api.PageArgs{Number: 3}, "show=active&for=acme&page=3&size=50"},
		"size":    {connector.PageNumber, api.PageArgs{Number: 1, Size: 1}, "show=active&for=acme&page=1&size=1"},
		"offset":  {connector.PageOffset, api.PageArgs{Number: 3}, "show=active&for=acme&page=100&size=50"},
		"none":    {connector.PageNone, api.PageArgs{Number: 1}, "show=active&for=acme"},
		"order":   {connector.PageNumber, api.PageArgs{Number: 1, Ordered: true}, "show=active&for=acme&sort=num&page=1&size=50"},
		"variant": {connector.PageNumber, api.PageArgs{Number: 1, Variant: "job"}, "show=active&for=acme&type=job&page=1&size=50"},
		"filters": {connector.PageNumber, api.PageArgs{Number: 1, Query: []connector.Param{{Name: "show", Value: "all"}, {Name: "since", Value: "a b"}}}, "show=all&for=acme&since=a+b&page=1&size=50"},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(says(200, `{"data":[{"id":1}]}`))
			stream := &connector.Stream{Name: "thing", List: list(c.kind), Order: &connector.Order{Query: []connector.Param{{Name: "sort", Value: "num"}}}}
			p, a, err := newClient(t, plainSpec(), s, nil).Page(context.Background(), stream, c.args)
			require.NoError(t, err)
			assert.Len(t, p.Rows, 1)
			assert.Equal(t, 1, a.Requests)
			assert.Equal(t, "/v1/thing/acme", s.seen[0].URL.Path)
			assert.Equal(t, c.want, s.seen[0].URL.RawQuery)
		})
	}
	c := newClient(t, plainSpec(), play(says(200, `{}`)), nil)
	_, _, err := c.Page(context.Background(), &connector.Stream{Name: "thing"}, api.PageArgs{})
	require.ErrorContains(t, err, "thing has no list")
}

// A page of another shape is asked for again: one bad answer may be an accident.
func TestAnotherShape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(says(200, `{"rows":[]}`), says(200, `{"data":[]}`))
		p, _, err := newClient(t, plainSpec(), s, nil).Page(context.Background(), &connector.Stream{Name: "thing", List: synchroteamList()}, api.PageArgs{Number: 4})
		require.NoError(t, err)
		assert.Empty(t, p.Rows)
	})
	synctest.Test(t, func(t *testing.T) {
		s := play(says(200, `{"rows":[]}`))
		_, _, err := newClient(t, plainSpec(), s, nil).Page(context.Background(), &connector.Stream{Name: "thing", List: synchroteamList()}, api.PageArgs{Number: 4})
		require.ErrorContains(t, err, `thing, page 4: GET ?page&pageSize: answered 200 OK: the answer should be an object with "data" but is one with rows`)
		require.ErrorContains(t, err, "`ferry call`")
		require.ErrorAs(t, err, new(*api.ShapeError))
		assert.Equal(t, connector.Lie, api.ClassOf(err))
		assert.Equal(t, 6, s.count())
	})
}

func TestRecordsOfASimulatedVendor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, sim, spec := newSim(t, vendorsim.Options{Faults: []vendorsim.Fault{{Kind: vendorsim.FaultTruncated, Nth: []int{2}}}}, nil)
		id := sim.Live("job")[0]
		stream, err := spec.Stream("job")
		require.NoError(t, err)
		call, err := stream.Get.Fill(func(string) (string, bool) { return id, true })
		require.NoError(t, err)
		for range 2 {
			p, a, err := c.Records(context.Background(), api.Request{Path: call.Path, Query: call.Query, Label: "job"}, stream.Get.Records, connector.RowShape{})
			require.NoError(t, err)
			require.Len(t, p.Rows, 1)
			key, err := api.KeyOf(p.Rows[0].Raw, stream.Key)
			require.NoError(t, err)
			assert.Equal(t, id, string(key))
			assert.WithinDuration(t, time.Now(), a.Vendor, time.Second)
		}
		assert.EqualValues(t, 3, c.Requests())
		_, err = c.Do(context.Background(), api.Request{Path: "job/details?id=none", Label: "job"})
		assert.Equal(t, connector.Missing, api.ClassOf(err))
	})
}

func TestAnUnknownHost(t *testing.T) {
	gone := fmt.Errorf("dial: %w", &net.DNSError{Err: "no such host", Name: "api.acme.example", IsNotFound: true})
	s := play(breaks(gone))
	_, err := newClient(t, plainSpec(), s, nil).Do(context.Background(), get("thing"))
	require.ErrorContains(t, err, "there is no host api.acme.example; check the settings")
	assert.Equal(t, connector.Permanent, api.ClassOf(err))
	assert.Equal(t, 1, s.count())
	synctest.Test(t, func(t *testing.T) {
		s := play(says(200, `{}`), breaks(gone), says(200, `{}`))
		c := newClient(t, plainSpec(), s, nil)
		for range 2 {
			_, err := c.Do(context.Background(), get("thing"))
			require.NoError(t, err, "a host that answered before has not gone")
		}
	})
}

func TestNothingAtAll(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		status int
		good   bool
	}{
		"an empty page": {"GET", 200, false}, "no content": {"GET", 204, true}, "a deed": {"POST", 200, true}, "a head": {"HEAD", 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, err := newClient(t, plainSpec(), play(says(c.status, ``)), nil).Do(context.Background(), api.Request{Method: c.method, Path: "x"})
				if c.good {
					require.NoError(t, err)
					assert.Empty(t, a.Body)
					return
				}
				require.ErrorContains(t, err, "says it is good but holds nothing")
				assert.Equal(t, connector.Lie, api.ClassOf(err))
			})
		})
	}
}

func TestRetriesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var outage atomic.Int64
		c, sim, spec := newSim(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000}}, func(o *api.Options) {
			o.OnRetry = func(r api.Retry) {
				if !r.Outage.IsZero() && r.Wait > 0 && r.Reason != "" && r.Class == connector.Retryable {
					outage.Add(1)
				}
			}
		})
		sim.Outage(true)
		time.AfterFunc(30*time.Second, func() { sim.Outage(false) })
		_, errs := readAll(context.Background(), c, spec, 4, 4)
		for _, err := range errs {
			require.NoError(t, err)
		}
		assert.Greater(t, outage.Load(), int64(2))
	})
}
