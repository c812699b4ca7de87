package load

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// plannedEntry is one entry of the mapping being planned. What is held of each
// mapped record stands in slices by its number, its place in the generation.
type plannedEntry struct {
	number  int // in the plan
	rules   *Rules
	side    stage.Side
	mapped  stage.MappedEntry
	st      *connector.Stream
	same    *Comparer
	target  *targetStream
	groups  []*matchGroup
	natural []int // places in groups of what a creation would overwrite by
	late    map[string]bool
	values  Values
	chosen  map[record.Key]MatchDecision
	finds   []findGroup // what its records look for
	known   []knownField
	enums   map[string]bool               // paths of fields that take the values of the spec only
	refused map[[2]string]refusedDecision // by field and value
	from    string                        // see Write.From
	actions bool                          // some fields are brought about by actions
	sum     EntrySummary

	keys    keyList
	how     []how
	hit     []uint32                // number of the target record, where how names one
	by      []uint8                 // place in Rules.Match, of howMatched
	act     []stage.Action          // once it is decided
	away    map[uint32]record.Key   // target keys that are not among the records read
	twin    map[uint32]uint32       // the record that one alike to it stands for
	looks   map[uint32][]uint32     // target records that look like a creation
	several map[uint32][]uint32     // of howSeveral: the target records
	asked   map[uint32][]Candidate  // of howSeveral and howTaken where the target has no list
	nows    map[uint32][]byte       // target records found where the target has no list
	before  map[record.Key]rejected // refused by the target, and not requeued
	elders  map[uint32][]elder      // of howMerged: the records that go before it
	rivals  map[uint32]string       // of howRival: the other record
	kept    map[uint32]keptBack     // why records are held or rejected
	written bool                    // Ferry wrote some of its records
	rescued []bool                  // linked again by Recover; nil: none was
	untold  bool                    // the stage was lost, and nothing was created since: what is not linked may be there
}

// how says what is known of a mapped record's counterpart in the target.
type how uint8

const (
	howNone     how = iota // none was found
	howLinked              // by the crosswalk
	howDecided             // a person said so
	howMatched             // by the match fields
	howStands              // another source record stands for it
	howMerged              // it fills in what another source record left blank
	howCreated             // a person said that there is none
	howSkipped             // a person said to leave it out
	howSeveral             // there are several
	howShared              // others claim the same
	howAlike               // others are alike, and none is in the target
	howRetired             // deleted or archived in the target
	howLost                // linked to what the target no longer has
	howClash               // the crosswalk says otherwise than people
	howDeferred            // it waits for the creation of the record that stands for it
	howTaken               // a creation would overwrite what the target has under its natural key
	howUnasked             // the target refused to be asked for it
	howContrary            // people decided that several source records are one target record, and the mapping holds such
	howRival               // a record of another entry is to be created under the same natural key
)

// named says whether the hit of a record names a target record to be compared.
func (h how) named() bool {
	return h == howLinked || h == howDecided || h == howMatched || h == howStands || h == howMerged
}

// claim is which mapped record matched a target record.
type claim struct {
	row     uint32 // the oldest
	other   uint32 // another one, where there are several
	entry   uint16 // number + 1; 0: none
	second  uint16 // number of the entry of the other one
	several bool
	rank    uint8 // of the first: see rankOf
	fixed   uint8 // how many are sure, by crosswalk or decision; 2: at least
}

var errEnough = errors.New("enough")

// scan reads the keys of an entry's mapped records, and what they look for.
func (p *planner) scan(ctx context.Context, e *plannedEntry) error {
	var parser fastjson.Parser
	seen := map[string]bool{}
	e.keys.grow(e.mapped.Bins.Mapped)
	query := stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}
	err := p.cfg.Stage.Mapped(ctx, p.gen, e.mapped, query, func(r *stage.MappedRow) error {
		e.keys.add(string(r.Key))
		if mayMark(r.JSON) && bytes.Contains(r.JSON, []byte(`"$find"`)) {
			v, err := parser.ParseBytes(r.JSON)
			if err != nil {
				return err
			}
			eachFinding(v, func(find *fastjson.Value) { e.addFinding(find, seen) })
		}
		return nil
	})
	n := e.keys.len()
	e.keys.index.sort()
	e.how, e.hit, e.by, e.act = make([]how, n), make([]uint32, n), make([]uint8, n), make([]stage.Action, n)
	return err
}

