package load_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// judge is the pass mark of every row: no record twice, none silently missing,
// and the ledger equals the store or says "unsure" for exactly the rows that are.
func (s *scene) judge(p stage.Plan) {
	s.t.Helper()
	time.Sleep(time.Hour) // what is still on its way arrives first
	for i := range p.Entries {
		j := &judging{scene: s, p: p, at: i, e: p.Entries[i], links: map[string]stage.Link{}, items: map[string]stage.Item{}, sources: map[string][]string{}}
		for k := range s.cfg.Rules {
			if s.cfg.Rules[k].Name == j.e.Name {
				j.rules = &s.cfg.Rules[k]
			}
		}
		if j.rules == nil {
			continue // files, which the row judges itself
		}
		j.read()
		j.twice()
		j.missing()
		j.ledger()
		j.content()
	}
	s.play.judged++
}

// judging is the judge at work on one entry.
type judging struct {
	*scene
	p       stage.Plan
	at      int
	e       stage.PlanEntry
	rules   *load.Rules
	items   map[string]stage.Item
	links   map[string]stage.Link
	sources map[string][]string // source keys by mark
	made    []madeRecord
	live    map[string]fields
}

func (j *judging) read() {
	j.t.Helper()
	ctx := context.Background()
	require.NoError(j.t, j.stage.Items(ctx, j.p.ID, j.at, stage.ItemQuery{}, func(it *stage.Item) error {
		own := *it
		own.Why, own.Note = slices.Clone(it.Why), slices.Clone(it.Note)
		j.items[string(it.Key)] = own
		return nil
	}))
	require.NoError(j.t, j.stage.Links(ctx, j.e.Side, func(l *stage.Link) error {
		j.links[string(l.Key)] = *l
		return nil
	}))
	for key, f := range j.rows[j.rules.Source] {
		m := j.markOf(key, f)
		j.sources[m] = append(j.sources[m], key)
	}
	j.made, j.live = j.vault.made(j.e.Side.Stream), j.vault.now(j.e.Side.Stream)
}

// marks are the fields by which the judge knows a record: the reference, else
// what the row says.
func (j *judging) marks() []string {
	stream := j.e.Side.Stream
	if m := j.o.marks[stream]; m != nil {
		return m
	}
	st, err := j.o.spec.Stream(stream)
	require.NoError(j.t, err)
	if st.Writes.Reference != "" {
		return []string{st.Writes.Reference}
	}
	return []string{"name", "note"}
}

// mark is the mark of a record as it was sent.
func (j *judging) mark(sent fields) string {
	var parts []string
	for _, name := range j.marks() {
		if v := sent[name]; v != nil {
			parts = append(parts, fmt.Sprint(v))
		}
	}
	return strings.Join(parts, "|")
}

// markOf is the mark that a source record's target record must have.
func (j *judging) markOf(key string, mapped fields) string {
	st, err := j.o.spec.Stream(j.e.Side.Stream)
	require.NoError(j.t, err)
	if j.o.marks[j.e.Side.Stream] == nil && st.Writes.Reference != "" {
		return "old " + key
	}
	return j.mark(mapped)
}

// twice: no record is there twice, and none that nobody asked for.
func (j *judging) twice() {
	j.t.Helper()
	count := map[string]int{}
	for _, m := range j.made {
		if !m.live {
			continue
		}
		for _, sent := range m.sent {
			count[j.mark(sent)]++
		}
	}
	for mark, n := range count {
		require.NotEmptyf(j.t, j.sources[mark], "%s: the store holds a record %q that no source record asked for", j.e.Name, mark)
		require.LessOrEqualf(j.t, n, len(j.sources[mark]), "%s: the store holds %q %d times", j.e.Name, mark, n)
	}
}

// missing: every source record is in one bin, those that are done are in the
// store, and of all others it is said why.
func (j *judging) missing() {
	j.t.Helper()
	require.Lenf(j.t, j.items, len(j.rows[j.rules.Source]), "%s: every record is in one bin", j.e.Name)
	byID := map[string]madeRecord{}
	for _, m := range j.made {
		byID[m.id] = m
	}
	for key, f := range j.rows[j.rules.Source] {
		it, ok := j.items[key]
		require.Truef(j.t, ok, "%s %s is in no bin", j.e.Name, key)
		name := j.e.Name + " " + key
		link, linked := j.links[key]
		var why load.Reason
		if len(it.Why) > 0 {
			require.NoError(j.t, json.Unmarshal(it.Why, &why))
		}
		switch it.Bin {
		case stage.LoadCreated, stage.LoadUpdated, stage.LoadUnchanged:
			require.Truef(j.t, linked, "%s is %s and in no crosswalk", name, it.Bin)
			if j.edited[j.e.Side.Stream+" "+string(link.Target)] {
				continue
			}
			require.Containsf(j.t, j.live, string(link.Target), "%s is %s and the store lacks it", name, it.Bin)
			m, ours := byID[string(link.Target)]
			if link.How == stage.LinkCreated || it.Bin == stage.LoadCreated && link.How == stage.LinkAdopted {
				require.Truef(j.t, ours, "%s is linked to a record that no request created", name)
				require.Truef(j.t, slices.ContainsFunc(m.sent, func(sent fields) bool { return j.mark(sent) == j.markOf(key, f) }),
					"%s is linked to another's record", name)
			}
		case stage.LoadWaiting:
			require.Errorf(j.t, j.err, "%s waits though the run ended well", name)
		default:
			require.NotEmptyf(j.t, why.Code, "%s is %s without a reason", name, it.Bin)
			require.NotEmptyf(j.t, why.Text, "%s is %s without a sentence", name, it.Bin)
		}
	}
}

