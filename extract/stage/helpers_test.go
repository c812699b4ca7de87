package stage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

const testAccount = "synchroteam/acme@ws.synchroteam.com"

var testTime = time.Date(2026, 8, 1, 4, 0, 0, 0, time.UTC)

// openAt opens a stage for the job "nightly" with a bound account, closed with
// the test.
func openAt(tb testing.TB, path string) *Stage {
	tb.Helper()
	s, err := Open(context.Background(), path, Options{Job: "nightly", Command: "test"})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	require.NoError(tb, s.BindAccount(context.Background(), "source", record.Account{
		ID: testAccount, Vendor: "synchroteam", Identity: "acme", Host: "ws.synchroteam.com",
	}))
	return s
}

func openTemp(tb testing.TB) *Stage {
	tb.Helper()
	return openAt(tb, filepath.Join(tb.TempDir(), "test.stage"))
}

func startSweep(tb testing.TB, s *Stage, stream string) Sweep {
	tb.Helper()
	w, err := s.StartSweep(context.Background(), Sweep{Account: testAccount, Stream: stream, Kind: SweepFull, Started: testTime})
	require.NoError(tb, err)
	return w
}

// row is a record to put into a page.
type row struct {
	key record.Key
	raw string
}

// page is a page of rows, in an envelope as vendors send it.
func page(sweep int64, number int, rows ...row) PageWrite {
	w := PageWrite{PageInfo: PageInfo{
		PageRef: PageRef{Sweep: sweep, Number: number, Step: number},
		ReadAt:  testTime.Add(time.Duration(number) * time.Second), Total: -1,
	}}
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		w.Keys = append(w.Keys, r.key)
		w.Entries = append(w.Entries, Entry{Key: r.key, Offset: b.Len(), Length: len(r.raw), Hash: xxhash.Sum64String(r.raw)})
		b.WriteString(r.raw)
	}
	b.WriteString(`]}`)
	w.Body = []byte(b.String())
	return w
}

func put(tb testing.TB, s *Stage, w PageWrite) PutResult {
	tb.Helper()
	sum, err := s.PutPage(context.Background(), w)
	require.NoError(tb, err)
	return sum
}

// content is a record as a test compares it.
type content struct {
	Raw, Detail string
	Deleted     bool
}

// readAll reads a stream through Chunks and Decode.
func readAll(tb testing.TB, s *Stage, stream string) map[record.Key]content {
	tb.Helper()
	out := map[record.Key]content{}
	dec := NewDecoder()
	seq := 0
	require.NoError(tb, s.Chunks(context.Background(), testAccount, stream, func(c *Chunk) error {
		require.Equal(tb, seq, c.Seq)
		seq++
		all, err := c.Decode(dec)
		require.NoError(tb, err)
		require.Len(tb, all, c.Rows)
		for _, r := range all {
			_, twice := out[r.Key]
			require.False(tb, twice, "%s given twice", r.Key)
			require.Equal(tb, xxhash.Sum64(r.Raw), r.Hash)
			out[r.Key] = content{string(r.Raw), string(r.Detail), r.Deleted}
		}
		return nil
	}))
	return out
}

// customers makes n pages of 100 records of about 976 bytes.
func customers(n int) [][]row {
	rnd := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("alpha brique chêne dépôt électricité façade garage hôpital îlot jardin kiosque lycée mairie nord ouest parc quai rue sud tour")
	pick := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(words[rnd.IntN(len(words))])
			b.WriteByte(' ')
		}
		return b.String()
	}
	pages := make([][]row, n)
	for p := range pages {
		for i := range 100 {
			id := 1_000_000 + p*100 + i
			raw := fmt.Sprintf(`{"id":%d,"myId":"C-%06d","name":"%s","address":"%d %s","addressZIP":"%05d","addressCity":"%s","contactPhone":"+33%09d","contactEmail":"c%d@example.com",`+
				`"publicLink":"https://example.com/%016x%016x","dateCreated":"2024-%02d-%02d %02d:%02d","customFieldValues":[{"id":%d,"label":"Zone","value":"%s"},{"id":%d,"label":"Contrat","value":"%s"}],`+
				`"position":{"latitude":"%f","longitude":"%f"},"tags":["%s","%s"],"isActive":true,"balance":%f,"notes":"%s"}`,
				id, id, pick(3), rnd.IntN(200), pick(4), rnd.IntN(99999), pick(2), rnd.IntN(999999999), id,
				rnd.Uint64(), rnd.Uint64(), 1+rnd.IntN(12), 1+rnd.IntN(28), rnd.IntN(24), rnd.IntN(60),
				rnd.IntN(1000), pick(2), rnd.IntN(1000), pick(2), rnd.Float64()*90, rnd.Float64()*180, pick(1), pick(1), rnd.Float64()*1e4, pick(28))
			pages[p] = append(pages[p], row{record.Key(fmt.Sprint(id)), raw})
		}
	}
	return pages
}