// keepOrder scans an entry again where its records no longer come in the order
// they were scanned in: reading the target packs the stage, and a packed chunk
// takes another place. It must come before anything is noted of the records by
// their numbers.
func (p *planner) keepOrder(ctx context.Context, e *plannedEntry) error {
	row := 0
	query := stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}, NoJSON: true}
	err := p.cfg.Stage.Mapped(ctx, p.gen, e.mapped, query, func(r *stage.MappedRow) error {
		if row >= e.keys.len() || string(e.keys.bytes(uint32(row))) != string(r.Key) {
			return errEnough
		}
		row++
		return nil
	})
	if !errors.Is(err, errEnough) {
		return err
	}
	e.keys, e.finds = keyList{}, nil
	return p.scan(ctx, e)
}

// findGroup is a stream of the target and the fields its records are found by.
type findGroup struct {
	stream string
	fields []string
}

// eachFinding calls fn for what every find() in a mapped record asks.
func eachFinding(v *fastjson.Value, fn func(find *fastjson.Value)) {
	switch v.Type() {
	case fastjson.TypeObject:
		if find := v.Get("$find"); find != nil {
			fn(find)
			return
		}
		v.GetObject().Visit(func(_ []byte, member *fastjson.Value) { eachFinding(member, fn) })
	case fastjson.TypeArray:
		for _, e := range elements(v) {
			eachFinding(e, fn)
		}
	}
}

// addFinding notes a stream and its fields, once.
func (e *plannedEntry) addFinding(find *fastjson.Value, seen map[string]bool) {
	g := findGroup{string(find.GetStringBytes("stream")), fieldsOf(find.Get("by"))}
	id := g.stream + "\x00" + strings.Join(g.fields, "\x00")
	if !seen[id] {
		seen[id] = true
		e.finds = append(e.finds, g)
	}
}

// fieldsOf names the members of an object.
func fieldsOf(by *fastjson.Value) (names []string) {
	if by == nil || by.Type() != fastjson.TypeObject {
		return nil
	}
	by.GetObject().Visit(func(key []byte, _ *fastjson.Value) { names = append(names, string(key)) })
	return names
}

// readLinks reads the crosswalk of the entry. Every target record that is linked
// from any source is marked, so that nothing else is matched with it.
func (p *planner) readLinks(ctx context.Context, e *plannedEntry) error {
	e.away = map[uint32]record.Key{}
	err := p.cfg.Stage.Links(ctx, e.side, func(l *stage.Link) error {
		row, ours := e.keys.find([]byte(l.Key))
		to, there := e.target.keys.find([]byte(l.Target))
		if there {
			e.target.flags[to] |= flagLinked
		}
		if ours && l.How == stage.LinkRecovered {
			if e.rescued == nil {
				e.rescued = make([]bool, e.keys.len())
			}
			e.rescued[row] = true
		}
		if !there && !e.target.listed {
			e.target.linkedAway[l.Target] = true
		}
		if !ours {
			return nil
		}
		if there {
			e.how[row], e.hit[row] = howLinked, to
			if e.target.flags[to]&flagGone != 0 {
				e.how[row], e.away[row] = howLost, l.Target
			}
			return nil
		}
		e.how[row], e.away[row] = howLost, l.Target
		if !e.target.listed {
			e.how[row] = howLinked
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = p.cfg.Stage.EachWritten(ctx, e.side, func(*stage.Written) error {
		e.written = true
		return errEnough
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return p.readRejected(ctx, e)
}

// markLinked marks the target records of a stream that belong to sources which
// are not planned now, and those that Ferry itself deleted.
func (p *planner) markLinked(ctx context.Context, t *targetStream) error {
	sides, err := p.cfg.Stage.Sides(ctx)
	if err != nil {
		return err
	}
	gone := false
	for _, flags := range t.flags {
		gone = gone || flags&flagGone != 0
	}
	for _, side := range sides {
		if side.Target != p.cfg.Target.ID || side.Stream != t.st.Name {
			continue
		}
		if !p.plans(side) {
			err := p.cfg.Stage.Links(ctx, side, func(l *stage.Link) error {
				if row, ok := t.keys.find([]byte(l.Target)); ok {
					t.flags[row] |= flagLinked
				} else if !t.listed {
					t.linkedAway[l.Target] = true
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		if !gone {
			continue
		}
		err := p.cfg.Stage.Attempts(ctx, stage.AttemptQuery{Side: &side, States: []stage.AttemptState{stage.AttemptDone}}, func(a *stage.Attempt) error {
			if row, ok := t.keys.find([]byte(a.Target)); ok && a.Kind == stage.AttemptDelete && t.flags[row]&flagGone != 0 {
				t.flags[row] |= flagOurs
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plans says whether an entry of the plan has that side: its links are read anyway.
func (p *planner) plans(side stage.Side) bool {
	return slices.ContainsFunc(p.entries, func(e *plannedEntry) bool { return e.side == side })
}
