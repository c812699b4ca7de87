package vendorsim

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestListsStayRightWhileDataMove compares the lists with the plain truth after random changes by hand.
func TestListsStayRightWhileDataMove(t *testing.T) {
	o := unlimited()
	o.Counts = Counts{Customers: 60, Jobs: 60}
	s := newSim(t, o)
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 72 {
		for _, stream := range []string{StreamCustomers, StreamJobs} {
			live := s.Live(stream)
			id := live[rnd.IntN(len(live))]
			switch rnd.IntN(5) {
			case 0:
				s.Insert(stream)
			case 1:
				require.True(t, s.Rename(stream, id))
			case 2:
				require.True(t, s.Delete(stream, id))
				require.False(t, s.Delete(stream, id))
			case 3:
				if gone := s.Gone(stream, 0); len(gone) > 0 {
					require.True(t, s.Undelete(stream, gone[rnd.IntN(len(gone))]))
				}
			}
		}
		if round%9 == 8 {
			s.Advance(time.Minute)
			checkLists(t, s)
		}
	}
}

func checkLists(t *testing.T, s *Synchroteam) {
	t.Helper()
	live := s.Live(StreamCustomers)
	for _, sort := range []string{"name", "dateCreated", "dateModified", "myId"} {
		up := all(t, s, "/v3/customer/list", "sort", sort)
		require.ElementsMatch(t, live, idsOf(up), sort)
		down := all(t, s, "/v3/customer/list", "sort", sort, "sortOrder", "descending")
		slices.Reverse(down)
		require.Equal(t, idsOf(up), idsOf(down), sort)
		if sort != "myId" {
			sorted(t, up, false, field(sort))
		}
	}
	renamed := 0
	for _, r := range all(t, s, "/v3/customer/list") {
		if strings.HasPrefix(text(r["name"]), "Renamed") {
			renamed++
		}
	}
	require.Len(t, all(t, s, "/v3/customer/list", "name", "renamed"), renamed)
	require.ElementsMatch(t, s.Live(StreamJobs), idsOf(all(t, s, "/v3/job/list")))
	sorted(t, all(t, s, "/v3/job/list", "sort", "dateModified"), false, field("dateModified"))
	require.Len(t, all(t, s, "/v3/job/list", "show", "all"), len(s.Live(StreamJobs))+len(all(t, s, "/v3/job/list", "show", "deleted")))
}

func TestDriftKeepsTheTruth(t *testing.T) {
	o := unlimited()
	o.Drift = Drift{Every: 3, Inserts: true, Renames: true, Deletes: true, Undeletes: true, Streams: []string{StreamCustomers}}
	s := newSim(t, o)
	start := s.Live(StreamCustomers)
	alive := map[string]bool{} // by our own book-keeping: a request in between sees every change
	for _, id := range start {
		alive[id] = true
	}
	for range 300 {
		get(s, ping)
		now := map[string]bool{}
		for _, id := range s.Live(StreamCustomers) {
			now[id] = true
		}
		for id := range alive {
			alive[id] = alive[id] && now[id]
		}
	}
	var want []string
	for _, id := range start {
		if alive[id] {
			want = append(want, id)
		}
	}
	assert.Equal(t, want, s.Existed(StreamCustomers, 0))
	assert.Less(t, len(want), len(start))
	assert.Equal(t, 100, s.Counters().DriftSteps)
	assert.NotEmpty(t, s.Gone(StreamCustomers, 0))

	mark := s.Mark()
	live := s.Live(StreamCustomers)
	assert.Equal(t, live, s.Existed(StreamCustomers, mark))
	require.True(t, s.Delete(StreamCustomers, live[0]))
	require.True(t, s.Undelete(StreamCustomers, live[0]))
	assert.Equal(t, live[1:], s.Existed(StreamCustomers, mark), "a record that was away did not exist throughout")
	assert.Nil(t, s.Existed("nothing", 0))
}

func TestDriftIsWhatWasAskedFor(t *testing.T) {
	for _, tc := range []struct {
		drift Drift
		check func(t *testing.T, s *Synchroteam)
	}{
		{Drift{Inserts: true}, func(t *testing.T, s *Synchroteam) {
			assert.Len(t, s.Live(StreamJobs), len(s.Existed(StreamJobs, 0))+20)
		}},
		{Drift{Renames: true}, func(t *testing.T, s *Synchroteam) {
			assert.NotEmpty(t, s.Changed(StreamJobs, 0))
			assert.Equal(t, s.Live(StreamJobs), s.Existed(StreamJobs, 0))
		}},
		{Drift{Deletes: true}, func(t *testing.T, s *Synchroteam) { assert.Len(t, s.Gone(StreamJobs, 0), 20) }},
	} {
		tc.drift.Every, tc.drift.Streams = 1, []string{StreamJobs}
		o := unlimited()
		o.Drift = tc.drift
		s := newSim(t, o)
		for range 20 {
			get(s, ping)
		}
		tc.check(t, s)
		s.SetDrift(Drift{})
		get(s, ping)
		assert.Equal(t, 20, s.Counters().DriftSteps)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	run := func(seed uint64) string {
		o := unlimited()
		o.Seed = seed
		o.Now = func() time.Time { return noon }
		o.Drift = Drift{Every: 2, Inserts: true, Renames: true, Deletes: true}
		s := newSim(t, o)
		var b strings.Builder
		for _, path := range []string{"customer/list?page=2", "site/list", "equipment/list", "job/list?pageSize=100", "activity/list", "recurrence/list", "job/list?sort=datemodified&sortOrder=descending"} {
			b.Write(get(s, "/v3/"+path).body)
		}
		b.Write(s.Record(StreamJobs, s.Live(StreamJobs)[7]))
		return b.String()
	}
	assert.Equal(t, run(7), run(7))
	assert.NotEqual(t, run(7), run(8))
}

func TestPrebuiltPagesFollowTheData(t *testing.T) {
	o := unlimited()
	o.Prebuilt = 2
	s := newSim(t, o)
	first := get(s, "/v3/customer/list").body
	for page := range 5 {
		get(s, "/v3/customer/list?page="+itoa(int64(page+1)))
	}
	assert.Equal(t, first, get(s, "/v3/customer/list").body)
	assert.Equal(t, first, get(s, "/v3/customer/list").body)
	id := list(t, s, "/v3/customer/list").Data[0]["id"]
	require.True(t, s.Delete(StreamCustomers, text(id)))
	assert.NotEqual(t, first, get(s, "/v3/customer/list").body)
}

func TestAMillionCustomers(t *testing.T) {
	o := unlimited()
	o.Counts = Counts{Customers: 1_000_000}
	s := newSim(t, o)
	e := list(t, s, "/v3/customer/list", "sort", "dateCreated", "page", "10000", "pageSize", "100")
	assert.Equal(t, []int{100, 1_000_000}, []int{e.Records, e.RecordsTotal})
	id := text(e.Data[99]["id"])
	s.Delete(StreamCustomers, id)
	fresh := s.Insert(StreamCustomers)
	e = list(t, s, "/v3/customer/list", "sort", "dateCreated", "sortOrder", "descending", "pageSize", "1")
	assert.Equal(t, fresh, text(e.Data[0]["id"]))
	closing := list(t, s, "/v3/customer/list", "sort", "dateCreated", "changedSince", "2024-01-01 00:00:00")
	assert.Equal(t, []string{fresh}, idsOf(closing.Data))
}
