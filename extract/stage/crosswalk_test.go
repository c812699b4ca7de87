package stage

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func link(key, target record.Key, how LinkHow) Link {
	return Link{Key: key, Target: target, How: how, Run: 3, At: testTime}
}

func TestLinksAreOneToOne(t *testing.T) {
	ctx := context.Background()
	s := openTemp(t)
	cases := []struct {
		name     string
		have, in []Link
		conflict bool
	}{
		{"new", nil, []Link{link("1", "a", LinkMatched), link("2", "b", LinkCreated)}, false},
		{"the same again", []Link{link("1", "a", LinkCreated)}, []Link{link("1", "a", LinkMatched)}, false},
		{"another target", []Link{link("1", "a", LinkCreated)}, []Link{link("1", "b", LinkMatched)}, true},
		{"another target by decision", []Link{link("1", "a", LinkCreated)}, []Link{link("1", "b", LinkDecided)}, true},
		{"another source", []Link{link("1", "a", LinkCreated)}, []Link{link("2", "a", LinkMatched)}, true},
		{"another source by decision", []Link{link("1", "a", LinkCreated)}, []Link{link("2", "a", LinkDecided)}, false},
		{"another source, shared", []Link{link("1", "a", LinkCreated)}, []Link{link("2", "a", LinkShared)}, false},
		{"created beside a decision", []Link{link("1", "a", LinkDecided)}, []Link{link("2", "a", LinkCreated)}, false},
		{"three by decision", []Link{link("1", "a", LinkDecided)}, []Link{link("2", "a", LinkDecided), link("3", "a", LinkDecided)}, false},
		{"two beside a decision", []Link{link("1", "a", LinkDecided), link("2", "a", LinkMatched)}, []Link{link("3", "a", LinkAdopted)}, true},
		{"within one call", nil, []Link{link("1", "a", LinkMatched), link("2", "a", LinkMatched)}, true},
		{"one key twice", nil, []Link{link("1", "a", LinkMatched), link("1", "b", LinkMatched)}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			side := sideOf("customer", "customers")
			side.Part = c.name
			require.NoError(t, s.PutLinks(ctx, side, c.have))
			before := linksOf(t, s, side)
			err := s.PutLinks(ctx, side, c.in)
			if c.conflict {
				var conflict *LinkConflictError
				require.ErrorAs(t, err, &conflict)
				require.Equal(t, side, conflict.Side)
				require.ErrorContains(t, err, "the crosswalk of customer to customers holds")
				require.Equal(t, before, linksOf(t, s, side), "nothing was written")
				return
			}
			require.NoError(t, err)
			for _, l := range c.in {
				got, ok, err := s.Link(ctx, side, l.Key)
				require.NoError(t, err)
				require.True(t, ok)
				require.Equal(t, l.Target, got.Target)
			}
			for key, l := range before {
				require.Equal(t, l, linksOf(t, s, side)[key], "as it was")
			}
		})
	}
}

func TestLinksOfSidesAreApart(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	a := sideOf("customer", "customers")
	part, contacts := a, sideOf("customer", "contacts")
	part.Part = "b"
	sandbox := a
	sandbox.Target = "syncro/acme-test@acme-test.syncromsp.com"
	sides := []Side{contacts, a, sandbox, part}
	for i, side := range sides {
		require.NoError(t, s.PutLinks(ctx, side, []Link{link("1", record.Key(fmt.Sprint("t", i)), LinkCreated)}))
	}
	for i, side := range sides {
		l, ok, err := s.Link(ctx, side, "1")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, record.Key(fmt.Sprint("t", i)), l.Target)
		to, err := s.LinkedTo(ctx, side, "t0")
		require.NoError(t, err)
		require.Equal(t, i == 0, len(to) == 1)
	}
	all, err := s.Sides(ctx)
	require.NoError(t, err)
	require.ElementsMatch(t, sides, all)
	nobody := sideOf("nobody", "x")
	_, ok, err := s.Link(ctx, nobody, "1")
	require.NoError(t, err)
	require.False(t, ok)
	require.NoError(t, s.DropLink(ctx, nobody, "1"))
	require.Empty(t, linksOf(t, s, nobody))
	for _, bad := range []Side{{}, {Account: "a", Source: "b", Target: "c"}, {Source: "b", Target: "c", Stream: "d"}} {
		require.Error(t, s.PutLinks(ctx, bad, []Link{link("1", "a", LinkMatched)}))
	}
	for _, bad := range []Link{link("", "a", LinkMatched), link("9", "", LinkMatched), link("9", "z", "guessed"), link("9", "z", "")} {
		require.ErrorContains(t, s.PutLinks(ctx, a, []Link{bad}), "is not whole")
	}
}

func TestWrittenIsReplacedAndGoesWithTheLink(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	side := sideOf("customer", "customers")
	require.NoError(t, s.PutLinks(ctx, side, []Link{link("1", "a", LinkCreated), link("2", "b", LinkCreated)}))
	first := []Written{{Key: "2", Sent: []byte(`{"a":1}`), Run: 1, At: testTime}, {Key: "1", Sent: []byte(`{}`), Back: []byte(`{}`), Run: 1, At: testTime}}
	require.NoError(t, s.PutWritten(ctx, side, first))
	newer := Written{Key: "2", Sent: []byte(`{"a":2}`), Back: []byte(`{"a":2}`), Run: 2, At: testTime.Add(time.Hour)}
	require.NoError(t, s.PutWritten(ctx, side, []Written{newer}))
	var all []Written
	require.NoError(t, s.EachWritten(ctx, side, func(w *Written) error {
		all = append(all, *w)
		return nil
	}))
	require.Equal(t, []Written{first[1], newer}, all)
	require.NoError(t, s.DropLink(ctx, side, "2"))
	_, ok, err := s.Written(ctx, side, "2")
	require.NoError(t, err)
	require.False(t, ok)
	_, ok, err = s.Link(ctx, side, "2")
	require.NoError(t, err)
	require.False(t, ok)
	require.Error(t, s.PutWritten(ctx, side, []Written{{}}))
	stop := errors.New("enough")
	require.Same(t, stop, s.EachWritten(ctx, side, func(*Written) error { return stop }))
	require.Same(t, stop, s.Links(ctx, side, func(*Link) error { return stop }))
}
