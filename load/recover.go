package load

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Recovered is what Recover found.
type Recovered struct {
	Entries []RecoveredEntry `json:"entries"`
}

// RecoveredEntry counts the records of one entry.
type RecoveredEntry struct {
	Entry   string         `json:"entry"`
	Field   string         `json:"field"`   // that carries the source key; "" none can
	Read    int            `json:"read"`    // records of the target
	Linked  int            `json:"linked"`  // put into the crosswalk now
	Known   int            `json:"known"`   // were in it
	Unknown int            `json:"unknown"` // name a source record that is not mapped
	Proven  bool           `json:"proven"`  // the target was read in full
	Doubled []RecordDouble `json:"doubled,omitempty"`
	// By is the field whose first line, as it is mapped, was looked for too; ""
	// the mapping names none.
	By string `json:"by,omitempty"`
	// Untold are mapped records that no target record tells of: they are new, or
	// somebody changed the field. The next plan would create them, unless their
	// match fields find them.
	Untold int `json:"untold"`
	Differ int `json:"differ"` // linked ones that differ from what is mapped, now held for a person
}

// RecordDouble is a source record whose key stands in several target records.
type RecordDouble struct {
	Key     record.Key   `json:"key"`
	Targets []record.Key `json:"targets"`
}

// Recover rebuilds crosswalk and ledger from the target, where the source key was
// written: after the stage was lost, and the source was extracted and mapped
// again. It reads the target in bulk and writes nothing there. A source key that
// stands in several target records links none of them.
func Recover(ctx context.Context, cfg Config) (Recovered, error) {
	var out Recovered
	newest, _, err := cfg.Stage.Generations(ctx, cfg.Source.ID)
	if err != nil {
		return out, err
	}
	if newest == nil {
		return out, errors.New("nothing is mapped yet; run `ferry extract` and `ferry transform` first, then recover")
	}
	var all []*recovering
	for i := range cfg.Rules {
		rules := &cfg.Rules[i]
		mapped, ok := newest.Entry(rules.Name)
		if !ok {
			continue
		}
		e := &entry{index: i, name: rules.Name, rules: rules, mapped: mapped, side: sideOf(&cfg, rules)}
		if e.stream, err = cfg.Vendor.Stream(rules.Target); err != nil {
			return out, err
		}
		e.same, e.from = NewComparer(e.stream, rules), fromOf(cfg.Rules, rules)
		found := RecoveredEntry{Entry: rules.Name, Field: referencePath(e)}
		if rules.Tells != found.Field {
			found.By = rules.Tells
		}
		c := &recovering{cfg: &cfg, gen: newest, e: e, out: &found, keys: map[record.Key][]record.Key{}, lines: map[string][]record.Key{}}
		all = append(all, c)
		listed := e.stream.List != nil || e.stream.Sub != nil
		if (found.Field != "" || found.By != "") && cfg.Refresh != nil && listed {
			if err := c.run(ctx); err != nil {
				return out, err
			}
		}
	}
	// What is wanted of a record names its parents: all links come before.
	for _, c := range all {
		if c.out.Read > 0 {
			if err := c.agree(ctx); err != nil {
				return out, err
			}
		}
		out.Entries = append(out.Entries, *c.out)
	}
	return out, nil
}

// sideOf names the two streams of an entry.
func sideOf(cfg *Config, rules *Rules) stage.Side {
	return stage.Side{Account: cfg.Source.ID, Source: rules.Source, Part: rules.Part, Target: cfg.Target.ID, Stream: rules.Target}
}

// recovering rebuilds one entry.
type recovering struct {
	cfg   *Config
	gen   *stage.Generation
	e     *entry
	out   *RecoveredEntry
	keys  map[record.Key][]record.Key // source key -> target keys
	lines map[string][]record.Key     // first line of the telling field -> target keys
}

