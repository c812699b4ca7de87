package extract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/connector"
	"ferry/extract/stage"
)

// forumSpec is an invented vendor whose lists tell neither a total nor how many
// pages they have.
const forumSpec = `
vendor: forum
title: Forum
about: Invented.
settings:
  token: {about: any, env: FORUM_TOKEN, required: true, secret: true}
base_url: https://forum.example/api
auth: {bearer: "{token}"}
paging:
  pages: {kind: page, param: page, first: 1, size_param: size, size: 10, records: rows}
  threads: {kind: none, records: rows}
streams:
  posts:
    label: Posts
    key: id
    list: {path: posts, paging: pages}
    fields: {id: integer, text: string}
  threads:
    label: Threads
    key: id
    list: {path: threads, paging: threads}
    fields: {id: integer}
    subs:
      posts:
        label: Posts of a thread
        path: threads/{id}/posts
        paging: pages
        as: thread_id
        key: [thread_id, id]
        fields: {id: integer, text: string}
`

// forum is one list of posts, shown flat and below one thread, whose people
// delete, write and edit between any two requests: the newest post may stand
// first or last.
type forum struct {
	simulated // of which only Transport is asked
	mu        sync.Mutex
	posts     []int
	next      int
	draw      *rand.Rand
	busy      int // of a hundred requests, how many meet a change
	grants    int // rows a page, whatever is asked for
	newest    bool
	requests  int
	gone      map[int]bool
	deaf      bool           // page numbers are not heeded
	hold      func(page int) // called before a page is put together
	after     func(page int) // and after; nil: nothing happens
}

func newForum(seed uint64, posts, grants int) *forum {
	f := &forum{draw: rand.New(rand.NewPCG(seed, 7)), grants: grants, gone: map[int]bool{}}
	for range posts {
		f.write()
	}
	return f
}

func (f *forum) write() {
	f.next++
	f.posts = append(f.posts, f.next)
}

func (f *forum) Transport() http.RoundTripper { return f }

