package load_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// markers is the field of each target stream by which people tell its records.
var markers = map[string]string{
	"customers": "business_name", "contacts": "name", "assets": "name", "tickets": "subject",
	"customer": "name", "site": "name", "equipment": "name", "job": "description",
}

// found is what a judge found: the store of the target held against source and
// ledger.
type found struct {
	bins    stage.LoadBins
	source  int            // records read, tombstones included
	mapped  int            // of them
	dead    int            // of them
	doubled int            // creations of the target beyond one a record, and records that two claim
	missing int            // mapped records of which the ledger says created, and that the store lacks or has otherwise
	strange int            // target records that were not there before and are nobody's
	effects int            // that people noticed
	reasons map[string]int // of held and rejected ones
}

func (f found) String() string {
	parts := []string{fmt.Sprintf("%d dead", f.dead)}
	for bin := stage.LoadWaiting; bin <= stage.LoadRestored; bin++ {
		if n := f.bins[bin]; n > 0 && bin != stage.LoadUnsure {
			parts = append(parts, fmt.Sprintf("%d %s", n, bin))
		}
	}
	return fmt.Sprintf("%d records, of them %s; %d unsure, %d doubled, %d missing, %d nobody's, %d effects",
		f.source, strings.Join(parts, ", "), f.bins[stage.LoadUnsure], f.doubled, f.missing, f.strange, f.effects)
}

// why are the reasons of what was not loaded, in words.
func (f found) why() string {
	parts := []string{}
	for _, code := range slices.Sorted(maps.Keys(f.reasons)) {
		parts = append(parts, fmt.Sprintf("%d %s", f.reasons[code], code))
	}
	if len(parts) == 0 {
		return "nothing was held"
	}
	return "held or rejected: " + strings.Join(parts, ", ")
}

// add adds what was found of another load.
func (f *found) add(o found) {
	if f.bins == nil {
		f.bins = stage.LoadBins{}
	}
	for bin, n := range o.bins {
		f.bins[bin] += n
	}
	f.source, f.mapped, f.dead = f.source+o.source, f.mapped+o.mapped, f.dead+o.dead
	f.doubled, f.missing, f.strange, f.effects = f.doubled+o.doubled, f.missing+o.missing, f.strange+o.strange, f.effects+o.effects
}

// clean wants what every load must show.
func (f found) clean(m *move) {
	m.t.Helper()
	assert.Zero(m.t, f.doubled, "doubled")
	assert.Zero(m.t, f.missing, "missing")
	assert.Zero(m.t, f.strange, "in the store and not in the ledger")
	assert.Zero(m.t, f.effects, "effects: %v", m.to.store.Counters().Effects)
	assert.Zero(m.t, f.bins[stage.LoadWaiting], "waiting")
}

// judge holds the store of the target against source and ledger.
func (m *move) judge(p stage.Plan) found {
	m.t.Helper()
	f := found{bins: stage.LoadBins{}, reasons: map[string]int{}}
	for _, s := range m.mapped.Streams {
		b := s.Bins
		f.source += b.Mapped + b.Skipped + b.Dead + b.Held + b.Tombstones
		f.mapped, f.dead = f.mapped+b.Mapped, f.dead+b.Dead
	}
	for _, n := range m.to.store.Counters().Effects {
		f.effects += n
	}
	links := map[string]map[record.Key]record.Key{}
	for _, e := range p.Entries {
		links[e.Name] = m.links(e.Side)
	}
	counts, err := m.stage.PlanBins(context.Background(), p.ID)
	require.NoError(m.t, err)
	seen := 0
	for i, e := range p.Entries {
		items, wanted := m.items(p, i), m.wanted(e.Name)
		require.Equalf(m.t, len(wanted), len(items), "%s: every mapped record is planned once", e.Name)
		bins := stage.LoadBins{}
		for key, it := range items {
			require.Containsf(m.t, wanted, key, "%s %s is planned and not mapped", e.Name, key)
			bins[it.Bin]++
			f.bins[it.Bin]++
			seen++
			if it.Bin == stage.LoadHeld || it.Bin == stage.LoadRejected || it.Bin == stage.LoadUnsure {
				f.reasons[reasonOf(it).Code]++
			}
		}
		require.Equalf(m.t, nonZero(counts[i]), bins, "%s: the stage counts as the items are", e.Name)
		m.judgeEntry(&f, e, items, wanted, links)
	}
	require.Equal(m.t, f.mapped, seen, "every record is in one bin")
	return f
}

