package transform

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

// changes is all that differs between two generations, a line each.
func changes(t *testing.T, s *stage.Stage, old, now *stage.Generation) ([]string, []StreamDiff) {
	t.Helper()
	var lines []string
	sums, err := Diff(context.Background(), s, old, now, func(c *Change) error {
		line := fmt.Sprintf("%s/%s %s>%s %t", c.Stream, c.Key, c.From, c.To, c.SourceChanged)
		for _, f := range c.Fields {
			line += fmt.Sprintf(" %s: %s>%s", f.Path, f.Old, f.New)
		}
		lines = append(lines, line)
		return nil
	})
	require.NoError(t, err)
	return lines, sums
}

func TestDiffShowsWhatAMappingChanges(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "customer")
	p.put(row{"1", `{"n":{"a":1,"b":2},"x":1}`}, row{"10", `{"n":7}`}, row{"2", `{"dead":"bad"}`}, row{"3", `{"n":3}`}, row{"4", `{"skip":"where"}`})
	run(t, s, entry("customers", "customer", "customers", ""))
	run(t, s, entry("clients", "customer", "customers", "x"))
	now, before := current(t, s)
	lines, sums := changes(t, s, before, now)
	assert.Equal(t, []string{`clients/1 mapped>mapped false extra: >"x"`, `clients/10 mapped>mapped false extra: >"x"`, `clients/3 mapped>mapped false extra: >"x"`}, lines)
	assert.Equal(t, []StreamDiff{{Name: "clients", Changed: 3, Fields: map[string]int{"extra": 3}, Renamed: "customers"}}, sums)

	// Records that changed, came, went, and moved.
	p.put(row{"1", `{"n":{"a":1,"b":3}}`}, row{"2", `{"n":2}`}, row{"3", `{"dead":"x"}`}, row{"4", `{"dead":"x"}`}, row{"5", `{"n":5}`})
	p.delete("10")
	run(t, s, entry("clients", "customer", "customers", "x"))
	now, before = current(t, s)
	lines, sums = changes(t, s, before, now)
	assert.Equal(t, []string{
		`clients/1 mapped>mapped true n.b: 2>3 x: 1>`,
		`clients/10 mapped>tombstone true`,
		`clients/2 dead>mapped true`,
		`clients/3 mapped>dead true`,
		`clients/4 skipped>dead true`,
		`clients/5 none>mapped true`,
	}, lines)
	assert.Equal(t, []StreamDiff{{Name: "clients", Added: 2, Removed: 2, Changed: 1, Moved: 1, Fields: map[string]int{"n.b": 1, "x": 1}}}, sums)
	lines, _ = changes(t, s, now, now)
	assert.Empty(t, lines)

	// An entry goes and another comes.
	run(t, s, entry("contacts", "customer", "contacts", ""))
	now, before = current(t, s)
	_, sums = changes(t, s, before, now)
	assert.Equal(t, []StreamDiff{{Name: "contacts", Added: 3, Moved: 3, Fields: map[string]int{}}, {Name: "clients", Removed: 3, Moved: 3, Fields: map[string]int{}}}, sums)
	enough := errors.New("enough")
	_, err := Diff(context.Background(), s, before, now, func(*Change) error { return enough })
	require.ErrorIs(t, err, enough)
}

func TestRequeuedDeadLettersAreMappedAgain(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "customer")
	p.put(row{"1", `{"n":1}`}, row{"2", `{"dead":"bad"}`})
	p.put(row{"3", `{"n":3}`})
	rules := entry("customers", "customer", "customers", "")
	run(t, s, rules)
	n, err := s.RequeueMapped(context.Background(), testAccount, "")
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	g, _ := current(t, s)
	assert.Len(t, view(t, s, g), 3, "they are seen until then")
	sum := run(t, s, rules)
	assert.Equal(t, 2, sum.Streams[0].Mapped, "its whole chunk, and no other")
	assert.Equal(t, 1, sum.Streams[0].Bins.Dead)
	n, err = s.RequeueMapped(context.Background(), testAccount, "tickets")
	require.NoError(t, err)
	assert.Zero(t, n)
}