func (c *recovering) run(ctx context.Context) error {
	proven, err := c.cfg.Refresh(ctx, []string{c.e.side.Stream})
	if err != nil {
		return err
	}
	c.out.Proven = proven[c.e.side.Stream]
	err = eachStaged(ctx, c.cfg.Stage, c.cfg.Target.ID, c.e.side.Stream, func(rec record.Staged) error {
		if rec.Deleted {
			return nil
		}
		c.out.Read++
		whole := wholeRecord(rec)
		if c.out.Field != "" {
			for _, key := range sourceKeys(textAt(whole, c.out.Field), c.e.from) {
				c.keys[key] = append(c.keys[key], rec.Key)
			}
		}
		if c.out.By != "" {
			if line := firstLine(textAt(whole, c.out.By)); line != "" {
				c.lines[line] = append(c.lines[line], rec.Key)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := c.link(ctx); err != nil {
		return err
	}
	return c.tell(ctx)
}

// sourceKeys are what a reference may mean: the whole first line, and what stands
// behind its last space ("synchroteam 123") or, with nothing but words before it,
// behind its last hyphen ("syncro-contact-123"). Where several entries feed the
// stream it says of which it is ("synchroteam site 123").
func sourceKeys(text, from string) []record.Key {
	line := firstLine(text)
	if line == "" || from != "" && !strings.Contains(" "+line, " "+from+" ") {
		return nil
	}
	keys := []record.Key{record.Key(line)}
	if i := strings.LastIndexByte(line, ' '); i >= 0 {
		return append(keys, record.Key(line[i+1:]))
	}
	word := func(c rune) bool { return c == '-' || unicode.IsLetter(c) }
	if i := strings.LastIndexByte(line, '-'); i > 0 && strings.TrimFunc(line[:i], word) == "" {
		keys = append(keys, record.Key(line[i+1:]))
	}
	return keys
}

// link puts what was found into the crosswalk and the ledger.
func (c *recovering) link(ctx context.Context) error {
	for key, targets := range c.keys {
		mapped, err := c.cfg.Stage.MappedRecords(ctx, c.gen, c.e.mapped, key)
		if err != nil {
			return err
		}
		if row, ok := mapped[key]; !ok || row.Bin != stage.BinMapped {
			if !strings.ContainsAny(string(key), " -") {
				c.out.Unknown++
			}
			continue
		}
		link, have, err := c.cfg.Stage.Link(ctx, c.e.side, key)
		switch {
		case err != nil:
			return err
		case have && len(targets) == 1 && link.Target == targets[0]:
			c.out.Known++
			continue
		case have || len(targets) > 1:
			c.out.Doubled = append(c.out.Doubled, RecordDouble{Key: key, Targets: together(targets, link, have)})
			continue
		}
		if err := c.one(ctx, key, targets[0]); err != nil {
			return err
		}
	}
	return nil
}

// together adds the target that a record is linked to to those that name it.
func together(targets []record.Key, l stage.Link, have bool) []record.Key {
	if have && !slices.Contains(targets, l.Target) {
		return append(targets, l.Target)
	}
	return targets
}

// one links a record and writes a line of the ledger that says how it is known.
func (c *recovering) one(ctx context.Context, key, target record.Key) error {
	now := c.cfg.Now()
	ids, err := c.cfg.Stage.BeginAttempts(ctx, []stage.Attempt{{
		Run: c.cfg.Run, Side: c.e.side, Key: key, Kind: stage.AttemptUpsert, Target: target, Fields: []byte("{}"), Sent: now,
	}})
	if err != nil {
		return err
	}
	err = c.cfg.Stage.EndAttempts(ctx, []stage.Outcome{{
		Attempt: stage.Attempt{ID: ids[0], State: stage.AttemptDone, Target: target, Ended: now, Message: "recovered from the target"},
		Link:    &stage.Link{Key: key, Target: target, How: stage.LinkRecovered, Run: c.cfg.Run, At: now},
	}})
	var conflict *stage.LinkConflictError
	if errors.As(err, &conflict) {
		c.out.Doubled = append(c.out.Doubled, RecordDouble{Key: key, Targets: []record.Key{target, conflict.Have.Target}})
		return c.cfg.Stage.EndAttempts(ctx, []stage.Outcome{{
			Attempt: stage.Attempt{ID: ids[0], State: stage.AttemptUnsent, Ended: now, Message: "another source record is that target record"},
		}})
	}
	if err == nil {
		c.out.Linked++
	}
	return err
}