// ledger: what the store holds of ours is in the crosswalk, once; what is not
// there is in no crosswalk; unsure are exactly those whose answers were lost.
func (j *judging) ledger() {
	j.t.Helper()
	owners := map[string]int{}
	for _, l := range j.links {
		owners[string(l.Target)]++
	}
	attempts := j.attemptsByKey()
	open := func(mark string) bool {
		return slices.ContainsFunc(j.sources[mark], func(key string) bool { return attempts[key].open > 0 })
	}
	for _, m := range j.made {
		mark := j.mark(m.sent[0])
		if m.live && owners[m.id] == 0 {
			require.Truef(j.t, open(mark), "%s: the store holds %q (%s), of which the ledger knows nothing", j.e.Name, mark, m.id)
		}
		require.LessOrEqualf(j.t, owners[m.id], 1, "%s: %s is in the crosswalk of several", j.e.Name, m.id)
	}
	perMark := map[string]int{}
	for _, m := range j.made {
		for _, sent := range m.sent {
			perMark[j.mark(sent)]++
		}
	}
	for mark, keys := range j.sources {
		done, unsure := 0, 0
		for _, key := range keys {
			done += attempts[key].made
			unsure += attempts[key].open
			is := j.items[key].Bin == stage.LoadUnsure
			require.Falsef(j.t, is && attempts[key].open == 0, "%s %s is unsure, and no attempt of it is open", j.e.Name, key)
			require.Falsef(j.t, !is && attempts[key].open > 0 && j.err == nil, "%s %s is %s, and an attempt of it is open", j.e.Name, key, j.items[key].Bin)
			if attempts[key].open > 0 && j.err == nil {
				require.Truef(j.t, j.unclear(mark, string(j.links[key].Target)), "%s %s is unsure though every answer about it was clear", j.e.Name, key)
			}
		}
		require.LessOrEqualf(j.t, done, perMark[mark], "%s: the ledger says that %q was created %d times, the store %d", j.e.Name, mark, done, perMark[mark])
		require.LessOrEqualf(j.t, perMark[mark], done+unsure, "%s: the store created %q %d times, the ledger says %d", j.e.Name, mark, perMark[mark], done)
	}
}

// tries counts the attempts of a source record.
type tries struct{ made, open int }

func (j *judging) attemptsByKey() map[string]tries {
	j.t.Helper()
	out := map[string]tries{}
	require.NoError(j.t, j.stage.Attempts(context.Background(), stage.AttemptQuery{Side: &j.e.Side}, func(a *stage.Attempt) error {
		n := out[string(a.Key)]
		switch {
		case a.State == stage.AttemptUnsure, a.State == stage.AttemptSending:
			n.open++
		case a.State != stage.AttemptDone:
		case a.Kind == stage.AttemptCreate && j.links[string(a.Key)].How != stage.LinkMatched,
			j.links[string(a.Key)].How == stage.LinkRecovered:
			n.made++
		}
		out[string(a.Key)] = n
		return nil
	}))
	return out
}

// unclear tells whether some write of a record got no clear answer.
func (j *judging) unclear(mark, target string) bool {
	return len(j.wire.seen(func(c *wireCall) bool {
		if !c.writes() || c.clear {
			return false
		}
		return target != "" && strings.Contains(c.path+"?"+c.query, target) ||
			slices.ContainsFunc(c.sent(), func(f fields) bool { return j.mark(f) == mark })
	})) > 0
}

// content: what the ledger says was written stands in the store, but for what a
// verification has listed.
func (j *judging) content() {
	j.t.Helper()
	st, err := j.o.spec.Stream(j.e.Side.Stream)
	require.NoError(j.t, err)
	said := map[string]bool{}
	if j.verdict != nil {
		for _, d := range j.verdict.Differs {
			said[d.Entry+" "+string(d.Key)+" "+d.Field] = true
		}
	}
	require.NoError(j.t, j.stage.EachWritten(context.Background(), j.e.Side, func(w *stage.Written) error {
		target := string(j.links[string(w.Key)].Target)
		now, there := j.live[target]
		if !there || j.edited[j.e.Side.Stream+" "+target] {
			return nil
		}
		var sent fields
		dec := json.NewDecoder(bytes.NewReader(w.Sent))
		dec.UseNumber()
		if err := dec.Decode(&sent); err != nil {
			return err
		}
		for name, v := range sent {
			got, shown := now[name]
			if _, is := v.(map[string]any); is || !slices.ContainsFunc(st.Fields, func(f record.Field) bool { return f.Name == name }) || !shown && j.target == nil {
				continue // no reading shows it
			}
			id := j.e.Name + " " + string(w.Key) + " " + name
			require.Equalf(j.t, !said[id], alike(v, got), "%s: sent %v, the store has %v; the verification said so: %v", id, v, got, said[id])
		}
		return nil
	}))
}
