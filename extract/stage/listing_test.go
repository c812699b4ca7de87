package stage

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

var listedRows = []ListedRow{
	{Number: 1, Bin: "header"},
	{Number: 2, Bin: ListedRecord, Key: "7", Hash: 1},
	{Number: 9, Bin: ListedRecord, Key: "8", Hash: 1 << 63},
	{Sheet: "Kunden", Number: 4, Bin: "skipped", Rule: "total"},
	{Sheet: "Kunden", Number: 3, Bin: "held", Rule: "cells", Key: "9", Why: "1 cell", Do: "mend it",
		Cells: []ListedCell{{Column: 3, Kind: "email", Note: "is no address"}, {Note: "whole row", Warn: true}}},
	{File: 1, Sheet: "Kunden", Number: 2, Bin: ListedRecord, Key: "10"},
}

func TestListedRowsComeBackAsTheyWere(t *testing.T) {
	got, err := readListed(appendListed(nil, listedRows))
	require.NoError(t, err)
	require.Equal(t, listedRows, got)
	body := appendListed(nil, listedRows)
	for n := range body {
		rows, err := readListed(body[:n])
		if err == nil {
			require.Less(t, len(rows), len(listedRows), "cut at %d", n)
		}
	}
	_, err = readListed([]byte{9})
	require.ErrorIs(t, err, errListingVersion)
}

func FuzzReadListed(f *testing.F) {
	f.Add(appendListed(nil, listedRows))
	f.Add([]byte{listingVersion, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, body []byte) {
		rows, err := readListed(body)
		if err != nil {
			return
		}
		again, err := readListed(appendListed(nil, rows))
		require.NoError(t, err)
		require.Equal(t, len(rows), len(again))
	})
}

// listed makes a page of records, a row each.
func listed(number int, rows ...row) ListedPage {
	w := page(0, number, rows...)
	p := ListedPage{Number: number, Body: w.Body, Entries: w.Entries, ReadAt: w.ReadAt}
	for i, r := range rows {
		p.Rows = append(p.Rows, ListedRow{Number: 100*number + i, Bin: ListedRecord, Key: r.key, Hash: xxhash.Sum64String(r.raw)})
	}
	return p
}

func startListing(t *testing.T, s *Stage, print string) Listing {
	t.Helper()
	l, err := s.StartListing(context.Background(), Listing{Account: testAccount, Stream: "rows", Print: print,
		Info: json.RawMessage(`{}`), Started: testTime})
	require.NoError(t, err)
	return l
}

func TestListingIsGoneOnWithByItsPrint(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.stage")
	s := openAt(t, path)
	l := startListing(t, s, "one")
	_, err := s.PutListed(ctx, l, listed(0, row{"1", `{"a":1}`}))
	require.NoError(t, err)
	require.NoError(t, s.Close())

	s = openAt(t, path)
	again := startListing(t, s, "one")
	require.Equal(t, l.ID, again.ID)
	require.Equal(t, 1, again.Pages)
	other := startListing(t, s, "two")
	require.NotEqual(t, l.ID, other.ID)
	require.Zero(t, other.Pages)
	_, ok, err := s.Listing(ctx, testAccount, "rows")
	require.NoError(t, err)
	require.False(t, ok, "none was ended")
	require.Contains(t, readAll(t, s, "rows"), record.Key("1"), "what was staged stays until the next ends")
}

func TestEndedListingTakesThePlaceOfTheOneBefore(t *testing.T) {
	ctx := context.Background()
	s := openTemp(t)
	l := startListing(t, s, "one")
	for n := range 3 {
		_, err := s.PutListed(ctx, l, listed(n, row{record.Key(string(rune('a' + n))), `{"a":1}`}))
		require.NoError(t, err)
	}
	l.Summary = json.RawMessage(`{"rows":3}`)
	require.NoError(t, s.EndListing(ctx, l))
	next := startListing(t, s, "two")
	_, err := s.PutListed(ctx, next, listed(0, row{"a", `{"a":2}`}))
	require.NoError(t, err)

	have, ok, err := s.Listing(ctx, testAccount, "rows")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, l.ID, have.ID)
	require.JSONEq(t, `{"rows":3}`, string(have.Summary))
	require.Equal(t, 3, have.Pages)

	rows := []ListedRow{{Number: 5, Bin: "held", Key: "a"}}
	require.NoError(t, s.SetListed(ctx, next, 0, rows))
	require.NoError(t, s.EndListing(ctx, next))
	have, _, err = s.Listing(ctx, testAccount, "rows")
	require.NoError(t, err)
	require.Equal(t, next.ID, have.ID)
	var got []ListedRow
	require.NoError(t, s.EachListed(ctx, have, func(_ int, r []ListedRow) error { got = append(got, r...); return nil }))
	require.Equal(t, rows, got)
	require.NoError(t, s.EachListed(ctx, l, func(int, []ListedRow) error { return errors.New("its pages went with it") }))
	require.ErrorContains(t, s.EndListing(ctx, l), "there is no listing")
}

func TestForgottenRecordLeavesNothing(t *testing.T) {
	ctx := context.Background()
	s := openTemp(t)
	l := startListing(t, s, "one")
	_, err := s.PutListed(ctx, l, listed(0, row{"1", `{"a":1}`}, row{"2", `{"a":2}`}, row{"3", `{"a":3}`}))
	require.NoError(t, err)
	n, err := s.Forget(ctx, testAccount, "rows", []record.Key{"2", "9", "2"})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, map[record.Key]content{"1": {Raw: `{"a":1}`}, "3": {Raw: `{"a":3}`}}, readAll(t, s, "rows"))
	requireIndexed(t, s, "rows")
	live, err := s.LiveCount(ctx, testAccount, "rows")
	require.NoError(t, err)
	gone, err := s.TombstoneCount(ctx, testAccount, "rows")
	require.NoError(t, err)
	require.Equal(t, []int{2, 0}, []int{live, gone})
	got, err := s.PutListed(ctx, l, listed(1, row{"2", `{"a":2}`}))
	require.NoError(t, err)
	require.Equal(t, PutResult{New: 1}, got, "it comes back as any new record")
	n, err = s.Forget(ctx, testAccount, "nothing", []record.Key{"1"})
	require.NoError(t, err)
	require.Zero(t, n)
}
