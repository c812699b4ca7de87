package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// keyTally is what the keys given led to. Answers for keys that were given
// when the reading began and are no longer are left out.
type keyTally struct {
	asked   int
	found   int
	records keySet     // that were found
	missing []givenKey // by their places
	refused []givenKey
}

func (r *runner) keyTally(ctx context.Context, rd *reading) (keyTally, error) {
	given := make(map[string]givenKey, len(rd.keys.keys))
	for _, k := range rd.keys.keys {
		given[k.id()] = k
	}
	var t keyTally
	var hashes []uint64
	err := r.pages(ctx, rd.sweep.ID, func(p stage.PageInfo) error {
		k, ok := given[p.Variant]
		if !ok {
			return nil
		}
		t.asked++
		switch p.Stripe {
		case keyMissing:
			t.missing = append(t.missing, k)
		case keyRefused:
			t.refused = append(t.refused, k)
		default:
			t.found++
			hashes = append(hashes, keyHash(p.Keys[0]))
		}
		return nil
	})
	t.records = newKeySet(hashes)
	inOrder := func(a, b givenKey) int { return a.at - b.at }
	slices.SortFunc(t.missing, inOrder)
	slices.SortFunc(t.refused, inOrder)
	return t, err
}

// doubtKeys gives the reason why the answers cannot be believed, "" where they
// can: a vendor that finds none of the keys though it had records of several
// (another account, or a call that is gone), or that answers different keys
// with one record (it does not heed the key).
func (r *runner) doubtKeys(ctx context.Context, rd *reading, t keyTally) (string, error) {
	if t.found >= 3 && len(t.records) == 1 {
		return fmt.Sprintf("the vendor answers %d different keys with one and the same record: check the `get` call of the connector spec", t.found), nil
	}
	if t.found > 0 || len(t.missing) < 2 {
		return "", nil
	}
	staged := 0
	for _, k := range t.missing {
		keys, err := r.recordsOf(ctx, rd, k)
		if err != nil {
			return "", err
		}
		for _, key := range keys {
			rec, _, ok, err := r.cfg.Stage.Record(ctx, r.cfg.Account.ID, rd.stream.Name, key)
			if err != nil {
				return "", err
			}
			if ok && !rec.Deleted {
				staged++
			}
		}
		if staged > 1 {
			return "the vendor finds none of the keys, though it had records of several before: check settings and base_url of the source", nil
		}
	}
	return "", nil
}

// recordsOf gives the keys under which the record of a key may be staged: the
// key itself, and the one that the vendor answered it with before.
func (r *runner) recordsOf(ctx context.Context, rd *reading, k givenKey) ([]record.Key, error) {
	keys := []record.Key{record.Key(k.text)}
	alias, ok, err := r.cfg.Stage.Note(ctx, aliasNote(r, rd, k))
	if ok {
		keys = append(keys, record.Key(alias))
	}
	return keys, err
}

// buryKeys makes tombstones of the staged records whose keys the vendor no
// longer finds. A record that another key of the list led to is there. One that
// has a key of its own is asked for by that before: its address may have
// changed, and it is not gone.
func (r *runner) buryKeys(ctx context.Context, rd *reading, t keyTally) error {
	a := &keyAsker{runner: r, rd: rd}
	var mu sync.Mutex
	var gone []record.Key
	g := newTasks(ctx)
	g.group.SetLimit(max(r.cfg.Connections, 1))
	for _, k := range t.missing {
		keys, err := r.recordsOf(ctx, rd, k)
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		for i, key := range keys {
			if t.records.has(key) {
				continue
			}
			g.Go(func(ctx context.Context) error {
				if i > 0 {
					_, _, outcome, err := a.fetch(ctx, givenKey{string(key), k.at})
					if err != nil || outcome != keyMissing {
						return err
					}
				}
				mu.Lock()
				defer mu.Unlock()
				gone = append(gone, key)
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return r.tombstone(ctx, rd, gone)
}

// keysCertificate says what a reading by keys proves. Its proof is "limited":
// the table holds the records of the keys given, and nothing is said of others
// that the vendor may have.
//
// Within the keys given it is complete, and this is why. The source of the keys
// was read to its end before the first request; a part of it that could not be
// read is an error, and every row of it is a key, a double or a blank, which
// add up to the rows. Every key has its own call, whose answer is paired with
// it by being the answer to that call. A checkpoint says found, missing or
// refused, and it commits with the record. The certificate is written when each
// of the keys has one. So a record that existed throughout, and whose key was
// given, was asked for while it existed, and the vendor's answer is staged.
//
// It is "none" where a key got no answer or was refused, or where the answers
// are not to be believed (see doubtKeys).
func (r *runner) keysCertificate(rd *reading, t keyTally, failed []givenKey, doubt string) stage.Certificate {
	c := stage.Certificate{
		Account: r.cfg.Account.ID, Stream: rd.stream.Name, Filter: keysFilter, Run: r.cfg.Run,
		Proof: stage.ProofLimited, AsOf: rd.sweep.Started, StartTotal: -1, EndTotal: -1,
		Pages: t.asked, Distinct: len(t.records), Duplicates: t.found - len(t.records),
	}
	given := len(rd.keys.keys)
	switch {
	case len(failed) > 0:
		c.Text = fmt.Sprintf("not proven, %s got no answer (%s); run again, only they are asked: ",
			plural(len(failed), "key"), listed(rd.keys.unit, places(failed)))
	case len(t.refused) > 0:
		c.Text = fmt.Sprintf("not proven, the vendor refused %s (%s); mend or remove them: ",
			plural(len(t.refused), "key"), listed(rd.keys.unit, places(t.refused)))
	case doubt != "":
		c.Text = "not proven, " + doubt + ": "
	case r.cfg.limited():
		c.Text = fmt.Sprintf("limited to the first %s, for trying out: ", plural(given, "key"))
	default:
		c.Text = "limited to the keys given, and every one was asked: "
	}
	if !strings.HasPrefix(c.Text, "limited") {
		c.Proof = stage.ProofNone
	}
	c.Text += rd.keys.counts(t, c.Duplicates, len(failed))
	return c
}

// counts adds up the rows of the source, and what the keys led to.
func (l *keyList) counts(t keyTally, same, failed int) string {
	text := fmt.Sprintf("%s with %s, %d double and %d blank; %d found, %d missing", plural(l.rows, l.unit),
		plural(l.rows-l.blank-l.doubles, "key"), l.doubles, l.blank, t.found, len(t.missing))
	if len(t.missing) > 0 {
		text += " (" + listed(l.unit, places(t.missing)) + ")"
	}
	if n := len(t.refused); n > 0 {
		text += fmt.Sprintf(", %d refused", n)
	}
	if failed > 0 {
		text += fmt.Sprintf(", %d without an answer", failed)
	}
	if same > 0 {
		text += fmt.Sprintf("; %s led to a record that another led to as well", plural(same, "key"))
	}
	return text
}

func places(keys []givenKey) []int {
	at := make([]int, len(keys))
	for i, k := range keys {
		at[i] = k.at
	}
	return at
}
