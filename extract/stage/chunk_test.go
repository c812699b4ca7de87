package stage

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func readIndex(index []byte, size int) (origins []origin, records []indexed, err error) {
	var r indexReader
	if err := r.open(index, size); err != nil {
		return nil, nil, err
	}
	for r.more() {
		rec, err := r.next()
		if err != nil {
			return nil, nil, err
		}
		records = append(records, rec)
	}
	return r.origins, records, nil
}

func TestIndexGivesBackWhatWasWritten(t *testing.T) {
	w := indexWriter{}
	from := []origin{
		{fetched: testTime, page: PageRef{Sweep: 7, Variant: "closed", Number: -3, Stripe: 2, Step: 1 << 40}},
		{fetched: testTime, parent: "17/4"},
	}
	for i, o := range from {
		for range 2 { // the second is found again
			require.Equal(t, i, w.from(o))
		}
	}
	w.records = []indexed{
		{key: "1", offset: 100, length: 10, hash: math.MaxUint64},
		{key: strings.Repeat("long", 100), offset: 0, length: 100, hash: 1, origin: 1},
		{key: "empty", offset: 200, length: 0},
	}
	origins, records, err := readIndex(w.bytes(), 200)
	require.NoError(t, err)
	assert.Equal(t, from, origins)
	assert.Equal(t, w.records, records)
	_, _, err = readIndex(w.bytes(), 199)
	require.ErrorIs(t, err, errIndexRange)
	for n := range w.bytes() {
		_, records, err := readIndex(w.bytes()[:n], 200)
		require.True(t, err != nil || len(records) < len(w.records), "cut at %d", n)
	}
}

func TestKeysGiveBackWhatWasWritten(t *testing.T) {
	for _, keys := range [][]record.Key{{}, {"1"}, {"a", record.Key(strings.Repeat("é", 300)), ""}} {
		b := appendKeys(nil, keys)
		got, err := readKeys(b, len(keys))
		require.NoError(t, err)
		require.Equal(t, keys, got)
		_, err = readKeys(b, len(keys)+1)
		require.Error(t, err)
	}
}

// FuzzIndex: whatever the bytes are, reading them ends with records inside the
// body or with an error.
func FuzzIndex(f *testing.F) {
	w := indexWriter{origins: []origin{{fetched: testTime}, {fetched: testTime, parent: "p"}},
		records: []indexed{{key: "1", length: 10, hash: 5}, {key: "2", offset: 12, length: 10, origin: 1}}}
	f.Add(w.bytes(), 40)
	f.Add([]byte{indexVersion, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, 40)
	f.Add([]byte{indexVersion, 0}, 0)
	f.Add([]byte{9}, 1)
	f.Add([]byte{}, 1)
	f.Fuzz(func(t *testing.T, index []byte, size int) {
		if size < 0 {
			size = 0
		}
		origins, records, err := readIndex(index, size)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		for _, r := range records {
			require.True(t, r.offset >= 0 && r.length >= 0 && r.offset+r.length <= size && r.offset+r.length >= 0, "%+v of %d", r, size)
			require.Less(t, r.origin, len(origins))
		}
		_, _ = readKeys(index, size%1000) // must only not panic
	})
}

func TestDamageIsToldAndNeverReadAsRecords(t *testing.T) {
	ctx := context.Background()
	damages := map[string]string{
		"body":         "UPDATE chunk SET body = zeroblob(length(body))",
		"body of less": "UPDATE chunk SET size = size + 1",
		"huge":         "UPDATE chunk SET size = 1 << 40",
		"index":        "UPDATE chunk SET idx = substr(idx, 1, length(idx) - 3)",
		"index gone":   "UPDATE chunk SET idx = x''",
		"rows":         "UPDATE chunk SET rows = rows + 1",
	}
	for name, statement := range damages {
		t.Run(name, func(t *testing.T) {
			s := openTemp(t)
			w := startSweep(t, s, "customer")
			put(t, s, page(w.ID, 1, row{"1", `{"id":1}`}, row{"2", `{"id":2}`}))
			require.NoError(t, s.write(ctx, func(t *tx) error { return t.exec(statement) }))
			dec := NewDecoder()
			err := s.Chunks(ctx, testAccount, "customer", func(c *Chunk) error {
				_, err := c.Decode(dec)
				return err
			})
			require.IsType(t, &CorruptError{}, err)
			require.ErrorContains(t, err, s.path)
			require.ErrorContains(t, err, "ferry extract")
			_, _, _, err = s.Record(ctx, testAccount, "customer", "2")
			require.IsType(t, &CorruptError{}, err)
		})
	}
}

func TestDecodedRecordsDoNotReachIntoEachOther(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{"id":1}`}, row{"2", `{"id":2}`}))
	dec := NewDecoder()
	require.NoError(t, s.Chunks(context.Background(), testAccount, "customer", func(c *Chunk) error {
		all, err := c.Decode(dec)
		require.NoError(t, err)
		_ = append(all[0].Raw, "xxxxxxxxxxxxxxxxxxxx"...)
		require.Equal(t, `{"id":2}`, string(all[1].Raw))
		return nil
	}))
}
