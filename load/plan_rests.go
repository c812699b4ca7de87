package load

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ferry/extract/connector"
	"ferry/extract/stage"
)

// Rests is what a plan rests on, kept as JSON in stage.Plan.Rests. What would
// give the same plan another hash, though nothing in it differs, stands in that of
// the summary alone.
type Rests struct {
	Source     string            `json:"source"` // accounts
	Target     string            `json:"target"`
	Generation int64             `json:"generation"`         // of the mapped records
	Published  time.Time         `json:"published,omitzero"` // when it was mapped; in Summary alone
	Mapping    map[string]string `json:"mapping"`            // hash of the rules, by entry
	Spec       string            `json:"spec"`               // hash of the target's spec
	Decisions  string            `json:"decisions"`          // hash; "" none
	Effects    []string          `json:"effects,omitempty"`  // that were allowed, by name
	Files      string            `json:"files,omitempty"`    // hash of the staged files and of what becomes of them; "" none
	Proven     map[string]bool   `json:"proven,omitempty"`   // target streams read, and whether each was proven complete
	Records    map[string]int    `json:"records,omitempty"`  // how many of each there were; in Summary alone
}

// restsOf is what a plan made now would rest on.
func restsOf(ctx context.Context, cfg *Config, gen *stage.Generation) (Rests, error) {
	r := Rests{Source: cfg.Source.ID, Target: cfg.Target.ID, Generation: gen.ID, Published: gen.Published, Mapping: map[string]string{}}
	for _, rules := range cfg.Rules {
		made := rules.Hash
		if e, ok := gen.Entry(rules.Name); ok && made == 0 {
			made = e.Hash
		}
		text, err := json.Marshal(rules)
		if err != nil {
			return r, fmt.Errorf("hash the rules of %s: %w", rules.Name, err)
		}
		r.Mapping[rules.Name] = hash(fmt.Appendf(text, "%x", made))
	}
	var err error
	if r.Spec, err = specHash(cfg.Vendor); err != nil {
		return r, err
	}
	if r.Files, err = filesRest(ctx, cfg); err != nil {
		return r, err
	}
	r.Decisions = decisionsHash(cfg.Decisions)
	r.Effects = slices.Sorted(slices.Values(cfg.Effects))
	return r, nil
}

// specHash is a hash of what is known of the vendor.
func specHash(spec *connector.Spec) (string, error) {
	known := *spec
	known.Path = ""
	text, err := json.Marshal(&known)
	if err != nil {
		return "", fmt.Errorf("hash the connector spec of %s: %w", spec.Vendor, err)
	}
	return hash(text), nil
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// decisionsHash is a hash of what was decided, whatever its order; who decided
// and why makes no difference. "" where nothing was.
func decisionsHash(d *Decisions) string {
	if d == nil || len(d.Matches)+len(d.Values) == 0 {
		return ""
	}
	var lines []string
	for _, m := range d.Matches {
		lines = append(lines, fmt.Sprintf("match %q %q %q %q", m.Entry, m.Key, m.Choice, m.Target))
	}
	for _, v := range d.Values {
		lines = append(lines, fmt.Sprintf("value %q %q %q %q", v.Entry, v.Field, v.Value, v.To))
	}
	slices.Sort(lines)
	return hash([]byte(strings.Join(slices.Compact(lines), "\n")))
}

// Current lists what a plan rests on that is no longer so, a sentence each. Of
// records of the target that changed it says nothing: each is looked at before
// it is written. Empty: the plan is still good.
func Current(ctx context.Context, cfg Config, p stage.Plan) ([]string, error) {
	var was Rests
	if err := json.Unmarshal(p.Rests, &was); err != nil {
		return nil, fmt.Errorf("read what plan %d rests on: %w", p.ID, err)
	}
	gen, _, err := cfg.Stage.Generations(ctx, cfg.Source.ID)
	if err != nil {
		return nil, err
	}
	var changed []string
	say := func(format string, args ...any) { changed = append(changed, fmt.Sprintf(format, args...)) }
	if was.Source != cfg.Source.ID {
		say("it was made for the source account %s, and the job names %s", was.Source, cfg.Source.ID)
	}
	if was.Target != cfg.Target.ID {
		say("it was made for the target account %s, and the job names %s", was.Target, cfg.Target.ID)
	}
	if gen == nil {
		say("nothing is mapped any more")
		return changed, nil
	}
	now, err := restsOf(ctx, &cfg, gen)
	if err != nil {
		return nil, err
	}
	if was.Generation != now.Generation {
		say("the records were mapped again on %s", gen.Published.UTC().Format(time.DateTime))
	}
	for _, name := range sortedKeys(was.Mapping, now.Mapping) {
		switch a, b := was.Mapping[name], now.Mapping[name]; {
		case a == "":
			say("the mapping has a new stream %s", name)
		case b == "":
			say("the mapping no longer has the stream %s", name)
		case a != b:
			say("the rules of %s changed", name)
		}
	}
	if was.Spec != now.Spec {
		say("the connector spec of %s changed", cfg.Vendor.Vendor)
	}
	if was.Files != now.Files {
		say("photos and attachments were read or changed since, or the job says something else of them")
	}
	if !slices.Equal(was.Effects, now.Effects) {
		say("the job allowed the effects [%s], and now [%s]", strings.Join(was.Effects, ", "), strings.Join(now.Effects, ", "))
	}
	if was.Decisions != now.Decisions {
		say("decisions were added, changed or taken back")
	}
	return changed, nil
}

func sortedKeys(maps ...map[string]string) []string {
	var names []string
	for _, m := range maps {
		for name := range m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
