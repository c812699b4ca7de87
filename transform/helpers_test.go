package transform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

const testAccount = "synchroteam/acme@ws.synchroteam.com"

var (
	testTime = time.Date(2026, 8, 1, 4, 0, 0, 0, time.UTC)
	account  = record.Account{ID: testAccount, Vendor: "synchroteam", Identity: "acme", Host: "ws.synchroteam.com"}
)

// openAt opens a stage with a bound account, closed with the test.
func openAt(tb testing.TB, path string) *stage.Stage {
	tb.Helper()
	s, err := stage.Open(context.Background(), path, stage.Options{Job: "nightly", Command: "test"})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	require.NoError(tb, s.BindAccount(context.Background(), "source", account))
	return s
}

func openTemp(tb testing.TB) *stage.Stage {
	tb.Helper()
	return openAt(tb, filepath.Join(tb.TempDir(), "test.stage"))
}

// row is a record to stage.
type row struct{ key, raw string }

// stager stages pages of one stream, each with a time of its own.
type stager struct {
	tb     testing.TB
	s      *stage.Stage
	stream string
	sweep  int64
	step   int
}

func newStager(tb testing.TB, s *stage.Stage, stream string) *stager {
	tb.Helper()
	w, err := s.StartSweep(context.Background(), stage.Sweep{Account: testAccount, Stream: stream, Kind: stage.SweepFull, Started: testTime})
	require.NoError(tb, err)
	return &stager{tb: tb, s: s, stream: stream, sweep: w.ID}
}

func (p *stager) put(rows ...row) {
	p.tb.Helper()
	p.step++
	w := stage.PageWrite{PageInfo: stage.PageInfo{
		PageRef: stage.PageRef{Sweep: p.sweep, Number: p.step, Step: p.step},
		ReadAt:  testTime.Add(time.Duration(p.step) * time.Second), Total: -1,
	}}
	var b strings.Builder
	b.WriteString("[")
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		w.Keys = append(w.Keys, record.Key(r.key))
		w.Entries = append(w.Entries, stage.Entry{Key: record.Key(r.key), Offset: b.Len(), Length: len(r.raw), Hash: xxhash.Sum64String(r.raw)})
		b.WriteString(r.raw)
	}
	b.WriteString("]")
	w.Body = []byte(b.String())
	_, err := p.s.PutPage(context.Background(), w)
	require.NoError(p.tb, err)
}

// detail stages the detail answer of a record, asked for the row it has now.
func (p *stager) detail(key, rowRaw, raw string) {
	p.tb.Helper()
	p.step++
	_, err := p.s.PutDetail(context.Background(), stage.DetailWrite{
		Account: testAccount, Stream: p.stream, Key: record.Key(key), RowHash: xxhash.Sum64String(rowRaw), Body: []byte(raw),
		Entries: []stage.Entry{{Key: record.Key(key), Length: len(raw), Hash: xxhash.Sum64String(raw)}},
		ReadAt:  testTime.Add(time.Duration(p.step) * time.Second),
	})
	require.NoError(p.tb, err)
}

func (p *stager) delete(keys ...record.Key) {
	p.tb.Helper()
	_, err := p.s.Tombstone(context.Background(), testAccount, p.stream, keys, testTime)
	require.NoError(p.tb, err)
}

// testMapper copies the members of the record and of its detail, so that what a
// record has decides what becomes of it: "skip" and "dead" with a reason, "to"
// with {"stream": key} references.
type testMapper struct {
	extra  string // a member that every mapped record gets
	parser fastjson.Parser
	json   []byte
}

func (m *testMapper) Map(in *Input, out *Outcome) {
	members := map[string]json.RawMessage{}
	for _, part := range append([]Part{in.Base}, in.Joined...) {
		for _, body := range [][]byte{part.Raw, part.Detail} {
			if len(body) > 0 {
				if err := json.Unmarshal(body, &members); err != nil {
					panic(err)
				}
			}
		}
	}
	var refs map[string]string
	if err := json.Unmarshal(append([]byte(nil), members["to"]...), &refs); err != nil && members["to"] != nil {
		panic(err)
	}
	for _, name := range []string{"customers", "jobs"} {
		if key, ok := refs[name]; ok {
			out.Refs = append(out.Refs, stage.Ref{Field: name + "_id", To: name, Key: record.Key(key)})
		}
	}
	if m.extra != "" {
		members["extra"] = json.RawMessage(`"` + m.extra + `"`)
	}
	switch {
	case members["skip"] != nil:
		out.Bin, out.Reason = stage.BinSkipped, string(bytes.Trim(members["skip"], `"`))
	case members["dead"] != nil:
		out.Bin = stage.BinDead
		out.Letter = stage.Letter{Reason: string(bytes.Trim(members["dead"], `"`)), Field: "name", Value: "x", Origin: "line 3", Do: "put it right"}
	default:
		out.Bin = stage.BinMapped
		m.json, _ = json.Marshal(members)
		out.JSON = m.json
	}
}

// entry is the rules of a test: hash and extra change together.
func entry(name, from, to, extra string) Rules {
	return Rules{
		Name: name, From: []string{from}, To: to, Hash: xxhash.Sum64String(name + to + extra),
		Mapper: func() Mapper { return &testMapper{extra: extra} },
	}
}

func run(tb testing.TB, s *stage.Stage, rules ...Rules) Summary {
	tb.Helper()
	return runWith(tb, Config{Stage: s, Account: account, Rules: rules})
}

func runWith(tb testing.TB, cfg Config) Summary {
	tb.Helper()
	sum, err := Run(context.Background(), cfg)
	require.NoError(tb, err)
	for _, st := range sum.Streams {
		require.Equal(tb, st.Bins.Source, st.Bins.Sum(), st.Line())
	}
	return sum
}

// view is everything a generation shows, as text by "stream/key".
func view(tb testing.TB, s *stage.Stage, g *stage.Generation) map[string]string {
	tb.Helper()
	out := map[string]string{}
	for _, e := range g.Entries {
		for _, sorted := range []bool{false, true} {
			n, last := 0, record.Key("")
			require.NoError(tb, s.Mapped(context.Background(), g, e, stage.MappedQuery{Sorted: sorted}, func(r *stage.MappedRow) error {
				id, text := e.Name+"/"+string(r.Key), show(r)
				if sorted {
					require.Less(tb, last, r.Key)
					require.Equal(tb, out[id], text)
					last = r.Key
				} else {
					require.NotContains(tb, out, id, "twice")
					out[id] = text
				}
				n++
				return nil
			}))
			require.Equal(tb, e.Bins.Source, n, e.Name)
		}
	}
	return out
}

func show(r *stage.MappedRow) string {
	text := r.Bin.String() + " " + string(r.JSON) + r.Reason
	for _, m := range r.Orphan {
		text += fmt.Sprintf(" lacks %s of %s (%s)", m.Key, m.To, m.Why)
	}
	return text
}

func current(tb testing.TB, s *stage.Stage) (now, before *stage.Generation) {
	tb.Helper()
	now, before, err := s.Generations(context.Background(), testAccount)
	require.NoError(tb, err)
	return now, before
}