// RoundTrip answers a page.
func (f *forum) RoundTrip(r *http.Request) (*http.Response, error) {
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if f.hold != nil && err == nil {
		f.hold(page)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	if strings.HasSuffix(r.URL.Path, "/threads") {
		return answerJSON(r, []map[string]any{{"id": 1}}), nil
	}
	for f.draw.IntN(100) < f.busy {
		f.change()
	}
	if err != nil {
		return nil, err
	}
	if f.deaf {
		page = 1
	}
	order := slices.Clone(f.posts)
	if f.newest {
		slices.Reverse(order)
	}
	rows := []map[string]any{}
	for _, id := range order[min((page-1)*f.grants, len(order)):min(page*f.grants, len(order))] {
		rows = append(rows, map[string]any{"id": id, "text": fmt.Sprintf("post %d", id)})
	}
	if f.after != nil {
		f.after(page)
	}
	return answerJSON(r, rows), nil
}

// change deletes a post, or writes one, so that the number stays about the same.
func (f *forum) change() {
	if f.draw.IntN(2) == 0 {
		f.write()
		return
	}
	if len(f.posts) > 0 {
		i := f.draw.IntN(len(f.posts))
		f.gone[f.posts[i]] = true
		f.posts = slices.Delete(f.posts, i, i+1)
	}
}

func answerJSON(r *http.Request, rows []map[string]any) *http.Response {
	body, err := json.Marshal(map[string]any{"rows": rows})
	if err != nil {
		panic(err) // numbers and texts always are JSON
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}

func forumJob(t testing.TB, f *forum) *vendorJob {
	t.Helper()
	spec, err := connector.Parse("forum.yaml", []byte(forumSpec))
	require.NoError(t, err)
	return &vendorJob{t: t, sim: f, spec: spec, settings: map[string]string{"token": "any"}, dir: t.TempDir()}
}

// forumConfigs read the posts as a list and as a sub-list.
var forumConfigs = map[string]extract.Config{
	"posts":         {Streams: []string{"posts"}},
	"threads.posts": {Streams: []string{"threads"}, Details: []string{"threads.posts"}},
}

// lacks gives the posts that were there all the time and are not staged.
func (f *forum) lacks(j *vendorJob, stream string, old int) (missing []int) {
	live, _ := j.staged(stream)
	for id := 1; id <= old; id++ {
		_, flat := live[strconv.Itoa(id)]
		_, below := live["1/"+strconv.Itoa(id)]
		if !f.gone[id] && !flat && !below {
			missing = append(missing, id)
		}
	}
	return missing
}

// TestListsWithoutTotalsAreNeverProvenWithARecordMissed reads lists that move, at
// a vendor that grants fewer rows than it is asked for and does not say so.
func TestListsWithoutTotalsAreNeverProvenWithARecordMissed(t *testing.T) {
	t.Parallel()
	for stream, cfg := range forumConfigs {
		t.Run(stream, func(t *testing.T) {
			t.Parallel()
			proofs, missed := map[stage.Proof]int{}, 0
			for seed := range 5 * vendorSeeds {
				f := newForum(uint64(seed), []int{7, 15, 23, 40}[seed%4], []int{3, 5, 10}[seed%3])
				f.busy, f.newest = []int{2, 6, 15, 30}[seed/3%4], seed%2 == 1
				j, old := forumJob(t, f), f.next
				cfg.Connections = 1 + seed%4
				s, err := j.run(cfg)
				require.NoError(t, err)
				x := summaryOf(t, s, stream)
				proofs[x.Certificate.Proof]++
				missing := f.lacks(j, stream, old)
				if x.Proven() {
					require.Emptyf(t, missing, "seed %d: %s", seed, x.Certificate.Text)
				} else if len(missing) > 0 {
					missed++
				}
			}
			t.Logf("proofs over %d seeds: %v; records missed and not proven %d times", 5*vendorSeeds, proofs, missed)
			assert.Positive(t, proofs[stage.ProofAgain]+proofs[stage.ProofOne])
			assert.Positive(t, proofs[stage.ProofNone])
		})
	}
}

// TestEqualReadingsAloneProveNothing hides the same post from every reading: it
// stands last on page 3, and a post that somebody writes in front, and takes back,
// moves it to page 4 just after that was read. All readings list the same; only
// the count between them tells.
func TestEqualReadingsAloneProveNothing(t *testing.T) {
	f := newForum(1, 20, 5)
	fourth := make(chan struct{}, 1)
	f.hold = func(page int) {
		if page == 3 {
			<-fourth
		}
	}
	const draft = 1000
	counting := true
	f.after = func(page int) {
		switch {
		case page == 1:
			counting = false
		case page == 4 && !counting: // not when the list is counted before page 1
			f.posts = slices.Insert(f.posts, 0, draft)
			fourth <- struct{}{}
		case page == 3:
			f.posts, counting = slices.DeleteFunc(f.posts, func(id int) bool { return id == draft }), true
		}
	}
	j := forumJob(t, f)
	s, err := j.run(extract.Config{Streams: []string{"posts"}, Connections: 2})
	require.NoError(t, err)
	require.Equal(t, []int{15}, f.lacks(j, "posts", 20), "the play must hide the post")
	assert.Falsef(t, s.Streams[0].Proven(), "%s", s.Streams[0].Certificate.Text)
}

// TestAVendorThatHeedsNoPageNumberEndsTheReading would otherwise be read for ever.
func TestAVendorThatHeedsNoPageNumberEndsTheReading(t *testing.T) {
	for stream, cfg := range forumConfigs {
		for _, posts := range []int{4, 10, 30} {
			t.Run(fmt.Sprintf("%s, %d", stream, posts), func(t *testing.T) {
				f := newForum(1, posts, 10)
				f.deaf = true
				j := forumJob(t, f)
				s, err := j.run(cfg)
				require.NoError(t, err)
				x := summaryOf(t, s, stream)
				assert.Less(t, f.requests, 60)
				if posts >= 10 {
					assert.Falsef(t, x.Proven(), "%s", x.Certificate.Text)
				}
			})
		}
	}
}