// judgeEntry counts what is wrong with the records of one entry.
func (m *move) judgeEntry(f *found, e stage.PlanEntry, items map[record.Key]stage.Item, wanted map[record.Key]map[string]any, links map[string]map[record.Key]record.Key) {
	m.t.Helper()
	stream, store := e.Side.Stream, m.to.store.Snapshot(simStream(e.Side.Stream))
	claims, claimed, sent := map[record.Key]int{}, map[string]bool{}, m.sent(stream)
	for key, target := range links[e.Name] {
		claims[target]++
		claimed[string(target)] = true
		if claims[target] > 1 {
			f.doubled++
		}
		raw, there := store[string(target)]
		if !there || !m.isRecord(e.Name, stream, wanted[key], raw, links, sent[string(target)]) {
			m.t.Logf("%s %s is %s and not in the target as %s", e.Name, key, items[key].Bin, target)
			f.missing++
		}
	}
	for key, it := range items {
		if it.Bin == stage.LoadCreated && links[e.Name][key] == "" {
			f.missing++
		}
	}
	for id := range store {
		_, old := m.before[stream][id]
		if !old && !claimed[id] {
			f.strange++
		}
	}
}

// sent are the fields with which records of a target stream were created through
// the API, by id.
func (m *move) sent(stream string) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, w := range m.to.store.Written(simStream(stream)) {
		if w.Verb == "create" && w.Part == "" {
			out[w.ID] = w.Fields
		}
	}
	return out
}

// isRecord tells whether a record of the store is what a mapped record became: by
// its marker, and by the parents it hangs on. created are the fields it was
// created with; nil of one that was there before.
func (m *move) isRecord(entry, stream string, want map[string]any, raw string, links map[string]map[record.Key]record.Key, created map[string]any) bool {
	m.t.Helper()
	var now map[string]any
	require.NoError(m.t, json.Unmarshal([]byte(raw), &now))
	marker := markers[stream]
	if text, ok := want[marker].(string); ok && plain(text) != plain(fmt.Sprint(now[marker])) {
		m.t.Logf("%s: %q is %q in the target", entry, text, now[marker])
		return false
	}
	if created == nil { // it was there before
		return true
	}
	for name, v := range want {
		parent, key := refOf(v)
		if parent == "" {
			if inner, ok := v.(map[string]any); ok {
				parent, key = refOf(inner["id"])
			}
		}
		target, linked := links[parent][record.Key(key)]
		if !linked {
			continue
		}
		has, shown := now[name]
		if !shown { // no answer shows it: what took effect tells
			has = created[name]
		}
		if keyAt(has) != string(target) {
			m.t.Logf("%s: %s is %v in the target and should be %s", entry, name, has, target)
			return false
		}
	}
	return true
}

// plain is a text without what vendors do to the ends of lines.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// refOf is what a reference of a mapped record names; "" where it is none.
func refOf(v any) (entry, key string) {
	marker, ok := v.(map[string]any)
	if !ok {
		return "", ""
	}
	ref, ok := marker["$ref"].(map[string]any)
	if !ok {
		return "", ""
	}
	return fmt.Sprint(ref["stream"]), fmt.Sprint(ref["key"])
}

// keyAt is the key that a field of the store names, alone or in an object.
func keyAt(v any) string {
	if inner, ok := v.(map[string]any); ok {
		v = inner["id"]
	}
	if n, ok := v.(float64); ok {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprint(v)
}

func (m *move) links(side stage.Side) map[record.Key]record.Key {
	m.t.Helper()
	out := map[record.Key]record.Key{}
	require.NoError(m.t, m.stage.Links(context.Background(), side, func(l *stage.Link) error {
		out[l.Key] = l.Target
		return nil
	}))
	return out
}

func (m *move) items(p stage.Plan, entry int) map[record.Key]stage.Item {
	m.t.Helper()
	out := map[record.Key]stage.Item{}
	require.NoError(m.t, m.stage.Items(context.Background(), p.ID, entry, stage.ItemQuery{}, func(it *stage.Item) error {
		require.NotContains(m.t, out, it.Key)
		own := *it
		own.Note, own.Why = slices.Clone(it.Note), slices.Clone(it.Why)
		out[it.Key] = own
		return nil
	}))
	return out
}

// wanted are the mapped records of an entry, markers as they are.
func (m *move) wanted(entry string) map[record.Key]map[string]any {
	m.t.Helper()
	ctx := context.Background()
	gen, _, err := m.stage.Generations(ctx, m.from.account.ID)
	require.NoError(m.t, err)
	e, ok := gen.Entry(entry)
	require.True(m.t, ok)
	out := map[record.Key]map[string]any{}
	require.NoError(m.t, m.stage.Mapped(ctx, gen, e, stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}, func(row *stage.MappedRow) error {
		var fields map[string]any
		err := json.Unmarshal(row.JSON, &fields)
		out[record.Key(strings.Clone(string(row.Key)))] = fields
		return err
	}))
	return out
}

func reasonOf(it stage.Item) (r load.Reason) {
	if len(it.Why) > 0 {
		_ = json.Unmarshal(it.Why, &r) // a reason that cannot be read has no code
	}
	return r
}

// creations counts the creations that took effect in the target.
func (m *move) creations() (n int) {
	for _, stream := range m.to.streams {
		for _, w := range m.to.store.Written(simStream(stream)) {
			if w.Verb == "create" && w.Part == "" {
				n++
			}
		}
	}
	return n
}
